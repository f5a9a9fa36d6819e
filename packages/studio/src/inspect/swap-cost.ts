/** What an exchange would do to how far animals move between two frames. */
export interface SwapCost {
  /** Mean distance that known points move as the names are, px; NaN where no point is known in both frames. */
  readonly asIsPx: number;
  /** The same if the names were exchanged, px. */
  readonly exchangedPx: number;
}

/** Pose of one frame and how many values it has of each animal. */
export interface SwapFrames {
  /** Shape `[individual, keypoint, 3]`: x, y, confidence; NaN = missing. */
  readonly before: Float32Array;
  /** Shape `[individual, keypoint, 3]`. */
  readonly now: Float32Array;
  readonly keypointCount: number;
}

/** Sums distances of points of one animal before to another now: `[sum, count]`. */
function moved({ before, now, keypointCount }: SwapFrames, from: number, to: number): [number, number] {
  let [sum, count] = [0, 0];
  for (let keypoint = 0; keypoint < keypointCount; keypoint++) {
    const [a, b] = [(from * keypointCount + keypoint) * 3, (to * keypointCount + keypoint) * 3];
    const dx = (now[b] as number) - (before[a] as number);
    const dy = (now[b + 1] as number) - (before[a + 1] as number);
    if (Number.isNaN(dx) || Number.isNaN(dy)) continue;
    sum += Math.hypot(dx, dy);
    count++;
  }
  return [sum, count];
}

/** Returns how far two animals (by index) move into a frame as they are named, and if they were named the other way. */
export function swapCost(frames: SwapFrames, first: number, second: number): SwapCost {
  const mean = (...parts: readonly [number, number][]) => {
    const count = parts.reduce((total, [, own]) => total + own, 0);
    return count === 0 ? Number.NaN : parts.reduce((total, [sum]) => total + sum, 0) / count;
  };
  return {
    asIsPx: mean(moved(frames, first, first), moved(frames, second, second)),
    exchangedPx: mean(moved(frames, first, second), moved(frames, second, first)),
  };
}

/** Returns what the costs say, in a sentence. */
export function swapAdvice({ asIsPx, exchangedPx }: SwapCost): string {
  if (Number.isNaN(asIsPx) || Number.isNaN(exchangedPx)) return 'Too few points are known here to say who is who.';
  const words = `Into this frame points move ${asIsPx.toFixed(1)} px as named, ${exchangedPx.toFixed(1)} px if exchanged`;
  if (exchangedPx < asIsPx / 2) return `${words}: the names seem to be exchanged from here on.`;
  if (asIsPx < exchangedPx / 2) return `${words}: the names seem right here.`;
  return `${words}: too close to tell.`;
}

/**
 * Returns the box around known points of some animals in some frames, with a margin, px; null where none is known.
 * @param poses list of frames, each of shape `[individual, keypoint, 3]`
 */
export function boxAround(
  poses: readonly Float32Array[],
  animals: readonly number[],
  keypointCount: number,
  size: { readonly widthPx: number; readonly heightPx: number },
): { readonly left: number; readonly top: number; readonly side: number } | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const pose of poses) {
    for (const animal of animals) {
      for (let keypoint = 0; keypoint < keypointCount; keypoint++) {
        const at = (animal * keypointCount + keypoint) * 3;
        const [x, y] = [pose[at] as number, pose[at + 1] as number];
        if (Number.isNaN(x) || Number.isNaN(y)) continue;
        [left, top] = [Math.min(left, x), Math.min(top, y)];
        [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
      }
    }
  }
  if (left > right) return null;
  const { widthPx, heightPx } = size;
  const side = Math.min(Math.max(right - left, bottom - top) * 1.3 + 20, Math.max(widthPx, heightPx));
  const within = (middle: number, length: number) => Math.max(0, Math.min(middle - side / 2, length - side));
  return { left: within((left + right) / 2, widthPx), top: within((top + bottom) / 2, heightPx), side };
}
