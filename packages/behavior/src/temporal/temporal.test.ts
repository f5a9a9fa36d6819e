import { MemoryStore } from '@zoopraxis/core';
import { decodeModel, encodeModel } from '@zoopraxis/nn';
import { directBackend } from '@zoopraxis/nn/node';
import { describe, expect, it } from 'vitest';
import { frameMacroF1 } from '../smooth/smoothing-data.js';
import { fitInputScaling } from './input-scaling.js';
import { predictTemporal, predictTemporalWhole } from './predict-temporal.js';
import { slopeRecording, sourceOf } from './temporal.test.kit.js';
import { readTemporalModel, type TemporalModel, writeTemporalModel } from './temporal-model.js';
import { directTemporalRuntime } from './temporal-runtime.js';
import { trainTemporalNetwork } from './train-temporal.js';

const backend = directBackend('cpu');
const runtime = directTemporalRuntime(backend);
const recordings = [1, 2, 3].map((seed) => slopeRecording(`training ${seed}`, seed));
const validation = [slopeRecording('validation', 4, 2000)];
const test = slopeRecording('test', 5);
const settings = { runtime, seed: 1, windowFrames: 128, batchSize: 8, architecture: { channels: 16, layers: 4 } };

const classesOf = (probability: Float32Array) =>
  Uint8Array.from({ length: probability.length / 3 }, (_, frame) => {
    const row = [...probability.subarray(3 * frame, 3 * frame + 3)];
    return row.indexOf(Math.max(...row));
  });

async function trained(options: Partial<Parameters<typeof trainTemporalNetwork>[1]> = {}): Promise<TemporalModel> {
  const result = await trainTemporalNetwork(recordings, { ...settings, ...options });
  if (result.ended === 'aborted') throw new Error('aborted');
  return result.model;
}

describe('a temporal network', () => {
  it('learns what no frame shows alone, and keeps it in a folder', async () => {
    const model = await trained({ epochs: 20, validation });
    const probability = await predictTemporalWhole(model, test.features, { backend });
    const score = frameMacroF1(test.truth.label, classesOf(probability), 3);
    expect(score).toBeGreaterThan(0.7);
    expect(model.card.training.macroF1).toBeGreaterThan(0.7);
    const store = new MemoryStore();
    await writeTemporalModel(store, 'models/slope', model);
    const read = await readTemporalModel(store, 'models/slope');
    expect(await predictTemporalWhole(read, test.features, { backend })).toEqual(probability);
    await store.write('models/slope/model.onnx', model.onnx.slice(0, 100));
    await expect(readTemporalModel(store, 'models/slope')).rejects.toThrow(/not the one that the card/);
    await store.write('models/slope/model.json', new TextEncoder().encode('{"format":"zoopraxis-temporal"}'));
    await expect(readTemporalModel(store, 'models/slope')).rejects.toThrow(/version/);
    await expect(readTemporalModel(store, 'elsewhere')).rejects.toThrow(/no whole temporal model/);
  });

  it.each([false, true])('predicts in chunks what one pass over the whole predicts (causal: %s)', async (causal) => {
    const model = await trained({ epochs: 1, architecture: { channels: 16, layers: 4, causal } });
    const chunked = await predictTemporalWhole(model, test.features, { backend });
    const whole = await onePass(model);
    let largest = 0;
    for (const [i, value] of whole.entries()) largest = Math.max(largest, Math.abs(value - (chunked[i] as number)));
    expect(largest).toBe(0);
    if (!causal) return;
    const values: Float32Array[] = [];
    for await (const block of test.features.blocks()) values.push(block.values.slice());
    // What comes later changes nothing: the first 333 frames alone give the same.
    const early = sourceOf([values[0]!.subarray(0, 333), values[0]!.subarray(333)], 100);
    expect(await predictTemporalWhole(model, early, { backend })).toEqual(chunked.slice(0, 3 * 333));
  });

  it('depends on neither the blocks of the features nor frames beyond its reach', async () => {
    const model = await trained({ epochs: 1 });
    const blocks: number[] = [];
    for await (const { firstFrame, frameCount } of predictTemporal(model, test.features, { backend })) {
      blocks.push(firstFrame, frameCount);
    }
    expect(blocks.filter((_, i) => i % 2 === 1).reduce((sum, count) => sum + count, 0)).toBe(4000);
    const columns = [0, 1].map(() => new Float32Array(4000));
    for await (const { firstFrame, frameCount, values } of test.features.blocks()) {
      for (const [i, column] of columns.entries())
        column.set(values.subarray(i * frameCount, (i + 1) * frameCount), firstFrame);
    }
    const expected = await predictTemporalWhole(model, test.features, { backend });
    for (const size of [1, 4000]) {
      expect(await predictTemporalWhole(model, sourceOf(columns, size), { backend })).toEqual(expected);
    }
    const changed = columns.map((column) => column.slice().fill(Number.NaN, 3000));
    const after = await predictTemporalWhole(model, sourceOf(changed, 500), { backend });
    expect(after.slice(0, 3 * 2985)).toEqual(expected.slice(0, 3 * 2985));
    expect(after.slice(3 * 2990)).not.toEqual(expected.slice(3 * 2990));
    const other = sourceOf(columns.slice(0, 1), 100);
    await expect(predictTemporalWhole(model, other, { backend })).rejects.toThrow(
      /column 1 must be mouse column 1 \[px\]/,
    );
    expect(
      await predictTemporalWhole(
        model,
        sourceOf(
          columns.map(() => new Float32Array(0)),
          1,
        ),
        { backend },
      ),
    ).toHaveLength(0);
  });

  it('ends with the same bits for the same seed, and after an interruption', async () => {
    const once = await trained({ epochs: 3, validation });
    const store = new MemoryStore();
    const checkpoints = { store, folder: 'run' };
    const controller = new AbortController();
    const interrupted = await trainTemporalNetwork(recordings, {
      ...settings,
      epochs: 3,
      validation,
      checkpoints,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 17) controller.abort();
      },
    });
    expect(interrupted.ended).toBe('aborted');
    const again = await trained({ epochs: 3, validation, checkpoints });
    expect(again.card).toEqual(once.card);
    expect(again.onnx).toEqual(once.onnx);
    await expect(trained({ epochs: 3, validation, checkpoints, seed: 2 })).rejects.toThrow(
      /other recordings or settings/,
    );
  });

  it('learns each behavior for itself, and nothing from recordings in which it was not looked for', async () => {
    const partly = recordings.map((recording, i) => (i === 0 ? { ...recording, scored: [0, 1] } : recording));
    const result = await trainTemporalNetwork(partly, { ...settings, output: 'sigmoid', epochs: 12 });
    if (result.ended === 'aborted') throw new Error('aborted');
    expect(result.ended).toBe('finished');
    const probability = await predictTemporalWhole(result.model, test.features, { backend });
    expect(frameMacroF1(test.truth.label, classesOf(probability), 3)).toBeGreaterThan(0.6);
  });

  it('refuses recordings that do not belong together', async () => {
    const empty = { ...test, truth: { ...test.truth, label: new Uint8Array(4000).fill(255) } };
    await expect(trainTemporalNetwork([], settings)).rejects.toThrow(/at least one/);
    await expect(trainTemporalNetwork([empty], settings)).rejects.toThrow(/scored frame/);
    const short = { ...test, truth: { ...test.truth, label: new Uint8Array(10) } };
    await expect(trainTemporalNetwork([short], settings)).rejects.toThrow(/4000 frames of features and 10 labels/);
    await expect(trainTemporalNetwork(recordings, { ...settings, validation: recordings })).rejects.toThrow(
      /training 1/,
    );
  });
});

