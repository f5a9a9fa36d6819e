import { IntegrityError, joinBytes, MemoryStore } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { encodeLine } from '../journal/checked-line.js';
import { mouse, tickingClock } from '../project.test.kit.js';
import { EntryBuilder } from './entry-builder.js';
import { LabelStore } from './label-store.js';

const first = 'labels/journal-00000001.jsonl';
const open = (store: MemoryStore, mode: 'read' | 'write' = 'write', segmentBytes?: number) =>
  LabelStore.open(store, { mode, now: tickingClock(), ...(segmentBytes === undefined ? {} : { segmentBytes }) });

/** Records one point: the nose of one animal in image `i` at x = `i`. */
const recordPoint = (labels: LabelStore, i: number) =>
  labels.record((state) => {
    const builder = new EntryBuilder(state, 'mouse');
    builder.change({ group: 'g', file: `${i}.png` }, 'm', 'ann', () => new Map([['nose', [i, 0, 2]]]));
    return builder.build({ kind: 'edit', by: 'ann', individuals: [] });
  });

async function makeJournal(count: number): Promise<{ store: MemoryStore; bytes: Uint8Array; ends: number[] }> {
  const store = new MemoryStore();
  const labels = await open(store);
  for (let i = 1; i <= count; i++) await recordPoint(labels, i);
  const bytes = (await store.read(first)) as Uint8Array;
  const ends = [...bytes].flatMap((byte, at) => (byte === 10 ? [at + 1] : []));
  return { store, bytes, ends };
}

const numbersOf = (labels: LabelStore, damaged: 'refuse' | 'skip' = 'refuse') => {
  const { position } = labels.labels(mouse, damaged);
  return Array.from({ length: position.length / 6 }, (_, row) => position[6 * row] as number).sort((a, b) => a - b);
};

describe('a journal that is cut', () => {
  test('anywhere keeps each entry that was whole, and takes new ones', async () => {
    const { bytes, ends } = await makeJournal(2);
    for (let length = 0; length <= bytes.length; length++) {
      const store = new MemoryStore();
      await store.write(first, bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      const reader = await open(store, 'read');
      expect(numbersOf(reader)).toEqual([1, 2].slice(0, whole));
      expect(await store.read(first)).toEqual(bytes.slice(0, length));

      const writer = await open(store);
      const torn = length > 0 && !ends.includes(length);
      expect(writer.warnings.length).toBe(torn ? 1 : 0);
      await recordPoint(writer, 9);
      const again = await open(store);
      expect(numbersOf(again)).toEqual([...[1, 2].slice(0, whole), 9]);
      expect([again.warnings, again.damage]).toEqual([[], []]);
      const kept = await store.read(`labels/damaged/journal-00000001.jsonl-line-${whole + 1}`);
      expect(kept).toEqual(torn ? bytes.slice(ends[whole - 1] ?? 0, length) : undefined);
    }
  });

  test('a last entry that is whole but damaged is kept aside and named', async () => {
    const { store, bytes } = await makeJournal(2);
    bytes[bytes.length - 20] = 0;
    await store.write(first, bytes);
    const labels = await open(store);
    expect(numbersOf(labels)).toEqual([1]);
    expect(labels.warnings[0]).toMatch(/what there is of it is kept: labels\/damaged\/journal-00000001.jsonl-line-2/);
  });
});

describe('a journal with one wrong byte', () => {
  test('anywhere is noticed: named by line, the rest readable, and mended on demand', async () => {
    const { bytes, ends } = await makeJournal(3);
    const lastStart = ends[1] as number;
    for (let at = 0; at < lastStart; at++) {
      const store = new MemoryStore();
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      await store.write(first, damaged);
      const line = 1 + ends.filter((end) => end <= at).length;
      const labels = await open(store);
      if (at + 1 === lastStart) {
        // The two last lines joined look like an interrupted write.
        expect(labels.warnings[0]).toMatch(/is kept: labels.damaged/);
        continue;
      }
      const problem = await recordPoint(labels, 9).catch((error: unknown) => error);
      expect(problem, `byte ${at}`).toBeInstanceOf(IntegrityError);
      expect((problem as Error).message).toContain(`line ${line} `);
      expect((problem as Error).message).toContain(first);
      // A lost newline joins two lines: then both are damaged.
      const isNewline = ends.includes(at + 1);
      const lost = isNewline ? [line, line + 1] : [line];
      expect(numbersOf(labels, 'skip'), `byte ${at}`).toEqual([1, 2, 3].filter((i) => !lost.includes(i)));

      const copies = await labels.repair();
      expect(
        joinBytes(await Promise.all(copies.map(async (name) => (await store.read(name)) as Uint8Array))).length,
      ).toBeGreaterThan(9);
      await recordPoint(labels, 9);
      const again = await open(store);
      expect(again.damage).toEqual([]);
      expect(numbersOf(again)).toEqual([...[1, 2, 3].filter((i) => !lost.includes(i)), 9]);
      const history: string[] = [];
      for await (const entry of again.history()) history.push(`${entry.seq} ${entry.kind}`);
      expect(history).toEqual([1, 2, 3, 4].map((i) => `${i} ${lost.includes(i) ? 'lost' : 'edit'}`));
    }
  });

  test('entries that are taken out of the middle are missed', async () => {
    const { store, bytes, ends } = await makeJournal(4);
    await store.write(first, joinBytes([bytes.subarray(0, ends[0]), bytes.subarray(ends[2])]));
    const labels = await open(store);
    expect(() => numbersOf(labels)).toThrow(/line 2 \(entries 2 to 3 are missing\) of labels\/journal/);
    expect(numbersOf(labels, 'skip')).toEqual([1, 4]);
    await labels.repair();
    expect(numbersOf(await open(store))).toEqual([1, 4]);
  });

  test('an entry that is there twice counts once and is named', async () => {
    const { store, bytes, ends } = await makeJournal(3);
    await store.write(first, joinBytes([bytes.subarray(0, ends[1]), bytes.subarray(ends[0])]));
    expect((await open(store)).damage).toEqual([{ file: first, line: 3, what: 'its checksum does not fit' }]);
  });
});

describe('snapshots', () => {
  test('segments are closed as they grow, and all of the history stays', async () => {
    const store = new MemoryStore();
    const labels = await open(store, 'write', 500);
    for (let i = 1; i <= 20; i++) await recordPoint(labels, i);
    const segments = await store.list('labels/journal-');
    expect(segments.length).toBeGreaterThan(3);
    expect(numbersOf(await open(store, 'read'))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const seqs: number[] = [];
    for await (const entry of labels.history()) seqs.push(entry.seq);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));

    // A damaged snapshot costs time, not labels.
    const snapshot = (await store.read('labels/snapshot.json')) as Uint8Array;
    for (const at of [0, 9, 100, snapshot.length - 3]) {
      const damaged = snapshot.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      await store.write('labels/snapshot.json', damaged);
      const opened = await open(store);
      expect(numbersOf(opened).length).toBe(20);
      expect(opened.warnings[0]).toMatch(/the snapshot of the labels was damaged/);
    }
    await store.remove('labels/snapshot.json');
    expect(numbersOf(await open(store)).length).toBe(20);
  });

  test('a segment that is missing is named, unless the snapshot holds it', async () => {
    const store = new MemoryStore();
    const labels = await open(store, 'write', 500);
    for (let i = 1; i <= 12; i++) await recordPoint(labels, i);
    const [, second = ''] = await store.list('labels/journal-');
    await store.remove(second);
    expect((await open(store)).damage).toEqual([]);
    await store.remove('labels/snapshot.json');
    const without = await open(store);
    expect(() => numbersOf(without)).toThrow(/its start \(entries \d+ to \d+ are missing\) of labels\/journal-/);
    await without.repair();
    expect((await open(store)).damage).toEqual([]);
  });

  test('a snapshot of a newer program is refused', async () => {
    const store = new MemoryStore();
    const labels = await open(store);
    await recordPoint(labels, 1);
    await labels.compact();
    await store.write('labels/snapshot.json', encodeLine({ format: 'zoopraxis labels', version: 2 }));
    await expect(open(store)).rejects.toThrow(/version 2, this program reads version 1/);
  });
});

