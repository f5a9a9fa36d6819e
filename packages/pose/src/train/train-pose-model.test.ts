import { IntegrityError, MemoryStore, type Picture, StorageError } from '@zoopraxis/core';
import { SampleError } from '@zoopraxis/nn';
import { directBackend } from '@zoopraxis/nn/node';
import { describe, expect, test } from 'vitest';
import { poseSamples } from '../dataset/pose-samples.js';
import { splitImages } from '../dataset/split.js';
import { parseModelCard } from '../model/card.js';
import { checkModelFits, readPoseModel } from '../model/model-folder.js';
import { blobLabels, blobPicture, blobTraining, smallPreset, smallRuntime } from './blobs.test.kit.js';
import { evaluateHeldOut } from './held-out.js';
import { posePreset } from './preset.js';
import { stepsWithin } from './step-count.js';
import { trainPoseModel } from './train-pose-model.js';
import type { PoseTrainingOptions, PoseTrainingProgress } from './training-options.js';
import { planTraining } from './training-plan.js';

const weightsOf = (store: MemoryStore) => store.read('models/small/weights.safetensors');
const textOf = async (store: MemoryStore, name: string) => new TextDecoder().decode(await store.read(name));

/** Keeps what is removed. */
class KeepingStore extends MemoryStore {
  readonly removed = new Map<string, Uint8Array>();

  override async remove(name: string): Promise<void> {
    const bytes = await this.read(name);
    if (bytes) this.removed.set(name, bytes);
    await super.remove(name);
  }
}

