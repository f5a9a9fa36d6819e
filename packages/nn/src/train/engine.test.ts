import { IntegrityError } from '@zoopraxis/core';
import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork, initialWeights } from '../graph/network.js';
import type { OptimizerSettings } from '../optimize/settings.js';
import { datasetBatches } from './batches.js';
import type { EngineOptions, TrainingEngine } from './engine.js';
import { DivergenceError } from './errors.js';
import { openWorkerLane } from './lanes.node.js';
import { compileTraining } from './program.js';
import {
  bitsOf,
  CLASSES,
  classifier,
  classifierProgram,
  classifierWeights,
  openEngine,
  openSquares,
  stripes,
  vector,
} from './small-network.test.kit.js';

const program = classifierProgram(6);
const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function open(options: Partial<EngineOptions> = {}): Promise<TrainingEngine> {
  const engine = await openEngine({ program, weights: classifierWeights(), ...options });
  engines.push(engine);
  return engine;
}

async function trained(engine: TrainingEngine, steps: number, from = 0): Promise<Record<string, string>> {
  const batches = datasetBatches(stripes(12), { batchSize: 6, seed: 5 });
  for (let step = from; step < steps; step++) await engine.step(await batches.batch(step));
  return bitsOf(await engine.weights());
}

const optimizers: OptimizerSettings[] = [
  { kind: 'sgd', learningRate: 0.05 },
  { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, clip: { kind: 'norm', max: 0.5 } },
  { kind: 'adamw', learningRate: 0.01, clip: { kind: 'value', max: 0.01 }, average: { decay: 0.9 } },
  { kind: 'rmsprop', learningRate: 0.01, momentum: 0.5, centered: true },
];

describe('training', () => {
  test('overfits a few samples to almost no loss', async () => {
    const engine = await open({
      program: classifierProgram(6, { drop: 0 }),
      optimizer: { kind: 'adam', learningRate: 0.02 },
    });
    const batches = datasetBatches(stripes(6, 0), { batchSize: 6, seed: 5 });
    const first = await engine.step(await batches.batch(0));
    let last = first;
    for (let step = 1; step < 200; step++) last = await engine.step(await batches.batch(step));
    expect(first.loss).toBeGreaterThan(0.5);
    expect(last.loss).toBeLessThan(1e-3);
    expect(last.step).toBe(200);
    const logits = last.tensors.logits?.data as Float32Array;
    const labels = (await batches.batch(199)).label?.data as BigInt64Array;
    for (const [row, label] of labels.entries()) {
      const scores = [...logits.subarray(row * CLASSES, (row + 1) * CLASSES)];
      expect(scores.indexOf(Math.max(...scores))).toBe(Number(label));
    }
  });

  test('is the same for the same seed and another for another', async () => {
    const runs = [
      await trained(await open(), 8),
      await trained(await open(), 8),
      await trained(await open({ seed: 2 }), 8),
    ];
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
    const threads = [await trained(await open({ threads: 2 }), 8), await trained(await open({ threads: 2 }), 8)];
    expect(threads[1]).toEqual(threads[0]);
  });

  test.each(optimizers)('gives the same bits in any number of lanes: %j', async (optimizer) => {
    const runs: Record<string, string>[] = [];
    for (const laneCount of [1, 2, 3]) {
      runs.push(await trained(await open({ optimizer, laneCount, openLane: openWorkerLane }), 6));
    }
    runs.push(await trained(await open({ optimizer, laneCount: 2 }), 6));
    for (const run of runs.slice(1)) expect(run).toEqual(runs[0]);
  });

  test.each(optimizers)('goes on from a saved state with the same bits: %j', async (optimizer) => {
    const whole = await open({ optimizer });
    await trained(whole, 4);
    const saved = await whole.saveState({ note: 'x' });
    const wanted = await trained(whole, 9, 4);
    const other = await open({ optimizer, weights: classifierWeights(99), laneCount: 2 });
    await trained(other, 2);
    await other.loadState(saved);
    expect(await trained(other, 9, 4)).toEqual(wanted);
    expect(await other.saveState()).toEqual(await whole.saveState());
  });

  test('buffers follow the batches, and randoms differ from step to step', async () => {
    const engine = await open({ optimizer: { kind: 'sgd', learningRate: 0 } });
    const batches = datasetBatches(stripes(6), { batchSize: 6, seed: 5 });
    const losses: number[] = [];
    const means: number[] = [];
    for (let step = 0; step < 3; step++) {
      losses.push((await engine.step(await batches.batch(0))).loss);
      means.push((await engine.weights()).get('norm.running_mean')?.[0] as number);
    }
    expect(new Set(losses).size).toBe(3);
    // The same batch: each step goes a tenth of what is left towards its mean.
    expect((means[2]! - means[1]!) / (means[1]! - means[0]!)).toBeCloseTo(0.9, 4);
  });

  test('the average trails the weights', async () => {
    const engine = await openSquares(4, { optimizer: { kind: 'sgd', learningRate: 0.5, average: { decay: 0.75 } } });
    engines.push(engine);
    const start = (await engine.weights({ average: true })).get('weight')?.[0];
    await engine.step({ x: vector([1, 1, 1, 1]) });
    const weight = (await engine.weights()).get('weight')?.[0] as number;
    const average = (await engine.weights({ average: true })).get('weight')?.[0];
    expect(start).toBe(1);
    expect(weight).toBeCloseTo(0.75, 6);
    expect(average).toBeCloseTo(0.75 + 0.25 * weight, 6);
    const plain = await open();
    await expect(plain.weights({ average: true })).rejects.toThrow('average');
  });

  test('outputs whose gradient is masked learn nothing', async () => {
    const engine = await openSquares(4, { optimizer: { kind: 'adam', learningRate: 0.1 } }, [1, 0, 1, 0]);
    engines.push(engine);
    for (let step = 0; step < 5; step++) await engine.step({ x: vector([1, 1, 2, 2]) });
    const weight = (await engine.weights()).get('weight')!;
    expect([weight[1], weight[3]]).toEqual([1, 1]);
    expect(weight[0]).toBeLessThan(0.7);
    expect(weight[2]).toBeLessThan(0.7);
  });

  test('weights that a step does not touch stay with the others', async () => {
    const network = buildNetwork(
      (scope) => {
        scope.parameter('aside', [3], { kind: 'fill', value: 7 });
        return classifier(6)(scope);
      },
      { training: true },
    );
    const engine = await open({
      program: compileTraining(network, { target: 'cpu', trainable: (name) => !name.startsWith('conv') }),
      weights: initialWeights(network, 1),
    });
    const before = await engine.weights();
    await trained(engine, 3);
    const after = await engine.weights();
    expect([...after.keys()].sort()).toEqual([...initialWeights(network, 1).keys()].sort());
    expect(after.get('aside')).toEqual(Float32Array.of(7, 7, 7));
    expect(after.get('conv.weight')).toEqual(before.get('conv.weight'));
    expect(after.get('head.weight')).not.toEqual(before.get('head.weight'));
  });
});

