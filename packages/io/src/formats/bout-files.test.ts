import { StorageError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { shareScored } from './annotations/share-scored.js';
import { type BoutFileOptions, readBoutFile } from './bout-files.js';
import type { FileProblem } from './file-problem.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function read(text: string, options: Partial<BoutFileOptions> = {}) {
  const problems: FileProblem[] = [];
  const file = await readBoutFile(bytesOf(text), {
    path: 'a.csv',
    recording: 'a',
    report: (problem) => problems.push(problem),
    ...options,
  });
  return { ...file, problems };
}

/** Returns what can be compared at a glance: who, and each bout as behavior, start and end. */
const bouts = ({ streams }: Awaited<ReturnType<typeof read>>) =>
  streams.map(({ recording, annotations: { subject, annotator, behaviors, behavior, startSec, endSec } }) => [
    recording,
    subject,
    annotator,
    ...[...behavior].map((which, i) => `${behaviors[which]} ${startSec[i]} ${endSec[i]}`),
  ]);

describe('a table of bouts', () => {
  test('in seconds: streams by recording, subject and annotator, columns in any order, any separator', async () => {
    const rows = [
      ['Stop (s)', 'Behaviour', 'Start (s)', 'Video', 'Animal', 'Rater', 'Comment'],
      ['2.5', 'rear', '1', 'm1.mp4', 'x', 'ann', 'sure'],
      ['1', 'groom', '0', 'm1.mp4', 'x', 'ann', ''],
      ['3', 'rear', '3', 'm1.mp4', '', 'ann', ''],
    ];
    for (const separator of [',', ';', '\t']) {
      const file = await read(`\uFEFF${rows.map((row) => row.join(separator)).join('\r\n')}\r\n`);
      expect(bouts(file)).toEqual([
        ['m1.mp4', 'x', 'ann', 'groom 0 1', 'rear 1 2.5'],
        ['m1.mp4', 'm1.mp4', 'ann', 'rear 3 3'],
      ]);
      expect([file.format, file.frameBase]).toEqual(['table', undefined]);
      expect(file.problems.map(({ message }) => message)).toEqual(['Columns that are not read: Comment.']);
    }
  });

  test('in frames: the first may be 0 or 1, the last in the bout or not', async () => {
    const text = 'behavior,start_frame,end_frame\nrear,1,30\n';
    const common = { annotator: 'ann', fps: 10 };
    const at = async (firstFrame: 0 | 1, endIncluded: boolean) =>
      bouts(await read(text, { ...common, firstFrame, endIncluded }))[0]?.[3];
    expect(await at(0, false)).toBe('rear 0.1 3');
    expect(await at(0, true)).toBe('rear 0.1 3.1');
    expect(await at(1, false)).toBe('rear 0 2.9');
    expect(await at(1, true)).toBe('rear 0 3');
    const { streams } = await read(text, { ...common, firstFrame: 1, endIncluded: true });
    expect(streams[0]?.annotations.frameBase).toEqual({ fps: 10, firstFrame: 1, endIncluded: true });
  });

  test('with columns of other names, target, channel and probability', async () => {
    const { streams } = await read(
      'What,t0,t1,who,target,channel,confidence\nbite,1,2,res,intr,S2,0.5\nbite,3,4,res,intr,S2,\n',
      {
        annotator: 'net',
        columns: { behavior: 'What', start: 't0', end: 't1', subject: 'who' },
      },
    );
    expect(streams[0]?.annotations).toMatchObject({ subject: 'res', target: 'intr', channel: 'S2' });
    expect(streams[0]?.annotations.probability).toEqual(Float32Array.of(0.5, Number.NaN));
  });

  test.each([
    ['behavior,start,end\nrear,1,2\n\nrear,x,3', {}, /line 4, column start: expected a number, found x: a\.csv/],
    ['behavior,start,end\nrear,1,', {}, /line 2, column end: expected a number, found nothing/],
    ['behavior,start,end\nrear,2,1', {}, /line 2, column end: expected 2 or more/],
    ['behavior,start,end\nrear,-1,1', {}, /line 2, column start: expected 0 or more/],
    ['behavior,start,end\n,1,2', {}, /line 2, column behavior: expected a name/],
    ['behavior,start,end\nrear,1.5,2', { fps: 30 }, /line 2, column start: expected the number of a frame/],
    ['behavior,start,end\nrear,0,2', { fps: 30, firstFrame: 1 }, /line 2, column start: expected 1 or more/],
    ['behavior,start,end,confidence\nrear,0,2,50', {}, /line 2, column confidence: expected 0 to 1/],
    ['behavior,start,end\nrear,1,2,3', {}, /line 2: expected 3 fields/],
    ['behavior,start_frame,end_frame\nrear,1,2', {}, /the header: expected seconds, found frames/],
    ['behavior,start_sec,end_sec\nrear,1,2', { fps: 30 }, /the header: expected frames, found seconds/],
    ['start,end\n1,2', {}, /the header: expected a column for behavior, found start, end/],
    ['behavior,start,end\nrear,1,2', { annotator: undefined }, /the header: expected a column for annotator/],
    ['behavior,start,end\nrear,1,2', { columns: { start: 't0' } }, /the header: expected a column t0/],
    ['', {}, /line 1: expected a header/],
  ] as [string, Partial<BoutFileOptions>, RegExp][])('refuses %j %j', async (text, options, message) => {
    await expect(read(text, { annotator: 'ann', ...options } as Partial<BoutFileOptions>)).rejects.toThrow(message);
  });
});

