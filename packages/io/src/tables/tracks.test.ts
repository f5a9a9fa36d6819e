import { createPoseTracks, createSkeleton, IntegrityError, MemoryStore, type PoseTracks } from '@zoopraxis/core';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { readTracksFile } from './read-tracks.js';
import { makeTracks, sliceChunk } from './tracks.test.kit.js';
import { headerOf } from './tracks-layout.js';
import { openTracksSink } from './tracks-sink.js';
import { writeTracksFile } from './write-tracks.js';

const path = 'tracks/a.parquet';

describe('a tracks file', () => {
  test.each([
    ['one animal', {}],
    [
      'two animals in 3-D with boxes and identity',
      { animals: 2, dimensions: 3 as const, extras: true, space: 'world' as const },
    ],
    ['a variable rate', { variable: true }],
    ['no frames', { frames: 0 }],
    ['several row groups', { frames: 70_000 }],
  ])('returns what was written: %s', async (_, options) => {
    const store = new MemoryStore();
    const tracks = makeTracks(options);
    await writeTracksFile(store, path, tracks);
    const read = (await readTracksFile(store, path)) as PoseTracks;
    // Long arrays are compared as text: deep equality of 10^6 numbers takes seconds.
    const plain = ({ position, confidence, boxes, identity, ...rest }: PoseTracks) => ({
      ...rest,
      arrays: [position, confidence, boxes, identity].map((array) => array?.join()),
    });
    expect(plain(read)).toEqual(plain(tracks));
  });

  test('equal tracks give equal bytes, one changed bit gives others', async () => {
    const store = new MemoryStore();
    const tracks = makeTracks({});
    await writeTracksFile(store, 'a', tracks);
    await writeTracksFile(store, 'b', structuredClone(tracks));
    expect(await store.read('a')).toEqual(await store.read('b'));
    tracks.position[3] = (tracks.position[3] as number) + 2 ** -10;
    await writeTracksFile(store, 'b', tracks);
    expect(await store.read('a')).not.toEqual(await store.read('b'));
  });

  test('a part has the frames asked for, with their times', async () => {
    const store = new MemoryStore();
    const tracks = makeTracks({ frames: 70_000, animals: 2 });
    await writeTracksFile(store, path, tracks);
    const part = (await readTracksFile(store, path, { startFrame: 32_760, endFrame: 32_780 })) as PoseTracks;
    expect(part.position.join()).toBe(tracks.position.slice(32_760 * 2 * 3 * 2, 32_780 * 2 * 3 * 2).join());
    expect(part.timeBase.frameCount).toBe(20);
    expect(part.timeBase.timesSec?.[1]).toBe(32_761 / 30);
    expect((await readTracksFile(store, path, { startFrame: 10, endFrame: 10 }))?.position.length).toBe(0);
  });

  test('missing points are empty cells, rows name frame, time and individual', async () => {
    const store = new MemoryStore();
    const tracks = makeTracks({ animals: 2, frames: 2 });
    tracks.position.fill(Number.NaN, 0, 2);
    await writeTracksFile(store, path, tracks);
    const bytes = (await store.read(path)) as Uint8Array<ArrayBuffer>;
    const rows = await parquetReadObjects({ file: bytes.buffer });
    expect(rows.map(({ frame, time_sec, individual }) => [frame, time_sec, individual])).toEqual([
      [0, 0, 'mouse 0'],
      [0, 0, 'mouse 1'],
      [1, 1 / 30, 'mouse 0'],
      [1, 1 / 30, 'mouse 1'],
    ]);
    expect(rows[0]?.nose_x).toBeNull();
    expect(rows[0]?.['left.ear_x']).toBe(tracks.position[2]);
    expect(rows[1]?.nose_x).toBe(tracks.position[6]);
  });

  test('a name that is not there reads as undefined', async () => {
    expect(await readTracksFile(new MemoryStore(), path)).toBeUndefined();
  });

  test('every cut and every foreign file is a FormatError', async () => {
    const store = new MemoryStore();
    await writeTracksFile(store, path, makeTracks({ frames: 20 }));
    const bytes = (await store.read(path)) as Uint8Array;
    for (let length = 0; length < bytes.length; length += 97) {
      await store.write(path, bytes.subarray(0, length));
      await expect(readTracksFile(store, path), String(length)).rejects.toThrow(/not a valid Parquet file/);
    }
    const other = createPoseTracks({ ...makeTracks({ frames: 20 }), individuals: ['x'] });
    await writeTracksFile(store, path, other);
    const text = new TextDecoder('latin1').decode((await store.read(path)) as Uint8Array);
    await store.write(
      path,
      Uint8Array.from(text.replace('zoopraxis tracks', 'zoopraxis trucks'), (c) => c.charCodeAt(0)),
    );
    await expect(readTracksFile(store, path)).rejects.toMatchObject({ code: 'format', where: 'format' });
    await store.write(
      path,
      Uint8Array.from(text.replace('"individuals":["x"]', '"individuals":["y"]'), (c) => c.charCodeAt(0)),
    );
    await expect(readTracksFile(store, path)).rejects.toMatchObject({
      where: 'column individual, row 0',
      expected: 'y',
    });
  });
});

