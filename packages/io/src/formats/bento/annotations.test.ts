import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { FileProblem } from '../file-problem.js';
import { type BentoReadOptions, readBentoAnnotations } from './read-annotations.js';
import { writeBentoAnnotations } from './write-annotations.js';

const encode = (text: string) => new TextEncoder().encode(text);

async function read(bytes: Uint8Array, options: Partial<BentoReadOptions> = {}) {
  const problems: FileProblem[] = [];
  const file = await readBentoAnnotations(bytes, {
    path: 'a.annot',
    recording: 'a',
    subject: 'resident',
    annotator: 'ann',
    report: (problem) => problems.push(problem),
    ...options,
  });
  return { ...file, problems };
}

/** Returns bouts of each channel as behavior, start and end in frames from 0. */
const frames = ({ streams }: Awaited<ReturnType<typeof read>>, fps: number) =>
  streams.map(({ annotations: { channel, behaviors, behavior, startSec, endSec } }) => [
    channel,
    ...[...behavior].map(
      (which, i) =>
        `${behaviors[which]} ${Math.round((startSec[i] as number) * fps)} ${Math.round((endSec[i] as number) * fps)}`,
    ),
  ]);

const file = (header: readonly string[], rows: readonly string[]) =>
  encode(
    [
      'Bento annotation file',
      'Movie file(s): top.seq',
      '',
      ...header,
      '',
      'List of channels:',
      'Ch1',
      'Ch2',
      '',
      'List of annotations:',
      'attack',
      'mount',
      '',
      'Ch1----------',
      '>attack',
      'Start\t Stop\t Duration ',
      ...rows,
      '',
      '>mount',
      'Start\t Stop\t Duration ',
      '',
      'Ch2----------',
      '',
    ].join('\r\n'),
  );
const frameHeader = ['Annotation start frame: 1', 'Annotation stop frame: 100', 'Annotation framerate: 10'];

describe('BENTO annotations', () => {
  test('whole numbers are frames from 1, the last in the bout', async () => {
    const read1 = await read(file(frameHeader, ['1\t10\t10', '21\t21\t1']));
    expect(frames(read1, 10)).toEqual([['Ch1', 'attack 0 10', 'attack 20 21'], ['Ch2']]);
    expect(read1.frameBase).toEqual({ fps: 10, firstFrame: 1, endIncluded: true });
    expect(read1.streams.map(({ observedSec }) => observedSec)).toEqual([
      [0, 10],
      [0, 10],
    ]);
    expect([read1.offered, read1.problems]).toEqual([['attack', 'mount'], []]);
  });

  test('decimals are seconds: the number of the frame from 1 by the rate, a whole one among them too', async () => {
    expect(frames(await read(file(frameHeader, ['0.1\t1\t1', '2.1\t2.1\t0.1'])), 10)[0]).toEqual([
      'Ch1',
      'attack 0 10',
      'attack 20 21',
    ]);
  });

  test('a header with a start time means seconds from 0, ends left out', async () => {
    const header = ['Annotation start time: 0.0', 'Annotation stop time: 10.0', 'Annotation framerate: 10'];
    const { streams, frameBase } = await read(file(header, ['0.0\t0.95\t0.95']));
    expect([streams[0]?.annotations.startSec[0], streams[0]?.annotations.endSec[0]]).toEqual([0, 0.95]);
    expect([frameBase, streams[0]?.observedSec]).toEqual([undefined, [0, 10]]);
  });

  test('without a frame rate 30 holds and is told', async () => {
    const { problems, frameBase } = await read(file(['Annotation start frame: 1'], ['1\t10\t10']));
    expect([frameBase?.fps, problems.map(({ code }) => code)]).toEqual([30, ['config-value']]);
    expect((await read(file([], ['1\t10\t10']), { fps: 25 })).problems).toEqual([]);
  });

  test.each([
    [['2\t1\t1'], /line 19.*a stop that is not before the start/],
    [['1\t5\t9'], /line 19.*a duration of 4 or 5/],
    [['1\t5\t5', '7\t9\t2'], /line 20.*as in the rows before/],
    [['x\t5\t5'], /line 19.*start, stop and duration/],
    [['0\t5\t6'], /line 19.*frame 1 or later/],
  ])('refuses %j', async (rows, message) => {
    await expect(read(file(frameHeader, rows))).rejects.toThrow(message);
  });

  test('what is written reads back on the same frames, overlaps and points too', async () => {
    const collector = createBoutCollector();
    const key = { recording: 'a', subject: 'resident', annotator: 'ann', channel: 'Ch1' };
    collector.add(key, { behavior: 'attack', startSec: 0, endSec: 1.5 });
    collector.add(key, { behavior: 'mount', startSec: 1, endSec: 2 });
    collector.add(key, { behavior: 'mount', startSec: 3, endSec: 3 });
    collector.add(key, { behavior: 'mount', startSec: 9, endSec: 12 });
    collector.score(key, ['rear']);
    const problems: FileProblem[] = [];
    const options = { fps: 30, frameCount: 300, report: (problem: FileProblem) => problems.push(problem) };
    const again = await read(writeBentoAnnotations(collector.streams(), options));
    expect(frames(again, 30)).toEqual([['Ch1', 'attack 0 45', 'mount 30 60', 'mount 90 91', 'mount 270 300']]);
    expect(again.offered).toEqual(['attack', 'mount', 'rear']);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^1 events without duration/),
      expect.stringMatching(/^1 bouts reach beyond the 300 frames/),
    ]);
  });

  const real = join(process.env.ZOOPRAXIS_DATA ?? resolve('../shared/data'), 'formats/bento/Together_1.annot');
  test.skipIf(!existsSync(real))(
    `the real file (${existsSync(real) ? 'found' : 'data/formats is absent'})`,
    async () => {
      const once = await read(readFileSync(real));
      expect(once.problems).toEqual([]);
      expect(once.frameBase).toEqual({ fps: 30, firstFrame: 1, endIncluded: true });
      // The file's first attack: 3.0333 s is frame 91 from 1, 5.2333 s is frame 157, which belongs to the bout.
      expect(frames(once, 30)[0]).toContain('Attack 90 157');
      const report = () => undefined;
      const again = await read(writeBentoAnnotations(once.streams, { fps: 30, frameCount: 19955, report }));
      expect(again.streams).toEqual(once.streams);
    },
  );
});
