/** How a point moves when nobody pushes it: at constant velocity, or at constant acceleration. */
export type MotionModel = 'velocity' | 'acceleration';

/** Returns how many numbers a motion model follows for each coordinate: position, velocity, acceleration. */
export function stateSize(model: MotionModel): 2 | 3 {
  return model === 'velocity' ? 2 : 3;
}

/**
 * A Kalman filter (Kalman 1960) of one point whose coordinates have the same noise, so that one covariance serves all
 * of them. Time is in mean frames, lengths in the unit of the tracks.
 */
export interface MotionState {
  /** Position, velocity, acceleration of each coordinate, shape `[axis, size]`. */
  readonly mean: Float64Array;
  /** Covariance of one coordinate: 00, 01, 11 and, for three numbers, 02, 12, 22; shape `[6]`. */
  readonly covariance: Float64Array;
}

/** Returns an empty state for a number of coordinates. */
export function createMotionState(size: 2 | 3, dimensions: number): MotionState {
  return { mean: new Float64Array(size * dimensions), covariance: new Float64Array(6) };
}

/** So much wider than the measurement are velocity and acceleration at the start: as good as unknown. */
const unknownFactor = 1e6;

/** Starts a state at a measured point, shape `[axis]`, with variance `noise` and unknown motion. */
export function startMotion(state: MotionState, size: 2 | 3, point: Float64Array, noise: number): void {
  state.mean.fill(0);
  for (let axis = 0; axis < point.length; axis++) state.mean[axis * size] = point[axis] as number;
  const unknown = unknownFactor * noise;
  state.covariance.fill(0);
  state.covariance[0] = noise;
  state.covariance[2] = unknown;
  if (size === 3) state.covariance[5] = unknown;
}

/**
 * Moves a state on by `elapsed` mean frames. White noise of spectral density `density` drives the last derivative
 * (Bar-Shalom, Li and Kirubarajan 2001, sections 6.2.2 and 6.2.3).
 */
export function predictMotion(state: MotionState, size: 2 | 3, elapsed: number, density: number): void {
  const { mean, covariance: p } = state;
  const t = elapsed;
  const p00 = p[0] as number;
  const p01 = p[1] as number;
  const p11 = p[2] as number;
  const p02 = p[3] as number;
  const p12 = p[4] as number;
  const p22 = p[5] as number;
  if (size === 2) {
    for (let at = 0; at < mean.length; at += 2) mean[at] = (mean[at] as number) + t * (mean[at + 1] as number);
    p[0] = p00 + t * (2 * p01 + t * p11) + (density * t * t * t) / 3;
    p[1] = p01 + t * p11 + (density * t * t) / 2;
    p[2] = p11 + density * t;
    return;
  }
  const h = (t * t) / 2;
  for (let at = 0; at < mean.length; at += 3) {
    const [velocity, acceleration] = [mean[at + 1] as number, mean[at + 2] as number];
    mean[at] = (mean[at] as number) + t * velocity + h * acceleration;
    mean[at + 1] = velocity + t * acceleration;
  }
  // Rows of F P, then times F transposed.
  const [a00, a01, a02] = [p00 + t * p01 + h * p02, p01 + t * p11 + h * p12, p02 + t * p12 + h * p22];
  const [a11, a12] = [p11 + t * p12, p12 + t * p22];
  const t3 = t * t * t;
  p[0] = a00 + t * a01 + h * a02 + (density * t3 * t * t) / 20;
  p[1] = a01 + t * a02 + (density * t3 * t) / 8;
  p[2] = a11 + t * a12 + (density * t3) / 3;
  p[3] = a02 + (density * t3) / 6;
  p[4] = a12 + (density * t * t) / 2;
  p[5] = p22 + density * t;
}

/** Returns the squared distance of a measured point, shape `[axis]`, from the predicted one in units of its variance. */
export function innovationDistance(state: MotionState, size: 2 | 3, point: Float64Array, noise: number): number {
  let squares = 0;
  for (let axis = 0; axis < point.length; axis++) {
    squares += ((point[axis] as number) - (state.mean[axis * size] as number)) ** 2;
  }
  return squares / ((state.covariance[0] as number) + noise);
}

