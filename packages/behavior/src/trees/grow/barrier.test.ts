import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { BARRIER_WORDS, Barrier } from './barrier.js';

const program = (threads: number, rounds: number) => `
  const { parentPort, workerData } = require('node:worker_threads');
  import(${JSON.stringify(new URL('./barrier.js', import.meta.url).href)}).then(({ Barrier }) => {
    const barrier = new Barrier(workerData.words, ${threads});
    const met = [];
    try {
      for (let round = 0; round < ${rounds}; round++) {
        Atomics.add(workerData.sums, round, 1);
        barrier.wait();
        met.push(Atomics.load(workerData.sums, round));
      }
      parentPort.postMessage(met);
    } catch (error) {
      parentPort.postMessage(error.name);
    }
  });`;

const start = (workerData: unknown, threads: number, rounds: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program(threads, rounds), { eval: true, workerData });
    worker.on('message', resolve);
    worker.on('error', reject);
  });
const shared = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count));

test('nobody leaves a barrier before all have come, round after round', async () => {
  const [words, sums] = [shared(BARRIER_WORDS), shared(200)];
  const met = await Promise.all([0, 1, 2].map(() => start({ words, sums }, 3, 200)));
  for (const one of met) expect(one).toEqual(new Array(200).fill(3));
});

test('when training is given up, those that wait and those that come later get an AbortError', async () => {
  const [words, sums] = [shared(BARRIER_WORDS), shared(1)];
  const waiting = start({ words, sums }, 2, 1);
  while (Atomics.load(sums, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const barrier = new Barrier(words, 2);
  barrier.giveUp();
  expect(await waiting).toBe('AbortError');
  expect(() => barrier.wait()).toThrow('given up');
});
