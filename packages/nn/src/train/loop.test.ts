import { IntegrityError, MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import type { OptimizerSettings } from '../optimize/settings.js';
import { datasetBatches } from './batches.js';
import { weightsOfCheckpoint } from './checkpoint.js';
import { DivergenceError } from './errors.js';
import { train } from './loop.js';
import type { TrainOptions, TrainProgress } from './loop-options.js';
import { parseMetrics } from './metrics-log.js';
import {
  bitsOf,
  classifierProgram,
  classifierWeights,
  openEngine,
  openSquares,
  stripes,
  vectorBatches,
} from './small-network.test.kit.js';
import type { Trainer, TrainerInfo } from './trainer.js';

const program = classifierProgram(6);
const optimizer: OptimizerSettings = {
  kind: 'sgd',
  learningRate: 0.05,
  momentum: 0.9,
  average: { decay: 0.8 },
  clip: { kind: 'norm', max: 1 },
};
const openClassifier = () => openEngine({ program, weights: classifierWeights(), optimizer });

/** A run of 20 steps that evaluates every 4 and saves every 5, with all that has state. */
function wholeRun(store: MemoryStore, more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    trainer: openClassifier,
    batches: datasetBatches(stripes(18), { batchSize: 6, seed: 5 }),
    steps: 20,
    schedule: (step) => 1 / (1 + 0.1 * step),
    plateau: { patience: 0, factor: 0.5, threshold: 0.5 },
    evaluation: {
      every: 4,
      run: async ({ weights }) => ({ loss: Math.abs((await weights()).get('head.bias')?.[0] ?? 0) }),
    },
    checkpoints: { store, folder: 'runs/a', every: 5, keep: 2 },
    ...more,
  };
}

const metricsOf = async (store: MemoryStore) => parseMetrics(await store.read('runs/a/metrics.jsonl'));
const stepsOf = async (store: MemoryStore) =>
  (await metricsOf(store)).filter((line) => 'loss' in line).map((line) => line.step);
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function damage(store: MemoryStore, name: string): Promise<void> {
  const bytes = (await store.read(name)) as Uint8Array;
  const at = bytes.length - 9;
  bytes[at] = (bytes[at] as number) ^ 4;
  await store.write(name, bytes);
}

