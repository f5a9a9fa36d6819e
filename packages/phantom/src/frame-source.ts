import type { Frame, FrameSource } from '@zoopraxis/core';

/** Size and length of a synthetic recording. */
export interface SourceSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  readonly frameCount: number;
}

/** Returns a source of frames that a function paints into bytes of shape `[heightPx, widthPx, 3]`. */
export function createFrameSource(size: SourceSize, paint: (frame: number, out: Uint8Array) => void): FrameSource {
  const { widthPx, heightPx, fps, frameCount } = size;
  const spare: Uint8Array[] = [];
  let open = true;
  const make = (index: number, signal: AbortSignal | undefined): Frame => {
    signal?.throwIfAborted();
    if (!open) throw new TypeError('phantom source: must be open, got a closed one');
    if (!Number.isSafeInteger(index) || index < 0 || index >= frameCount) {
      throw new RangeError(`frame index: must be a whole number from 0 to ${frameCount - 1}, got ${index}`);
    }
    const rgb = spare.pop() ?? new Uint8Array(3 * widthPx * heightPx);
    paint(index, rgb);
    return { index, timeSec: index / fps, widthPx, heightPx, rgb, corrupt: false };
  };
  return {
    frameCount,
    widthPx,
    heightPx,
    fps,
    frame: async (index, signal) => make(index, signal),
    async *frames(start = 0, end = frameCount, signal) {
      if (
        !(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end <= frameCount && start <= end)
      ) {
        throw new RangeError(`frame range: must lie in 0 to ${frameCount}, got ${start} to ${end}`);
      }
      for (let index = start; index < end; index++) yield make(index, signal);
    },
    recycle(frame) {
      if (frame.rgb.length === 3 * widthPx * heightPx && spare.length < 4) spare.push(frame.rgb);
    },
    close: async () => {
      open = false;
      spare.length = 0;
    },
  };
}
