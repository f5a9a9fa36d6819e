import { describe, expect, it } from 'vitest';
import {
  allFrames,
  type ClipRecipe,
  clipHeightPx,
  clipWidthPx,
  codedPicture,
  isSamePicture,
  makeClip,
  numberIn,
  testFolder,
} from './clips.test.kit.js';
import { openVideo } from './open-video.node.js';
import type { VideoInformation } from './video-information.js';

const path = testFolder();
const frameCount = 60;
const x265 = 'log-level=none:pools=none:frame-threads=1';

interface Clip extends Partial<ClipRecipe> {
  readonly name: string;
  readonly encoder: string;
  readonly container: string;
  readonly expected?: Partial<VideoInformation>;
}

const uneven = Array.from({ length: frameCount }, (_, frame) => frame * 10 + (frame % 7 === 3 ? 4 : 0));

const clips: readonly Clip[] = [
  {
    name: 'h264 with B-frames',
    encoder: 'libx264',
    container: 'mp4',
    bFrames: 3,
    expected: { codec: 'h264', hasOpenGops: false, declaredFrameCount: 60 },
  },
  {
    name: 'h264 in open groups',
    encoder: 'libx264',
    container: 'matroska',
    bFrames: 3,
    options: { 'x264-params': 'open-gop=1' },
    expected: { hasOpenGops: true },
  },
  { name: 'h264 without reordering limits in AVI', encoder: 'libx264', container: 'avi', bFrames: 3 },
  {
    name: 'h264 with intra refresh',
    encoder: 'libx264',
    container: 'mp4',
    options: { 'x264-params': 'intra-refresh=1' },
  },
  { name: 'h264 as a transport stream', encoder: 'libx264', container: 'mpegts', bFrames: 2, expected: { fps: 30 } },
  { name: 'h264 without a container', encoder: 'libx264', container: 'h264', bFrames: 2 },
  {
    name: 'h264 in fragments',
    encoder: 'libx264',
    container: 'mp4',
    bFrames: 2,
    containerOptions: { movflags: 'frag_keyframe+empty_moov' },
  },
  {
    name: 'h264 at a varying rate',
    encoder: 'libx264',
    container: 'mp4',
    bFrames: 2,
    ticks: uneven,
    expected: { isVariableRate: true },
  },
  {
    name: 'h264 that starts late',
    encoder: 'libx264',
    container: 'matroska',
    ticks: uneven.map((tick) => tick + 1500),
    expected: { startSec: 5 },
  },
  {
    name: 'h264 of a width that vectors do not divide',
    encoder: 'libx264',
    container: 'mp4',
    widthPx: 406,
    heightPx: 60,
    isBt709: true,
  },
  {
    name: 'h264 in color of 4:4:4',
    encoder: 'libx264',
    container: 'mp4',
    pixelFormat: 'yuv444p',
    widthPx: 67,
    heightPx: 49,
    expected: { widthPx: 67, heightPx: 49 },
  },
  {
    name: 'h264 of 10 bits, 4:2:2',
    encoder: 'libx264',
    container: 'mp4',
    pixelFormat: 'yuv422p10le',
    expected: { pixelFormat: 'yuv422p10le' },
  },
  { name: 'h264 of full range', encoder: 'libx264', container: 'mp4', pixelFormat: 'yuvj420p', isFullRange: true },
  {
    name: 'hevc',
    encoder: 'libx265',
    container: 'mp4',
    options: { 'x265-params': `${x265}:open-gop=1` },
    bFrames: 3,
    expected: { codec: 'hevc', hasOpenGops: true },
  },
  {
    name: 'vp9',
    encoder: 'libvpx-vp9',
    container: 'webm',
    options: { 'auto-alt-ref': '1', 'lag-in-frames': '12', deadline: 'realtime', 'cpu-used': '8' },
    expected: { codec: 'vp9' },
  },
  {
    name: 'vp8 with hidden pictures',
    encoder: 'libvpx',
    container: 'webm',
    options: { 'auto-alt-ref': '1', 'lag-in-frames': '12', deadline: 'good', 'cpu-used': '4' },
  },
  {
    name: 'mjpeg in AVI',
    encoder: 'mjpeg',
    container: 'avi',
    pixelFormat: 'yuvj420p',
    isFullRange: true,
    expected: { keyFrameCount: 60, codec: 'mjpeg' },
  },
  { name: 'ffv1 in Matroska', encoder: 'ffv1', container: 'matroska', options: { level: '3' } },
  { name: 'gray ffv1', encoder: 'ffv1', container: 'matroska', pixelFormat: 'gray', expected: { pixelFormat: 'gray' } },
  { name: 'uncompressed gray in AVI', encoder: 'rawvideo', container: 'avi', pixelFormat: 'gray' },
  { name: 'uncompressed BGR in AVI', encoder: 'rawvideo', container: 'avi', pixelFormat: 'bgr24' },
  { name: 'mpeg4 with B-frames in AVI', encoder: 'mpeg4', container: 'avi', bFrames: 2 },
];

/** Frame numbers in a fixed order that jumps. */
const jumping = Array.from({ length: frameCount }, (_, step) => (step * 37 + 11) % frameCount);

