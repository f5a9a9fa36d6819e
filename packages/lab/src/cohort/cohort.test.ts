import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBouts } from '@zoopraxis/behavior';
import { createPoseTracks, createSkeleton, Random, type RecordingOptions } from '@zoopraxis/core';
import { createProjectFolder, openProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blind, unblind } from '../operations/blind.js';
import { cohort } from '../operations/cohort.js';
import { openQueries } from '../query/queries.js';
import { aggregateBouts } from './bout-query.js';
import { bouts, fillProject, madeByTest, randomBouts, type TestStream } from './cohort.test.kit.js';
import { cohortStreams } from './cohort-streams.js';
import { readObservations } from './observations.js';

const context = { signal: new AbortController().signal, progress: () => undefined };
let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'zoopraxis-cohort-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const parsed = (input: Record<string, unknown>) => cohort.input.parse(input) as never;
// biome-ignore lint/suspicious/noExplicitAny: the table of operations holds outputs without their types.
const run = async (input: Record<string, unknown>): Promise<any> =>
  cohort.output.parse(await cohort.run(parsed(input), context));

async function makeProject(name: string, recordings: readonly RecordingOptions[], streams: readonly TestStream[]) {
  const folder = join(base, name);
  const project = await createProjectFolder(folder, { name });
  await fillProject(project, recordings, streams);
  await project.close();
  return folder;
}

describe('aggregation by DuckDB', () => {
  const behaviors = ['attack', "it's mount", 'rear'];
  const random = new Random('duckdb and the definition');
  const recordings = Array.from({ length: 12 }, (_, i) => ({
    id: `r${i}`,
    conditions: { animal: `m${i}` },
    exclusions:
      i % 3 === 0
        ? []
        : [
            { startSec: 20, endSec: 31, reason: 'noise' },
            { startSec: 30.5, endSec: 33.3, reason: 'noise' },
            { startSec: i % 3 === 1 ? 70 : 0, endSec: 70.7, reason: 'light' },
          ],
  }));
  const streams = recordings.flatMap(({ id }, i): TestStream[] => [
    { recording: id, behaviors, observedSec: [3.1, 90], bouts: randomBouts(random, 40, behaviors) },
    { recording: id, behaviors: ['rear'], annotator: 'bob', bouts: randomBouts(random, 5, ['rear']) },
    ...(i % 2 === 0
      ? [{ recording: id, behaviors: ['dig'], channel: 'second', target: 'x', bouts: randomBouts(random, 9, ['dig']) }]
      : []),
  ]);
  // Bouts that never overlap go another way.
  const apart = streams.map((stream) => ({
    ...stream,
    bouts: stream.bouts.map(([name, start], i): [string, number, number] => [
      name,
      Math.floor(start) + i * 1e-6,
      Math.floor(start) + i * 1e-6 + (i % 4 === 0 ? 0 : 1e-7),
    ]),
  }));

  test.each([
    ['overlapping', streams, {}],
    ['overlapping, merged and short ones left out', streams, { mergeGapSec: 0.3, minimumBoutSec: 1 }],
    ['overlapping, joined where they touch', streams, { mergeGapSec: 0 }],
    ['apart', apart, {}],
    ['apart, short ones left out', apart, { minimumBoutSec: 1e-7 }],
  ])('gives what the definition gives: %s', async (name, list, options) => {
    const folder = await makeProject(`sql ${name}`, recordings, list);
    const project = await openProjectFolder(folder, { mode: 'read' });
    const queries = await openQueries(folder);
    try {
      const choice = { annotators: ['ann'], queries };
      const found = await cohortStreams(project, project.recordings(), choice);
      expect(found.streams).toHaveLength(18);
      const measured = new Map(
        (await aggregateBouts(queries, found.streams, options)).map((one) => [one.stream, one.measures]),
      );
      let compared = 0;
      for await (const { stream, observation } of readObservations(project, found.streams, context)) {
        const expected = measureBouts(observation, options);
        for (const [i, measures] of (measured.get(stream) ?? []).entries()) {
          const { timeSec, meanBoutSec, latencySec, ...counts } = expected[i] as (typeof expected)[number];
          expect(measures).toMatchObject(counts);
          expect(measures.timeSec).toBeCloseTo(timeSec, 9);
          expect(measures.latencySec).toBeCloseTo(latencySec, 9);
          if (meanBoutSec === null) expect(measures.meanBoutSec).toBeNull();
          else expect(measures.meanBoutSec).toBeCloseTo(meanBoutSec, 9);
          compared++;
        }
      }
      expect(compared).toBe(12 * 3 + 6);
      expect(found.streams.every(({ isDisjoint }) => isDisjoint)).toBe(name.startsWith('apart'));
    } finally {
      await queries.close();
      await project.close();
    }
  });

  test('one view holds the bouts of all files', async () => {
    const folder = await makeProject('view', recordings, streams);
    const queries = await openQueries(folder);
    const { rows } = await queries.rows(
      'SELECT annotations, count(*), count(DISTINCT recording) FROM all_bouts GROUP BY 1',
    );
    expect(rows).toEqual([['scored', streams.reduce((sum, stream) => sum + stream.bouts.length, 0), 12]]);
    await queries.close();
  });
});

