import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { FileProblem } from '../file-problem.js';
import { readCaltechAnnotations } from './read-annotations.js';
import { writeCaltechAnnotations } from './write-annotations.js';

const read = async (bytes: Uint8Array, background = 'other') =>
  (
    await readCaltechAnnotations(bytes, {
      recording: 'a',
      subject: 'resident',
      annotator: 'ann',
      fps: 30,
      background,
      report: () => undefined,
    })
  ).streams;

function collect(bouts: readonly [string, number, number, string?][]) {
  const collector = createBoutCollector({ fps: 30, firstFrame: 1, endIncluded: true });
  for (const [behavior, first, end, channel = 'S1'] of bouts) {
    const key = { recording: 'a', subject: 'resident', annotator: 'ann', channel };
    collector.add(key, { behavior, startSec: first / 30, endSec: end / 30 });
    collector.observe(key, 0, 10);
  }
  return collector.streams();
}

describe('writeCaltechAnnotations', () => {
  test('lines cover every frame from 1, keys are different letters, channels are streams', async () => {
    const problems: FileProblem[] = [];
    const streams = collect([
      ['attack', 0, 10],
      ['mount', 10, 20],
      ['attack', 100, 300],
      ['sniff face', 5, 8, 'S2'],
    ]);
    const options = { fps: 30, frameCount: 300, report: (problem: FileProblem) => problems.push(problem) };
    const text = new TextDecoder().decode(writeCaltechAnnotations(streams, options));
    const lines = text.split('\n').filter((line) => /^\s+\t\d/.test(line));
    expect(lines.map((line) => line.trim().split('\t').join(' '))).toEqual([
      '1 10 attack',
      '11 20 mount',
      '21 100 other',
      '101 300 attack',
      '1 5 other',
      '6 8 sniff_face',
      '9 300 other',
    ]);
    expect(text).toContain('Configuration file:\nother\to\nattack\ta\nmount\tm\nsniff_face\tf\n');
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"sniff face" is written as sniff_face/),
    ]);
    const again = await read(new TextEncoder().encode(text));
    expect(again[0]).toEqual(streams[0]);
  });

  test('refuses overlapping bouts of one channel, naming them', () => {
    const streams = collect([
      ['attack', 0, 10],
      ['mount', 9, 20],
    ]);
    expect(() => writeCaltechAnnotations(streams, { fps: 30, frameCount: 300, report: () => undefined })).toThrow(
      /channel S1: attack and mount overlap at frame 10/,
    );
  });

  const folder = join(process.env.ZOOPRAXIS_DATA ?? resolve('../shared/data'), 'rat-resident-intruder/annotations');
  test.skipIf(!existsSync(folder))(
    `all real files come back (${existsSync(folder) ? 'found' : 'data/rat-resident-intruder is absent'})`,
    async () => {
      for (const name of readdirSync(folder)) {
        const once = await read(readFileSync(join(folder, name)), 'base');
        const frameCount = Math.round(Math.max(...once.map(({ observedSec }) => observedSec?.[1] ?? 0)) * 30);
        const written = writeCaltechAnnotations(once, {
          fps: 30,
          frameCount,
          background: 'base',
          report: () => undefined,
        });
        const again = await read(written, 'base');
        expect(
          again.map(({ annotations }) => annotations),
          name,
        ).toEqual(once.map(({ annotations }) => annotations));
      }
    },
  );
});
