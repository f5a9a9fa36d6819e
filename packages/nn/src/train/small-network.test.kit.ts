import { buildNetwork, initialWeights } from '../graph/network.js';
import type { Scope } from '../graph/scope.js';
import { constant, type Tensor, type Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution } from '../layers/convolution.js';
import { dropout } from '../layers/dropout.js';
import { linear } from '../layers/linear.js';
import { crossEntropy } from '../losses/classification.js';
import { mul } from '../ops/arithmetic.js';
import { maskGradient } from '../ops/compare.js';
import { mean } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';
import { square } from '../ops/unary.js';
import type { TensorMap } from '../runtime/backend.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import type { BatchSource, Dataset } from './batches.js';
import { type EngineOptions, TrainingEngine } from './engine.js';
import { compileTraining, type TrainingProgram } from './program.js';

export const SIZE = 8;
export const CLASSES = 3;

/** A convolution, batch norm, dropout and a linear layer: all kinds of state that a training step has. */
export function classifier(batch: number, options: { channels?: number; drop?: number } = {}) {
  const { channels = 6, drop = 0.2 } = options;
  return (scope: Scope): Record<string, Value> => {
    const x = scope.input('image', [batch, 1, SIZE, SIZE]);
    const labels = scope.input('label', [batch], 'int64');
    const conv = convolution(scope.child('conv'), x, channels, 3, { padding: 1, stride: 2, bias: false });
    const normed = batchNormalization(scope.child('norm'), conv, { activation: 'relu' });
    const flat = reshape(normed, [batch, -1]);
    const logits = linear(scope.child('head'), dropout(scope, flat, drop), CLASSES);
    return { loss: crossEntropy(logits, labels), logits };
  };
}

export function classifierProgram(batch: number, options: { channels?: number; drop?: number } = {}): TrainingProgram {
  return compileTraining(buildNetwork(classifier(batch, options), { training: true }), { target: 'cpu' });
}

export function classifierWeights(seed = 1, channels = 6): Map<string, Float32Array> {
  return initialWeights(buildNetwork(classifier(1, { channels })), seed);
}

/** Three kinds of stripes with noise from the generator: what augmentation is in real data. */
export function stripes(length: number, noise = 0.3): Dataset {
  return {
    length,
    sample(index, rng) {
      const label = index % CLASSES;
      const data = new Float32Array(SIZE * SIZE);
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          const at = [x, y, x + y][label] as number;
          data[y * SIZE + x] = ((at + Math.floor(index / CLASSES)) % 4 < 2 ? 1 : -1) + noise * (2 * rng.uniform() - 1);
        }
      }
      return {
        image: { dtype: 'float32', shape: [1, SIZE, SIZE], data },
        label: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(label)) },
      };
    },
  };
}

/** A network of one vector: the loss is the mean of (weight * x)^2, where `mask` lets gradients pass. */
export function squares(length: number, mask?: readonly number[]) {
  return (scope: Scope): Record<string, Value> => {
    const x = scope.input('x', [length]);
    const weight = scope.parameter('weight', [length], { kind: 'fill', value: 1 });
    const y = mul(weight, x);
    return { loss: mean(square(mask ? maskGradient(y, constant(mask)) : y)) };
  };
}

export function vector(values: readonly number[]): Tensor {
  return { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) };
}

/** Batches of one input `x`, each filled by a function of its step. */
export function vectorBatches(length: number, value: (step: number) => number): BatchSource {
  return {
    batch: async (step) => ({ x: vector(new Array<number>(length).fill(value(step))) }) as TensorMap,
  };
}

export function openEngine(options: Partial<EngineOptions> & Pick<EngineOptions, 'program' | 'weights'>) {
  return TrainingEngine.open({
    backend: directBackend('cpu'),
    optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9 },
    seed: 1,
    ...options,
  });
}

/** An engine for `squares`, all weights 1. */
export function openSquares(length: number, options: Partial<EngineOptions> = {}, mask?: readonly number[]) {
  const network = buildNetwork(squares(length, mask), { training: true });
  const program = compileTraining(network, { target: 'cpu' });
  return openEngine({ program, weights: initialWeights(network, 1), ...options });
}

/** All bits of weights, as a text that can be compared. */
export function bitsOf(weights: ReadonlyMap<string, Float32Array>): Record<string, string> {
  return Object.fromEntries(
    [...weights].map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      Buffer.from(buffer, byteOffset, byteLength).toString('hex'),
    ]),
  );
}