describe('a training run', () => {
  test('takes its steps, tells of them and keeps what it should', async () => {
    const store = new MemoryStore();
    const told: TrainProgress[] = [];
    const result = await train(wholeRun(store, { onProgress: (progress) => told.push(progress) }));
    expect(result).toMatchObject({ step: 20, ended: 'finished', resumed: undefined });
    expect(told.map(({ step }) => step)).toEqual(range(20));
    expect(told.filter(({ evaluation }) => evaluation).map(({ step }) => step)).toEqual([4, 8, 12, 16, 20]);
    expect(told[19]).toMatchObject({ steps: 20, epoch: 6, secondsLeft: 0 });
    expect(told[0]!.secondsLeft).toBeCloseTo(19 / told[0]!.stepsPerSec, 6);
    expect(told[1]!.learningRate).toBeCloseTo(0.05 / 1.1, 10);
    expect(told[19]!.learningRate).toBeLessThan(0.05 / 2.9 / 1.9);
    const names = await store.list('runs/a/');
    const best = `runs/a/best-${String(result.best?.step).padStart(8, '0')}.safetensors`;
    expect(names).toContain(best);
    expect(names).toContain('runs/a/metrics.jsonl');
    expect(names.filter((name) => name.includes('/step-'))).toEqual([
      'runs/a/step-00000015.safetensors',
      'runs/a/step-00000020.safetensors',
    ]);
    expect(await stepsOf(store)).toEqual(range(20));
    const [line] = await metricsOf(store);
    expect(line).toMatchObject({ step: 1, learningRate: 0.05, loss: told[0]!.loss });
    expect(line?.gradientNorm).toBeGreaterThan(0);
    const last = weightsOfCheckpoint((await store.read('runs/a/step-00000020.safetensors')) as Uint8Array);
    expect(bitsOf(new Map([...last].sort()))).toEqual(bitsOf(new Map([...result.weights].sort())));
    expect(Math.abs(result.best?.weights.get('head.bias')?.[0] as number)).toBe(result.best?.value);
    // It is over: another start takes no step and finds the same.
    const again = await train(wholeRun(store));
    expect(again).toMatchObject({ step: 20, ended: 'finished', best: { step: result.best?.step } });
    expect(bitsOf(again.weights)).toEqual(bitsOf(result.weights));
  });

  test('that is stopped anywhere goes on with the same bits, each step in the metrics once', async () => {
    const whole = await train(wholeRun(new MemoryStore()));
    const store = new MemoryStore();
    let result = whole;
    // Abort after these steps; then lose everything since the last checkpoint, as a killed process does.
    for (const [stop, lose] of [
      [3, false],
      [4, false],
      [8, true],
      [13, true],
      [17, false],
      [99, false],
    ] as const) {
      const controller = new AbortController();
      const onProgress = ({ step }: TrainProgress) => {
        if (step === stop) controller.abort();
      };
      result = await train(wholeRun(store, { onProgress, signal: controller.signal }));
      expect(result.ended).toBe(stop === 99 ? 'finished' : 'aborted');
      if (lose) await store.remove(`runs/a/step-${String(stop).padStart(8, '0')}.safetensors`);
    }
    expect(result.resumed).toMatchObject({ step: 17, bitIdentical: true, reasons: [], damaged: [] });
    expect(bitsOf(result.weights)).toEqual(bitsOf(whole.weights));
    expect(bitsOf(result.best?.weights as Map<string, Float32Array>)).toEqual(
      bitsOf(whole.best?.weights as Map<string, Float32Array>),
    );
    expect(result.best?.step).toBe(whole.best?.step);
    expect(await stepsOf(store)).toEqual(range(20));
    const evaluations = (await metricsOf(store)).filter((line) => 'evaluation' in line);
    expect(evaluations.map(({ step }) => step)).toEqual([4, 8, 12, 16, 20]);
  });

  test('goes on elsewhere, but says that its bits will differ', async () => {
    const store = new MemoryStore();
    const recorded: (TrainerInfo | undefined)[] = [];
    const open = (threads: number, environment: Record<string, string>, forms?: Record<string, string>) => {
      return async (before: TrainerInfo | undefined) => {
        recorded.push(before);
        return openEngine({
          program: forms ? { ...program, forms } : program,
          weights: classifierWeights(),
          optimizer,
          threads,
          environment,
        });
      };
    };
    await train(wholeRun(store, { trainer: open(1, { node: 'v1', processor: 'p' }), steps: 5 }));
    const key = Object.keys(program.forms)[0] as string;
    const forms = { ...program.forms, [key]: 'another' };
    const result = await train(wholeRun(store, { trainer: open(2, { node: 'v2', processor: 'p' }, forms), steps: 6 }));
    expect(recorded[0]).toBeUndefined();
    expect(recorded[1]).toMatchObject({ threads: 1, forms: program.forms, environment: { node: 'v1' } });
    expect(result.resumed).toMatchObject({ step: 5, bitIdentical: false });
    expect(result.resumed?.reasons).toEqual([
      'threads was 1, is 2',
      'node was "v1", is "v2"',
      `form of ${key} was "${program.forms[key]}", is "another"`,
    ]);
    const event = (await metricsOf(store)).find((line) => line.event === 'resumed');
    expect(event).toMatchObject({ step: 5, bitIdentical: false, reasons: result.resumed?.reasons });
  });

  test('passes over a damaged checkpoint and says so', async () => {
    const whole = await train(wholeRun(new MemoryStore()));
    const store = new MemoryStore();
    await train(wholeRun(store, { steps: 10 }));
    await damage(store, 'runs/a/step-00000010.safetensors');
    const result = await train(wholeRun(store));
    expect(result.resumed).toMatchObject({ step: 5, bitIdentical: true });
    expect(result.resumed?.damaged[0]).toMatch(/checksum.*step-00000010/);
    expect(bitsOf(result.weights)).toEqual(bitsOf(whole.weights));
    expect(await stepsOf(store)).toEqual(range(20));
    // A file cut short, and one that is no safetensors file at all: nothing is left to go on from.
    const cut = (await store.read('runs/a/step-00000020.safetensors')) as Uint8Array;
    await store.write('runs/a/step-00000020.safetensors', cut.subarray(0, cut.length - 4));
    await store.write('runs/a/step-00000015.safetensors', new Uint8Array(3));
    const before = await store.list();
    await expect(train(wholeRun(store))).rejects.toThrow(IntegrityError);
    await expect(train(wholeRun(store))).rejects.toThrow(/no checkpoint can be read: .*step-00000020.*step-00000015/);
    expect(await store.list()).toEqual(before);
  });

  test('refuses the folder of another network and leaves it alone', async () => {
    const store = new MemoryStore();
    await train(wholeRun(store));
    const bytes = await store.read('runs/a/step-00000020.safetensors');
    const trainer = () => openSquares(3);
    const batches = vectorBatches(3, () => 1);
    await expect(train(wholeRun(store, { trainer, batches }))).rejects.toThrow(/another network.*conv\.weight/);
    const fresh = wholeRun(store);
    await expect(
      train({ ...fresh, checkpoints: { store, folder: 'runs/a', every: 5, resume: false } }),
    ).rejects.toThrow('must be empty');
    expect(await store.read('runs/a/step-00000020.safetensors')).toEqual(bytes);
    expect(await stepsOf(store)).toEqual(range(20));
  });
});

