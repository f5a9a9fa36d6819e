import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FrameSource, Picture } from '@zoopraxis/core';
import { openVideoEncoder } from '@zoopraxis/io/node';

const folder = '.cache/bench';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Returns a picture with edges, gradients and something that moves: what a codec has to work for. */
function scene(widthPx: number, heightPx: number, frame: number): Picture {
  const rgb = new Uint8Array(3 * widthPx * heightPx);
  const [x0, y0] = [widthPx * (0.5 + 0.3 * Math.cos(frame / 20)), heightPx * (0.5 + 0.3 * Math.sin(frame / 17))];
  let at = 0;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const bedding =
        150 + 40 * Math.sin(x * 0.37 + y * 0.11) * Math.sin(y * 0.29) + ((x * 7 + y * 13 + frame * 5) % 17);
      const level = Math.hypot(x - x0, (y - y0) * 1.5) < heightPx / 10 ? 40 : bedding;
      rgb[at++] = level;
      rgb[at++] = level * 0.95;
      rgb[at++] = level * 0.9;
    }
  }
  return { widthPx, heightPx, rgb };
}

/** Returns the path of an h264 video of a size that was made for the bench, made at the first call. */
export async function drawnVideo(widthPx: number, heightPx: number, frameCount: number): Promise<string> {
  const path = resolve(folder, `drawn-${widthPx}x${heightPx}-${frameCount}.mp4`);
  if (await exists(path)) return path;
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps: 30 });
  for (let frame = 0; frame < frameCount; frame++) await encoder.write(scene(widthPx, heightPx, frame));
  await encoder.finish();
  return path;
}

/** Returns the path of a 640x480 recording: the real one where the data folder is there, else a drawn one. */
export async function benchVideo(): Promise<{ path: string; isReal: boolean }> {
  const data = process.env.ZOOPRAXIS_DATA ?? '../shared/data';
  const real = resolve(join(data, 'openfield', 'videos', 'm3v1mp4.mp4'));
  if (await exists(real)) return { path: real, isReal: true };
  return { path: await drawnVideo(640, 480, 2400), isReal: false };
}

/** Returns the beginning of a source. */
export function firstFrames(source: FrameSource, frameCount: number): FrameSource {
  const count = Math.min(frameCount, source.frameCount);
  return {
    frameCount: count,
    widthPx: source.widthPx,
    heightPx: source.heightPx,
    fps: source.fps,
    frame: (index, signal) => source.frame(index, signal),
    frames: (start = 0, end = count, signal) => source.frames(start, Math.min(end, count), signal),
    recycle: (frame) => source.recycle?.(frame),
    close: () => source.close(),
  };
}