describe('a tracks sink', () => {
  const tracks = makeTracks({ frames: 50, animals: 2, extras: true });
  const header = headerOf(tracks);
  const chunks = [
    [0, 20],
    [20, 40],
    [40, 50],
  ].map(([start, end]) => sliceChunk(tracks, start as number, end as number));

  test('an interrupted run goes on and gives the bytes of an undisturbed one', async () => {
    const undisturbed = new MemoryStore();
    const sink = await openTracksSink(undisturbed, path, header);
    for (const [i, chunk] of chunks.entries()) await sink.put(i, chunk);
    await sink.close();

    const store = new MemoryStore();
    await (await openTracksSink(store, path, header)).put(0, chunks[0] as never);
    const second = await openTracksSink(store, path, header);
    expect([await second.count(), await second.frameCount()]).toEqual([1, 20]);
    await second.put(1, chunks[1] as never);
    // A torn chunk counts as not there.
    await store.write(`${path}.parts/000002.chunk`, new Uint8Array(40));
    const third = await openTracksSink(store, path, header);
    expect(await third.count()).toBe(2);
    await third.put(2, chunks[2] as never);
    await third.close();
    expect(await store.read(path)).toEqual(await undisturbed.read(path));
    expect(await store.list()).toEqual([path]);
    expect(await readTracksFile(store, path)).toEqual(tracks);

    const done = await openTracksSink(store, path, header);
    expect([await done.count(), await done.frameCount()]).toEqual([3, 50]);
    await done.close();
    expect(await store.list()).toEqual([path]);
  });

  test('chunks or tracks of another run are refused, or restarted, never mixed', async () => {
    const store = new MemoryStore();
    const other = { ...header, provenance: { ...header.provenance, parameters: { scale: 2 } } };
    await (await openTracksSink(store, path, other)).put(0, chunks[0] as never);
    await expect(openTracksSink(store, path, header)).rejects.toThrow(IntegrityError);
    expect(await (await openTracksSink(store, path, other)).count()).toBe(1);
    const sink = await openTracksSink(store, path, header, { otherRun: 'restart' });
    expect(await sink.count()).toBe(0);
    for (const [i, chunk] of chunks.entries()) await sink.put(i, chunk);
    await sink.close();
    await expect(openTracksSink(store, path, other)).rejects.toThrow(/there are tracks of another run/);
    const times = {
      ...header,
      timeBase: { ...header.timeBase, timesSec: Float64Array.from({ length: 50 }, (_, i) => i) },
    };
    await expect(openTracksSink(store, path, times)).rejects.toThrow(IntegrityError);
  });

  test('refuses gaps, wrong shapes, too many frames and too few', async () => {
    const sink = await openTracksSink(new MemoryStore(), path, header);
    await expect(sink.put(1, chunks[0] as never)).rejects.toThrow(/next chunk must be 0, got 1/);
    await expect(sink.put(0, { ...chunks[0], frameCount: 19 } as never)).rejects.toThrow(/position must have/);
    await sink.put(0, chunks[0] as never);
    await expect(sink.put(1, sliceChunk(tracks, 0, 50))).rejects.toThrow(/must have 50 frames together, got 70/);
    await expect(sink.close()).rejects.toThrow(/must have 50 frames together, got 20/);
    await sink.discard();
  });

  test('keypoints of any name keep their columns apart', async () => {
    const names = ['frame', 'a', 'a_x', 'box_left', 'ä.ö', 'with "quotes"'];
    const skeleton = createSkeleton({ name: 's', keypoints: names });
    const store = new MemoryStore();
    const odd = makeTracks({ skeleton, frames: 3 });
    await writeTracksFile(store, path, odd);
    expect(await readTracksFile(store, path)).toEqual(odd);
  });
});