describe('a training', () => {
  test('learns where blobs are to 2 px on pictures of a group it never saw, and writes a model that says so', async () => {
    const store = new MemoryStore();
    const labels = blobLabels(64);
    const told: PoseTrainingProgress[] = [];
    const result = await trainPoseModel(
      blobTraining({
        store,
        labels,
        split: splitImages(labels, { testGroups: ['b'], seed: 1 }),
        limit: { steps: 240 },
        onProgress: (progress) => told.push(progress),
      }),
    );
    if (result.ended === 'aborted') throw new Error('it must not be aborted');
    expect(result.evaluation?.meanErrorPx).toBeLessThan(2);
    expect(await store.list('models/small/')).toEqual([
      'models/small/model.json',
      'models/small/model.onnx',
      'models/small/training.jsonl',
      'models/small/weights.safetensors',
    ]);
    const model = await readPoseModel(store, 'models/small');
    const read = async (image: number) => blobPicture(image);
    const again = await evaluateHeldOut(
      model.card,
      model.weights,
      { labels, images: [1, 3, 5], read },
      { backend: directBackend('cpu') },
    );
    expect(again.meanErrorPx).toBeLessThan(2);
    expect(model.card.data).toMatchObject({ split: 'groups', heldOutGroups: ['b'], neighborShare: 0 });
    expect(model.card.metrics.heldOut).toMatchObject({ frames: 32, meanErrorPx: result.evaluation?.meanErrorPx });
    expect(told.at(-1)).toMatchObject({ stage: 'writing', step: 240, steps: 240 });
    const errors = told.flatMap(({ heldOutErrorPx }) => heldOutErrorPx ?? []);
    expect(errors).toHaveLength(3);
    expect(errors.at(-1)).toBeCloseTo(result.evaluation?.meanErrorPx as number, 9);
    const { samples = [] } = told.findLast(({ heldOutErrorPx }) => heldOutErrorPx !== undefined) ?? {};
    expect(samples.map(({ group }) => group)).toEqual(['b', 'b', 'b', 'b']);
    for (const { predicted, labeled } of samples) {
      const distances = [0, 1].map((k) =>
        Math.hypot(...[0, 1].map((axis) => (predicted[2 * k + axis] as number) - (labeled[2 * k + axis] as number))),
      );
      expect(Math.max(...distances)).toBeLessThan(6);
    }
  });

  test('that is stopped or killed anywhere goes on with the same bits', async () => {
    const whole = new MemoryStore();
    await trainPoseModel(blobTraining({ store: whole }));
    const store = new MemoryStore();
    for (const [stop, lose] of [
      [1, true],
      [7, true],
      [12, false],
      [19, true],
    ] as const) {
      const controller = new AbortController();
      const onProgress = ({ step }: PoseTrainingProgress) => {
        if (step === stop) controller.abort();
      };
      const part = await trainPoseModel(blobTraining({ store, onProgress, signal: controller.signal }));
      expect(part).toMatchObject({ ended: 'aborted', steps: 24 });
      // A killed process leaves no checkpoint of its last step.
      const name = `models/small/run/steps/step-${String(stop).padStart(8, '0')}.safetensors`;
      if (lose) await store.remove(name);
    }
    const result = await trainPoseModel(blobTraining({ store }));
    expect(result).toMatchObject({ ended: 'finished', step: 24, resumed: { step: 15, bitIdentical: true } });
    expect(Buffer.compare((await weightsOf(store)) as Uint8Array, (await weightsOf(whole)) as Uint8Array)).toBe(0);
    const steps = (text: string) => text.split('\n').filter((line) => line.includes('"loss"')).length;
    expect(steps(await textOf(store, 'models/small/training.jsonl'))).toBe(24);
  });

  test('makes a number of steps of a time budget once, and a resumed run finishes that number', async () => {
    const limit = { timeBudgetSec: 1 };
    const kept = new KeepingStore();
    const stages = new Set<string>();
    const result = await trainPoseModel(
      blobTraining({ store: kept, limit, onProgress: ({ stage }) => stages.add(stage) }),
    );
    expect([...stages]).toEqual(['preparing', 'measuring', 'training', 'writing']);
    const run = JSON.parse(new TextDecoder().decode(kept.removed.get('models/small/run/run.json')));
    expect(result).toMatchObject({ ended: 'finished', step: run.steps, steps: run.steps });
    expect(run.measured).toMatchObject({ stepSec: expect.any(Number), evaluationSec: expect.any(Number) });
    const store = new MemoryStore();
    const decided = { ...run, steps: 3 };
    await store.write('models/small/run/run.json', new TextEncoder().encode(JSON.stringify(decided)));
    const resumed = new Set<string>();
    expect(
      await trainPoseModel(blobTraining({ store, limit, onProgress: ({ stage }) => resumed.add(stage) })),
    ).toMatchObject({ ended: 'finished', step: 3, steps: 3 });
    expect(resumed.has('measuring')).toBe(false);
  });

  test('by epochs takes so many passes, by patience stops early with the best weights', async () => {
    const epochs = await trainPoseModel(blobTraining({ limit: { epochs: 2 } }));
    expect(epochs).toMatchObject({ ended: 'finished', step: 6 });
    const preset = { ...smallPreset, optimizer: { ...smallPreset.optimizer, learningRate: 0 } };
    const stopped = await trainPoseModel(blobTraining({ preset, patience: 1, evaluations: 12, limit: { steps: 24 } }));
    expect(stopped).toMatchObject({ ended: 'stopped early', step: 6 });
    if (stopped.ended !== 'aborted') {
      expect(stopped.card.training).toMatchObject({ weights: 'with the smallest held-out error', stepsTaken: 6 });
    }
  });

  test('that the user ends keeps the best weights so far and says so; before the first step there is no model', async () => {
    const store = new MemoryStore();
    const end = new AbortController();
    const errors: number[] = [];
    const onProgress = ({ step, heldOutErrorPx }: PoseTrainingProgress) => {
      if (heldOutErrorPx !== undefined) errors.push(heldOutErrorPx);
      if (step === 11) end.abort();
    };
    const options = { onProgress, endSignal: end.signal, evaluations: 8 };
    const ended = await trainPoseModel(blobTraining({ store, ...options }));
    expect(ended).toMatchObject({ ended: 'stopped early', step: 11, steps: 24 });
    if (ended.ended === 'aborted') return;
    expect(errors).toHaveLength(3);
    expect(ended.evaluation?.meanErrorPx).toBeCloseTo(Math.min(...errors), 9);
    expect(ended.card.training).toMatchObject({
      ended: 'stopped early',
      weights: 'with the smallest held-out error',
      stepsTaken: 11,
      warnings: [expect.stringContaining('has chosen the weights')],
    });
    expect(await trainPoseModel(blobTraining({ endSignal: AbortSignal.abort() }))).toMatchObject({ ended: 'aborted' });
  });

  test('can begin with the weights of another model', async () => {
    const store = new MemoryStore();
    await trainPoseModel(blobTraining({ store }));
    const { weights } = await readPoseModel(store, 'models/small');
    const tensors = new Map(
      [...weights].map(([name, data]) => [name, { type: 'float32' as const, shape: [data.length], data }]),
    );
    const stranger = {
      source: 'flattened weights',
      isPublished: false,
      tensors: new Map([['x', { type: 'float32', shape: [1], data: Float32Array.of(1) } as const]]),
    };
    await expect(trainPoseModel(blobTraining({ start: stranger }))).rejects.toThrow(
      /no weight of flattened weights fits/,
    );
    const vectors = await trainPoseModel(
      blobTraining({ start: { source: 'small', tensors, isPublished: false }, limit: { steps: 1 } }),
    );
    if (vectors.ended !== 'aborted') expect(vectors.card.training.start).toBe('small');
  });
});

