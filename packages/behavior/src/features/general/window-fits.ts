/** Where and how curves are fitted around each frame. */
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

/** Two coordinates, both known or both missing (NaN) in each frame. */
export interface Vectors {
  /** Shape `[frame]`. */
  readonly x: Float64Array;
  /** Shape `[frame]`. */
  readonly y: Float64Array;
}

/** Returns whether a window has too few known frames, or known ones so far apart that it is no window of its span. */
function isTooSparse(
  { half, fps, sec, isConstantRate }: WindowFit,
  x: Float64Array,
  at: number,
  known: number,
): boolean {
  if (known < half + 1) return true;
  if (isConstantRate) return false;
  let first = at - half;
  let last = at + half;
  while (Number.isNaN(x[first])) first++;
  while (Number.isNaN(x[last])) last--;
  return (sec[last] as number) - (sec[first] as number) > (4 * half) / fps;
}

/**
 * Writes the slopes, per second, of the straight lines fitted by least squares to the known points within `half` frames
 * to either side of each frame. NaN where not more than half of the frames are known, or dropped frames stretch the
 * window to twice its length.
 * @param points Padded.
 */
export function fitSlopes(points: Vectors, fit: WindowFit, into: Vectors): void {
  const { half, pad, count, fps, isConstantRate, sec, missingBefore } = fit;
  const { x, y } = points;
  let squares = 0;
  for (let j = 1; j <= half; j++) squares += 2 * j * j;
  const factor = fps / squares;
  for (let frame = 0; frame < count; frame++) {
    const at = frame + pad;
    const missing = (missingBefore[at + half + 1] as number) - (missingBefore[at - half] as number);
    if (missing === 0 && isConstantRate) {
      let sumX = 0;
      let sumY = 0;
      for (let j = 1; j <= half; j++) {
        sumX += j * ((x[at + j] as number) - (x[at - j] as number));
        sumY += j * ((y[at + j] as number) - (y[at - j] as number));
      }
      into.x[frame] = sumX * factor;
      into.y[frame] = sumY * factor;
      continue;
    }
    const n = 2 * half + 1 - missing;
    if (isTooSparse(fit, x, at, n)) {
      into.x[frame] = Number.NaN;
      into.y[frame] = Number.NaN;
      continue;
    }
    let first = at - half;
    while (Number.isNaN(x[first])) first++;
    // Counted from a known point, sums stay small, and in whole frames those of times are exact.
    const originX = x[first] as number;
    const originY = y[first] as number;
    const origin = sec[at] as number;
    let s1 = 0;
    let s2 = 0;
    let x0 = 0;
    let x1 = 0;
    let y0 = 0;
    let y1 = 0;
    for (let i = first; i <= at + half; i++) {
      const dx = (x[i] as number) - originX;
      if (Number.isNaN(dx)) continue;
      const dy = (y[i] as number) - originY;
      const t = isConstantRate ? i - at : ((sec[i] as number) - origin) * fps;
      s1 += t;
      s2 += t * t;
      x0 += dx;
      x1 += t * dx;
      y0 += dy;
      y1 += t * dy;
    }
    const scale = fps / (n * s2 - s1 * s1);
    into.x[frame] = (n * x1 - s1 * x0) * scale;
    into.y[frame] = (n * y1 - s1 * y0) * scale;
  }
}

/**
 * Writes the second derivatives, per second squared, of the parabolas fitted by least squares to the known points around
 * each frame; NaN as in {@link fitSlopes}, and where fewer than four frames are known.
 * @param points Padded.
 */
export function fitCurvatures(points: Vectors, fit: WindowFit, into: Vectors): void {
  const { half, pad, count, fps, isConstantRate, sec, missingBefore } = fit;
  const { x, y } = points;
  const meanSquare = (half * (half + 1)) / 3;
  let spread = 0;
  for (let j = -half; j <= half; j++) spread += (j * j - meanSquare) ** 2;
  const evenFactor = (2 * fps * fps) / spread;
  for (let frame = 0; frame < count; frame++) {
    const at = frame + pad;
    const missing = (missingBefore[at + half + 1] as number) - (missingBefore[at - half] as number);
    const n = 2 * half + 1 - missing;
    if (missing === 0 && isConstantRate && half > 1) {
      const middleX = 2 * (x[at] as number);
      const middleY = 2 * (y[at] as number);
      let sumX = 0;
      let sumY = 0;
      for (let j = 1; j <= half; j++) {
        const weight = j * j - meanSquare;
        sumX += weight * ((x[at + j] as number) + (x[at - j] as number) - middleX);
        sumY += weight * ((y[at + j] as number) + (y[at - j] as number) - middleY);
      }
      into.x[frame] = sumX * evenFactor;
      into.y[frame] = sumY * evenFactor;
      continue;
    }
    if (n < 4 || isTooSparse(fit, x, at, n)) {
      into.x[frame] = Number.NaN;
      into.y[frame] = Number.NaN;
      continue;
    }
    let first = at - half;
    while (Number.isNaN(x[first])) first++;
    const originX = x[first] as number;
    const originY = y[first] as number;
    const origin = sec[at] as number;
    let [s1, s2, s3, s4] = [0, 0, 0, 0];
    let [x0, x1, x2, y0, y1, y2] = [0, 0, 0, 0, 0, 0];
    for (let i = first; i <= at + half; i++) {
      const dx = (x[i] as number) - originX;
      if (Number.isNaN(dx)) continue;
      const dy = (y[i] as number) - originY;
      const t = isConstantRate ? i - at : ((sec[i] as number) - origin) * fps;
      const tt = t * t;
      s1 += t;
      s2 += tt;
      s3 += t * tt;
      s4 += tt * tt;
      x0 += dx;
      x1 += t * dx;
      x2 += tt * dx;
      y0 += dy;
      y1 += t * dy;
      y2 += tt * dy;
    }
    // Moments about the mean time.
    const m = s1 / n;
    const c2 = s2 - m * s1;
    const c3 = s3 - 3 * m * s2 + 2 * m * m * s1;
    const c4 = s4 - 4 * m * s3 + 6 * m * m * s2 - 3 * m * m * m * s1;
    const own = c4 - (c2 * c2) / n - (c3 * c3) / c2;
    // Three times or fewer leave nothing to tell a parabola from a line.
    const factor = own > 1e-9 * c4 ? (2 * fps * fps) / own : Number.NaN;
    into.x[frame] = factor * (x2 - 2 * m * x1 + m * m * x0 - (c2 / n) * x0 - (c3 / c2) * (x1 - m * x0));
    into.y[frame] = factor * (y2 - 2 * m * y1 + m * m * y0 - (c2 / n) * y0 - (c3 / c2) * (y1 - m * y0));
  }
}
