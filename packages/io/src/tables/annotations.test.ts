import { type Annotations, createAnnotations, MemoryStore, Random } from '@zoopraxis/core';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { createProject } from '../project/open-project.js';
import type { AnnotationsTable, RecordedAnnotations } from './annotations-layout.js';
import { readAnnotationsFooter, readAnnotationsTable } from './read-annotations.js';
import { writeAnnotationsTable } from './write-annotations.js';

const path = 'annotations/a.parquet';
const provenance = { operation: 'test', versions: { zoopraxis: '0.1.0' }, inputs: [], parameters: {} };

function bouts(rows: [number, number, number][], more: Partial<Annotations> = {}): Annotations {
  return createAnnotations({
    subject: 'resident',
    annotator: 'ann',
    channel: 'default',
    behaviors: ['attack', 'sniff', 'never seen'],
    startSec: Float64Array.from(rows, ([start]) => start),
    endSec: Float64Array.from(rows, ([, end]) => end),
    behavior: Int32Array.from(rows, ([, , behavior]) => behavior),
    ...more,
  });
}

const streams: RecordedAnnotations[] = [
  { recording: 'a', annotations: bouts([], { annotator: 'bob' }) },
  {
    recording: 'a',
    annotations: bouts(
      [
        [0, 1 / 30, 0],
        [2, 3, 1],
      ],
      {
        target: 'intruder',
        frameBase: { fps: 29.97, firstFrame: 1, endIncluded: true },
        modifiers: [['hard', 'with "quotes", | and ü'], []],
        probability: Float32Array.of(0.5, Number.NaN),
      },
    ),
    observedSec: [0, 600],
  },
  { recording: 'b', annotations: bouts([[7, 7, 1]], { channel: 'second' }) },
];
const table: AnnotationsTable = { streams, provenance };

