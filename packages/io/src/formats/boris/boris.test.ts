import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createAnnotations } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { createBoutCollector } from '../annotations/bout-collector.js';
import { readBoutFile } from '../bout-files.js';
import type { FileProblem } from '../file-problem.js';
import { writeBorisEvents } from './write-events.js';
import { writeBorisProject } from './write-project.js';

async function read(bytes: Uint8Array, path = 'a.boris') {
  const problems: FileProblem[] = [];
  const file = await readBoutFile(bytes, {
    path,
    recording: 'a',
    annotator: 'ann',
    report: (problem) => problems.push(problem),
  });
  return { ...file, problems };
}

const bouts = ({ streams }: Awaited<ReturnType<typeof read>>) =>
  streams.map(
    ({ recording, observedSec, annotations: { subject, behaviors, behavior, startSec, endSec, modifiers } }) => [
      recording,
      subject,
      observedSec,
      ...[...behavior].map((which, i) =>
        [behaviors[which], startSec[i], endSec[i], ...(modifiers?.[i] ?? [])].join(' '),
      ),
    ],
  );

const behaviors_conf = {
  0: { code: 'rear', type: 'State event', key: 'r' },
  1: { code: 'bite', type: 'Point event', key: 'b' },
};
const project = (observations: unknown) =>
  new TextEncoder().encode(JSON.stringify({ project_format_version: '7.0', behaviors_conf, observations }));
const observation = (events: unknown[]) => ({
  type: 'MEDIA',
  file: { 1: ['v.mp4', 'w.mp4'], 2: [] },
  media_info: { length: { 'v.mp4': 10, 'w.mp4': 5.5 } },
  events,
});

describe('BORIS project', () => {
  test('written with a catalogue has its keys, kinds and exclusions, and names the film', async () => {
    const annotations = createAnnotations({
      ...{ subject: 'm1', annotator: 'ann', channel: 'default', behaviors: ['rear', 'groom'] },
      startSec: Float64Array.of(1),
      endSec: Float64Array.of(2),
      behavior: Int32Array.of(0),
    });
    const options = {
      name: 'p',
      date: '2026-11-21T12:00:00',
      report: () => undefined,
      fps: () => 25,
      lengthSec: () => 9,
    };
    const bytes = writeBorisProject([{ recording: 'a', annotations }], {
      ...options,
      behaviors: [
        { name: 'bite', kind: 'point', key: 'b', exclusiveWith: [] },
        { name: 'rear', kind: 'state', key: 'r', exclusiveWith: ['groom', 'walk'] },
      ],
      mediumOf: () => 'a.avi',
    });
    const written = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, Record<string, object>>;
    expect(Object.values(written.behaviors_conf ?? {})).toMatchObject([
      { code: 'bite', key: 'b', type: 'Point event', excluded: '' },
      { code: 'rear', key: 'r', type: 'State event', excluded: 'groom,walk' },
      { code: 'groom', key: '', type: 'State event' },
    ]);
    expect(written.observations?.a).toMatchObject({
      file: { 1: ['a.avi'], 2: [] },
      media_info: { fps: { 'a.avi': 25 }, length: { 'a.avi': 9 } },
    });
    expect(bouts(await read(bytes))).toEqual([['a', 'm1', [0, 9], 'rear 1 2']]);
  });

  test('states start and stop in turn for each subject and modifier, points are instants, all behaviors were scored', async () => {
    const file = await read(
      project({
        'mouse 1': observation([
          [1, 'x', 'rear', '', ''],
          [1.5, 'y', 'rear', '', '', 45],
          ['2.25', 'x', 'bite', 'hard|None', ''],
          [3, 'x', 'rear', '', ''],
          [4, 'y', 'rear', '', ''],
        ]),
        'mouse 2': observation([]),
      }),
    );
    expect(file.format).toBe('boris');
    expect(bouts(file)).toEqual([
      ['mouse 1', 'x', [0, 15.5], 'rear 1 3', 'bite 2.25 2.25 hard'],
      ['mouse 1', 'y', [0, 15.5], 'rear 1.5 4'],
      ['mouse 2', 'mouse 2', [0, 15.5]],
    ]);
    expect(file.streams.map(({ annotations }) => annotations.behaviors)).toEqual(Array(3).fill(['bite', 'rear']));
    expect(file.problems).toEqual([]);
  });

  test('a state that is never stopped lasts to the end, and is told', async () => {
    const file = await read(project({ m: observation([[1, 'x', 'rear', '', '']]) }));
    expect(bouts(file)[0]?.[3]).toBe('rear 1 15.5');
    expect(file.problems.map(({ where }) => where)).toEqual(['observation m, event 1']);
  });

  test.each([
    [{ m: observation([[1, 'x', 'swim', '', '']]) }, /observation m, event 1.*a behavior of the project.*swim/],
    [{ m: observation([['soon', 'x', 'rear', '']]) }, /observation m, event 1.*time, subject and code/],
    [{ m: { ...observation([]), type: 'IMAGES' } }, /observation m, type.*MEDIA or LIVE/],
  ])('refuses what it cannot place (%#)', async (observations, message) => {
    await expect(read(project(observations))).rejects.toThrow(message);
  });
});

