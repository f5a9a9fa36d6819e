import { IntegrityError } from '@zoopraxis/core';
import { afterEach, describe, expect, test } from 'vitest';
import { directBackend } from '../runtime/ort-backend.node.js';
import { datasetBatches } from './batches.js';
import { TrainingEngine } from './engine.js';
import { DivergenceError } from './errors.js';
import { bitsOf, classifierProgram, classifierWeights, stripes } from './small-network.test.kit.js';
import type { Trainer } from './trainer.js';
import { type OpenTrainerOptions, openTrainer, trainingEnvironment } from './trainer.node.js';

const program = classifierProgram(6);
const settings = {
  program,
  seed: 3,
  threads: 2,
  optimizer: { kind: 'adamw', learningRate: 0.01, average: { decay: 0.9 }, clip: { kind: 'norm', max: 1 } },
} as const;
const batches = datasetBatches(stripes(18), { batchSize: 6, seed: 5 });

const trainers: Trainer[] = [];
afterEach(async () => {
  for (const trainer of trainers.splice(0)) await trainer.close();
});

async function open(options: Partial<OpenTrainerOptions> = {}): Promise<Trainer> {
  const trainer = await openTrainer({ ...settings, weights: classifierWeights(), ...options });
  trainers.push(trainer);
  return trainer;
}

describe('a trainer in a thread of its own', () => {
  test('does bit for bit what the engine does here', async () => {
    const remote = await open({ laneCount: 2 });
    const here = await TrainingEngine.open({
      ...settings,
      weights: classifierWeights(),
      backend: directBackend('cpu'),
    });
    trainers.push(here);
    for (let step = 0; step < 7; step++) {
      const results = await Promise.all([
        remote.step(await batches.batch(step), { move: true, learningRate: 0.01 / (step + 1) }),
        here.step(await batches.batch(step), { learningRate: 0.01 / (step + 1) }),
      ]);
      expect(results[0]).toEqual(results[1]);
      expect(results[0].metrics.gradientNorm).toBeGreaterThan(0);
    }
    for (const average of [false, true]) {
      expect(bitsOf(await remote.weights({ average }))).toEqual(bitsOf(await here.weights({ average })));
    }
    const state = await remote.saveState({ note: 'x' });
    expect(state).toEqual(await here.saveState({ note: 'x' }));
    const third = await open({ weights: classifierWeights(9) });
    await third.loadState(state);
    const next = await batches.batch(7);
    expect(await third.step(next)).toEqual(await here.step(next));
  });

  test('takes inputs away only where it may', async () => {
    const trainer = await open();
    const batch = await batches.batch(0);
    await trainer.step(batch);
    expect(batch.image?.data).toHaveLength(6 * 64);
    await trainer.step(batch, { move: true });
    expect(batch.image?.data).toHaveLength(0);
    await expect(async () => trainer.step(batch, { move: true })).rejects.toThrow(
      /tensor (image|label): .* given away before/,
    );
  });

  test('brings errors back as they were and goes on', async () => {
    const trainer = await open();
    const bad = await batches.batch(0);
    (bad.image!.data as Float32Array).fill(Number.NaN);
    await expect(trainer.step(bad)).rejects.toThrow(DivergenceError);
    await expect(trainer.step(bad)).rejects.toMatchObject({ hint: expect.stringContaining('learning rate') });
    const other = await open({ optimizer: { kind: 'sgd', learningRate: 0.1 } });
    await expect(other.loadState(await trainer.saveState())).rejects.toThrow(IntegrityError);
    await expect(trainer.step({})).rejects.toThrow(TypeError);
    expect((await trainer.step(await batches.batch(0))).step).toBe(1);
    await trainer.close();
    await expect(trainer.step(await batches.batch(0))).rejects.toThrow('closed');
  });

  test('cannot be opened with what does not fit', async () => {
    await expect(open({ weights: new Map() })).rejects.toThrow('weights: conv.weight is missing');
    await expect(open({ optimizer: { kind: 'sgd', learningRate: -1 } })).rejects.toThrow(RangeError);
  });

  test('says what its bits depend on', async () => {
    const { info } = await open();
    expect(info).toMatchObject({ target: 'cpu', threads: 2, seed: 3, optimizer: settings.optimizer });
    expect(info.environment).toEqual(trainingEnvironment());
    expect(Object.keys(info.environment)).toEqual(['nn', 'node', 'onnxRuntime', 'platform', 'processor']);
    expect(Object.keys(info.forms).length).toBeGreaterThan(0);
  });
});
