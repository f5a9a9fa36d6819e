/** Where and how a curve is fitted around each frame. */
export interface WindowFit {
  /** Frames to either side. */
  readonly half: number;
  /** Frames before the block in padded arrays. */
  readonly pad: number;
  /** Frames of the block. */
  readonly count: number;
  readonly fps: number;
  readonly isConstantRate: boolean;
  /** Time of each padded frame, shape `[frame]`. */
  readonly sec: Float64Array;
  /** Missing frames before each padded frame, shape `[frame + 1]`. */
  readonly missingBefore: Int32Array;
}

/** Returns whether a window has too few known frames, or known ones so far apart that it is no window of its span. */
function isTooSparse({ half, fps, sec }: WindowFit, values: Float64Array, at: number, known: number): boolean {
  if (known < half + 1) return true;
  let [first, last] = [at - half, at + half];
  while (Number.isNaN(values[first])) first++;
  while (Number.isNaN(values[last])) last--;
  return (sec[last] as number) - (sec[first] as number) > (4 * half) / fps;
}

/**
 * Writes the slope, per second, of the straight line fitted by least squares to the known values within `half` frames
 * to either side (shape `[frame]`, padded) of each frame into `into` (shape `[frame]`). NaN where not more than half of
 * the frames are known, or dropped frames stretch the window to twice its length.
 */
export function fitSlopes(values: Float64Array, fit: WindowFit, into: Float64Array): void {
  const { half, pad, count, fps, isConstantRate, sec, missingBefore } = fit;
  let squares = 0;
  for (let j = 1; j <= half; j++) squares += 2 * j * j;
  const factor = fps / squares;
  for (let frame = 0; frame < count; frame++) {
    const at = frame + pad;
    const missing = (missingBefore[at + half + 1] as number) - (missingBefore[at - half] as number);
    if (missing === 0 && isConstantRate) {
      let sum = 0;
      for (let j = 1; j <= half; j++) sum += j * ((values[at + j] as number) - (values[at - j] as number));
      into[frame] = sum * factor;
      continue;
    }
    const known = 2 * half + 1 - missing;
    if (isTooSparse(fit, values, at, known)) {
      into[frame] = Number.NaN;
      continue;
    }
    const origin = sec[at] as number;
    let [meanT, meanV] = [0, 0];
    for (let i = at - half; i <= at + half; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      meanT += (sec[i] as number) - origin;
      meanV += value;
    }
    meanT /= known;
    meanV /= known;
    let [tt, tv] = [0, 0];
    for (let i = at - half; i <= at + half; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      const t = (sec[i] as number) - origin - meanT;
      tt += t * t;
      tv += t * (value - meanV);
    }
    into[frame] = tv / tt;
  }
}

/**
 * Writes the second derivative, per second squared, of the parabola fitted by least squares to the known values (shape
 * `[frame]`, padded) around each frame into `into` (shape `[frame]`); NaN as in {@link fitSlopes}, and under four frames.
 */
export function fitCurvatures(values: Float64Array, fit: WindowFit, into: Float64Array): void {
  const { half, pad, count, fps, isConstantRate, sec, missingBefore } = fit;
  const frames = 2 * half + 1;
  const meanSquare = (half * (half + 1)) / 3;
  let spread = 0;
  for (let j = -half; j <= half; j++) spread += (j * j - meanSquare) ** 2;
  const factor = (2 * fps * fps) / spread;
  for (let frame = 0; frame < count; frame++) {
    const at = frame + pad;
    const missing = (missingBefore[at + half + 1] as number) - (missingBefore[at - half] as number);
    if (half < 2) {
      into[frame] = Number.NaN;
    } else if (missing === 0 && isConstantRate) {
      const middle = values[at] as number;
      let sum = 0;
      for (let j = 1; j <= half; j++) {
        sum += (j * j - meanSquare) * ((values[at + j] as number) - middle + ((values[at - j] as number) - middle));
      }
      into[frame] = sum * factor;
    } else if (frames - missing < 4 || isTooSparse(fit, values, at, frames - missing)) {
      into[frame] = Number.NaN;
    } else {
      into[frame] = curvatureOf(values, sec, at, half);
    }
  }
}

/** Returns twice the leading coefficient of the least-squares parabola through known values: moments about the mean. */
function curvatureOf(values: Float64Array, sec: Float64Array, at: number, half: number): number {
  const origin = sec[at] as number;
  let [n, meanT, meanV] = [0, 0, 0];
  for (let i = at - half; i <= at + half; i++) {
    if (Number.isNaN(values[i])) continue;
    meanT += (sec[i] as number) - origin;
    meanV += values[i] as number;
    n++;
  }
  meanT /= n;
  meanV /= n;
  let [s2, s3, s4, v1, v2] = [0, 0, 0, 0, 0];
  for (let i = at - half; i <= at + half; i++) {
    if (Number.isNaN(values[i])) continue;
    const t = (sec[i] as number) - origin - meanT;
    const v = (values[i] as number) - meanV;
    s2 += t * t;
    s3 += t * t * t;
    s4 += t * t * t * t;
    v1 += t * v;
    v2 += t * t * v;
  }
  const own = s4 - (s2 * s2) / n - (s3 * s3) / s2;
  // Known frames at three times or fewer leave nothing to tell a parabola from a line.
  if (!(own > 1e-9 * s4)) return Number.NaN;
  return (2 * (v2 - (s3 / s2) * v1)) / own;
}
