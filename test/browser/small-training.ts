import { Random } from '@zoopraxis/core';
import {
  type Backend,
  type BuiltNetwork,
  batchNormalization,
  buildNetwork,
  compileTraining,
  convolution,
  crossEntropy,
  globalAveragePool2d,
  initialWeights,
  linear,
  reshape,
  type Tensor,
  TrainingEngine,
} from '@zoopraxis/nn';

/** What the small training came to, as plain numbers that leave a page. */
export interface TrainingOutcome {
  /** Loss of each step: `[step]`. */
  readonly losses: readonly number[];
  /** Trained values and running statistics by name, row-major `[element]`. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

const BATCH = 12;
const SIZE = 8;
const CLASSES = 3;

/** Returns a fixed batch: noise with a bright row, column or corner, which is the class. */
function drawBatch(): Record<string, Tensor> {
  const rng = new Random(5);
  const image = new Float32Array(BATCH * SIZE * SIZE);
  const label = new BigInt64Array(BATCH);
  for (let sample = 0; sample < BATCH; sample++) {
    const kind = sample % CLASSES;
    const place = rng.integer(SIZE);
    label[sample] = BigInt(kind);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const bright = [y === place, x === place, x + y < 4][kind] ?? false;
        image[(sample * SIZE + y) * SIZE + x] = (bright ? 1 : 0) + 0.1 * rng.normal();
      }
    }
  }
  return {
    image: { dtype: 'float32', shape: [BATCH, 1, SIZE, SIZE], data: image },
    label: { dtype: 'int64', shape: [BATCH], data: label },
  };
}

/** Returns a convolutional classifier of 1x8x8 images with its loss; batch norm, stride and pooling take part. */
export function smallNetwork(): BuiltNetwork {
  return buildNetwork(
    (scope) => {
      let x = scope.input('image', [BATCH, 1, SIZE, SIZE]);
      for (const [name, channels, stride] of [
        ['first', 8, 1],
        ['second', 16, 2],
      ] as const) {
        x = convolution(scope.child(name), x, channels, 3, { padding: 1, stride, bias: false });
        x = batchNormalization(scope.child(`${name}Norm`), x, { activation: 'relu' });
      }
      const logits = linear(scope.child('head'), reshape(globalAveragePool2d(x), [BATCH, -1]), CLASSES);
      return { loss: crossEntropy(logits, scope.input('label', [BATCH], 'int64')) };
    },
    { training: true },
  );
}

/** Derives the gradients of {@link smallNetwork} and trains it on one fixed batch. */
export async function runSmallTraining(backend: Backend, steps: number, threads = 1): Promise<TrainingOutcome> {
  const network = smallNetwork();
  const engine = await TrainingEngine.open({
    program: compileTraining(network, { target: backend.target }),
    backend,
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
    weights: initialWeights(network, 3),
    seed: 1,
    threads,
  });
  try {
    const batch = drawBatch();
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) losses.push((await engine.step(batch)).loss);
    const weights = [...(await engine.weights())].map(([name, values]) => [name, Array.from(values)] as const);
    return { losses, weights: Object.fromEntries(weights) };
  } finally {
    await engine.close();
  }
}