describe('evaluations', () => {
  /** Evaluations that give these values in turn. */
  const scripted = (values: readonly number[]): Partial<TrainOptions> => ({
    evaluation: { every: 1, run: async ({ step }) => ({ loss: values[step - 1] as number }) },
  });
  const plain = { trainer: () => openSquares(2), batches: vectorBatches(2, () => 1) };

  test('stop the run when nothing improves, and the best weights are kept', async () => {
    const seen: number[] = [];
    const result = await train({
      ...plain,
      ...scripted([5, 4, 3, 2.95, 3.5, 3, 9, 1]),
      steps: 8,
      earlyStopping: { patience: 2, minDelta: 0.1 },
      onProgress: ({ metrics }) => seen.push(metrics.loss as number),
    });
    expect(result).toMatchObject({ step: 6, ended: 'stopped early', best: { step: 3, value: 3 } });
    // The loss of step 4 is that of the weights after step 3.
    const best = result.best?.weights.get('weight') as Float32Array;
    expect((best[0]! ** 2 + best[1]! ** 2) / 2).toBeCloseTo(seen[3] as number, 6);
    expect(result.weights.get('weight')).not.toEqual(best);
  });

  test('can look for the largest, and NaN is no improvement', async () => {
    const { evaluation } = scripted([0.2, Number.NaN, 0.1, 0.1]);
    const result = await train({
      ...plain,
      steps: 9,
      evaluation: { ...evaluation!, mode: 'max' },
      earlyStopping: { patience: 2 },
    });
    expect(result).toMatchObject({ step: 4, best: { step: 1, value: 0.2 } });
  });

  test('lower the learning rate on a plateau', async () => {
    const rates: number[] = [];
    await train({
      ...plain,
      ...scripted([1, 1, 1, 1, 1, 1]),
      steps: 6,
      plateau: { patience: 1, factor: 0.1 },
      onProgress: ({ learningRate }) => rates.push(learningRate),
    });
    for (const [index, rate] of [0.1, 0.1, 0.1, 0.01, 0.01, 0.001].entries())
      expect(rates[index]).toBeCloseTo(rate, 12);
  });

  test('must give the number that is watched', async () => {
    const { evaluation } = scripted([1]);
    await expect(train({ ...plain, steps: 1, evaluation: { ...evaluation!, monitor: 'accuracy' } })).rejects.toThrow(
      'must return accuracy, the monitored number, got loss',
    );
  });

  test('that were cut off by an abort are made after a resume', async () => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const checkpoints = { store, folder: 'a', every: 100 };
    const cut = await train({
      ...plain,
      steps: 4,
      checkpoints,
      signal: controller.signal,
      evaluation: {
        every: 2,
        run: () => {
          controller.abort();
          return new Promise(() => undefined);
        },
      },
    });
    expect(cut).toMatchObject({ step: 2, ended: 'aborted', best: undefined });
    const evaluated: number[] = [];
    const run = async ({ step }: { step: number }) => {
      evaluated.push(step);
      return { loss: step };
    };
    const rest = await train({ ...plain, steps: 4, checkpoints, evaluation: { every: 2, run } });
    expect(evaluated).toEqual([2, 4]);
    expect(rest).toMatchObject({ step: 4, best: { step: 2, value: 2 } });
  });
});

