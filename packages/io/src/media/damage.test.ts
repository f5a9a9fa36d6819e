import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { FormatError, StorageError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import {
  allFrames,
  type ClipRecipe,
  damageFile,
  isSamePicture,
  makeClip,
  numberIn,
  testFolder,
} from './clips.test.kit.js';
import { openVideo } from './open-video.node.js';

const path = testFolder();
const frameCount = 60;

interface Damaged {
  readonly name: string;
  readonly recipe: Pick<ClipRecipe, 'encoder' | 'container'> & Partial<ClipRecipe>;
}

/** Codecs whose decoders notice damage; what a decoder takes for good pixels nobody can tell from damage. */
const noticing: readonly Damaged[] = [
  { name: 'h264', recipe: { encoder: 'libx264', container: 'mp4', bFrames: 2 } },
  {
    name: 'h264-open',
    recipe: { encoder: 'libx264', container: 'mp4', bFrames: 3, options: { 'x264-params': 'open-gop=1' } },
  },
  { name: 'mpeg4', recipe: { encoder: 'mpeg4', container: 'matroska', bFrames: 2 } },
  { name: 'ffv1', recipe: { encoder: 'ffv1', container: 'matroska', options: { level: '3', slicecrc: '1' } } },
];

describe.each(noticing)('damaged $name', ({ name, recipe }) => {
  const clean = path(`${name}.${recipe.container}`);

  it.each([1, 2, 3])(
    'flags the damaged frames, shifts none, and gives the same pixels from wherever reading begins (%i)',
    async (seed) => {
      await makeClip(clean, { frameCount, ...recipe });
      const file = path(`${name}-${seed}.${recipe.container}`);
      const untouched = await damageFile(clean, file, seed, 4);
      const sound = await openVideo(clean);
      const original = await allFrames(sound);
      await sound.close();
      const video = await openVideo(file);
      try {
        expect(video.frameCount).toBe(frameCount);
        const frames = await allFrames(video);
        expect(frames).toHaveLength(frameCount);
        expect(video.corruptFrameCount).toBe(frames.filter(({ corrupt }) => corrupt).length);
        expect(video.corruptFrameCount).toBeGreaterThan(0);
        expect(untouched.length).toBeGreaterThan(5);
        for (const frame of untouched) {
          expect(frames[frame]?.corrupt, `frame ${frame}`).toBe(false);
          if (!isSamePicture(frames[frame], original[frame])) expect.fail(`frame ${frame} is another one`);
        }
        for (let step = 0; step < frameCount; step++) {
          const frame = (step * 37 + 11) % frameCount;
          const alone = await video.frame(frame);
          expect(alone.corrupt, `frame ${frame}`).toBe(frames[frame]?.corrupt);
          if (!isSamePicture(alone, frames[frame])) expect.fail(`frame ${frame} differs when read alone`);
        }
        for (const start of [7, 20, 41]) {
          const range = await allFrames(video, start, start + 15);
          const differing = range.filter((frame) => !isSamePicture(frame, frames[frame.index]));
          expect(differing.map(({ index }) => index)).toEqual([]);
        }
      } finally {
        await video.close();
      }
    },
  );
});

it.each([12, 25])('a sound film of open groups of %i frames is sound wherever reading begins', async (keyint) => {
  const file = path(`open-${keyint}.mp4`);
  const options = { 'x264-params': `open-gop=1:keyint=${keyint}` };
  await makeClip(file, { encoder: 'libx264', container: 'mp4', frameCount: 200, bFrames: 3, options });
  const video = await openVideo(file);
  const frames = await allFrames(video);
  const problems: number[] = [];
  for (let step = 0; step < 200; step++) {
    const frame = (step * 37 + 11) % 200;
    const alone = await video.frame(frame);
    if (alone.corrupt || !isSamePicture(alone, frames[frame])) problems.push(frame);
  }
  await video.close();
  expect(frames.filter(({ corrupt }) => corrupt)).toEqual([]);
  expect(problems).toEqual([]);
});

describe('a packet without a picture', () => {
  it('is a corrupt frame that repeats the one before it, and moves no other', async () => {
    const file = path('blank.avi');
    await makeClip(file, {
      encoder: 'mjpeg',
      container: 'avi',
      pixelFormat: 'yuvj420p',
      isFullRange: true,
      frameCount: 12,
    });
    const bytes = await readFile(file);
    // The picture of frame 5 becomes zeros: not even its markers are left.
    let at = bytes.indexOf('movi');
    for (let frame = 0; frame <= 5; frame++) at = bytes.indexOf('00dc', at + 4);
    bytes.fill(0, at + 8, at + 8 + bytes.readUInt32LE(at + 4));
    await writeFile(file, bytes);
    const video = await openVideo(file);
    const frames = await allFrames(video);
    expect(frames.map(({ corrupt }) => corrupt)).toEqual(frames.map((_, frame) => frame === 5));
    expect(frames.map(numberIn)).toEqual([0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11]);
    expect(numberIn(await video.frame(5))).toBe(4);
    await video.close();
  });

  it('is black where no frame is before it', async () => {
    const file = path('blank-first.avi');
    await makeClip(file, {
      encoder: 'mjpeg',
      container: 'avi',
      pixelFormat: 'yuvj420p',
      isFullRange: true,
      frameCount: 5,
    });
    const bytes = await readFile(file);
    const at = bytes.indexOf('00dc', bytes.indexOf('movi'));
    bytes.fill(0, at + 8, at + 8 + bytes.readUInt32LE(at + 4));
    await writeFile(file, bytes);
    const video = await openVideo(file);
    const [first, second] = await allFrames(video);
    expect(first).toMatchObject({ corrupt: true });
    expect(first?.rgb.every((value) => value === 0)).toBe(true);
    expect(numberIn(second as NonNullable<typeof second>)).toBe(1);
    await video.close();
  });
});

describe('a file that is cut off', () => {
  it('gives the frames that are there and says that some are missing', async () => {
    const file = path('cut.mp4');
    await makeClip(file, {
      encoder: 'libx264',
      container: 'mp4',
      frameCount,
      containerOptions: { movflags: '+faststart' },
    });
    await truncate(file, Math.floor((await readFile(file)).length * 0.6));
    const video = await openVideo(file);
    expect(video.information).toMatchObject({ isTruncated: true, declaredFrameCount: frameCount });
    expect(video.frameCount).toBeLessThan(frameCount);
    expect(video.frameCount).toBeGreaterThan(10);
    const frames = await allFrames(video);
    frames.forEach((frame, index) => void (frame.corrupt || expect(numberIn(frame)).toBe(index)));
    await video.close();
  });

  it('tells why an mp4 without its index cannot be read, and how to mend it', async () => {
    const file = path('no-index.mp4');
    await makeClip(file, { encoder: 'libx264', container: 'mp4', frameCount: 5 });
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.indexOf('moov') - 4));
    const error = await openVideo(file).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ format: 'mp4', expected: 'an index (moov box)', path: file });
    expect((error as FormatError).hint).toMatch(/untrunc/);
  });
});

