import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileProblem } from '../file-problem.js';
import { type CaltechReadOptions, readCaltechAnnotations } from './read-annotations.js';

const head = [
  'Caltech Behavior Annotator - Annotation File',
  '',
  'Configuration file:',
  'base\tz',
  'rear\tr',
  'bite\tb',
  '',
];

async function read(lines: readonly string[], options: Partial<CaltechReadOptions> = {}) {
  const problems: FileProblem[] = [];
  const file = await readCaltechAnnotations(new TextEncoder().encode(lines.join('\r\n')), {
    path: 'a.txt',
    recording: 'a',
    subject: 'resident',
    annotator: 'ann',
    fps: 10,
    report: (problem) => problems.push(problem),
    ...options,
  });
  return { ...file, problems };
}

const body = [
  'S1:\tstart\tend\ttype',
  '-----------------',
  '   \t1\t100\tbase',
  '   \t101\t101\trear',
  '   \t102\t200\tbase',
  '',
  'S2:\tstart\tend\ttype',
  '-----------------',
  '   \t1\t150\tbase',
  '   \t151\t160\tbite',
  '   \t161\t200\tbase',
];

describe('readCaltechAnnotations', () => {
  test('frames count from 1 and the last belongs to its bout', async () => {
    const { streams, offered, problems } = await read([...head, ...body]);
    expect(
      streams.map(({ annotations, observedSec }) => [
        annotations.channel,
        annotations.behaviors,
        annotations.startSec[0],
        annotations.endSec[0],
        observedSec,
      ]),
    ).toEqual([
      ['S1', ['rear'], 10, 10.1, [0, 20]],
      ['S2', ['bite'], 15, 16, [0, 20]],
    ]);
    expect(streams[0]?.annotations.frameBase).toEqual({ fps: 10, firstFrame: 1, endIncluded: true });
    expect(offered).toEqual(['rear', 'bite']);
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['unscored-ends', 'frames 1 to 100 and 161 to 200'],
    ]);
  });

  test('with ends that nobody scored, all streams are watched from the first to the last behavior', async () => {
    const { streams, problems } = await read([...head, ...body], { unscoredEnds: true });
    expect(streams.map(({ observedSec }) => observedSec)).toEqual([
      [10, 16],
      [10, 16],
    ]);
    expect(problems).toEqual([]);
  });

  test.each([
    [['Some file'], /line 1: expected Caltech Behavior Annotator, found "Some file"/],
    [[head[0], '12 13 rear'], /line 2: expected Configuration file:/],
    [[...head], /expected a stream S1:/],
    [[...head, 'S1:', '1 x rear'], /line 9: expected first frame, last frame and behavior, found "1 x rear": a\.txt/],
    [[...head, 'S1:', '5 4 rear'], /line 9/],
    [[...head, 'S1:', '0 4 rear'], /line 9/],
    [[...head, 'S1:', '1 4'], /line 9/],
    [[...head, 'S1:', '1 4 a b'], /line 9/],
    [[...head, 'S1:', '1 4 rear', 'S1:'], /line 10: expected S1 once/],
  ] as [string[], RegExp][])('refuses %j', async (lines, message) => {
    await expect(read(lines)).rejects.toThrow(message);
  });

  const folder = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data', 'rat-resident-intruder/annotations');
  const isThere = existsSync(folder);
  if (!isThere) console.warn(`skipped: sessions are read where ${folder} is there (ZOOPRAXIS_DATA)`);
  test.skipIf(!isThere)('reads 48 real sessions, scored for 12,000 frames each but one', async () => {
    const names = readdirSync(folder);
    const others: [string, number][] = [];
    for (const name of names) {
      const who = { path: name, recording: name, subject: 'rat', annotator: 'lab' };
      const options = { ...who, fps: 30, unscoredEnds: true, report: () => undefined };
      const { streams } = await readCaltechAnnotations(new Uint8Array(readFileSync(join(folder, name))), options);
      const [from, to] = streams[0]?.observedSec ?? [0, 0];
      const frames = Math.round((to - from) * 30);
      if (frames !== 12000) others.push([name, frames]);
    }
    expect(names.length).toBe(48);
    // Here base lies between two scored stretches.
    expect(others).toEqual([['session50.txt', 14083]]);
  });
});
