// Projects of BORIS that we write, read by ourselves and by a program that shares no code with us
// (test/reference/behavior-formats/read-boris-project.py).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createAnnotations } from '@zoopraxis/core';
import { type FileProblem, type RecordedAnnotations, readBoutFile, writeBorisProject } from '@zoopraxis/io';
import { expect, test } from 'vitest';
import { borisSample, borisSampleProject } from './boris-sample.js';

interface Seen {
  readonly sha256: string;
  /** [observation, subject, code, modifiers, start, stop] */
  readonly bouts: readonly (readonly [string, string, string, string, number, number])[];
  readonly points: readonly string[];
  readonly lengths: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly modifierSets: Readonly<Record<string, readonly (readonly string[])[]>>;
}

const byText = (rows: readonly unknown[]) => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const rowsOf = (streams: readonly RecordedAnnotations[]) =>
  byText(
    streams.flatMap(({ recording, annotations: { subject, behaviors, behavior, startSec, endSec, modifiers } }) =>
      [...behavior].map((which, i) => [
        recording,
        subject === recording ? '' : subject,
        behaviors[which],
        (modifiers?.[i] ?? []).join('|'),
        startSec[i],
        endSec[i],
      ]),
    ),
  );

test('a project that is written reads back with every bout, modifier, length and part that was watched', async () => {
  const problems: FileProblem[] = [];
  const read = await readBoutFile(borisSampleProject(), {
    path: 'sample.boris',
    recording: 'sample',
    annotator: 'ann',
    report: (problem) => problems.push(problem),
  });
  expect(rowsOf(read.streams)).toEqual(rowsOf(borisSample));
  expect(read.streams.map(({ recording, observedSec }) => [recording, observedSec])).toEqual([
    ['cage 1', [0, 60]],
    ['cage 1', [0, 60]],
    ['quiet', [0, 45.5]],
    ['é "2"', [10, 40]],
  ]);
  for (const { annotations } of read.streams)
    expect(annotations.behaviors).toEqual(['attack', 'bite', 'groom', 'rear']);
  expect(problems).toEqual([]);
});

test('another program sees the same bouts in the very bytes that we write', () => {
  const seen = JSON.parse(readFileSync('test/reference/behavior-formats/boris-project.json', 'utf8')) as Seen;
  const hash = createHash('sha256').update(borisSampleProject()).digest('hex');
  expect(hash, 'the sample changed: run test/reference/behavior-formats/read-boris-project.py again').toBe(seen.sha256);
  expect(byText(seen.bouts)).toEqual(rowsOf(borisSample));
  expect(seen.points).toEqual(['bite']);
  expect(seen.lengths).toEqual({ 'cage 1': 60, quiet: 45.5, 'é "2"': 45.5 });
  expect(seen.intervals).toEqual({ 'é "2"': [10, 40] });
  expect(seen.modifierSets).toEqual({ bite: [['hard'], ['tail']], rear: [['free', 'wall']] });
});

test('bouts that BORIS cannot pair are refused, several annotators are told', () => {
  const of = (annotator: string, startSec: number[], endSec: number[]): RecordedAnnotations => ({
    recording: 'm',
    annotations: createAnnotations({
      ...{ subject: 'x', annotator, channel: 'default', behaviors: ['rear'] },
      ...{ startSec: Float64Array.from(startSec), endSec: Float64Array.from(endSec) },
      behavior: Int32Array.from(startSec, () => 0),
    }),
  });
  const told: string[] = [];
  const write = (streams: RecordedAnnotations[]) =>
    writeBorisProject(streams, { name: 'p', date: '2026-11-21', report: ({ message }) => told.push(message) });
  expect(() => write([of('ann', [1, 2], [3, 4])])).toThrow(/m: two bouts of rear of x overlap at 2.000 s/);
  write([of('ann', [1], [2]), of('bob', [2], [3])]);
  expect(told).toEqual(['BORIS has no annotators; the bouts of ann, bob stand together.']);
});
