import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { deepLabCutTracksCsvPieces, writeTracksFile } from '@zoopraxis/io';
import { FolderStore, openProjectFolder, writePng } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barPicture, makeSmallProject } from '../server/server.test.kit.js';
import { importTracks } from './import-tracks.js';
import { importVideos } from './import-videos.js';

const quiet = { signal: new AbortController().signal, progress: () => {} };
let [folder, outside] = ['', ''];
beforeAll(async () => {
  folder = await makeSmallProject();
  outside = join(dirname(folder), 'disk');
  await mkdir(join(outside, 'images'), { recursive: true });
  await copyFile(join(folder, 'videos', 'clip.mp4'), join(outside, 'copy.mp4'));
  for (let i = 0; i < 4; i++)
    await writeFile(join(outside, 'images', `${i}.png`), await writePng(barPicture(i, { widthPx: 32, heightPx: 24 })));
});
afterAll(() => rm(dirname(folder), { recursive: true, force: true }));

interface Result {
  readonly videos: readonly { readonly id: string; readonly state: string }[];
  readonly failed: readonly { readonly path: string; readonly message: string; readonly hint?: string }[];
}
const videos = async (paths: string[], more: object = {}) =>
  (await importVideos.run(
    importVideos.input.parse({ videos: paths, to: folder, ...more }),
    quiet,
  )) as unknown as Result;
const tracks = async (files: string[], more: object = {}) =>
  (await importTracks.run(importTracks.input.parse({ files, to: folder, ...more }), quiet)) as unknown as {
    readonly tracks: readonly { readonly name: string; readonly recording: string; readonly fps: number }[];
    readonly failed: Result['failed'];
  };
const manifest = async () => JSON.parse(await readFile(join(folder, 'zoopraxis.json'), 'utf8'));

test('videos become known where they are, and found again where they went', async () => {
  await writeFile(join(outside, 'broken.mp4'), 'no film');
  const first = await videos([join(outside, 'images'), join(outside, 'broken.mp4')], { fps: 12 });
  expect(first.videos).toMatchObject([{ id: 'images', state: 'added' }]);
  expect(first.failed).toMatchObject([{ path: join(outside, 'broken.mp4') }]);
  const { videos: entries, recordings } = await manifest();
  expect(entries.find(({ id }: { id: string }) => id === 'images')).toMatchObject({
    source: join(outside, 'images'),
    ...{ widthPx: 32, heightPx: 24, frameCount: 4, fps: 12, view: 'top' },
  });
  expect(recordings.map(({ id, videos: own }: { id: string; videos: string[] }) => [id, own])).toEqual([
    ['clip', ['clip']],
    ['images', ['images']],
  ]);
  expect((await videos([join(outside, 'images')], { fps: 12 })).videos).toMatchObject([{ state: 'known' }]);
  await rename(join(outside, 'images'), join(folder, 'pictures'));
  expect((await videos([join(folder, 'pictures')], { fps: 12 })).videos).toMatchObject([
    { id: 'images', state: 'moved' },
  ]);
  const moved = (await manifest()).videos.find(({ id }: { id: string }) => id === 'images');
  // Inside the project the place is told from its folder, so that the folder can be moved.
  expect(moved.source).toBe('pictures');
});

test('another video of a name that is taken is refused, and replaces it on wish; images need their rate', async () => {
  await mkdir(join(outside, 'clip'));
  for (let i = 0; i < 3; i++)
    await writeFile(
      join(outside, 'clip', `${i}.png`),
      await writePng(barPicture(9 + i, { widthPx: 32, heightPx: 24 })),
    );
  await expect(videos([join(outside, 'clip')], { fps: 25 })).rejects.toThrow('another video of the name clip');
  await expect(videos([join(outside, 'clip')], { replace: true })).rejects.toThrow('nothing says the frame rate');
  const before = await manifest();
  expect(before.videos.find(({ id }: { id: string }) => id === 'clip').frameCount).toBe(40);
});

test('tracks go to the recording that their name begins with, at the rate of its video', async () => {
  const skeleton = createSkeleton({ name: 'mouse', keypoints: ['nose', 'tail'] });
  const position = Float32Array.from({ length: 40 * 2 * 2 }, (_, i) => i);
  const made = createPoseTracks({
    ...{ skeleton, individuals: ['mouse'], space: 'image', dimensions: 2, position },
    confidence: new Float32Array(80).fill(0.9),
    timeBase: { frameCount: 40, fps: 1 },
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
  });
  const store = new FolderStore(outside);
  let csv = '';
  for (const piece of deepLabCutTracksCsvPieces(made, { scorer: 'DLC_resnet50', report: () => {} }))
    csv += typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
  await writeFile(join(outside, 'clipDLC_resnet50.csv'), csv);
  await writeTracksFile(store, 'clip2.parquet', made);
  const read = await tracks([join(outside, 'clipDLC_resnet50.csv'), join(outside, 'clip2.parquet')]);
  expect(read.tracks).toMatchObject([{ name: 'clipDLC_resnet50', recording: 'clip', fps: 30 }]);
  expect(read.failed).toMatchObject([{ message: expect.stringContaining('the project has no recording for clip2') }]);
  await expect(tracks([join(outside, 'clipDLC_resnet50.csv')])).rejects.toThrow(
    'tracks of the name clipDLC_resnet50 already',
  );
  await expect(tracks([join(outside, 'clip2.parquet')], { recording: 'images' })).rejects.toThrow(
    'the tracks have 40 frames, the video images has 4: they are of another video',
  );
  // A laboratory that has tracks and no films begins with recordings of their names.
  const alone = await tracks([join(outside, 'clip2.parquet')], { create: true, name: 'night' });
  expect(alone.tracks).toMatchObject([{ name: 'night', recording: 'night', frames: 40, fps: 1 }]);
  const project = await openProjectFolder(folder, { mode: 'read' });
  expect(project.recordings().find(({ id }) => id === 'night')).toMatchObject({ videos: [], tracks: ['night'] });
  expect((await project.readTracks('clipDLC_resnet50')).position).toEqual(position);
  expect(project.recordings().find(({ id }) => id === 'clip')?.tracks).toEqual(['clipDLC_resnet50']);
  await project.close();
});

test('a folder without a project becomes one', async () => {
  const to = join(dirname(folder), 'made');
  await importVideos.run(importVideos.input.parse({ videos: [join(folder, 'videos', 'clip.mp4')], to }), quiet);
  const project = await openProjectFolder(to, { mode: 'read' });
  expect([project.manifest.name, project.manifest.videos.map(({ id }) => id)]).toEqual(['made', ['clip']]);
  await project.close();
});