describe('a training that cannot be', () => {
  const refused = async (more: Partial<PoseTrainingOptions>) =>
    trainPoseModel(blobTraining(more)).then(
      () => undefined,
      (error: unknown) => error as Error & { hint?: string },
    );

  test('of labels that are NaN everywhere says so', async () => {
    const labels = blobLabels(6);
    labels.position.fill(Number.NaN);
    labels.visibility.fill(0);
    expect(() => splitImages(labels, { seed: 1 })).toThrow(/hold no point to train on/);
    const split = { ...splitImages(blobLabels(6), { seed: 1 }), heldOut: [] };
    const error = await refused({ labels, split });
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error?.message).toMatch(/hold no point to train on/);
    expect(error?.hint).toMatch(/Label some frames/);
  });

  test('by patience with nothing held out is refused', async () => {
    const labels = blobLabels(6);
    const error = await refused({ labels, split: splitImages(labels, { heldOutShare: 0, seed: 1 }), patience: 2 });
    expect(error?.message).toMatch(/patience: must come with held-out images/);
  });

  test('of labels outside their image names image and keypoint', async () => {
    const labels = blobLabels(6);
    labels.position[4] = 90;
    const error = await refused({ labels });
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error?.message).toMatch(/label of front at \(90\.0, .*outside its image of 64x64 px: b\/img1.png/);
  });

  test('into a finished model, or beside another run, is refused and harms neither', async () => {
    const store = new MemoryStore();
    await trainPoseModel(blobTraining({ store, limit: { steps: 2 } }));
    const before = await weightsOf(store);
    const exists = await refused({ store, limit: { steps: 3 } });
    expect(exists).toBeInstanceOf(StorageError);
    expect(exists?.message).toMatch(/model small exists already/);
    expect(await weightsOf(store)).toEqual(before);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const options = { store, limit: { steps: 9 }, replace: true, onProgress, signal: controller.signal };
    await trainPoseModel(blobTraining({ ...options, onProgress: ({ step }) => step === 2 && controller.abort() }));
    const other = await refused({ store, limit: { steps: 9 }, seed: 2 });
    expect(other).toBeInstanceOf(IntegrityError);
    expect(other?.message).toMatch(/other settings \(seed differ\)/);
    expect(await trainPoseModel(blobTraining({ store, limit: { steps: 9 } }))).toMatchObject({ ended: 'finished' });
  });

  test('with replace goes on with its own unfinished run, and clears any other', async () => {
    const store = new MemoryStore();
    const stopAt = async (at: number, more: Partial<PoseTrainingOptions>) => {
      const controller = new AbortController();
      const onProgress = ({ step }: PoseTrainingProgress) => {
        if (step === at) controller.abort();
      };
      await trainPoseModel(blobTraining({ store, replace: true, onProgress, signal: controller.signal, ...more }));
    };
    await stopAt(2, { limit: { steps: 4 } });
    await stopAt(3, { limit: { steps: 6 } });
    const result = await trainPoseModel(blobTraining({ store, replace: true, limit: { steps: 6 } }));
    expect(result).toMatchObject({ ended: 'finished', step: 6, resumed: { step: 3 } });
  });

  test('killed after its last file was written, before it could clear up, is its own result', async () => {
    const store = new MemoryStore();
    const other = new KeepingStore();
    const first = await trainPoseModel(blobTraining({ store: other, limit: { steps: 2 } }));
    for (const name of await other.list('')) await store.write(name, (await other.read(name)) as Uint8Array);
    for (const [name, bytes] of other.removed) await store.write(name, bytes);
    const again = await trainPoseModel(blobTraining({ store, limit: { steps: 2 } }));
    if (first.ended === 'aborted' || again.ended === 'aborted') throw new Error('neither is aborted');
    expect(again).toMatchObject({
      ended: 'finished',
      step: 2,
      evaluation: { meanErrorPx: first.evaluation?.meanErrorPx },
    });
    expect(await store.list('models/small/run/')).toEqual([]);
  });

  test('because an image cannot be read names it', async () => {
    const read = async (image: number): Promise<Picture> => {
      if (image === 4) throw new StorageError('the disk is gone');
      return blobPicture(image);
    };
    const error = await refused({ read, runtime: smallRuntime(read) });
    expect(error).toBeInstanceOf(SampleError);
    expect(error?.message).toMatch(/labeled image a\/img4.png cannot be used: the disk is gone/);
  });

  test('a model with other keypoints does not fit a skeleton, and damaged weights are no model', async () => {
    const store = new MemoryStore();
    await trainPoseModel(blobTraining({ store, limit: { steps: 1 } }));
    const { card } = await readPoseModel(store, 'models/small');
    checkModelFits(card, ['front', 'back']);
    expect(() => checkModelFits(card, ['front', 'tail'])).toThrow(/lacks tail; it has back, which the skeleton lacks/);
    expect(() => checkModelFits(card, ['back', 'front'])).toThrow(/in another order \(front, back\)/);
    const bytes = (await weightsOf(store)) as Uint8Array;
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
    await store.write('models/small/weights.safetensors', bytes);
    await expect(readPoseModel(store, 'models/small')).rejects.toThrow(/the weights are not those of the card/);
    await store.remove('models/small/model.json');
    await expect(readPoseModel(store, 'models/small')).rejects.toThrow(/model models\/small has no model.json/);
    expect(() => parseModelCard('{', 'x')).toThrow(/JSON/);
  });
});

