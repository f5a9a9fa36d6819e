import type { Frame } from '@zoopraxis/core';

/** Throws RangeError where a recording has no frame of this index. */
export function checkFrame(index: number, frameCount: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= frameCount) {
    throw new RangeError(`frame must be a whole number from 0 to ${frameCount - 1}, got ${index}`);
  }
}

/** Throws RangeError where `start..end` is no range of frames. */
export function checkRange(start: number, end: number, frameCount: number): void {
  if (!Number.isSafeInteger(start) || start < 0 || start > frameCount) {
    throw new RangeError(`start must be a whole number from 0 to ${frameCount}, got ${start}`);
  }
  if (!Number.isSafeInteger(end) || end < start || end > frameCount) {
    throw new RangeError(`end must be a whole number from ${start} to ${frameCount}, got ${end}`);
  }
}

/** Returns how many frames of a size are read ahead: enough to hide the work, within 64 MiB. */
export function readAheadOf(widthPx: number, heightPx: number): number {
  return Math.max(2, Math.min(16, Math.floor((64 * 2 ** 20) / (widthPx * heightPx * 3))));
}

/**
 * Yields frames in order while up to `readAhead` of them are being read; no more are asked for than the
 * consumer takes. `read` may be called again before it has answered, and answers in any order.
 */
export async function* readInOrder(
  read: (frame: number) => Promise<Frame>,
  start: number,
  end: number,
  readAhead: number,
  signal?: AbortSignal,
): AsyncGenerator<Frame, void, undefined> {
  const pending: Promise<Frame>[] = [];
  let asked = start;
  for (let frame = start; frame < end; frame++) {
    signal?.throwIfAborted();
    while (asked < end && pending.length < readAhead) {
      const promise = read(asked++);
      // Whoever stops early leaves promises behind: their errors are nobody's then.
      promise.catch(() => undefined);
      pending.push(promise);
    }
    yield await (pending.shift() as Promise<Frame>);
  }
}
