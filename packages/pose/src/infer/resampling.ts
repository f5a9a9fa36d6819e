/** For each place along an axis, the source places it is a weighted sum of; `taps` of them, some with weight 0. */
export interface Resampling {
  readonly taps: number;
  /** First source place, shape `[place]`. */
  readonly start: Int32Array;
  /** Shape `[place, taps]`; they sum to 1. */
  readonly weight: Float64Array;
}

/**
 * Returns how `from` px along an axis become `to` px with centers at half px: the mean over the covered stretch where
 * the image shrinks (nothing aliases), linear interpolation where it grows, the same where it stays.
 */
export function resample(from: number, to: number): Resampling {
  const step = from / to;
  const taps = to === from ? 1 : Math.min(from, to > from ? 2 : Number.isInteger(step) ? step : Math.ceil(step) + 1);
  const start = new Int32Array(to);
  const weight = new Float64Array(to * taps);
  for (let place = 0; place < to; place++) {
    if (to === from) {
      start[place] = place;
      weight[place] = 1;
    } else if (to > from) {
      const center = Math.min(Math.max((place + 0.5) * step - 0.5, 0), from - 1);
      const first = Math.min(Math.floor(center), Math.max(from - 2, 0));
      start[place] = first;
      weight[place * taps] = 1 - (center - first);
      if (taps > 1) weight[place * taps + 1] = center - first;
    } else {
      const [low, high] = [place * step, (place + 1) * step];
      const first = Math.min(Math.floor(low), from - taps);
      start[place] = first;
      for (let tap = 0; tap < taps; tap++) {
        const covered = Math.min(high, first + tap + 1) - Math.max(low, first + tap);
        weight[place * taps + tap] = Math.max(covered, 0) / step;
      }
    }
  }
  return { taps, start, weight };
}
