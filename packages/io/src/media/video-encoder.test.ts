import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { allFrames, codedPicture, numberIn, testFolder } from './clips.test.kit.js';
import { openVideo } from './open-video.node.js';
import { openVideoEncoder } from './video-encoder.node.js';

const path = testFolder();

describe('openVideoEncoder', () => {
  it.each([
    [64, 48, 30_000 / 1001],
    [65, 49, 119.88],
    [64, 49, 5],
  ])('writes %i x %i at %f frames a second', async (widthPx, heightPx, fps) => {
    const file = path(`sub/clip-${widthPx}-${heightPx}.mp4`);
    const encoder = await openVideoEncoder(file, { widthPx, heightPx, fps });
    for (let frame = 0; frame < 40; frame++) await encoder.write(codedPicture(frame, widthPx, heightPx));
    expect((await readdir(dirname(file))).filter((name) => !name.startsWith('.'))).not.toContain(
      `clip-${widthPx}-${heightPx}.mp4`,
    );
    await encoder.finish();
    const video = await openVideo(file);
    expect(video.information).toMatchObject({
      codec: 'h264',
      pixelFormat: 'yuv420p',
      frameCount: 40,
      widthPx: widthPx + (widthPx % 2),
      heightPx: heightPx + (heightPx % 2),
      isVariableRate: false,
    });
    expect(video.fps).toBeCloseTo(fps, 6);
    expect((await allFrames(video)).map(numberIn)).toEqual(Array.from({ length: 40 }, (_, frame) => frame));
    await video.close();
    const bytes = await readFile(file);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  it('keeps uneven times to 1/90000 s', async () => {
    const timesSec = [0, 0.1, 0.35, 0.4, 2, 2.01];
    const encoder = await openVideoEncoder(path('uneven.mp4'), { widthPx: 64, heightPx: 48, timesSec });
    for (const frame of timesSec.keys()) await encoder.write(codedPicture(frame));
    await encoder.finish();
    const video = await openVideo(path('uneven.mp4'));
    expect(video.information.isVariableRate).toBe(true);
    [...(video.timesSec ?? [])].forEach((sec, frame) => void expect(sec).toBeCloseTo(timesSec[frame] as number, 4));
    expect((await allFrames(video)).map(numberIn)).toEqual([0, 1, 2, 3, 4, 5]);
    await video.close();
  });

  it('keeps colors', async () => {
    const rgb = new Uint8Array(64 * 48 * 3);
    for (let at = 0; at < rgb.length; at += 3) rgb.set([200, 60, 30], at);
    const encoder = await openVideoEncoder(path('red.mp4'), { widthPx: 64, heightPx: 48, fps: 30, quality: 95 });
    await encoder.write({ widthPx: 64, heightPx: 48, rgb });
    await encoder.finish();
    const video = await openVideo(path('red.mp4'));
    const { rgb: shown } = await video.frame(0);
    // 8-bit YUV and back moves a channel by a few steps.
    [200, 60, 30].forEach(
      (value, channel) => void expect(Math.abs((shown[channel] as number) - value)).toBeLessThan(6),
    );
    await video.close();
  });

  it('leaves what stood there when it is aborted, and nothing else', async () => {
    const file = path('kept/old.mp4');
    const first = await openVideoEncoder(file, { widthPx: 64, heightPx: 48, fps: 30 });
    await first.write(codedPicture(1));
    await first.finish();
    const before = await readFile(file);
    const second = await openVideoEncoder(file, { widthPx: 64, heightPx: 48, fps: 30 });
    await second.write(codedPicture(2));
    await second.abort();
    await second.abort();
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(dirname(file))).toEqual(['old.mp4']);
    await expect(second.write(codedPicture(3))).rejects.toThrow(/finished or aborted/);
  });

  it('refuses wrong options, sizes and empty videos', async () => {
    const size = { widthPx: 64, heightPx: 48 };
    await expect(openVideoEncoder(path('a.mp4'), size)).rejects.toThrow('give either fps or timesSec');
    await expect(openVideoEncoder(path('a.mp4'), { ...size, fps: 0 })).rejects.toThrow(/fps must be above 0/);
    await expect(openVideoEncoder(path('a.mp4'), { ...size, fps: 1, quality: 0 })).rejects.toThrow(/quality/);
    await expect(openVideoEncoder(path('a.mp4'), { widthPx: 0, heightPx: 2, fps: 1 })).rejects.toThrow(/widthPx/);
    const encoder = await openVideoEncoder(path('a.mp4'), { ...size, fps: 30 });
    await expect(encoder.write({ ...codedPicture(1), widthPx: 63 })).rejects.toThrow(/picture must be 64 x 48/);
    await expect(encoder.finish()).rejects.toThrow(/one picture or more/);
    await encoder.abort();
    await writeFile(path('file'), 'x');
    await expect(openVideoEncoder(path('file/a.mp4'), { ...size, fps: 30 })).rejects.toThrow(StorageError);
  });
});