/** Twelve synthetic animals, twice each: ko attack three times as long; the last of each is never scored for mounting. */
function knownEffects(): { recordings: RecordingOptions[]; streams: TestStream[] } {
  const random = new Random('known effects');
  const recordings: RecordingOptions[] = [];
  const streams: TestStream[] = [];
  for (let animal = 0; animal < 12; animal++) {
    const genotype = animal < 6 ? 'wt' : 'ko';
    for (const day of [1, 2]) {
      const id = `m${animal}-d${day}`;
      recordings.push({ id, conditions: { animal: `m${animal}`, genotype, day } });
      const count = 8 + random.integer(3);
      const meanSec = genotype === 'ko' ? 6 : 2;
      streams.push({
        recording: id,
        behaviors: animal === 11 ? ['attack'] : ['attack', 'mount'],
        observedSec: [0, 600],
        bouts: [
          ...bouts(random, { count, behavior: 'attack', meanSec, lengthSec: 600 }),
          ...(animal === 0 || animal === 11
            ? []
            : bouts(random, { count: 4, behavior: 'mount', meanSec: 3, lengthSec: 600 })),
        ],
      });
    }
  }
  recordings.push({ id: 'unscored', conditions: { animal: 'm99', genotype: 'wt', day: 1 } });
  return { recordings, streams };
}

