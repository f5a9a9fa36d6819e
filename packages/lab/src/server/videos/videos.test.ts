import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createVideo, type Picture } from '@zoopraxis/core';
import type { VideoEntry } from '@zoopraxis/io';
import { openFrames, openProjectFolder, openVideoEncoder, readPicture, writePng } from '@zoopraxis/io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFilmRecord, readFilmRecord } from '../../videos/film-record.js';
import type { VideoDetail } from '../api.js';
import { makeSmallProject, type Visitor, visit } from '../server.test.kit.js';
import { byteRange } from './byte-range.js';
import { createFramePictures } from './frame-pictures.js';
import { isVideoContainer, type LocatedVideo, locateVideo } from './locate-video.js';
import type { OpenVideos } from './open-videos.js';

let folder = '';
let entries: readonly VideoEntry[] = [];
let v: Visitor;
const video = (id: string, source: string, frameCount: number) =>
  createVideo({ id, source, view: 'top', widthPx: 64, heightPx: 48, frameCount, fps: 25, contentHash: id });

/** Returns a picture that tells its number by its gray. */
const grayPicture = (n: number): Picture => ({
  widthPx: 64,
  heightPx: 48,
  rgb: new Uint8Array(64 * 48 * 3).fill((n * 37) % 256),
});

beforeAll(async () => {
  folder = await makeSmallProject();
  const outside = join(dirname(folder), 'other disk');
  await mkdir(join(folder, 'images'), { recursive: true });
  await mkdir(outside);
  for (let i = 0; i < 5; i++) await writeFile(join(folder, 'images', `${i}.png`), await writePng(grayPicture(i)));
  await writeFile(join(outside, 'film #1 ä.mp4'), await readFile(join(folder, 'videos', 'clip.mp4')));
  await writeFile(join(outside, 'secret.txt'), 'not for pages');
  const project = await openProjectFolder(folder, { mode: 'write' });
  await project.addVideo(video('images', 'images', 5));
  await project.addVideo(video('gone', 'videos/gone.mp4', 5));
  await project.addVideo(video('device', '/dev/zero', 5));
  await project.addVideo(video('secret', join(outside, 'secret.txt'), 5));
  const clip = await project.video('clip');
  await project.addVideo({ ...clip, id: 'film #1 ä', source: join(outside, 'film #1 ä.mp4') });
  entries = project.manifest.videos;
  await project.close();
  v = await visit(folder);
});
afterAll(async () => {
  await v.studio.close();
  await rm(dirname(folder), { recursive: true, force: true });
});

const entryOf = (id: string) => entries.find((entry) => entry.id === id) as VideoEntry;

