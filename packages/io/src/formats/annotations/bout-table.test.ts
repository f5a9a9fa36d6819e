import { createAnnotations } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { readBoutTable } from './read-bout-table.js';
import { writeBoutTable } from './write-bout-table.js';

const annotations = createAnnotations({
  subject: 'A, the "first"',
  target: 'B',
  annotator: 'ann',
  channel: 'S1',
  behaviors: ['attack', 'rear', 'sniff, face'],
  startSec: Float64Array.of(1 / 3, 0.1 + 0.2, 7),
  endSec: Float64Array.of(2 / 3, 4, 7),
  behavior: Int32Array.of(0, 2, 0),
  probability: Float32Array.of(0.1, Number.NaN, 1 / 3),
});

test('bouts go into a table and come back as they were, to the last bit', async () => {
  const told: string[] = [];
  const report = ({ message }: { message: string }) => void told.push(message);
  const bytes = writeBoutTable([{ recording: 'day 1', annotations }], { report });
  expect(new TextDecoder().decode(bytes).split('\n').slice(0, 2)).toEqual([
    'recording,subject,target,annotator,channel,behavior,start_sec,end_sec,probability',
    'day 1,"A, the ""first""",B,ann,S1,"sniff, face",0.30000000000000004,4,',
  ]);
  expect(told).toEqual([expect.stringContaining('rear never happened')]);
  const { streams } = await readBoutTable(bytes, { report });
  expect(streams).toEqual([
    {
      recording: 'day 1',
      annotations: { ...annotations, behaviors: ['attack', 'sniff, face'], behavior: Int32Array.of(1, 0, 0) },
    },
  ]);
});

test('modifiers that the table does not hold are told', () => {
  const told: string[] = [];
  const modified = { ...annotations, modifiers: [['left'], [], []] };
  writeBoutTable([{ recording: 'r', annotations: modified }], { report: ({ message }) => void told.push(message) });
  expect(told).toContain('1 bouts have modifiers, which a table of bouts does not hold.');
});
