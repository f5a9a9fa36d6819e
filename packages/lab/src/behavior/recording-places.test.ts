import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording } from '@zoopraxis/core';
import { createProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placesOfAll, recordingPlaces } from './recording-places.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-scales-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const files = (at: string, ...stems: string[]) => stems.map((stem) => ({ stem, path: join(at, `${stem}.parquet`) }));

test('a table gives each recording its scale, whatever programs added to its name', async () => {
  const scales = join(folder, 'scales.csv');
  await writeFile(scales, 'video,px per cm\nday1.mp4,10\nday2.mp4,12.5\n');
  const tracks = files(folder, 'day1DLC_resnet50', 'day2', 'day3');
  const found = await recordingPlaces(tracks, { scales });
  expect(tracks.map(({ path }) => found.get(path)?.pxPerCm)).toEqual([10, 12.5, undefined]);
  expect(() => placesOfAll(tracks, found, { scales })).toThrow(/does not name day3/);
  await expect(recordingPlaces(tracks, { scales, pxPerCm: 3 })).rejects.toThrow(/--px-per-cm and --scales/);
  for (const line of ['day1,0', 'day1,wide', ',4', 'day1,4\nday1,5']) {
    await writeFile(scales, `recording,px_per_cm\n${line}\n`);
    await expect(recordingPlaces(tracks, { scales })).rejects.toThrow(
      /table of scales.*line \d: expected each recording/s,
    );
  }
});

test('tracks in a project have the scale of their video; some without one are told and none is taken', async () => {
  const path = join(folder, 'mice');
  const project = await createProjectFolder(path, { name: 'mice' });
  const video = (id: string, pxPerCm?: number) => ({
    ...{ id, source: `${id}.mp4`, view: 'top' as const, contentHash: 'none' },
    ...{ widthPx: 64, heightPx: 48, frameCount: 10, fps: 30 },
    ...(pxPerCm === undefined ? {} : { calibration: { kind: 'plane' as const, pxPerCm } }),
  });
  await project.addVideo(video('a', 8));
  await project.addVideo(video('b'));
  await project.close();
  await mkdir(join(path, 'tracks'), { recursive: true });
  const tracks = files(join(path, 'tracks'), 'a-first', 'b-first');
  const found = await recordingPlaces(tracks, {});
  expect([...found.values()].map(({ pxPerCm }) => pxPerCm)).toEqual([8, undefined]);
  const { places, notes } = placesOfAll(tracks, found, {});
  expect([...places.values()].map(({ pxPerCm }) => pxPerCm)).toEqual([undefined, undefined]);
  expect(notes).toEqual([expect.stringMatching(/1 of 2 recordings are not calibrated.*b-first/)]);
  const told = await recordingPlaces(tracks, { pxPerCm: 5 });
  expect([...told.values()].map(({ pxPerCm }) => pxPerCm)).toEqual([5, 5]);
  const [outside] = files(folder, 'a');
  expect((await recordingPlaces([outside!], {})).get(outside!.path)).toEqual({ regions: [] });
  expect((await recordingPlaces([outside!], { project: path })).get(outside!.path)?.pxPerCm).toBe(8);
  await expect(recordingPlaces([outside!], { project: folder })).rejects.toThrow(/no Zoopraxis project/);
});

test('arena and regions of a recording come with it; regions that some lack are told and left out', async () => {
  const path = join(folder, 'rooms');
  const project = await createProjectFolder(path, { name: 'rooms' });
  const square = (name: string, space: 'image' | 'arena' = 'image') => ({
    ...{ name, space },
    shape: {
      kind: 'polygon' as const,
      corners: [
        [0, 0],
        [40, 0],
        [40, 40],
      ] as [number, number][],
    },
  });
  for (const id of ['a', 'b']) {
    await project.addVideo({
      ...{
        id,
        source: `${id}.mp4`,
        view: 'top',
        contentHash: 'none',
        widthPx: 64,
        heightPx: 48,
        frameCount: 10,
        fps: 30,
      },
    });
  }
  await project.updateRecordings(() =>
    ['a', 'b'].map((id) =>
      createRecording({
        ...{ id, videos: [id], arena: square('arena') },
        regions: id === 'a' ? [square('nest'), square('shelf'), square('cm', 'arena')] : [square('nest')],
      }),
    ),
  );
  await project.close();
  const tracks = files(folder, 'a', 'b');
  const found = await recordingPlaces(tracks, { project: path });
  expect(found.get(tracks[0]!.path)).toMatchObject({
    arena: { name: 'arena' },
    regions: [{ name: 'nest' }, { name: 'shelf' }],
  });
  const { places, notes } = placesOfAll(tracks, found, {});
  expect([...places.values()].map(({ regions }) => regions.map(({ name }) => name))).toEqual([['nest'], ['nest']]);
  expect(notes).toEqual([expect.stringMatching(/shelf/)]);
});