describe.each(clips)('$name', ({ name, expected, ...recipe }) => {
  const file = path(`${name.replaceAll(/\W+/g, '-')}.${recipe.container}`);

  it('gives every frame in order, and the same alone, in ranges and backwards', async (context) => {
    if ((await makeClip(file, { frameCount, ...recipe })) === undefined)
      return context.skip(`no ${recipe.encoder} in this build`);
    const video = await openVideo(file);
    try {
      expect(video.information).toMatchObject({
        frameCount,
        reader: 'node-av',
        isTruncated: false,
        repairedTimeCount: 0,
        ...expected,
      });
      expect(video.information.isVariableRate).toBe(expected?.isVariableRate ?? recipe.ticks !== undefined);
      const frames = await allFrames(video);
      expect(frames.map(numberIn)).toEqual(frames.map((_, frame) => frame));
      expect(frames.some(({ corrupt }) => corrupt)).toBe(false);
      const ticks = recipe.ticks ?? frames.map((_, frame) => (frame * 300) / (video.fps === 30 ? 30 : video.fps));
      frames.forEach(({ timeSec }, frame) => {
        // Matroska rounds to milliseconds, and fragments to their own clock.
        expect(Math.abs(timeSec - ((ticks[frame] as number) - (ticks[0] as number)) / 300)).toBeLessThan(1.01e-3);
      });
      for (const frame of jumping)
        if (!isSamePicture(await video.frame(frame), frames[frame]))
          expect.fail(`frame ${frame} differs when read alone`);
      for (let frame = frameCount - 1; frame >= 0; frame--) expect(numberIn(await video.frame(frame))).toBe(frame);
      for (const [start, end] of [
        [0, 3],
        [11, 14],
        [12, 13],
        [25, 50],
        [59, 60],
        [30, 30],
      ] as const) {
        expect((await allFrames(video, start, end)).map(numberIn)).toEqual(
          frames.slice(start, end).map(({ index }) => index),
        );
      }
      expect(video.corruptFrameCount).toBe(0);
    } finally {
      await video.close();
    }
  });
});

describe('sizes', () => {
  it('scales while decoding, and keeps the proportions of one given side', async () => {
    const file = path('scaled.mkv');
    await makeClip(file, { encoder: 'ffv1', container: 'matroska', frameCount: 3, pixelFormat: 'yuv444p' });
    const video = await openVideo(file, { widthPx: 32 });
    expect([video.widthPx, video.heightPx]).toEqual([32, 24]);
    expect(video.information).toMatchObject({ widthPx: clipWidthPx, heightPx: clipHeightPx });
    const { rgb } = await video.frame(1);
    // The block centers of a picture of half the size are those of the coded one.
    const coded = codedPicture(1).rgb;
    for (const [x, y] of [
      [4, 4],
      [12, 4],
      [28, 20],
    ] as const) {
      const [half, full] = [rgb[(y * 32 + x) * 3] as number, coded[(y * 2 * 64 + x * 2) * 3] as number];
      expect(Math.abs(half - full)).toBeLessThan(12);
    }
    await video.close();
    await expect(openVideo(file, { widthPx: 0 })).rejects.toThrow(
      'widthPx must be a whole number from 1 to 65535, got 0',
    );
  });

  it.each([90, 180, 270] as const)('brings a clip upright that is turned by %i degrees', async (rotationDeg) => {
    const file = path(`turned-${rotationDeg}.mp4`);
    const recipe = { encoder: 'libx264', container: 'mp4', frameCount: 12 };
    await makeClip(path('straight.mp4'), recipe);
    await makeClip(file, { ...recipe, rotationDeg });
    const [turned, straight] = [await openVideo(file), await openVideo(path('straight.mp4'))];
    const isSideways = rotationDeg !== 180;
    expect(turned.information).toMatchObject({ rotationDeg, isMirrored: false, storedWidthPx: 64, storedHeightPx: 48 });
    expect([turned.widthPx, turned.heightPx]).toEqual(isSideways ? [48, 64] : [64, 48]);
    const [shown, stored] = [await turned.frame(7), await straight.frame(7)];
    const at = (x: number, y: number): number => shown.rgb[(y * shown.widthPx + x) * 3] as number;
    for (const [x, y] of [
      [0, 0],
      [63, 0],
      [10, 40],
    ] as const) {
      const upright = { 90: [47 - y, x], 180: [63 - x, 47 - y], 270: [y, 63 - x] }[rotationDeg] as [number, number];
      expect(at(...upright)).toBe(stored.rgb[(y * 64 + x) * 3]);
    }
    await turned.close();
    await straight.close();
  });

  it.each([
    [2, 2, 'libx264', 'mp4'],
    [1, 1, 'ffv1', 'matroska'],
    [17, 3, 'ffv1', 'matroska'],
  ])('reads %i x %i', async (widthPx, heightPx, encoder, container) => {
    const file = path(`tiny-${widthPx}.${container}`);
    const pixelFormat = encoder === 'ffv1' ? 'bgr0' : 'yuv420p';
    await makeClip(file, { encoder, container, frameCount: 5, widthPx, heightPx, pixelFormat });
    const video = await openVideo(file);
    expect((await allFrames(video)).map(({ rgb }) => rgb.length)).toEqual(Array(5).fill(widthPx * heightPx * 3));
    await video.close();
  });
});