describe('errors', () => {
  test('a loss that is not finite changes nothing', async () => {
    const engine = await open();
    const before = bitsOf(await engine.weights());
    const batch = { ...(await datasetBatches(stripes(6), { batchSize: 6, seed: 5 }).batch(0)) };
    (batch.image?.data as Float32Array)[3] = Number.NaN;
    const failed = engine.step(batch);
    await expect(failed).rejects.toThrow(DivergenceError);
    await expect(failed).rejects.toMatchObject({
      message: 'the loss is NaN at step 1',
      hint: expect.stringContaining('learning rate'),
    });
    expect(bitsOf(await engine.weights())).toEqual(before);
  });

  test('a gradient norm that is not finite changes nothing, nor are weights that are not finite saved', async () => {
    // (1e25)^2 overflows, but only in the gradient: the loss is 0.
    const x = vector([1e30, 1e30]);
    for (const clip of [{ kind: 'norm', max: 1 } as const, undefined]) {
      const engine = await openSquares(2, {
        optimizer: { kind: 'sgd', learningRate: 0.1, ...(clip ? { clip } : {}) },
        weights: new Map([['weight', Float32Array.of(1e-15, 1e-15)]]),
      });
      engines.push(engine);
      if (clip) {
        await expect(engine.step({ x })).rejects.toThrow(/norm of the gradients is (Infinity|NaN) at step 1/);
        expect((await engine.weights()).get('weight')).toEqual(Float32Array.of(1e-15, 1e-15));
      } else {
        await engine.step({ x });
        await expect(engine.saveState()).rejects.toThrow(/weights weight are not finite after step 1/);
      }
    }
  });

  test('a saved state of another network or optimizer is refused and changes nothing', async () => {
    const engine = await open();
    await trained(engine, 2);
    const before = bitsOf(await engine.weights());
    const wider = await open({
      program: classifierProgram(6, { channels: 8 }),
      weights: classifierWeights(1, 8),
    });
    const adam = await open({ optimizer: { kind: 'adam', learningRate: 0.1 } });
    await expect(engine.loadState(await wider.saveState())).rejects.toThrow(IntegrityError);
    await expect(engine.loadState(await wider.saveState())).rejects.toThrow(
      'conv.weight has shape [8, 1, 3, 3] there and [6, 1, 3, 3] here',
    );
    await expect(engine.loadState(await adam.saveState())).rejects.toThrow('optimizer/mean/');
    expect(bitsOf(await engine.weights())).toEqual(before);
  });

  test('options that do not fit are named', async () => {
    await expect(open({ weights: new Map() })).rejects.toThrow('weights: conv.weight is missing');
    const short = classifierWeights().set('head.bias', new Float32Array(2));
    await expect(open({ weights: short })).rejects.toThrow('head.bias must hold 3 values, got 2');
    await expect(open({ optimizer: { kind: 'sgd', learningRate: Number.NaN } })).rejects.toThrow('learningRate');
    const engine = await open();
    await expect(engine.step({})).rejects.toThrow(/input (image|label) is not fed/);
    await expect(engine.step({}, { learningRate: -1 })).rejects.toThrow('learningRate');
  });
});
