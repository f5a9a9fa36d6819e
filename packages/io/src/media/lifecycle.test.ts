import { beforeAll, describe, expect, it } from 'vitest';
import { allFrames, makeClip, numberIn, testFolder } from './clips.test.kit.js';
import { openVideo } from './open-video.node.js';

const path = testFolder();
const file = path('long.mp4');
const frameCount = 64;

beforeAll(async () => {
  await makeClip(file, { encoder: 'libx264', container: 'mp4', frameCount, gopSize: frameCount, bFrames: 2 });
});

/** Names of what keeps this process busy. */
const busy = (): string[] => process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));

describe('an open video', () => {
  it('serves several readers and single frames at once, each its own frames', async () => {
    const video = await openVideo(file);
    const [all, tail, alone] = await Promise.all([
      allFrames(video),
      allFrames(video, 40, 60),
      Promise.all([50, 3, 63, 0].map((frame) => video.frame(frame))),
    ]);
    expect(all.map(numberIn)).toEqual(all.map((_, frame) => frame));
    expect(tail.map(numberIn)).toEqual(tail.map((_, at) => 40 + at));
    expect(alone.map(numberIn)).toEqual([50, 3, 63, 0]);
    await video.close();
  });

  it('refuses frames and ranges that it does not have', async () => {
    const video = await openVideo(file);
    await expect(video.frame(64)).rejects.toThrow('frame must be a whole number from 0 to 63, got 64');
    await expect(video.frame(1.5)).rejects.toThrow(RangeError);
    await expect(allFrames(video, 5, 4)).rejects.toThrow('end must be a whole number from 5 to 64, got 4');
    await expect(allFrames(video, -1)).rejects.toThrow('start must be a whole number from 0 to 64, got -1');
    await video.close();
  });

  it('stops when the signal says so, before and while it reads, and serves others on', async () => {
    const video = await openVideo(file);
    const reason = new Error('enough');
    await expect(video.frame(1, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { index } of video.frames(0, frameCount, controller.signal)) {
        seen.push(index);
        if (index === 4) controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(numberIn(await video.frame(20))).toBe(20);
    await video.close();
    await expect(openVideo(file, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('lets go of a reader that is left early', async () => {
    const video = await openVideo(file);
    for (let round = 0; round < 20; round++) {
      for await (const { index } of video.frames(round)) if (index > round) break;
    }
    expect(numberIn(await video.frame(30))).toBe(30);
    await video.close();
  });

  it('can be closed while it decodes, twice, and leaves no thread behind', async () => {
    const before = busy().length;
    const video = await openVideo(file);
    const frames = video.frames()[Symbol.asyncIterator]();
    await frames.next();
    const pending = video.frame(63);
    pending.catch(() => undefined);
    await Promise.all([video.close(), video.close()]);
    await expect(frames.next().then(() => allFrames(video))).rejects.toThrow();
    await expect(video.frame(0)).rejects.toThrow(/closed/);
    expect(busy().length).toBe(before);
  });

  it('decodes into memory that was handed back, and needs no more of it for longer videos', async () => {
    const video = await openVideo(file);
    const buffers = new Set<ArrayBufferLike>();
    let seen = 0;
    for (let round = 0; round < 4; round++) {
      for await (const frame of video.frames()) {
        buffers.add(frame.rgb.buffer);
        expect(numberIn(frame)).toBe(frame.index);
        video.recycle?.(frame);
        seen++;
      }
    }
    await video.close();
    expect(seen).toBe(4 * frameCount);
  });

  it('takes the memory of a frame back once, and of foreign frames never', async () => {
    const video = await openVideo(file);
    const frame = await video.frame(1);
    video.recycle?.(frame);
    video.recycle?.(frame);
    video.recycle?.({ ...frame, rgb: new Uint8Array(5) });
    const [one, other] = await Promise.all([video.frame(2), video.frame(3)]);
    expect([numberIn(one), numberIn(other)]).toEqual([2, 3]);
    await video.close();
  });
});

describe('memory', () => {
  it('stays flat while hundreds of decodings come and go', async () => {
    const measure = async (rounds: number): Promise<number> => {
      for (let round = 0; round < rounds; round++) {
        const video = await openVideo(file);
        for await (const frame of video.frames()) video.recycle?.(frame);
        await video.frame(33);
        await video.close();
      }
      return process.memoryUsage.rss();
    };
    const warm = await measure(6);
    const after = await measure(12);
    // 768 frames more were decoded: their pixels alone are 7 MiB and their codecs' memory several times that.
    expect(after - warm).toBeLessThan(48 * 2 ** 20);
  });
});