describe('a run that cannot go on', () => {
  test('for a loss that is not finite keeps the last good checkpoint and says how to go on', async () => {
    const store = new MemoryStore();
    const options = (bad: number): TrainOptions => ({
      trainer: () => openSquares(2),
      batches: vectorBatches(2, (step) => (step === bad ? Number.POSITIVE_INFINITY : 1)),
      steps: 10,
      checkpoints: { store, folder: 'runs/a', every: 3 },
    });
    const failed = train(options(7));
    await expect(failed).rejects.toThrow(DivergenceError);
    await expect(failed).rejects.toMatchObject({
      message: 'the loss is Infinity at step 8',
      hint: expect.stringMatching(/learning rate.*The last good checkpoint is of step 6\.$/),
    });
    expect((await metricsOf(store)).at(-1)).toMatchObject({ step: 7, event: 'failed' });
    const mended = await train(options(-1));
    expect(mended).toMatchObject({ step: 10, resumed: { step: 6 } });
    expect(await stepsOf(store)).toEqual(range(10));
  });

  test('for its data passes their error on and closes the trainer it opened', async () => {
    let closed = 0;
    const trainer = async (): Promise<Trainer> => {
      const engine = await openSquares(2);
      return new Proxy(engine, {
        get: (target, key) => {
          if (key === 'close') closed++;
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    const batches = vectorBatches(2, (step) => {
      if (step === 2) throw new RangeError('no more pictures');
      return 1;
    });
    await expect(train({ trainer, batches, steps: 5 })).rejects.toThrow('no more pictures');
    expect(closed).toBe(1);
  });

  test('for an abort ends after the step, even where data never come', async () => {
    const store = new MemoryStore();
    const controller = new AbortController();
    const engine = await openSquares(2);
    const result = await train({
      trainer: engine,
      batches: {
        batch: (step) => (step < 3 ? vectorBatches(2, () => 1).batch(step) : new Promise(() => undefined)),
      },
      steps: 5,
      checkpoints: { store, folder: 'a', every: 100 },
      onProgress: ({ step }) => {
        if (step === 3) setTimeout(() => controller.abort(), 10);
      },
      signal: controller.signal,
    });
    expect(result).toMatchObject({ step: 3, ended: 'aborted' });
    expect(await store.list('a/step')).toEqual(['a/step-00000003.safetensors']);
    // A trainer that was handed in stays open.
    expect(bitsOf(await engine.weights())).toEqual(bitsOf(result.weights));
    const used = train({ trainer: engine, batches: vectorBatches(2, () => 1), steps: 5 });
    await expect(used).rejects.toThrow('took step 4 where the run takes step 1: a new run needs a new trainer');
    await engine.close();
  });

  test('for its options says which', async () => {
    const base = { trainer: () => openSquares(2), batches: vectorBatches(2, () => 1) };
    await expect(train(base)).rejects.toThrow('steps, epochs');
    await expect(train({ ...base, steps: 2, epochs: 1 })).rejects.toThrow('steps, epochs');
    await expect(train({ ...base, epochs: 1 })).rejects.toThrow('stepsPerEpoch');
    await expect(train({ ...base, steps: 0 })).rejects.toThrow('steps: must be a positive integer');
    await expect(train({ ...base, steps: 2, earlyStopping: { patience: 1 } })).rejects.toThrow('earlyStopping');
    const store = new MemoryStore();
    await expect(train({ ...base, steps: 2, checkpoints: { store, folder: 'a', every: 0 } })).rejects.toThrow(
      'checkpoints.every',
    );
  });

  test('epochs count passes over the data', async () => {
    const batches = datasetBatches(stripes(18), { batchSize: 6, seed: 5 });
    expect(await train({ trainer: openClassifier, batches, epochs: 2 })).toMatchObject({ step: 6 });
  });
});
