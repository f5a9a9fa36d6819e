import type { ByteStore } from '@zoopraxis/core';
import {
  batchNormalization,
  buildNetwork,
  compileTraining,
  convolution,
  cosine,
  crossEntropy,
  datasetBatches,
  dropout,
  emitGraph,
  encodeModel,
  initialWeights,
  linear,
  reshape,
  type Scope,
  type TensorMap,
  type TrainOptions,
  type TrainResult,
  train,
  type Value,
  type WeightArrays,
  warmUp,
} from '@zoopraxis/nn';
import { directBackend, openTrainer, workerBatches } from '@zoopraxis/nn/node';
import { createDataset, SIZE } from './augmented-stripes.js';

/** Steps of the whole run. */
export const STEPS = 60;

/** Where the weights that the run ends with lie in its store. */
export const FINAL = 'final.bin';

const BATCH = 6;
const HELD_OUT = 30;

function classifier(scope: Scope, batch: number): { x: Value; logits: Value } {
  const x = scope.input('image', [batch, 1, SIZE, SIZE]);
  const conv = convolution(scope.child('conv'), x, 8, 3, { padding: 1, stride: 2, bias: false });
  const normed = batchNormalization(scope.child('norm'), conv, { activation: 'relu' });
  const wide = convolution(scope.child('wide'), dropout(scope, normed, 0.2), 16, 3, { padding: 1, stride: 2 });
  return { x, logits: linear(scope.child('head'), reshape(wide, [batch, -1]), 3) };
}

/** Returns a function that gives the share of right answers on pictures that are not trained on. */
async function openJudge(): Promise<(weights: WeightArrays) => Promise<number>> {
  const network = buildNetwork((scope) => ({ logits: classifier(scope, HELD_OUT).logits }));
  const { model } = emitGraph(network.outputs, { target: 'cpu' });
  const session = await directBackend('cpu').createSession(encodeModel(model), { threads: 1 });
  const data = datasetBatches(createDataset({ length: HELD_OUT }), { batchSize: HELD_OUT, seed: 99 });
  const { image, label } = (await data.batch(0)) as Record<'image' | 'label', TensorMap[string]>;
  return async (weights) => {
    const feeds: Record<string, TensorMap[string]> = { image };
    for (const [name, { shape }] of [...network.parameters, ...network.buffers]) {
      feeds[name] = { dtype: 'float32', shape, data: weights.get(name) as Float32Array };
    }
    const scores = (await session.run(feeds)).logits?.data as Float32Array;
    let right = 0;
    for (let row = 0; row < HELD_OUT; row++) {
      const three = [...scores.subarray(row * 3, row * 3 + 3)];
      if (three.indexOf(Math.max(...three)) === Number(label.data[row])) right++;
    }
    return right / HELD_OUT;
  };
}

/**
 * Trains a small network with everything that has state (dropout, batch norm, augmentation in worker threads, momentum,
 * moving average, schedule, plateau, early stopping) in a thread of its own, and leaves the weights in `final.bin`.
 */
export async function runStripes(store: ByteStore, options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const network = buildNetwork(
    (scope) => {
      const { logits } = classifier(scope, BATCH);
      return { loss: crossEntropy(logits, scope.input('label', [BATCH], 'int64')) };
    },
    { training: true },
  );
  const module = new URL('./augmented-stripes.js', import.meta.url);
  const batches = await workerBatches(module, { length: 48 }, { batchSize: BATCH, seed: 7, workers: 2 });
  const judge = await openJudge();
  try {
    const result = await train({
      trainer: (recorded) =>
        openTrainer({
          program: compileTraining(network, { target: 'cpu', ...(recorded ? { forms: recorded.forms } : {}) }),
          optimizer: {
            kind: 'adamw',
            learningRate: 0.01,
            clip: { kind: 'norm', max: 1 },
            average: { decay: 0.9 },
          },
          weights: initialWeights(network, 3),
          seed: 11,
          threads: recorded?.threads ?? 2,
          laneCount: 2,
        }),
      batches,
      steps: STEPS,
      schedule: warmUp({ steps: 5, after: cosine({ steps: STEPS - 5, minFactor: 0.1 }) }),
      plateau: { patience: 1, factor: 0.7 },
      earlyStopping: { patience: 99 },
      evaluation: {
        every: 10,
        monitor: 'accuracy',
        mode: 'max',
        run: async ({ weights }) => ({ accuracy: await judge(await weights()) }),
      },
      checkpoints: { store, folder: 'run', every: 4, keep: 2 },
      ...options,
    });
    const all = [...result.weights.values()].map((values) => new Uint8Array(values.buffer));
    await store.write(FINAL, new Uint8Array(Buffer.concat(all)));
    return result;
  } finally {
    await batches.close();
  }
}