/** Corrects a state by a measured point, shape `[axis]`, with variance `noise` in each coordinate. */
export function correctMotion(state: MotionState, size: 2 | 3, point: Float64Array, noise: number): void {
  const { mean, covariance: p } = state;
  const p00 = p[0] as number;
  const p01 = p[1] as number;
  const p11 = p[2] as number;
  const p02 = p[3] as number;
  const p12 = p[4] as number;
  const p22 = p[5] as number;
  const scale = 1 / (p00 + noise);
  for (let axis = 0; axis < point.length; axis++) {
    const at = axis * size;
    const step = ((point[axis] as number) - (mean[at] as number)) * scale;
    mean[at] = (mean[at] as number) + p00 * step;
    mean[at + 1] = (mean[at + 1] as number) + p01 * step;
    if (size === 3) mean[at + 2] = (mean[at + 2] as number) + p02 * step;
  }
  p[0] = p00 * noise * scale;
  p[1] = p01 * noise * scale;
  p[2] = p11 - p01 * p01 * scale;
  p[3] = p02 * noise * scale;
  p[4] = p12 - p01 * p02 * scale;
  p[5] = p22 - p02 * p02 * scale;
}

/**
 * Replaces a filtered mean by the smoothed one (Rauch, Tung and Striebel 1965): `filtered` is the state after frame k,
 * `predicted` what it foretells for k + 1, `smoothedNext` the smoothed mean there, shape `[axis, size]`; the result goes
 * into `out`, shape `[axis, size]`, which may be `smoothedNext` itself.
 */
export function smoothMotion(
  filtered: MotionState,
  predicted: MotionState,
  { size, elapsed, smoothedNext, out }: { size: 2 | 3; elapsed: number; smoothedNext: Float64Array; out: Float64Array },
): void {
  const t = elapsed;
  const { covariance: p } = filtered;
  const p00 = p[0] as number;
  const p01 = p[1] as number;
  const p11 = p[2] as number;
  const p02 = p[3] as number;
  const p12 = p[4] as number;
  const p22 = p[5] as number;
  const { covariance: q } = predicted;
  const q00 = q[0] as number;
  const q01 = q[1] as number;
  const q11 = q[2] as number;
  const q02 = q[3] as number;
  const q12 = q[4] as number;
  const q22 = q[5] as number;
  for (let at = 0; at < out.length; at += size) {
    const d0 = (smoothedNext[at] as number) - (predicted.mean[at] as number);
    const d1 = (smoothedNext[at + 1] as number) - (predicted.mean[at + 1] as number);
    if (size === 2) {
      const determinant = q00 * q11 - q01 * q01;
      const w0 = (q11 * d0 - q01 * d1) / determinant;
      const w1 = (q00 * d1 - q01 * d0) / determinant;
      // F transposed times w, then the covariance.
      const v1 = t * w0 + w1;
      out[at] = (filtered.mean[at] as number) + p00 * w0 + p01 * v1;
      out[at + 1] = (filtered.mean[at + 1] as number) + p01 * w0 + p11 * v1;
      continue;
    }
    const d2 = (smoothedNext[at + 2] as number) - (predicted.mean[at + 2] as number);
    // Cholesky of the predicted covariance: variances of position and acceleration differ by many powers of ten.
    const l00 = Math.sqrt(q00);
    const [l10, l20] = [q01 / l00, q02 / l00];
    const l11 = Math.sqrt(q11 - l10 * l10);
    const l21 = (q12 - l20 * l10) / l11;
    const l22 = Math.sqrt(q22 - l20 * l20 - l21 * l21);
    const y0 = d0 / l00;
    const y1 = (d1 - l10 * y0) / l11;
    const y2 = (d2 - l20 * y0 - l21 * y1) / l22;
    const w2 = y2 / l22;
    const w1 = (y1 - l21 * w2) / l11;
    const w0 = (y0 - l10 * w1 - l20 * w2) / l00;
    const v1 = t * w0 + w1;
    const v2 = (t * t * w0) / 2 + t * w1 + w2;
    out[at] = (filtered.mean[at] as number) + p00 * w0 + p01 * v1 + p02 * v2;
    out[at + 1] = (filtered.mean[at + 1] as number) + p01 * w0 + p11 * v1 + p12 * v2;
    out[at + 2] = (filtered.mean[at + 2] as number) + p02 * w0 + p12 * v1 + p22 * v2;
  }
}
