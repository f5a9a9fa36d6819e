// Run by memory.test.ts: takes 500 steps of a network of a million weights and prints its resident memory as it goes.
import { MemoryStore } from '@zoopraxis/core';
import { buildNetwork, compileTraining, initialWeights, linear, mean, square, train } from '@zoopraxis/nn';
import { openTrainer } from '@zoopraxis/nn/node';

const WIDTH = 700;
const network = buildNetwork(
  (scope) => {
    const x = scope.input('x', [1, WIDTH]);
    const hidden = linear(scope.child('first'), x, WIDTH);
    return { loss: mean(square(linear(scope.child('second'), hidden, WIDTH))), hidden };
  },
  { training: true },
);
const trainer = await openTrainer({
  program: compileTraining(network, { target: 'cpu' }),
  optimizer: {
    kind: 'sgd',
    learningRate: 1e-3,
    momentum: 0.9,
    average: { decay: 0.99 },
    clip: { kind: 'norm', max: 1 },
  },
  weights: initialWeights(network, 1),
  seed: 1,
  threads: 1,
  laneCount: 2,
});
await train({
  trainer,
  batches: {
    batch: async () => ({ x: { dtype: 'float32', shape: [1, WIDTH], data: new Float32Array(WIDTH).fill(1) } }),
  },
  steps: 500,
  checkpoints: { store: new MemoryStore(), folder: 'run', every: 100, keep: 1 },
  onProgress: ({ step }) => process.stdout.write(`${step} ${process.memoryUsage.rss()}\n`),
});
await trainer.close();
