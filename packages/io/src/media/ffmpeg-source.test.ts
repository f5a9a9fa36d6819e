import { execFileSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { allFrames, type ClipRecipe, isSamePicture, makeClip, numberIn, testFolder } from './clips.test.kit.js';
import { FfmpegSource } from './ffmpeg-source.node.js';
import { openVideo } from './open-video.node.js';

const path = testFolder();

function isInstalled(): boolean {
  try {
    execFileSync(process.env.ZOOPRAXIS_FFPROBE ?? 'ffprobe', ['-version'], { stdio: 'ignore' });
    execFileSync(process.env.ZOOPRAXIS_FFMPEG ?? 'ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const installed = isInstalled();
if (!installed) process.stderr.write('ffmpeg-source.test: skipped, ffmpeg and ffprobe are not installed\n');

const clips: readonly (Partial<ClipRecipe> & { name: string; encoder: string; container: string })[] = [
  { name: 'closed', encoder: 'libx264', container: 'mp4', bFrames: 3 },
  { name: 'open', encoder: 'libx264', container: 'matroska', bFrames: 3, options: { 'x264-params': 'open-gop=1' } },
  {
    name: 'uneven',
    encoder: 'libx264',
    container: 'mp4',
    bFrames: 2,
    ticks: Array.from({ length: 40 }, (_, frame) => 700 + frame * 10 + (frame % 5)),
  },
  { name: 'untimed', encoder: 'mjpeg', container: 'avi', pixelFormat: 'yuvj420p', isFullRange: true },
  { name: 'narrow', encoder: 'libx264', container: 'mp4', bFrames: 2, widthPx: 406, heightPx: 60 },
  { name: 'narrow in BT.709', encoder: 'libx264', container: 'mp4', widthPx: 406, heightPx: 60, isBt709: true },
  { name: 'turned', encoder: 'libx264', container: 'mp4', rotationDeg: 90 },
];

describe.skipIf(!installed)('an installed ffmpeg', () => {
  it.each(clips)('gives the frames and times that node-av gives: $name', async ({ name, ...recipe }) => {
    const file = path(`${name}.${recipe.container}`);
    await makeClip(file, { frameCount: 40, ...recipe });
    const [ours, theirs] = [await openVideo(file), await FfmpegSource.open(file, {})];
    try {
      expect(theirs.information).toEqual({
        ...ours.information,
        reader: 'ffmpeg',
        container: theirs.information.container,
        pixelFormat: theirs.information.pixelFormat,
      });
      const [mine, other] = [await allFrames(ours), await allFrames(theirs)];
      expect(other.map(({ timeSec }) => timeSec)).toEqual(mine.map(({ timeSec }) => timeSec));
      other.forEach((frame, index) => void expect(isSamePicture(frame, mine[index]), `frame ${index}`).toBe(true));
      for (const frame of [39, 13, 24]) expect(isSamePicture(await theirs.frame(frame), mine[frame])).toBe(true);
      if (recipe.rotationDeg === undefined) {
        expect((await allFrames(theirs, 11, 26)).map(numberIn)).toEqual(Array.from({ length: 15 }, (_, at) => 11 + at));
      }
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  });

  it('stops when the signal says so or the video is closed, and leaves no program behind', async () => {
    const programs = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = programs();
    const file = path('closed.mp4');
    await makeClip(file, { encoder: 'libx264', container: 'mp4', frameCount: 40 });
    const video = await FfmpegSource.open(file, { widthPx: 32 });
    expect([video.widthPx, video.heightPx]).toEqual([32, 24]);
    const reason = new Error('enough');
    const controller = new AbortController();
    const reading = (async () => {
      for await (const { index } of video.frames(0, 40, controller.signal)) if (index === 3) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    const frames = video.frames()[Symbol.asyncIterator]();
    await frames.next();
    await video.close();
    await expect(frames.next()).rejects.toThrow();
    // The system tells of an ended program a moment later.
    await vi.waitFor(() => expect(programs()).toBe(before));
  });
});