describe('bytes', () => {
  const url = '/api/videos/clip/bytes';
  test('come whole, in parts, from the end, and as a head alone', async () => {
    const file = await readFile(join(folder, 'videos', 'clip.mp4'));
    const whole = await v.fetch(url);
    expect([whole.status, whole.headers.get('accept-ranges'), whole.headers.get('content-type')]).toEqual([
      200,
      'bytes',
      'video/mp4',
    ]);
    expect(Buffer.from(await whole.arrayBuffer()).equals(file)).toBe(true);
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=100-', 100, file.length - 1],
      ['bytes=-7', file.length - 7, file.length - 1],
      [`bytes=10-${file.length + 100}`, 10, file.length - 1],
    ] as const) {
      const part = await v.fetch(url, { headers: { range } });
      expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
        206,
        `bytes ${start}-${end}/${file.length}`,
        String(end - start + 1),
      ]);
      expect(Buffer.from(await part.arrayBuffer()).equals(file.subarray(start, end + 1)), range).toBe(true);
    }
    const head = await v.fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(file.length)]);
    const beyond = await v.fetch(url, { headers: { range: `bytes=${file.length}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${file.length}`]);
  });

  test('a part is sent only of the file that the page knows', async () => {
    const etag = (await v.fetch(url, { method: 'HEAD' })).headers.get('etag') as string;
    const get = async (ifRange: string) => {
      const response = await v.fetch(url, { headers: { range: 'bytes=0-3', 'if-range': ifRange } });
      await response.arrayBuffer();
      return response.status;
    };
    expect([await get(etag), await get('"other"'), await get('Sat, 01 Jan 2000 00:00:00 GMT')]).toEqual([
      206, 200, 200,
    ]);
    expect((await v.fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('who goes away in the middle leaves no file open, and the server goes on', async () => {
    for (let i = 0; i < 20; i++) {
      const stop = new AbortController();
      const response = await v.fetch(url, { signal: stop.signal });
      await response.body?.getReader().read();
      stop.abort();
    }
    expect((await v.fetch(url, { headers: { range: 'bytes=0-3' } })).status).toBe(206);
  });

  test('of films outside the project come too, of files that are no film none', async () => {
    const film = await v.fetch(`/api/videos/${encodeURIComponent('film #1 ä')}/bytes`, {
      headers: { range: 'bytes=4-7' },
    });
    expect([film.status, await film.text()]).toEqual([206, 'ftyp']);
    for (const id of ['secret', 'images']) {
      const response = await v.fetch(`/api/videos/${id}/bytes`);
      expect([response.status, await response.text()]).not.toContain('not for pages');
      expect(response.status).toBe(415);
    }
    expect((await v.fetch('/api/videos/secret/frames/0')).status).toBe(422);
  });
});

test('ranges are read as HTTP has them', () => {
  const of = (header: string | undefined) => byteRange(header, 100);
  expect(of('bytes=0-')).toEqual({ start: 0, end: 99 });
  expect(of('bytes=5-9')).toEqual({ start: 5, end: 9 });
  expect(of('BYTES= 5-9 ')).toEqual({ start: 5, end: 9 });
  expect(of('bytes=-200')).toEqual({ start: 0, end: 99 });
  for (const header of [undefined, '', 'bytes=', 'bytes=-', 'bytes=9-5', 'bytes=0-1,5-6', 'items=0-1', 'bytes=a-b']) {
    expect(of(header), header).toBeUndefined();
  }
  for (const header of ['bytes=100-', 'bytes=-0', `bytes=${10 ** 20}-`])
    expect(of(header), header).toBe('unsatisfiable');
  expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
});

test('a film of a usual kind is for the page, images come from the server', async () => {
  const detail = (id: string) => v.json<VideoDetail>(`/api/videos/${id}`);
  expect(await detail('clip')).toMatchObject({ codec: 'h264', decode: 'page', frameCount: 40, startSec: 0 });
  expect(await detail('images')).toMatchObject({ decode: 'server', frameCount: 5 });
});

test('frames are those of the decoder, pixel for pixel, in any order', async () => {
  const source = await openFrames(join(folder, 'videos', 'clip.mp4'));
  try {
    for (const frame of [0, 1, 2, 39, 7, 6, 20, 20]) {
      const response = await v.fetch(`/api/videos/clip/frames/${frame}?format=png`);
      expect(response.headers.get('content-type')).toBe('image/png');
      const picture = await readPicture(new Uint8Array(await response.arrayBuffer()));
      expect(Buffer.from(picture.rgb).equals(Buffer.from((await source.frame(frame)).rgb)), `frame ${frame}`).toBe(
        true,
      );
    }
  } finally {
    await source.close();
  }
});

test('frames come as JPEG and smaller on wish, and need not come twice', async () => {
  const url = '/api/videos/clip/frames/3?width=80';
  const response = await v.fetch(url);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(await readPicture(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ widthPx: 80, heightPx: 60 });
  const etag = response.headers.get('etag') as string;
  expect((await v.fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await v.fetch('/api/videos/clip/frames/4?width=80')).headers.get('etag')).not.toBe(etag);
});

test('images of a folder are frames', async () => {
  const response = await v.fetch('/api/videos/images/frames/3?format=png');
  expect((await readPicture(new Uint8Array(await response.arrayBuffer()))).rgb).toEqual(grayPicture(3).rgb);
});

test('times are those of the frames, at a constant rate too', async () => {
  const bytes = await (await v.fetch('/api/videos/clip/times')).arrayBuffer();
  expect(new Float64Array(bytes)).toEqual(Float64Array.from({ length: 40 }, (_, frame) => frame / 30));
});

test('a film is looked through once: what it tells is kept, also its times where the rate varies', async () => {
  const { tag, path } = await locateVideo(folder, entryOf('clip'));
  const source = await openFrames(path);
  await source.close();
  const timesSec = Float64Array.from({ length: 40 }, (_, frame) => frame / 30 + (frame % 3) / 1000);
  expect(await readFilmRecord(tag)).toMatchObject({ codec: 'h264', frameCount: 40, fps: 30, startSec: 0 });
  await keepFilmRecord(tag, { ...source.information, timesSec });
  expect(new Float64Array(await (await v.fetch('/api/videos/clip/times')).arrayBuffer())).toEqual(timesSec);
  await keepFilmRecord(tag, source.information);
  await writeFile(join(dirname(folder), 'cache', 'films', `${tag}.json`), '{');
  expect(await readFilmRecord(tag)).toBeUndefined();
  expect(await v.json('/api/videos/clip')).toMatchObject({ frameCount: 40 });
});

test('what is not there is told with where it was looked for', async () => {
  const problem = async (path: string) => {
    const response = await v.fetch(path);
    return { status: response.status, ...((await response.json()) as { message: string; hint: string | null }) };
  };
  for (const path of ['', '/bytes', '/times', '/frames/0']) {
    expect(await problem(`/api/videos/gone${path}`)).toEqual({
      status: 404,
      message: `the video gone is not where the project says: ${join(folder, 'videos', 'gone.mp4')}`,
      hint: `Bring the file back, or correct its source in ${join(folder, 'zoopraxis.json')}.`,
    });
  }
  expect((await problem('/api/videos/device/bytes')).status).toBe(404);
  expect(await problem('/api/videos/other')).toMatchObject({ status: 404, message: 'the project has no video other' });
  expect(await problem('/api/videos/clip/frames/40')).toMatchObject({ status: 404 });
  for (const frame of ['-1', '1.5', 'x', '1e3', '99999999999']) {
    expect((await problem(`/api/videos/clip/frames/${frame}`)).status, frame).toBe(400);
  }
  for (const query of ['format=gif', 'width=0', 'width=x', 'width=1e9']) {
    expect((await problem(`/api/videos/clip/frames/0?${query}`)).status, query).toBe(400);
  }
});

test('a film that is replaced while the server runs is read anew', async () => {
  const path = join(folder, 'videos', 'clip.mp4');
  const before = (await v.fetch('/api/videos/clip/frames/0?format=png')).headers.get('etag');
  const encoder = await openVideoEncoder(join(folder, 'videos', 'new.mp4'), { widthPx: 64, heightPx: 48, fps: 25 });
  for (let i = 0; i < 40; i++) await encoder.write(grayPicture(i));
  await encoder.finish();
  await rename(join(folder, 'videos', 'new.mp4'), path);
  const response = await v.fetch('/api/videos/clip/frames/0?format=png');
  expect(response.headers.get('etag')).not.toBe(before);
  expect(await readPicture(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ widthPx: 64, heightPx: 48 });
});

test('files are taken for films by their first bytes', async () => {
  const check = async (name: string, bytes: readonly number[] | string) => {
    const path = join(dirname(folder), name);
    await writeFile(path, typeof bytes === 'string' ? bytes : Uint8Array.from(bytes));
    return isVideoContainer(path);
  };
  expect(await check('a.mp4', '\0\0\0\x20ftypisom')).toBe(true);
  expect(await check('a.mkv', [0x1a, 0x45, 0xdf, 0xa3])).toBe(true);
  expect(await check('a.avi', 'RIFF1234AVI LIST')).toBe(true);
  expect(await check('a.wav', 'RIFF1234WAVEfmt ')).toBe(false);
  expect(await check('id_rsa', '-----BEGIN OPENSSH PRIVATE KEY-----')).toBe(false);
  expect(await check('empty', '')).toBe(false);
  await appendFile(join(dirname(folder), 'empty'), '');
});

describe('work ahead', () => {
  const located = { entry: { id: 'a', frameCount: 1000 }, tag: 't', path: '/a' } as unknown as LocatedVideo;

  /** A maker of pictures over a decoder that notes what it is asked for, and answers when the test lets it. */
  function slowDecoder() {
    const asked: number[] = [];
    const dropped: number[] = [];
    const open = new Map<number, () => void>();
    const source = {
      frame: (frame: number, signal: AbortSignal) =>
        new Promise((resolve, reject) => {
          asked.push(frame);
          signal.addEventListener('abort', () => {
            dropped.push(frame);
            reject(signal.reason);
          });
          open.set(frame, () => resolve({ ...grayPicture(frame), index: frame, timeSec: 0, corrupt: frame === 13 }));
        }),
    };
    const videos: OpenVideos = { use: (_, work) => work(source as never), close: async () => {} };
    const pictures = createFramePictures(videos);
    const want = (frame: number, signal?: AbortSignal) => pictures.picture(located, { frame, format: 'jpeg' }, signal);
    return { asked, dropped, want, answer: (frame: number) => open.get(frame)?.() };
  }

  test('a lone frame is made alone; equal steps are made ahead; a jump drops what nobody waits for', async () => {
    const { asked, dropped, want, answer } = slowDecoder();
    const first = want(10);
    expect(asked).toEqual([10]);
    answer(10);
    await first;
    const second = want(12);
    expect(asked.slice(1)).toEqual([12, 14, 16, 18, 20, 22, 24, 26, 28]);
    const caught = want(14);
    const jump = want(500);
    expect(dropped).toEqual([16, 18, 20, 22, 24, 26, 28, 30]);
    expect(asked.at(-1)).toBe(500);
    for (const frame of [12, 14, 500]) answer(frame);
    await Promise.all([second, caught, jump]);
  });

  test('two who want one frame share the work, which ends when both have gone', async () => {
    const { asked, dropped, want } = slowDecoder();
    const [a, b] = [new AbortController(), new AbortController()];
    const both = [want(5, a.signal), want(5, b.signal)].map((picture) => picture.catch(() => 'left'));
    expect(asked).toEqual([5]);
    a.abort();
    expect(await both[0]).toBe('left');
    expect(dropped).toEqual([]);
    b.abort();
    expect(await both[1]).toBe('left');
    expect(dropped).toEqual([5]);
  });

  test('a frame that was given up is made when it is wanted again; one that was made is kept; damage is told', async () => {
    const { asked, want, answer } = slowDecoder();
    const stop = new AbortController();
    const left = want(13, stop.signal).catch(() => 'left');
    stop.abort();
    expect(await left).toBe('left');
    const again = want(13);
    expect(asked).toEqual([13, 13]);
    answer(13);
    expect((await again).isCorrupt).toBe(true);
    await want(13);
    expect(asked).toEqual([13, 13]);
  });

  test('of a thousand frames that are wanted at once, few are in memory before they are pictures', async () => {
    const { asked, want, answer } = slowDecoder();
    const pictures = Array.from({ length: 100 }, (_, i) => want((i * 389) % 1000));
    for (let done = 0; done < pictures.length; done++) {
      expect(asked.length - done).toBeLessThanOrEqual(16);
      answer(asked[done] as number);
      await pictures[done];
    }
    expect(asked).toHaveLength(100);
  });
});