describe('BORIS tabular events', () => {
  const newer = [
    'Observation id,Media duration (s),Subject,Behavior,Modifier #1,Modifier #2,Behavior type,Time',
    'm,20,x,rear,,,START,1.5',
    'm,20,No focal subject,bite,hard,,POINT,2',
    'm,20,x,rear,,,STOP,4',
    'm,20,x,rear,,,STOP,5',
  ];
  test('newer export: observation in each row, a stop without start is left out and told', async () => {
    const file = await read(new TextEncoder().encode(newer.join('\n')), 'a.csv');
    expect(bouts(file)).toEqual([
      ['m', 'm', [0, 20], 'bite 2 2 hard'],
      ['m', 'x', [0, 20], 'rear 1.5 4'],
    ]);
    expect(file.problems.map(({ where }) => where)).toEqual(['line 5']);
  });

  test('names the line of what is wrong', async () => {
    const at = (row: string) => read(new TextEncoder().encode([newer[0], row].join('\n')), 'a.csv');
    await expect(at('m,20,x,rear,,,START,soon')).rejects.toThrow(/line 2, column Time.*seconds.*soon/);
    await expect(at('m,20,x,rear,,,BEGIN,1')).rejects.toThrow(/line 2.*START, STOP or POINT.*BEGIN/);
  });

  test('what is written reads back, and what BORIS cannot hold is refused', async () => {
    const collector = createBoutCollector();
    const key = { recording: 'm, 1', subject: 'x', annotator: 'ann' };
    collector.add(key, { behavior: 'rear', startSec: 1, endSec: 2 });
    collector.add(key, { behavior: 'rear', startSec: 2, endSec: 3.5 });
    collector.add(key, { behavior: 'bite', startSec: 2, endSec: 2, modifiers: ['hard', 'tail'] });
    collector.observe(key, 0, 60);
    const again = await read(writeBorisEvents(collector.streams(), { lengthSec: () => 60 }), 'a.csv');
    expect(bouts(again)).toEqual([['m, 1', 'x', [0, 60], 'rear 1 2', 'bite 2 2 hard tail', 'rear 2 3.5']]);
    expect(again.problems).toEqual([]);
    collector.add(key, { behavior: 'rear', startSec: 3, endSec: 4 });
    expect(() => writeBorisEvents(collector.streams())).toThrow(/m, 1: two bouts of rear of x overlap at 3.000 s/);
  });
});

const folder = join(process.env.ZOOPRAXIS_DATA ?? resolve('../shared/data'), 'formats/boris');
describe.skipIf(!existsSync(folder))(
  `real BORIS files (${existsSync(folder) ? 'found' : 'data/formats is absent'})`,
  () => {
    const file = (name: string) => read(readFileSync(join(folder, name)), name);

    test('the project and its two tabular exports hold the same bouts of observation #1', async () => {
      const whole = await file('test.boris');
      const own = bouts(whole).filter(([recording]) => recording === 'observation #1');
      expect(own).toEqual([
        ['observation #1', 'subject1', [0, 359.96], 's 3.3 7.75', 's 9.9 16.2', 's 18.35 24.475'],
        ['observation #1', 'subject2', [0, 359.96], 's 38.425 46.1'],
      ]);
      for (const name of ['test_export_events_tabular.csv', 'test_export_events_tabular.tsv']) {
        expect(bouts(await file(name))).toEqual(own);
      }
      expect(new Set(whole.problems.map(({ where }) => where.split(',')[0]))).toContain('observation live not paired');
    });

    test('the other projects read without losing an event', async () => {
      for (const name of [
        'test2.boris',
        'test_with_leading_trailing_spaces_in_modifiers.boris',
        'otx_import_test.boris',
      ]) {
        const raw = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
          behaviors_conf: Record<string, { code: string; type: string }>;
          observations: Record<string, { events: [number, string, string][] }>;
        };
        const points = new Set(
          Object.values(raw.behaviors_conf).flatMap(({ code, type }) => (/point/i.test(type) ? [code] : [])),
        );
        const events = Object.values(raw.observations).flatMap((item) => item.events);
        const read1 = await file(name);
        const unpaired = read1.problems.filter(({ code }) => code === 'left-out').length;
        const expected = events.filter((event) => points.has(event[2])).length;
        const states = events.length - expected;
        const found = read1.streams.reduce((sum, { annotations }) => sum + annotations.behavior.length, 0);
        // Each state takes two events, each unpaired one alone.
        expect(found, name).toBeGreaterThanOrEqual(expected + (states - unpaired) / 2);
        expect(found, name).toBeLessThanOrEqual(expected + (states + unpaired) / 2);
      }
    });
  },
);