describe('what is no video', () => {
  it.each([
    ['empty.mp4', new Uint8Array(0), /an empty file/],
    ['text.mp4', new TextEncoder().encode('not a video at all, but words'.repeat(99)), /expected a video/],
    ['zeros.avi', new Uint8Array(100_000), /expected a video/],
    ['list.m3u8', new TextEncoder().encode('#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n'), /expected a video/],
    ['list.mp4', new TextEncoder().encode("ffconcat version 1.0\nfile '/etc/passwd'\n"), /expected a video/],
  ])('refuses %s', async (name, bytes, message) => {
    await writeFile(path(name), bytes);
    const error = await openVideo(path(name)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
    expect((error as FormatError).message.endsWith(path(name))).toBe(true);
    expect((error as FormatError).hint).toBeTruthy();
  });

  it('refuses a missing file and a folder, each with what to do', async () => {
    await mkdir(path('folder.mp4'));
    const missing = await openVideo(path('missing.mp4')).catch((cause: unknown) => cause);
    const folder = await openVideo(path('folder.mp4')).catch((cause: unknown) => cause);
    expect(missing).toBeInstanceOf(StorageError);
    expect(folder).toBeInstanceOf(StorageError);
    expect(String(missing)).toMatch(/there is no such file/);
    expect(String(folder)).toMatch(/a folder stands/);
  });

  it('opens names that FFmpeg would take for addresses', async () => {
    const file = path('concat:a|b 100%.mkv');
    await makeClip(path('plain.mkv'), { encoder: 'ffv1', container: 'matroska', frameCount: 3 });
    await writeFile(file, await readFile(path('plain.mkv')));
    const video = await openVideo(file);
    expect(video.frameCount).toBe(3);
    await video.close();
  });
});
