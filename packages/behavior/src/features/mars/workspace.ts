import { marsFeatureNames } from './names.js';

const indexOf: ReadonlyMap<string, number> = new Map(marsFeatureNames.map((name, index) => [name, index]));

/** The frames being computed: a block and its halo, cut at the ends of the recording. */
export interface MarsWorkspace {
  /** First frame of the rows, and the frame after their last. */
  first: number;
  end: number;
  /** Places in the rows that are computed: the block with a small halo; `to` is excluded. */
  from: number;
  to: number;
  readonly frameCount: number;
  readonly fps: number;
  /** Frames of features that are computed beyond each end of a block, so that its own frames see all they depend on. */
  readonly halo: number;
  /** Frames of points that are loaded beyond each end: half of the longest smoothing, of 125 frames, and more. */
  readonly pointHalo: number;
  /** Coordinates of points as given: [mouse][2 * point + axis], rows of shape `[frame]`. */
  readonly points: readonly (readonly Float64Array[])[];
  /** Boxes in px: [mouse][left, top, right, bottom], rows of shape `[frame]`. */
  readonly boxes: readonly (readonly Float64Array[])[];
  /** Features: [mouse][index in the published order], rows of shape `[frame]`. */
  readonly features: readonly (readonly Float64Array[])[];
  /** Rows for what is computed on the way, of shape `[frame]`. */
  readonly spare: readonly Float64Array[];
}

/** Returns room for blocks of up to `blockFrames`. */
export function createWorkspace(blockFrames: number, frameCount: number, fps: number): MarsWorkspace {
  // The longest span is a third of a second; centroids smoothed three times reach three frames farther.
  const halo = 16 + Math.max(0, Math.ceil(fps / 3) - 10);
  const pointHalo = 64 + halo;
  const room = blockFrames + 2 * pointHalo;
  const rows = (count: number) => Array.from({ length: count }, () => new Float64Array(room));
  return {
    first: 0,
    end: 0,
    from: 0,
    to: 0,
    frameCount,
    fps,
    halo,
    pointHalo,
    points: [rows(14), rows(14)],
    boxes: [rows(4), rows(4)],
    features: [rows(marsFeatureNames.length), rows(marsFeatureNames.length)],
    spare: rows(24),
  };
}

/** Moves a workspace to the frames around a block. */
export function moveTo(space: MarsWorkspace, blockStart: number, blockEnd: number): void {
  const { frameCount, halo, pointHalo } = space;
  space.first = Math.max(0, blockStart - pointHalo);
  space.end = Math.min(frameCount, blockEnd + pointHalo);
  space.from = Math.max(0, blockStart - halo) - space.first;
  space.to = Math.min(frameCount, blockEnd + halo) - space.first;
}

/** Returns the row of a feature of a mouse, shape `[frame]`. */
export function featureRow(space: MarsWorkspace, mouse: number, name: string): Float64Array {
  const index = indexOf.get(name);
  if (index === undefined) throw new RangeError(`MARS features: there is no feature ${name}`);
  return (space.features[mouse] as readonly Float64Array[])[index] as Float64Array;
}

/** Returns the direction of a vector in the picture, counterclockwise as seen, 0 to 2 pi: 0 is right, pi / 2 is up. */
export function directionOf(dx: number, dy: number): number {
  const angle = Math.atan2(-dx, -dy) + Math.PI / 2;
  return angle < 0 ? angle + 2 * Math.PI : angle;
}

/** Semi-axes of the ellipse of points, for 75 % of a normal distribution: sqrt(-2 ln(1 - 0.75)) SDs. */
const axisScale = Math.sqrt(-2 * Math.log(1 - 0.75));

/** Writes the mean of points and the semi-axes of their ellipse (covariance with n - 1) into rows of shape `[frame]`. */
export function fitEllipses(
  points: readonly Float64Array[],
  from: number,
  to: number,
  rows: { x: Float64Array; y: Float64Array; major: Float64Array; minor: Float64Array },
): void {
  const n = points.length / 2;
  for (let i = from; i < to; i++) {
    let x = 0;
    let y = 0;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    for (let p = 0; p < n; p++) {
      x += (points[2 * p] as Float64Array)[i] as number;
      y += (points[2 * p + 1] as Float64Array)[i] as number;
    }
    x /= n;
    y /= n;
    for (let p = 0; p < n; p++) {
      const dx = ((points[2 * p] as Float64Array)[i] as number) - x;
      const dy = ((points[2 * p + 1] as Float64Array)[i] as number) - y;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    xx /= n - 1;
    xy /= n - 1;
    yy /= n - 1;
    const middle = (xx + yy) / 2;
    const half = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
    const large = middle + half;
    // The determinant keeps the digits that the difference of middle and half would lose for thin ellipses.
    const small = large > 0 ? (xx * yy - xy * xy) / large : middle - half;
    rows.x[i] = x;
    rows.y[i] = y;
    rows.major[i] = axisScale * Math.sqrt(large);
    rows.minor[i] = axisScale * Math.sqrt(Math.max(small, 0));
  }
}