describe('a cohort of known effects', () => {
  let folder = '';
  beforeAll(async () => {
    const { recordings, streams } = knownEffects();
    folder = await makeProject('known', recordings, streams);
  });

  const of = (result: { results: { measure: string; about: string }[] }, measure: string, about: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    result.results.filter((one) => one.measure === measure && one.about === about) as any[];

  test('finds them, per animal, and lists what is left out', async () => {
    const result = await run({ project: folder, by: 'genotype', binSec: 60, transitions: true });
    expect([result.animals, result.recordings, result.groups]).toEqual([12, 24, ['ko', 'wt']]);
    const [time] = of(result, 'time', 'attack');
    const [ko, wt] = time.groups;
    expect([ko.n, wt.n]).toEqual([6, 6]);
    expect(ko.mean / wt.mean).toBeGreaterThan(2.4);
    expect(ko.mean / wt.mean).toBeLessThan(3.6);
    expect(time.test).not.toBeNull();
    expect(time.adjustedP).toBeLessThan(0.01);
    expect(of(result, 'count', 'attack')[0].p).toBeGreaterThan(0.05);
    // The animal that was scored and never mounted is a zero; the one that was not scored for it is left out.
    expect(of(result, 'time', 'mount')[0].groups.map(({ n }: { n: number }) => n)).toEqual([5, 6]);
    expect(result.leftOut).toContainEqual({ who: 'm11-d1', what: 'mount: time', reason: 'was not scored for it' });
    expect(result.leftOut).toContainEqual({ who: 'unscored', what: '', reason: 'was not scored' });
    expect(result.leftOut).toContainEqual({ who: 'm0-d1', what: 'mount: bout-duration', reason: 'no bout' });
  });

  test('writes tables, figures, JSON and a page that says that it is synthetic', async () => {
    const out = join(folder, 'figures', 'cohort-genotype');
    const files = await readdir(out);
    for (const name of [
      'animals.csv',
      'per-recording.csv',
      'groups.csv',
      'tests.csv',
      'left-out.csv',
      'transitions.csv',
      'time-courses.csv',
      'cohort.json',
      'report.html',
      'attack-time.svg',
      'transitions-genotype-ko.svg',
      'time-course-attack.svg',
    ]) {
      expect(files).toContain(name);
    }
    const animals = (await readFile(join(out, 'animals.csv'), 'utf8')).trim().split('\n');
    expect(animals[0]).toBe('measure,about,unit,level,genotype,animal,value,censored,recordings');
    expect(animals.filter((line) => line.startsWith('time,attack,s,,'))).toHaveLength(12);
    expect(animals.find((line) => line.startsWith('time,mount,s,,wt,m0,'))).toBe(
      'time,mount,s,,wt,m0,0,false,m0-d1 m0-d2',
    );
    expect(animals.find((line) => line.startsWith('latency,mount,s,,wt,m0,'))).toBe(
      'latency,mount,s,,wt,m0,600,true,m0-d1 m0-d2',
    );
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain('Synthetic.');
    expect(page).toContain('was not scored for it');
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    const data = JSON.parse(await readFile(join(out, 'cohort.json'), 'utf8'));
    expect(data.provenance).toMatchObject({ operation: 'cohort', synthetic: true });
    const counts = data.transitions.map(({ group, counts: rows }: { group: string; counts: number[][] }) => [
      group,
      rows.flat().length,
    ]);
    expect(counts).toEqual([
      ['ko', 4],
      ['wt', 4],
    ]);
  });

  test('days are compared within animals, and each day by itself', async () => {
    const paired = await run({ project: folder, by: 'day', paired: true, measures: ['time'], behaviors: ['attack'] });
    expect(paired.results[0].test).toMatch(/[Pp]aired|signed-rank/);
    expect(paired.results[0].groups.map(({ name, n }: { name: string; n: number }) => [name, n])).toEqual([
      ['1', 12],
      ['2', 12],
    ]);
    const within = await run({
      project: folder,
      by: 'genotype',
      within: 'day',
      measures: ['time'],
      behaviors: ['attack'],
    });
    expect(within.results.map(({ level }: { level: string }) => level)).toEqual(['day 1', 'day 2']);
    await expect(run({ project: folder, by: 'day', measures: ['time'], behaviors: ['attack'] })).rejects.toThrow(
      /animal m0 is in two groups of day, 1 and 2/,
    );
  });

  test('bouts as units are possible', async () => {
    const result = await run({
      project: folder,
      by: 'genotype',
      unit: 'bout',
      measures: ['bout-duration'],
      behaviors: ['attack'],
    });
    expect(result.results[0].groups[0].n).toBeGreaterThan(90);
    expect(result.results[0].test).toMatch(/mixed model/i);
    expect(result.files).toContain('bouts.csv');
  });

  test('an unknown condition names those that are there; groups that do not exist are empty', async () => {
    await expect(run({ project: folder, by: 'sex' })).rejects.toMatchObject({
      message: 'no recording has the condition sex',
      hint: 'Conditions of the project: animal, day, genotype.',
    });
    const empty = await run({
      project: folder,
      by: 'genotype',
      groups: ['wt', 'het'],
      measures: ['time'],
      behaviors: ['attack'],
    });
    expect(empty.results[0].notTested).toBe('values of two groups or more are needed, got 1');
    expect(empty.results[0].groups).toEqual([
      expect.objectContaining({ name: 'wt', n: 6 }),
      { name: 'het', n: 0, mean: null, sem: null },
    ]);
  });

  test('blinded, groups are hidden from every reader until the key comes', async () => {
    const input = { project: folder, by: ['genotype'] };
    const { key } = (await blind.run(blind.input.parse(input) as never, context)) as { key: string };
    const manifest = await readFile(join(folder, 'zoopraxis.json'), 'utf8');
    expect(manifest).not.toMatch(/"(wt|ko)"/);
    const queries = await openQueries(folder);
    const { rows } = await queries.rows("SELECT count(DISTINCT value) FROM conditions WHERE name = 'genotype'");
    await queries.close();
    expect(rows).toEqual([[25]]);
    await expect(run({ project: folder, by: 'genotype' })).rejects.toThrow('genotype is hidden');
    const seen = await run({
      project: folder,
      by: 'genotype',
      unblindWith: key,
      measures: ['time'],
      behaviors: ['attack'],
    });
    expect(seen.groups).toEqual(['ko', 'wt']);
    expect(await readFile(join(folder, 'zoopraxis.json'), 'utf8')).toBe(manifest);
    await expect(blind.run(blind.input.parse(input) as never, context)).rejects.toThrow('blinded already');
    await unblind.run(unblind.input.parse({ project: folder, key }) as never, context);
    const project = await openProjectFolder(folder, { mode: 'read' });
    expect(project.recordings()[0]?.conditions).toEqual({ animal: 'm0', genotype: 'wt', day: 1 });
    await project.close();
    await expect(unblind.run(unblind.input.parse({ project: folder, key }) as never, context)).rejects.toMatchObject({
      hint: 'The project is not blinded.',
    });
    await expect(blind.run(blind.input.parse(input) as never, context)).rejects.toThrow('there is a key already');
    await expect(
      blind.run(blind.input.parse({ ...input, key: join(folder, 'key.json') }) as never, context),
    ).rejects.toThrow('outside of the project');
  });
});

describe('choices', () => {
  const recordings: RecordingOptions[] = [
    { id: 'a', conditions: { animal: 'm1', sex: 'f' } },
    {
      id: 'b',
      conditions: { 'resident.animal': 'm2', 'intruder.animal': 'm3', 'resident.sex': 'm', 'intruder.sex': 'f' },
    },
  ];
  const one = { behaviors: ['attack'], bouts: [['attack', 1, 2]] } as const;

  test('two annotators of one recording must be chosen between', async () => {
    const folder = await makeProject('raters', recordings, [
      { recording: 'a', ...one },
      { recording: 'a', ...one, annotator: 'bob', bouts: [['attack', 1, 4]] },
    ]);
    await expect(run({ project: folder, by: 'sex' })).rejects.toMatchObject({
      message: 'attack of mouse in recording a was scored twice, by annotator bob and ann',
      hint: 'Choose which counts with --annotators.',
    });
    const bob = await run({ project: folder, by: 'sex', annotators: ['bob'], measures: ['time'] });
    expect(bob.results[0].groups).toEqual([expect.objectContaining({ name: 'f', mean: 3 })]);
    expect(bob.notes.join(' ')).toContain('each counts until its last bout ends');
  });

  test('what never happened is not ranked by how long a recording was', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `r${i}`);
    const folder = await makeProject(
      'never',
      ids.map((id, i) => ({ id, conditions: { animal: id, side: i < 6 ? 'left' : 'right' } })),
      ids.map((recording, i) => ({ recording, behaviors: ['jump'], bouts: [], observedSec: [0, i < 6 ? 600 : 600.1] })),
    );
    const [latency] = (await run({ project: folder, by: 'side', measures: ['latency'] })).results;
    expect(latency.p === null || latency.p > 0.9).toBe(true);
    expect(latency.groups.map(({ n }: { n: number }) => n)).toEqual([6, 6]);
  });

  test('animals of one recording have conditions of their own, or are refused', async () => {
    const two = [
      { recording: 'b', ...one, subject: 'resident' },
      { recording: 'b', ...one, subject: 'intruder', bouts: [['attack', 1, 5]] as const },
    ];
    const folder = await makeProject('pair', recordings, two);
    const { results } = await run({ project: folder, by: 'sex', measures: ['time'] });
    expect(results[0].groups.map(({ name, mean }: { name: string; mean: number }) => [name, mean])).toEqual([
      ['f', 4],
      ['m', 1],
    ]);
    const shared = await makeProject(
      'shared',
      recordings,
      two.map((stream) => ({ ...stream, recording: 'a' })),
    );
    await expect(run({ project: shared, by: 'sex' })).rejects.toThrow('one condition animal for all of them');
    const chosen = await run({ project: shared, by: 'sex', subjects: ['intruder'], measures: ['time'] });
    expect(chosen.results[0].groups[0]).toMatchObject({ n: 1, mean: 4, sem: null });
  });
});