/** Returns what the network gives for the test recording in one run: its file, with longer inputs. */
async function onePass({ card, onnx }: TemporalModel): Promise<Float32Array> {
  const model = decodeModel(onnx);
  const frames = 4200;
  const longer = (info: (typeof model.graph.inputs)[number]) => ({
    ...info,
    dims: info.dims.map((size) => (size === card.chunkFrames ? frames : size)),
  });
  const [inputs, outputs] = [model.graph.inputs, model.graph.outputs].map((list) => list.map(longer));
  const initializers = model.graph.initializers.map((tensor) => {
    if (tensor.type !== 'int64') return tensor;
    const sizes = new BigInt64Array(tensor.bytes.slice().buffer).map((size) =>
      size === BigInt(card.chunkFrames) ? BigInt(frames) : size,
    );
    return { ...tensor, bytes: new Uint8Array(sizes.buffer) };
  });
  const bytes = encodeModel({ ...model, graph: { ...model.graph, inputs, outputs, initializers } } as typeof model);
  return predictTemporalWhole({ card: { ...card, chunkFrames: frames }, onnx: bytes }, test.features, { backend });
}

it('tells columns that go missing together once', async () => {
  const column = (holes: readonly number[]) =>
    Float32Array.from({ length: 50 }, (_, i) => (holes.includes(i) ? Number.NaN : i % 7));
  const columns = [
    column([3, 4]),
    column([3, 4]),
    column([]),
    column([3]),
    new Float32Array(50).fill(Number.NaN),
    new Float32Array(50).fill(5),
  ];
  const { missing, mean, deviation } = await fitInputScaling([sourceOf(columns, 16), sourceOf(columns, 50)]);
  expect(missing).toEqual([0, 3, 4]);
  expect(mean[4]).toBe(0);
  expect([mean[5], deviation[5]]).toEqual([5, 1]);
  const known = [...column([]), ...column([])];
  const average = known.reduce((sum, value) => sum + value, 0) / 100;
  expect(mean[2]).toBeCloseTo(average, 12);
  expect(deviation[2]).toBeCloseTo(Math.sqrt(known.reduce((sum, value) => sum + (value - average) ** 2, 0) / 100), 12);
});
