import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProjectFolder } from '@zoopraxis/io/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordingScales, scalesOfAll } from './recording-scales.js';

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
  const found = await recordingScales(tracks, { scales });
  expect(tracks.map(({ path }) => found.get(path))).toEqual([10, 12.5, undefined]);
  expect(() => scalesOfAll(tracks, found, { scales })).toThrow(/does not name day3/);
  await expect(recordingScales(tracks, { scales, pxPerCm: 3 })).rejects.toThrow(/--px-per-cm and --scales/);
  for (const line of ['day1,0', 'day1,wide', ',4', 'day1,4\nday1,5']) {
    await writeFile(scales, `recording,px_per_cm\n${line}\n`);
    await expect(recordingScales(tracks, { scales })).rejects.toThrow(
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
  const found = await recordingScales(tracks, {});
  expect([...found.values()]).toEqual([8]);
  const { scales, note } = scalesOfAll(tracks, found, {});
  expect([scales.size, note]).toEqual([0, expect.stringMatching(/1 of 2 recordings are not calibrated.*b-first/)]);
  expect([...(await recordingScales(tracks, { pxPerCm: 5 })).values()]).toEqual([5, 5]);
  expect((await recordingScales(files(folder, 'a-first'), {})).size).toBe(0);
});
