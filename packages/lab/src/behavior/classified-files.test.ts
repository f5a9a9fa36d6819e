import { createAnnotations, createFrameScores, MemoryStore } from '@zoopraxis/core';
import { readBoutFile } from '@zoopraxis/io';
import { expect, test } from 'vitest';
import {
  boutsCsv,
  type ClassifiedRecord,
  readClassifiedRecord,
  readScores,
  writeClassifiedRecord,
  writeScores,
} from './classified-files.js';

const timeBase = { frameCount: 90, fps: 30 };
const annotations = createAnnotations({
  subject: 's1',
  annotator: 'model, "first"',
  channel: 'default',
  behaviors: ['attack', 'sniff'],
  startSec: Float64Array.of(1 / 3, 2),
  endSec: Float64Array.of(1, 3),
  behavior: Int32Array.of(0, 1),
  probability: Float32Array.of(0.75, Number.NaN),
});

test('bouts become a table that our reader of tables gives back bit for bit', async () => {
  const text = boutsCsv(annotations, { recording: 's1', timeBase });
  expect(text.split('\n').slice(1, 3)).toEqual([
    `s1,s1,"model, ""first""",attack,${1 / 3},1,10,29,0.7500`,
    's1,s1,"model, ""first""",sniff,2,3,60,89,',
  ]);
  const { streams } = await readBoutFile(new TextEncoder().encode(text), { recording: 's1', report: () => {} });
  expect(streams[0]?.annotations).toMatchObject({
    annotator: 'model, "first"',
    startSec: annotations.startSec,
    endSec: annotations.endSec,
    behavior: annotations.behavior,
  });
});

test('no bouts are a table without rows', () => {
  const none = createAnnotations({
    ...annotations,
    startSec: new Float64Array(),
    endSec: new Float64Array(),
    behavior: new Int32Array(),
    probability: new Float32Array(),
  });
  expect(boutsCsv(none, { recording: 's1', timeBase }).split('\n')).toHaveLength(2);
});

test('probabilities come back the same', async () => {
  const store = new MemoryStore();
  const scores = createFrameScores({
    behaviors: ['attack', 'sniff'],
    subject: 's1',
    timeBase,
    probability: Float32Array.from({ length: 180 }, (_, i) => (i === 7 ? Number.NaN : (i % 11) / 11)),
    provenance: { operation: 'classify', versions: {}, inputs: [], parameters: {} },
  });
  await writeScores(store, 's1.scores.parquet', scores);
  const read = await readScores(store, 's1.scores.parquet');
  expect(read?.probability).toEqual(scores.probability);
  expect(read?.behaviors).toEqual(['attack', 'sniff']);
});

test('a record comes back, and a damaged one is none', async () => {
  const store = new MemoryStore();
  const record: ClassifiedRecord = {
    format: 'zoopraxis classified record',
    version: 1,
    request: 'r',
    recording: 's1',
    tracks: 's1.csv',
    tracksHash: 'h',
    frameCount: 90,
    fps: 30,
    sourceFps: 30,
    isVariableRate: false,
    behaviors: ['attack'],
    model: { name: 'm', hash: 'h', trainedOn: [{ id: 's2', contentHash: 'x' }] },
    files: { csv: 's1.csv' },
    notes: [],
    versions: {},
  };
  await writeClassifiedRecord(store, 's1', record);
  expect(await readClassifiedRecord(store, 's1')).toEqual(record);
  await store.write('s1.classified.json', new TextEncoder().encode('{"format":'));
  expect(await readClassifiedRecord(store, 's1')).toBeUndefined();
});
