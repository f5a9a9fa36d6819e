import type { Frame, FrameSource } from '@zoopraxis/core';

/** A source of drawn frames that counts what is read and what is given back. */
export interface MadeSource extends FrameSource {
  readonly read: number[];
  /** Most pictures that were held at once. */
  readonly mostHeld: () => number;
}

/** Returns a source whose picture of a frame has a brightness for each px: `gray(x, y, frame)`, 0..255. */
export function madeSource(options: {
  frameCount: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  gray: (x: number, y: number, frame: number) => number;
  corrupt?: (frame: number) => boolean;
}): MadeSource {
  const { frameCount, widthPx = 32, heightPx = 24, fps = 30, gray, corrupt = () => false } = options;
  const read: number[] = [];
  let [held, most] = [0, 0];
  const draw = (index: number): Frame => {
    if (index < 0 || index >= frameCount) throw new RangeError(`no frame ${index}`);
    read.push(index);
    held++;
    most = Math.max(most, held);
    const rgb = new Uint8Array(widthPx * heightPx * 3);
    for (let at = 0; at < widthPx * heightPx; at++) {
      const value = Math.round(gray(at % widthPx, Math.floor(at / widthPx), index));
      rgb[at * 3] = value;
      rgb[at * 3 + 1] = value;
      rgb[at * 3 + 2] = value;
    }
    return { index, timeSec: index / fps, corrupt: corrupt(index), widthPx, heightPx, rgb };
  };
  return {
    frameCount,
    widthPx,
    heightPx,
    fps,
    read,
    mostHeld: () => most,
    frame: async (index, signal) => {
      signal?.throwIfAborted();
      return draw(index);
    },
    async *frames(start = 0, end = frameCount, signal) {
      for (let index = start; index < end; index++) {
        signal?.throwIfAborted();
        yield draw(index);
      }
    },
    recycle: () => {
      held--;
    },
    close: async () => undefined,
  };
}