describe('an annotations table', () => {
  test('reads back as it was written, behaviors without bouts and annotators without any included', async () => {
    const store = new MemoryStore();
    await writeAnnotationsTable(store, path, table);
    expect(await readAnnotationsTable(store, path)).toEqual(table);
    expect((await readAnnotationsFooter(store, path))?.streams.map(({ boutCount }) => boutCount)).toEqual([0, 2, 1]);
    const twice = bouts([
      [0, 9, 0],
      [1, 2, 0],
      [3, 4, 1],
      [8, 8, 0],
      [9, 10, 0],
    ]);
    await writeAnnotationsTable(store, 'annotations/c.parquet', {
      streams: [{ recording: 'c', annotations: twice }],
      provenance,
    });
    expect((await readAnnotationsFooter(store, 'annotations/c.parquet'))?.streams[0]?.overlapCount).toBe(2);
    expect(await readAnnotationsTable(store, path, { recordings: ['b'] })).toEqual({
      provenance,
      streams: [streams[2]],
    });
    expect((await readAnnotationsTable(store, path, { recordings: ['c'] }))?.streams).toEqual([]);
    expect(await readAnnotationsTable(store, 'annotations/b.parquet')).toBeUndefined();
  });

  test('has rows that SQL can use', async () => {
    const store = new MemoryStore();
    await writeAnnotationsTable(store, path, table);
    const rows = await parquetReadObjects({ file: (await store.read(path))?.slice().buffer as ArrayBuffer });
    const none = { target: null, probability: null, modifiers: null };
    const first = { recording: 'a', subject: 'resident', annotator: 'ann', channel: 'default' };
    const modifiers = JSON.stringify(['hard', 'with "quotes", | and ü']);
    expect(rows).toEqual([
      { ...first, target: 'intruder', behavior: 'attack', start_sec: 0, end_sec: 1 / 30, probability: 0.5, modifiers },
      { ...first, ...none, target: 'intruder', behavior: 'sniff', start_sec: 2, end_sec: 3 },
      { ...first, ...none, recording: 'b', channel: 'second', behavior: 'sniff', start_sec: 7, end_sec: 7 },
    ]);
  });

  test('has equal bytes for equal annotations, whatever the order', async () => {
    const [one, two] = [new MemoryStore(), new MemoryStore()];
    await writeAnnotationsTable(one, path, table);
    await writeAnnotationsTable(two, path, { provenance, streams: [...streams].reverse() });
    expect(await two.read(path)).toEqual(await one.read(path));
  });

  test('holds many bouts over row groups', async () => {
    const random = new Random(3);
    const store = new MemoryStore();
    const many = Array.from({ length: 7 }, (_, i) => ({
      recording: `r${i}`,
      annotations: bouts(
        Array.from({ length: i === 3 ? 0 : 20_000 }, (_, bout) => [
          bout,
          bout + random.uniform(),
          Math.floor(random.uniform() * 3),
        ]),
      ),
    }));
    await writeAnnotationsTable(store, path, { provenance, streams: many });
    const part = await readAnnotationsTable(store, path, { recordings: ['r6', 'r3', 'r2'] });
    expect(part?.streams).toEqual([many[2], many[3], many[6]]);
  });

  test('refuses the same stream twice and seconds that do not ascend', async () => {
    const store = new MemoryStore();
    const twice = { provenance, streams: [streams[0], streams[0]] as RecordedAnnotations[] };
    await expect(writeAnnotationsTable(store, path, twice)).rejects.toThrow(
      'annotations: a must have resident by bob, channel default, once, got it twice',
    );
    const backward = { provenance, streams: [{ ...streams[1], observedSec: [3, 1] } as RecordedAnnotations] };
    await expect(writeAnnotationsTable(store, path, backward)).rejects.toThrow(/observedSec of a must ascend/);
    expect(await store.list()).toEqual([]);
  });

  test('every cut and every foreign file is a FormatError', async () => {
    const store = new MemoryStore();
    await writeAnnotationsTable(store, path, table);
    const bytes = (await store.read(path)) as Uint8Array;
    for (let length = 0; length < bytes.length; length += 37) {
      await store.write(path, bytes.subarray(0, length));
      await expect(readAnnotationsTable(store, path), String(length)).rejects.toMatchObject({ code: 'format' });
    }
    const text = new TextDecoder('latin1').decode(bytes);
    const change = async (from: string, to: string) => {
      expect(from.length).toBe(to.length);
      expect(text).toContain(from);
      await store.write(
        path,
        Uint8Array.from(text.replaceAll(from, to), (letter) => letter.charCodeAt(0)),
      );
      return expect(readAnnotationsTable(store, path)).rejects;
    };
    await (await change('zoopraxis annotations', 'zoopraxis annotutions')).toMatchObject({ where: 'format' });
    await (await change('"boutCount":2', '"boutCount":3')).toMatchObject({ where: 'the row count' });
    await (await change('["attack","sniff"', '["attick","sniff"')).toMatchObject({ where: 'column behavior, row 0' });
    await (await change('"recording":"a"', '"recording":"c"')).toMatchObject({
      where: 'column recording, row 0',
      expected: 'c',
      found: 'a',
    });
  });
});

test('a project lists, reads and writes annotations, and names them in its recordings', async () => {
  const project = await createProject(new MemoryStore(), { name: 'p' });
  await project.updateRecordings(() => [
    { ...recording, id: 'a' },
    { ...recording, id: 'c' },
  ]);
  await project.writeAnnotations('by hand', table);
  expect(await project.listAnnotations()).toEqual(['by hand']);
  expect(await project.readAnnotations('by hand')).toEqual(table);
  expect(project.recordings().map(({ annotations }) => annotations)).toEqual([['by hand'], []]);
  await project.writeAnnotations('by hand', { provenance, streams: [] });
  expect(project.recordings().map(({ annotations }) => annotations)).toEqual([[], []]);
  await expect(project.readAnnotations('other')).rejects.toThrow(/known: by hand/);
  expect(() => project.annotationsName('../x')).toThrow(/usable as a file name/);
});

const recording = {
  videos: [],
  subjects: ['m1'],
  conditions: {},
  exclusions: [],
  regions: [],
  tracks: [],
  annotations: [],
  scores: [],
  features: [],
  signals: [],
};
