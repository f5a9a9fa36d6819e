/** How peaks are chosen. */
export interface SpreadOptions {
  /** Chosen frames are at least so far apart. */
  readonly apart: number;
  /** At most so many. */
  readonly most: number;
  /** Scores must be above this. */
  readonly least: number;
  /** Frames that others keep the distance from, list. */
  readonly taken?: readonly number[];
}

/**
 * Returns the frames with the highest scores, the highest first, none near another: of neighbors only the best is taken.
 * @param scores shape `[frame]`; NaN is never taken
 * @returns list of frames
 */
export function spreadPeaks(scores: Float32Array, { apart, most, least, taken = [] }: SpreadOptions): number[] {
  // The best of each stretch as long as the distance: no more than these can be taken, but for ties at the seams.
  const candidates: number[] = [];
  for (let start = 0; start < scores.length; start += apart) {
    let best = -1;
    const end = Math.min(scores.length, start + apart);
    for (let frame = start; frame < end; frame++) {
      const score = scores[frame] as number;
      if (score > least && (best < 0 || score > (scores[best] as number))) best = frame;
    }
    if (best >= 0) candidates.push(best);
  }
  candidates.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const boxes = new Map<number, number[]>();
  const put = (frame: number) => {
    const box = Math.floor(frame / apart);
    boxes.set(box, [...(boxes.get(box) ?? []), frame]);
  };
  for (const frame of taken) put(frame);
  const chosen: number[] = [];
  for (const frame of candidates) {
    if (chosen.length >= most) break;
    const box = Math.floor(frame / apart);
    const isNear = [box - 1, box, box + 1].some((at) =>
      boxes.get(at)?.some((other) => Math.abs(other - frame) < apart),
    );
    if (isNear) continue;
    put(frame);
    chosen.push(frame);
  }
  return chosen;
}
