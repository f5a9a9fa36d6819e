/** Consecutive frames; the end is not included. */
export interface FrameWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns windows that together are all frames of a recording, ascending list: each begins where a row group of its file does,
 * so that no row is decoded twice, and has at least so many frames, if the recording has.
 * @param starts frames at which row groups begin, ascending list
 */
export function planWindows(
  starts: readonly number[],
  { frameCount, leastFrames }: { readonly frameCount: number; readonly leastFrames: number },
): FrameWindow[] {
  const windows: FrameWindow[] = [];
  let from = 0;
  for (const start of starts) {
    if (start - from < leastFrames || frameCount - start < leastFrames) continue;
    windows.push({ from, to: start });
    from = start;
  }
  if (from < frameCount) windows.push({ from, to: frameCount });
  return windows;
}

/** Returns how far a frame is from a window; 0 inside. */
export const distanceTo = (frame: number, { from, to }: FrameWindow): number =>
  frame < from ? from - frame : frame >= to ? frame - to + 1 : 0;

/** Returns whether windows, in any order, hold all frames from one to another. */
export function isCovered(windows: readonly FrameWindow[], { from, to }: FrameWindow): boolean {
  let at = from;
  for (const window of [...windows].sort((a, b) => a.from - b.from)) {
    if (at >= to || window.from > at) break;
    at = Math.max(at, window.to);
  }
  return at >= to;
}
