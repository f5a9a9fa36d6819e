import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDeepLabCutTracksCsv, readTracksFile } from '@zoopraxis/io';
import { FolderStore, openVideo } from '@zoopraxis/io/node';
import { workerBackend } from '@zoopraxis/nn/node';
import { openPosePredictor, predictPictures, readPoseModel } from '@zoopraxis/pose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRecordings } from './recordings.js';
import { killOptions, writeNoiseVideo, writeTinyModel } from './track.test.kit.js';
import { type TrackVideosOptions, trackVideos } from './track-videos.js';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
const options = (out: string, changes: Partial<TrackVideosOptions> = {}): TrackVideosOptions => ({
  modelFolder: at('models', 'tiny'),
  outFolder: at(out),
  device: 'cpu',
  threads: 1,
  chunkFrames: 8,
  ...changes,
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoopraxis-track-'));
  await writeTinyModel(at('models'), 'tiny');
  await writeTinyModel(at('models'), 'other', 2);
  await writeNoiseVideo(at('videos', 'a.mp4'), 30);
  await writeNoiseVideo(at('videos', 'c.mp4'), 21, { widthPx: 50, heightPx: 34 });
  await writeFile(at('videos', 'b.mp4'), 'this is no video');
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('tracking a folder of videos', () => {
  it('tracks each, reports the bad one at the end and writes what other programs read', async () => {
    const seen: string[] = [];
    const { videos, failures } = await trackVideos([at('videos')], {
      ...options('all'),
      onProgress: ({ video, index, count, frame, frameCount }) =>
        seen.push([video.slice(-5), index, count, frame, frameCount].join(' ')),
    });
    expect(failures.map(({ path }) => path)).toEqual([at('videos', 'b.mp4')]);
    expect(videos.map(({ video }) => video)).toEqual([at('videos', 'a.mp4'), at('videos', 'c.mp4')]);
    expect(seen.at(-1)).toBe('c.mp4 2 3 21 21');
    expect((await readdir(at('all'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
      'a.csv',
      'a.h5',
      'a.parquet',
      'a.tracks.json',
      'c.csv',
      'c.h5',
      'c.parquet',
      'c.tracks.json',
    ]);

    const tracks = await readTracksFile(new FolderStore(at('all')), 'a.parquet');
    expect(tracks?.timeBase.frameCount).toBe(30);
    expect(tracks?.provenance).toMatchObject({
      operation: 'track',
      inputs: [{ name: 'a.mp4' }, { name: 'tiny/weights.safetensors' }],
      parameters: { precision: 'fp32', device: 'cpu', chunkFrames: 8 },
    });

    // The same frames, one after the other.
    const model = await readPoseModel(new FolderStore(at('models')), 'tiny');
    const predictor = openPosePredictor(model, { backend: workerBackend('cpu'), threads: 1 });
    const video = await openVideo(at('videos', 'a.mp4'));
    const position: number[] = [];
    for await (const pose of predictPictures(predictor, video.frames())) position.push(...pose.position);
    await video.close();
    await predictor.close();
    expect([...(tracks?.position ?? [])]).toEqual(position);

    const csv = await readDeepLabCutTracksCsv(await readFile(at('all', 'a.csv')), { fps: 30, report: () => undefined });
    expect(csv.tracks.skeleton.keypoints).toEqual(['nose', 'tailbase']);
    expect([...csv.tracks.position]).toEqual(position);
  });

  it('does not repeat what is done and unchanged, and makes an export again that was lost', async () => {
    const first = await trackVideos([at('videos', 'a.mp4')], options('again'));
    const parquet = await readFile(at('again', 'a.parquet'));
    const frames: number[] = [];
    const listening = options('again', { onProgress: ({ frame }) => frames.push(frame) });
    const second = await trackVideos([at('videos', 'a.mp4')], listening);
    expect(second.videos[0]).toMatchObject({ isUnchanged: true, record: first.videos[0]?.record });
    const csv = await readFile(at('again', 'a.csv'));
    await rm(at('again', 'a.csv'));
    const third = await trackVideos([at('videos', 'a.mp4')], listening);
    expect(third.videos[0]?.isUnchanged).toBe(false);
    expect(await readFile(at('again', 'a.csv'))).toEqual(csv);
    expect(await readFile(at('again', 'a.parquet'))).toEqual(parquet);
    expect(frames).toEqual([]);
  });

  it('refuses to replace tracks of another model unless told to', async () => {
    await trackVideos([at('videos', 'c.mp4')], options('models-differ'));
    const kept = await readFile(at('models-differ', 'c.parquet'));
    const other = options('models-differ', { modelFolder: at('models', 'other') });
    const { failures } = await trackVideos([at('videos', 'c.mp4')], other);
    expect(failures[0]?.error).toMatchObject({ code: 'integrity', hint: expect.stringContaining('--overwrite') });
    expect(await readFile(at('models-differ', 'c.parquet'))).toEqual(kept);
    const { videos } = await trackVideos([at('videos', 'c.mp4')], { ...other, overwrite: true });
    expect(videos.length).toBe(1);
    expect(await readFile(at('models-differ', 'c.parquet'))).not.toEqual(kept);
  });

  it('stops at an abort and goes on from there to the same tracks', async () => {
    await trackVideos([at('videos', 'a.mp4')], options('whole'));
    const abort = new AbortController();
    const stopping = options('stopped', {
      signal: abort.signal,
      onProgress: ({ frame }) => frame >= 20 && abort.abort(),
    });
    await expect(trackVideos([at('videos')], stopping)).rejects.toThrow(/abort/);
    const { videos } = await trackVideos([at('videos', 'a.mp4')], options('stopped'));
    expect(videos[0]?.resumedAtFrame).toBeGreaterThan(0);
    for (const file of ['a.parquet', 'a.csv', 'a.tracks.json']) {
      expect(await readFile(at('stopped', file))).toEqual(await readFile(at('whole', file)));
    }
  });

  it('compares int8 with float32 before it uses it', async () => {
    const notes: string[] = [];
    const { videos } = await trackVideos([at('videos', 'a.mp4')], {
      ...options('int8', { precision: 'int8' }),
      onNote: (text) => notes.push(text),
    });
    expect(notes.join()).toMatch(/int8 shifts confident points by .* of 13 frames/);
    expect(videos[0]?.record.int8Shift?.all.count).toBe(26);
    expect(videos[0]?.record.int8Shift?.all.maxPx).toBeGreaterThan(0);
  });

  it('says which model folder cannot be used', async () => {
    await mkdir(at('models', 'empty'), { recursive: true });
    await expect(trackVideos([at('videos')], options('x', { modelFolder: at('models', 'empty') }))).rejects.toThrow(
      /has no model.json/,
    );
    await expect(trackVideos([at('videos')], options('x', { modelFolder: at('nowhere') }))).rejects.toThrow(
      /no model folder/,
    );
  });
});

describe('a process that is killed', () => {
  const script = fileURLToPath(new URL('./track.test.child.js', import.meta.url));

  /** Runs the child and kills it once it has printed so many lines. */
  function kill(out: string, follow: string, afterLines: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const args = [script, at('videos', 'a.mp4'), at('models', 'tiny'), at(out), follow];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let lines = 0;
      let problem = '';
      child.stderr.on('data', (part) => {
        problem += part;
      });
      child.stdout.on('data', (part: Buffer) => {
        lines += part.filter((byte) => byte === 10).length;
        if (lines >= afterLines) child.kill('SIGKILL');
      });
      child.on('error', reject);
      child.on('close', (code, signal) =>
        signal === 'SIGKILL' || code === 0 ? resolve() : reject(new Error(`not killed: ${problem}`)),
      );
    });
  }

  const track = (out: string, follow: string) =>
    trackVideos([at('videos', 'a.mp4')], {
      modelFolder: at('models', 'tiny'),
      outFolder: at(out),
      ...killOptions(follow),
    });

  // The box goes where random weights see points: it moves from batch to batch.
  it.each(['', '40'])('leaves tracks that come out the same after a new start (box: %s)', async (follow) => {
    await track(`undisturbed${follow}`, follow);
    for (const afterLines of [2, 6, 12]) {
      const out = `killed${follow}-${afterLines}`;
      await kill(out, follow, afterLines);
      expect((await track(out, follow)).failures).toEqual([]);
      for (const file of ['a.parquet', 'a.csv']) {
        expect(await readFile(at(out, file))).toEqual(await readFile(at(`undisturbed${follow}`, file)));
      }
    }
  });
});

describe('finding recordings', () => {
  it('takes the videos of folders, folders of images and named files, each once, with names that differ', async () => {
    for (const file of [
      's1/cam.mp4',
      's1/notes.txt',
      's1/.hidden.mp4',
      's2/cam.mp4',
      's2/cam.avi',
      'stills/img1.png',
    ]) {
      await mkdir(at('find', file, '..'), { recursive: true });
      await writeFile(at('find', file), '');
    }
    await mkdir(at('find', 'nothing'));
    const wanted = ['s1', 's2', 'stills', 's1/cam.mp4', 'nothing', 'absent.mp4'].map((path) => at('find', path));
    const { recordings, failures } = await findRecordings(wanted);
    expect(recordings.map(({ path, name }) => [path.slice(at('find').length + 1), name])).toEqual([
      ['s1/cam.mp4', 's1_cam.mp4'],
      ['s2/cam.avi', 'cam.avi'],
      ['s2/cam.mp4', 's2_cam.mp4'],
      ['stills', 'stills'],
    ]);
    expect(failures.map(({ path, error }) => [path.slice(at('find').length + 1), (error as Error).message])).toEqual([
      ['nothing', `there are no videos and no images: ${at('find', 'nothing')}`],
      ['absent.mp4', `there is no file or folder: ${at('find', 'absent.mp4')}`],
    ]);
  });
});
