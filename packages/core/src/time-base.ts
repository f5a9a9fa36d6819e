/** When the frames of a recording were taken. Frame f of a constant rate lies at `f / fps` seconds. */
export interface TimeBase {
  readonly frameCount: number;
  /** Frames per second; the mean rate where the rate varies. */
  readonly fps: number;
  /** Time of each frame in seconds, strictly increasing, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
}

/**
 * Returns a time base after checking it.
 * @throws RangeError naming the first count, rate or time that cannot be.
 */
export function createTimeBase(base: TimeBase): TimeBase {
  const { frameCount, fps, timesSec } = base;
  if (!Number.isSafeInteger(frameCount) || frameCount < 0) {
    throw new RangeError(`time base: frameCount must be a whole number from 0, got ${frameCount}`);
  }
  if (!(fps > 0) || !Number.isFinite(fps)) throw new RangeError(`time base: fps must be above 0, got ${fps}`);
  if (timesSec === undefined) return { frameCount, fps };
  if (timesSec.length !== frameCount) {
    throw new RangeError(`time base: timesSec must have ${frameCount} entries, got ${timesSec.length}`);
  }
  for (let frame = 0; frame < frameCount; frame++) {
    const time = timesSec[frame] as number;
    if (!Number.isFinite(time) || (frame > 0 && time <= (timesSec[frame - 1] as number))) {
      throw new RangeError(`time base: timesSec must increase, got ${time} at frame ${frame}`);
    }
  }
  return { frameCount, fps, timesSec };
}

/** Returns the time of a frame in seconds; frames outside the recording follow the mean rate from its ends. */
export function secondsOfFrame(base: TimeBase, frame: number): number {
  const { timesSec, frameCount, fps } = base;
  if (timesSec === undefined || frameCount === 0) return frame / fps;
  if (frame < 0) return (timesSec[0] as number) + frame / fps;
  if (frame >= frameCount) return (timesSec[frameCount - 1] as number) + (frame - frameCount + 1) / fps;
  return timesSec[frame] as number;
}

/** Returns the last frame whose time is not after `sec` (the frame on screen then), from 0 to `frameCount - 1`. */
export function frameAtSeconds(base: TimeBase, sec: number): number {
  const { timesSec, frameCount, fps } = base;
  if (timesSec === undefined) {
    // A time written as frame / fps must give that frame back although the division rounded.
    return Math.min(Math.max(Math.floor(sec * fps + 1e-6), 0), Math.max(frameCount - 1, 0));
  }
  let [low, high] = [0, frameCount - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((timesSec[middle] as number) <= sec + 1e-9) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}
