import { MemoryStore } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { readModelLearning, readTrainingRecord } from './training-record.js';

const storeOf = async (files: Readonly<Record<string, string>>) => {
  const store = new MemoryStore();
  for (const [name, text] of Object.entries(files)) await store.write(name, new TextEncoder().encode(text));
  return store;
};

test('curves of a training are read from its log, damaged lines left out', async () => {
  const lines = [
    '{"step":1,"loss":8,"learningRate":0.1}',
    '{"event":"resumed"}',
    '{"step":2,"loss":null}',
    '{"step":2,"evaluation":{"meanErrorPx":5.5}}',
    '{"step":3,"loss":4}',
    '{"step":4,"lo',
  ];
  const store = await storeOf({ 'models/a/training.jsonl': lines.join('\n') });
  expect(await readModelLearning(store, 'models/a')).toEqual([
    { kind: 'learning', step: 1, loss: 8 },
    { kind: 'learning', step: 2, heldOutErrorPx: 5.5 },
    { kind: 'learning', step: 3, loss: 4 },
  ]);
  expect(await readModelLearning(store, 'models/b')).toEqual([]);
});

test('of very many losses means of neighbors are handed out, errors all', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ step: i + 1, loss: i + 1 }));
  const errors = Array.from({ length: 12 }, (_, i) =>
    JSON.stringify({ step: 400 * (i + 1), evaluation: { meanErrorPx: i } }),
  );
  const store = await storeOf({ 'models/a/training.jsonl': [...lines, ...errors].join('\n') });
  const events = await readModelLearning(store, 'models/a');
  const losses = events.filter(({ loss }) => loss !== undefined);
  expect(losses).toHaveLength(1667);
  expect(losses[0]).toEqual({ kind: 'learning', step: 3, loss: 2 });
  expect(events.length - losses.length).toBe(12);
});

test('the record of a classifier is handed out as it is, none and no JSON as null', async () => {
  const store = await storeOf({ 'models/a/training.json': '{"leaks":[]}', 'models/b/training.json': '{' });
  expect(await readTrainingRecord(store, 'models/a')).toEqual({ leaks: [] });
  expect(await readTrainingRecord(store, 'models/b')).toBeNull();
  expect(await readTrainingRecord(store, 'models/c')).toBeNull();
});
