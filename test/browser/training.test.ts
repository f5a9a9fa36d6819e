import { directBackend } from '@zoopraxis/nn/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, callInPage, openBench } from './open-page.js';
import { runSmallTraining, type TrainingOutcome } from './small-training.js';

const STEPS = 60;

/** Both runtimes round to float32 (6e-8) and sum in other orders; over these steps it grows to 4e-7 of the largest element. */
const TOLERANCE = 1e-5;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench?.close());

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

test('a small network trained in a browser gives the weights that it gives in Node', async () => {
  const page = await bench.openPage();
  const outcome = await callInPage<TrainingOutcome>(page, 'training.page.js', 'trainInPage', 'wasm', STEPS);
  const expected = await runSmallTraining(directBackend('cpu'), STEPS);
  expect(outcome.losses[0]).toBeGreaterThan(1);
  expect(outcome.losses.at(-1)).toBeLessThan(1e-3);
  expect(largestDifference(outcome.losses, expected.losses)).toBeLessThan(TOLERANCE);
  expect(Object.keys(outcome.weights)).toEqual(Object.keys(expected.weights));
  expect(Object.keys(outcome.weights).length).toBe(12);
  for (const [name, values] of Object.entries(expected.weights)) {
    const largest = Math.max(...values.map(Math.abs));
    expect(largestDifference(outcome.weights[name] ?? [], values), name).toBeLessThan(TOLERANCE * largest);
  }
});

test('two runs in a browser give the same bits', async () => {
  const page = await bench.openPage();
  const first = await callInPage<TrainingOutcome>(page, 'training.page.js', 'trainInPage', 'wasm', 20);
  const second = await callInPage<TrainingOutcome>(page, 'training.page.js', 'trainInPage', 'wasm', 20);
  expect(second).toEqual(first);
});

test('a network trains on two threads of a browser', async () => {
  const page = await bench.openPage();
  const { losses } = await callInPage<TrainingOutcome>(page, 'training.page.js', 'trainInPage', 'wasm', STEPS, 2);
  expect(losses.at(-1)).toBeLessThan(1e-3);
});