describe('movement', () => {
  const skeleton = createSkeleton({ name: 's', keypoints: ['nose', 'center'] });
  /** An animal that goes right at 10 px a frame for ten frames a second. */
  const tracks = (frames: number, missing = 0) =>
    createPoseTracks({
      skeleton,
      individuals: ['mouse'],
      space: 'image',
      dimensions: 2,
      timeBase: { frameCount: frames, fps: 10 },
      position: Float32Array.from({ length: frames * 4 }, (_, i) => (i % 2 === 0 ? 10 * Math.floor(i / 4) : 5)),
      confidence: new Float32Array(frames * 2).fill(0.9).fill(0.1, 0, missing * 2),
      provenance: madeByTest,
    });
  const video = (id: string, pxPerCm?: number) => ({
    id,
    source: `${id}.mp4`,
    view: 'top' as const,
    widthPx: 1000,
    heightPx: 100,
    frameCount: 51,
    fps: 10,
    contentHash: 'none',
    ...(pxPerCm === undefined ? {} : { calibration: { kind: 'plane' as const, pxPerCm } }),
  });

  test('is in cm where videos are calibrated, and says what it leaves out', async () => {
    const folder = join(base, 'tracks');
    const project = await createProjectFolder(folder, { name: 'tracks' });
    for (const [id, scale] of [
      ['v1', 5],
      ['v2', 10],
      ['v3', undefined],
      ['v4', 5],
    ] as const)
      await project.addVideo(video(id, scale));
    for (const [id, missing] of [
      ['v1', 0],
      ['v2', 0],
      ['v3', 0],
      ['v4', 40],
    ] as const)
      await project.writeTracks(id, tracks(51, missing));
    const region = {
      name: 'right',
      space: 'image',
      shape: {
        kind: 'polygon',
        corners: [
          [250, 0],
          [2000, 0],
          [2000, 100],
          [250, 100],
        ],
      },
    } as const;
    await project.updateRecordings(() =>
      [1, 2, 3, 4, 5].map((i) => ({
        id: `r${i}`,
        videos: i === 5 ? [] : [`v${i}`],
        subjects: ['mouse'],
        conditions: { animal: `m${i}`, drug: i % 2 === 1 ? 'x' : 'y' },
        exclusions: [],
        regions: i === 2 ? [] : [region],
        tracks: i === 5 ? [] : [`v${i}`],
        annotations: [],
        scores: [],
        features: [],
        signals: [],
      })),
    );
    await project.close();
    const measures = ['distance', 'speed', 'region-time', 'region-latency'];
    const result = await run({ project: folder, by: 'drug', measures });
    const groups = (measure: string) =>
      result.results.find((one: { measure: string }) => one.measure === measure).groups;
    // Fifty steps of 10 px, less one at each end, which the median takes.
    expect(groups('distance')[0].mean).toBeCloseTo(96, 9);
    expect(groups('distance')[1].mean).toBeCloseTo(48, 9);
    expect(groups('speed')[0].mean).toBeCloseTo(19.2, 9);
    expect(groups('region-time')[0].mean).toBeCloseTo(2.5, 9);
    expect(groups('region-latency')[0].mean).toBeCloseTo(2.5, 9);
    const reasons = new Map(result.leftOut.map(({ who, reason }: { who: string; reason: string }) => [who, reason]));
    expect(reasons.get('r3')).toContain('no calibration');
    expect(reasons.get('r4')).toMatch(/tracked \d+ % of the time/);
    expect(reasons.get('r5')).toBe('has no tracks');
    expect(reasons.get('r2')).toBe('has no such region');
    const px = await run({ project: folder, by: 'drug', measures: ['distance'], lengthUnit: 'px' });
    expect(px.results[0].groups.map(({ n }: { n: number }) => n)).toEqual([2, 1]);
  });
});