describe('the plan of a training', () => {
  test('scales pictures to the preset, but keeps the animal large enough', () => {
    const labels = blobLabels(8);
    const samples = poseSamples(labels, [...labels.image]);
    const large = { ...samples, position: samples.position.map((value) => 10 * value) };
    const sizes = Array(8).fill({ widthPx: 640, heightPx: 480 });
    const plan = planTraining(large, sizes, posePreset('unet'));
    expect(plan.preprocessing).toMatchObject({ scale: 0.5, multiple: 32, trainedWidthPx: 320, trainedHeightPx: 240 });
    expect(plan.sampling.targets.widthPx).toBeLessThanOrEqual(320);
    const small = planTraining(samples, sizes, posePreset('unet'));
    expect(small.preprocessing.scale).toBe(1);
    expect(small.sampling).toMatchObject({ animalShare: 0.8, targets: { widthPx: 160, heightPx: 160 } });
  });

  test('turns all ways only what looks all ways', () => {
    const labels = blobLabels(20);
    const samples = poseSamples(labels, [...labels.image]);
    const sizes = Array(20).fill({ widthPx: 64, heightPx: 64 });
    expect(planTraining(samples, sizes, posePreset('unet')).sampling.augmentation).toMatchObject({
      rotationDeg: 180,
      mirror: 0.5,
    });
    const position = samples.position.map((_, at) => (at % 4 < 2 ? 20 : 40) + (at % 7));
    expect(planTraining({ ...samples, position }, sizes, posePreset('unet')).sampling.augmentation).toMatchObject({
      rotationDeg: 25,
      mirror: 0,
    });
  });

  test('fills a budget with steps and evaluations', () => {
    expect(stepsWithin(100, 0.1, 13)).toBe(820);
    expect(stepsWithin(1, 10, 1)).toBe(1);
    expect(() => posePreset('resnet18')).toThrow(/network: must be one of unet, resnet50/);
  });
});
