/** What is known of a keypoint in one training picture. */
export const pointStates = {
  /** Unknown: nothing is learned from it. */
  ignored: 0,
  /** It is at its place. */
  present: 1,
  /** It is known not to be in the picture: the whole map is to be empty. */
  hidden: 2,
} as const;

/** How points become maps. All lengths are px of the network's input. */
export interface TargetPlan {
  /** Size of the network's input, multiples of the stride. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Input px for one cell; the center of cell i lies at `stride i + (stride - 1) / 2`. */
  readonly stride: number;
  /**
   * `disc`: 1 within `radiusPx` of the point, 0 beyond (DeepLabCut's scoremap); `gaussian`: 1 at the point, falling with the
   * standard deviation `sigmaPx`.
   */
  readonly score: 'disc' | 'gaussian';
  readonly sigmaPx: number;
  /** Radius of the disc, and of where offsets are learned. */
  readonly radiusPx: number;
  /** Unit of the offsets; undefined for maps without offsets. */
  readonly locrefStdPx?: number;
}

/** Maps of one picture: what the network is to give, and how much each cell counts. */
export interface PoseTargets {
  /** Shape `[keypoint, row, column]`, 0..1. */
  readonly score: Float32Array;
  /** Shape `[keypoint, row, column]`: 0 where nothing is known, else 1. */
  readonly scoreWeight: Float32Array;
  /** Shape `[2 * keypoint, row, column]`: channel 2k = dx, 2k + 1 = dy from the cell's center to the point, in units of `locrefStdPx`. */
  readonly locref: Float32Array;
  /** Shape `[keypoint, row, column]`: 1 within the radius of a point, else 0. */
  readonly locrefWeight: Float32Array;
}

/** Returns the px of the network's input at which the center of cell `index` lies. */
export function cellCenter(index: number, stride: number): number {
  return stride * index + (stride - 1) / 2;
}

function checkPlan({ widthPx, heightPx, stride, radiusPx, sigmaPx, score, locrefStdPx }: TargetPlan): void {
  for (const [name, value] of Object.entries({ widthPx, heightPx })) {
    if (!(Number.isSafeInteger(value) && value > 0 && value % stride === 0)) {
      throw new RangeError(`targets ${name}: must be a positive multiple of the stride ${stride}, got ${value}`);
    }
  }
  if (!(radiusPx > 0)) throw new RangeError(`targets radiusPx: must be a positive number, got ${radiusPx}`);
  if (score === 'gaussian' && !(sigmaPx > 0)) {
    throw new RangeError(`targets sigmaPx: must be a positive number, got ${sigmaPx}`);
  }
  if (locrefStdPx !== undefined && !(locrefStdPx > 0)) {
    throw new RangeError(`targets locrefStdPx: must be a positive number, got ${locrefStdPx}`);
  }
}

/**
 * Returns the targets of points `[keypoint, 2]` (px of the input) with states `[keypoint]` from {@link pointStates}.
 *
 * A present point inside the picture marks at least the cell that holds it, however small the radius. One that lies
 * outside by more than the radius leaves its map empty; nearer than that, the cells around it are left out, since whether
 * it counts as seen there is a matter of chance. A present point must be finite, else RangeError.
 */
export function poseTargets(points: ArrayLike<number>, states: ArrayLike<number>, plan: TargetPlan): PoseTargets {
  checkPlan(plan);
  const { widthPx, heightPx, stride, radiusPx, sigmaPx, locrefStdPx } = plan;
  const [columns, rows] = [widthPx / stride, heightPx / stride];
  const [count, cells] = [states.length, columns * rows];
  const offsets = locrefStdPx === undefined ? 0 : cells * count;
  const targets: PoseTargets = {
    score: new Float32Array(count * cells),
    scoreWeight: new Float32Array(count * cells).fill(1),
    locref: new Float32Array(2 * offsets),
    locrefWeight: new Float32Array(offsets),
  };
  const reach = plan.score === 'gaussian' ? Math.max(radiusPx, 4 * sigmaPx) : radiusPx;
  for (let keypoint = 0; keypoint < count; keypoint++) {
    const state = states[keypoint];
    const first = keypoint * cells;
    if (state === pointStates.ignored) targets.scoreWeight.fill(0, first, first + cells);
    if (state !== pointStates.present) continue;
    const [x, y] = [points[2 * keypoint] as number, points[2 * keypoint + 1] as number];
    if (!(Number.isFinite(x) && Number.isFinite(y))) {
      throw new RangeError(`targets: the present keypoint ${keypoint} must be a point, got (${x}, ${y})`);
    }
    const inside = x >= -0.5 && y >= -0.5 && x < widthPx - 0.5 && y < heightPx - 0.5;
    const [own, ownRow] = [Math.floor((x + 0.5) / stride), Math.floor((y + 0.5) / stride)];
    const low = (at: number) => Math.max(0, Math.floor((at - reach) / stride) - 1);
    const high = (at: number, end: number) => Math.min(end - 1, Math.ceil((at + reach) / stride) + 1);
    for (let row = low(y); row <= high(y, rows); row++) {
      for (let column = low(x); column <= high(x, columns); column++) {
        const [dx, dy] = [x - cellCenter(column, stride), y - cellCenter(row, stride)];
        const squared = dx * dx + dy * dy;
        const near = squared <= radiusPx * radiusPx || (inside && column === own && row === ownRow);
        const at = first + row * columns + column;
        if (!inside) {
          if (near) targets.scoreWeight[at] = 0;
          continue;
        }
        if (plan.score === 'gaussian') targets.score[at] = Math.exp(-squared / (2 * sigmaPx * sigmaPx));
        else if (near) targets.score[at] = 1;
        if (near && locrefStdPx !== undefined) {
          const place = 2 * first + row * columns + column;
          targets.locref[place] = dx / locrefStdPx;
          targets.locref[place + cells] = dy / locrefStdPx;
          targets.locrefWeight[at] = 1;
        }
      }
    }
  }
  return targets;
}