test('pairs get no stars where the corrected test of all groups shows nothing', async () => {
  const animals = Array.from({ length: 15 }, (_, i) => ({ id: `r${i}`, group: Math.floor(i / 5), place: i % 5 }));
  const folder = await makeProject(
    'stars of pairs',
    animals.map(({ id, group }) => ({ id, conditions: { animal: id, dose: `d${group}` } })),
    animals.map(({ id, group, place }) => ({
      recording: id,
      behaviors: ['attack', 'mount'],
      observedSec: [0, 100],
      bouts: [
        ['attack', 0, 10 + 2 * place + 3 * group],
        ['mount', 50, 60 + 2 * place],
      ],
    })),
  );
  const drawn = async (behaviors: string[]) => {
    const out = join(base, `stars-${behaviors.length}`);
    await run({ project: folder, by: 'dose', measures: ['time'], distribution: 'normal', behaviors, out });
    return [await readFile(join(out, 'attack-time.svg'), 'utf8'), await readFile(join(out, 'cohort.json'), 'utf8')];
  };
  const [alone = ''] = await drawn(['attack']);
  expect(alone).toMatch(/\* +p = 0\.028</);
  const [both = '', json = ''] = await drawn(['attack', 'mount']);
  expect(both).not.toContain('p = 0.0');
  expect(json).toContain('the test of all groups has p = 0.070 after Holm over 2 tests of this measure.');
});