describe('readBoutFile', () => {
  const caltech =
    'Caltech Behavior Annotator - Annotation File\n\nConfiguration file:\nbase z\nrear r\n\nS1: start end type\n1 10 rear\n';

  test('tells formats apart by content', async () => {
    const dlc = await read('"file";"Experimenter";"from";"to";"type";"ID"\nV_Ann.csv;Ann;1;2;Rear;V\n');
    expect([dlc.format, dlc.scoredIsKnown, bouts(dlc)]).toEqual(['dlcanalyzer', true, [['V', 'V', 'Ann', 'Rear 1 2']]]);
    const cba = await read(caltech, { fps: 10, annotator: 'ann' });
    expect([cba.format, bouts(cba)]).toEqual(['caltech', [['a', 'a', 'ann', 'rear 0 1']]]);
  });

  test('asks for what the file does not say', async () => {
    const problem = await read(caltech, { annotator: 'ann' }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(StorageError);
    expect(problem).toMatchObject({
      message: expect.stringMatching(/frame rate/),
      hint: expect.stringMatching(/--fps/),
    });
    await expect(read(caltech, { fps: 30 })).rejects.toThrow(/who scored: a\.csv/);
  });
});

describe('shareScored', () => {
  const table = async (recording: string, annotator: string, ...names: string[]) =>
    read(['behavior,start,end', ...names.map((name) => `${name},1,2`)].join('\n'), { recording, annotator });
  const scored = (streams: ReturnType<typeof shareScored>) =>
    streams.map(({ recording, annotations: { annotator, behaviors, behavior } }) => [
      `${recording} ${annotator}`,
      behaviors.join(),
      [...behavior].map((which) => behaviors[which]).join(),
    ]);

  test('what an annotator has in one file was scored in all of theirs', async () => {
    const files = [await table('a', 'ann', 'rear'), await table('b', 'ann', 'groom'), await table('a', 'bob', 'bite')];
    expect(scored(shareScored(files))).toEqual([
      ['a ann', 'groom,rear', 'rear'],
      ['b ann', 'groom,rear', 'groom'],
      ['a bob', 'bite', 'bite'],
    ]);
    expect(scored(shareScored(files, { scored: ['sniff'] }))[0]).toEqual(['a ann', 'rear,sniff', 'rear']);
  });

  test('what no stream has and files offer was scored in the first channel; files that know stay', async () => {
    const file = await read('behavior,start,end,channel\nrear,1,2,S1\nbite,1,2,S2', { annotator: 'ann' });
    const known = { ...(await table('b', 'ann', 'jump')), scoredIsKnown: true };
    expect(scored(shareScored([{ ...file, offered: ['rear', 'bite', 'chase'] }, known]))).toEqual([
      ['a ann', 'chase,rear', 'rear'],
      ['a ann', 'bite', 'bite'],
      ['b ann', 'jump', 'jump'],
    ]);
  });
});