test('records that are made at once follow one another', async () => {
  const store = new MemoryStore();
  const labels = await open(store);
  await Promise.all(Array.from({ length: 30 }, (_, i) => recordPoint(labels, i + 1)));
  expect(numbersOf(await open(store)).length).toBe(30);
});

test('a long history opens fast through its snapshot, and 5,000 rows read back', async () => {
  const store = new MemoryStore();
  const labels = await open(store);
  await labels.record((state) => {
    const builder = new EntryBuilder(state, 'mouse');
    for (let i = 0; i < 5000; i++) {
      builder.change({ group: 'g', file: `${i}.png`, frame: i }, 'm', 'ann', () => new Map([['nose', [i, 0.5, 2]]]));
    }
    return builder.build({ kind: 'import', source: 'x', individuals: [] });
  });
  await labels.compact();
  const again = await open(store, 'read');
  expect(numbersOf(again)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

test('who labeled how much follows each edit; images with several animals are counted once', async () => {
  const labels = await open(new MemoryStore());
  const label = (file: string, individual: string, annotator: string, isThere = true) =>
    labels.record((state) => {
      const builder = new EntryBuilder(state, 'mouse');
      const points = new Map([['nose', isThere ? ([1, 0, 2] as const) : null]]);
      builder.change({ group: 'g', file }, individual, annotator, () => points as never);
      return builder.build({ kind: 'edit', by: annotator, individuals: [] });
    });
  await label('1.png', 'm1', 'zoe');
  await label('1.png', 'm1', 'ann');
  await label('1.png', 'm2', 'ann');
  await label('2.png', 'm1', 'ann');
  expect(labels.state().summary()).toEqual({
    annotators: [
      { name: 'ann', imageCount: 2 },
      { name: 'zoe', imageCount: 1 },
    ],
    individuals: ['m1', 'm2'],
    groups: [{ name: 'g', imageCount: 2 }],
    severalAnimalImageCount: 1,
    points: { mouse: { animalCount: 4, keypoints: { nose: 4 } } },
  });
  await label('1.png', 'm2', 'ann', false);
  expect(labels.state().summary()).toMatchObject({
    individuals: ['m1'],
    severalAnimalImageCount: 0,
    points: { mouse: { animalCount: 3, keypoints: { nose: 3 } } },
  });
});
