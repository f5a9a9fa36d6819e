import { facesIntruder } from './head-rays.js';
import { marsFeatureNames, marsPixelFeatures, marsPoints, marsSpans } from './names.js';
import type { ArenaEdges } from './percentile-arena.js';
import { anglesAt, directions, distances, meanOfPoints, type Row, type RowPair } from './rows.js';
import { directionOf, featureRow, fitEllipses, type MarsWorkspace } from './workspace.js';

/** Px per cm in MARS, of a screen with 96 dots an inch. */
export const publishedPxPerCm = 37.79527606671214;

const epsilon = 2 ** -52;
const turn = 2 * Math.PI;

/** Smooths a row with [1, 2, 1] / 4; the values at `begin` and at the end stay. */
export function smooth(source: Row, out: Row, begin: number, end: number): void {
  if (end <= begin) return;
  for (let i = begin + 1; i < end - 1; i++) {
    out[i] = 0.25 * ((source[i - 1] as number) + (source[i + 1] as number)) + 0.5 * (source[i] as number);
  }
  out[begin] = source[begin] as number;
  out[end - 1] = source[end - 1] as number;
}

/** Smooths points into the rows of their positions. */
export function smoothPoints(space: MarsWorkspace, mouse: number): void {
  for (let line = 0; line < 14; line++) {
    const source = (space.points[mouse] as readonly Row[])[line] as Row;
    smooth(source, (space.features[mouse] as readonly Row[])[line] as Row, space.from, space.to);
  }
}

/**
 * Writes MARS's features of the frames of a workspace, without those that read the video, as the published code
 * (neuroethology/MARS, d530c7f, extract_features_top) computes them: what it calls `data_smooth`.
 *
 * Two things come from the order in which that code runs. Its centroids are smoothed in place each time a speed is
 * computed from them: `speed` and `acceleration` see head and hips smoothed once and twice, and all distances of heads
 * that follow see them smoothed twice; `speed_centroid` and `acceleration_centroid` see the centroid smoothed once and
 * twice, spans, edges and radial and tangential velocities thrice. And features are smoothed after they are computed,
 * except directions, edges and speeds over spans; ends of the recording are not smoothed.
 */
export function publishedFeatures(space: MarsWorkspace, pxPerCm: number, arena: ArenaEdges): void {
  const { first, from, to, frameCount, fps } = space;
  const atStart = first + from === 0;
  const atEnd = first + to === frameCount;
  const speedScale = fps / pxPerCm;
  const row = (mouse: number, name: string): Row => featureRow(space, mouse, name);
  const spare = space.spare;
  const work = spare[0] as Row;
  const smoothed = (source: Row, out: Row): void => smooth(source, out, from, to);
  const smoothedPair = (source: RowPair, out: RowPair): void => {
    smoothed(source[0], out[0]);
    smoothed(source[1], out[1]);
  };
  const pair = (at: number): RowPair => [spare[at] as Row, spare[at + 1] as Row];
  /** First frame of a row that knows no frame before takes the next one's value. */
  const repeatFirst = (values: Row): void => {
    if (atStart && frameCount > 1) values[0] = values[1] as number;
  };

  const centroid = [pair(1), pair(3)] as const;
  const head = [pair(5), pair(7)] as const;
  const hips = pair(9);
  const body = [pair(11), pair(13)] as const;
  const [once, twice] = [pair(15), pair(17)];
  const raw = { phi: [spare[19], spare[20]] as Row[], area: [spare[21], spare[22]] as Row[] };
  const axes: [RowPair, RowPair] = [
    [row(0, 'major_axis_len'), row(0, 'minor_axis_len')],
    [row(1, 'major_axis_len'), row(1, 'minor_axis_len')],
  ];

  for (const mouse of [0, 1] as const) {
    const points = space.points[mouse] as readonly Row[];
    const point = (index: number): RowPair => [points[2 * index] as Row, points[2 * index + 1] as Row];
    const at = (name: string): Row => row(mouse, name);
    smoothPoints(space, mouse);
    fitEllipses(points, from, to, {
      x: centroid[mouse][0],
      y: centroid[mouse][1],
      major: axes[mouse][0],
      minor: axes[mouse][1],
    });
    meanOfPoints(points, 0, 3, space, head[mouse]);
    meanOfPoints(points, 4, 7, space, hips);
    meanOfPoints(points, 3, 7, space, body[mouse]);
    smoothedPair(centroid[mouse], [at('centroid_x'), at('centroid_y')]);
    smoothedPair(head[mouse], [at('centroid_head_x'), at('centroid_head_y')]);
    smoothedPair(hips, [at('centroid_hips_x'), at('centroid_hips_y')]);
    smoothedPair(body[mouse], [at('centroid_body_x'), at('centroid_body_y')]);
    directions(hips, head[mouse], space, raw.phi[mouse] as Row);
    at('phi').set((raw.phi[mouse] as Row).subarray(from, to), from);
    directions(point(3), point(0), space, at('ori_head'));
    directions(point(6), point(3), space, at('ori_body'));
    anglesAt(point(3), point(2), point(5), space, at('angle_head_body_l'));
    anglesAt(point(3), point(1), point(4), space, at('angle_head_body_r'));
    const [ratio, area] = [work, raw.area[mouse] as Row];
    const [major, minor] = axes[mouse];
    for (let i = from; i < to; i++) {
      const a = major[i] as number;
      const b = minor[i] as number;
      ratio[i] = b > 0 ? a / b : epsilon;
      area[i] = a * b > 0 ? Math.PI * a * b : epsilon;
      if (!(a > 0)) major[i] = epsilon;
      if (!(b > 0)) minor[i] = epsilon;
    }
    smoothed(ratio, at('axis_ratio'));
    smoothed(area, at('area_ellipse'));

    // Speed and acceleration of head and hips together, on centroids smoothed once and twice.
    const speed = at('speed');
    const acceleration = at('acceleration');
    for (let i = from; i < to; i++) {
      speed[i] = 0;
      acceleration[i] = 0;
    }
    for (const part of [head[mouse], hips]) {
      for (let axis = 0; axis < 2; axis++) {
        const given = part[axis] as Row;
        const line = once[axis] as Row;
        smoothed(given, line);
        // The head is left smoothed twice, for the distances that follow.
        smoothed(line, part === hips ? work : given);
        const again = part === hips ? work : given;
        for (let i = from + 1; i < to; i++) {
          const step = (line[i] as number) - (line[i - 1] as number);
          speed[i] = (speed[i] as number) + step * step;
        }
        for (let i = from + 1; i < to - 1; i++) {
          const bend = (again[i + 1] as number) - 2 * (again[i] as number) + (again[i - 1] as number);
          acceleration[i] = (acceleration[i] as number) + bend * bend;
        }
      }
    }
    for (let i = from; i < to; i++) {
      speed[i] = Math.sqrt(speed[i] as number) * speedScale;
      acceleration[i] = (Math.sqrt(acceleration[i] as number) * fps) / pxPerCm ** 2;
    }
    repeatFirst(speed);
    repeatFirst(acceleration);
    if (atEnd && to - from > 1) acceleration[to - 1] = acceleration[to - 2] as number;

    // Forward speed: the way of four steps, along the body.
    const [cx, cy] = centroid[mouse];
    const orientation = at('ori_body');
    for (let i = from; i < to; i++) {
      const next = Math.min(i + 1, to - 1);
      const before = Math.max(i - 3, from);
      const wayX = (cx[next] as number) - (cx[before] as number);
      const wayY = (cy[next] as number) - (cy[before] as number);
      const way = Math.sqrt(wayX * wayX + wayY * wayY);
      const motion =
        atEnd && i === to - 1
          ? 0
          : directionOf((cx[next] as number) - (cx[i] as number), (cy[next] as number) - (cy[i] as number));
      work[i] = way * Math.cos((orientation[i] as number) - motion) * speedScale;
    }
    smoothed(work, at('speed_fwd'));

    let pairIndex = marsFeatureNames.indexOf('dist_nose_right_ear');
    for (let a = 0; a < 7; a++) {
      for (let b = a + 1; b < 7; b++) {
        distances(point(a), point(b), 1 / pxPerCm, space, work);
        smoothed(work, (space.features[mouse] as readonly Row[])[pairIndex++] as Row);
      }
    }
  }

  publishedPairs(space, pxPerCm, { centroid, head, body, axes, phi: raw.phi, area: raw.area, work });

  for (const mouse of [0, 1] as const) {
    const at = (name: string): Row => row(mouse, name);
    const axesRows = axes[mouse];
    for (const axis of axesRows) {
      smoothed(axis, work);
      axis.set(work.subarray(from, to), from);
    }
    // The centroid, smoothed once more with each use.
    smoothedPair(centroid[mouse], once);
    lengthOfSteps(once, 1, speedScale, space, at('speed_centroid'));
    repeatFirst(at('speed_centroid'));
    smoothedPair(once, twice);
    const acceleration = at('acceleration_centroid');
    for (let i = from + 2; i < to; i++) {
      let squares = 0;
      for (const line of twice) {
        const bend = (line[i] as number) - 2 * (line[i - 1] as number) + (line[i - 2] as number);
        squares += bend * bend;
      }
      acceleration[i] = (Math.sqrt(squares) * fps) / pxPerCm ** 2;
    }
    if (atStart && to > 2) acceleration.fill(acceleration[2] as number, 0, 2);
    smoothedPair(twice, centroid[mouse]);
    for (const span of marsSpans) spanSpeed(centroid[mouse], span, speedScale, space, at(`speed_centroid_w${span}`));
    for (const [index, name] of marsPoints.entries()) {
      const smoothPoint: RowPair = [
        (space.features[mouse] as readonly Row[])[2 * index] as Row,
        (space.features[mouse] as readonly Row[])[2 * index + 1] as Row,
      ];
      for (const span of marsSpans) spanSpeed(smoothPoint, span, speedScale, space, at(`speed_${name}_w${span}`));
    }
    const [edgeX, edgeY, edge] = [at('dist_edge_x'), at('dist_edge_y'), at('dist_edge')];
    const [x, y] = centroid[mouse];
    for (let i = from; i < to; i++) {
      const dx = Math.min(Math.max(0, (x[i] as number) - arena.left), Math.max(0, arena.right - (x[i] as number)));
      const dy = Math.min(Math.max(0, (y[i] as number) - arena.top), Math.max(0, arena.bottom - (y[i] as number)));
      edgeX[i] = dx;
      edgeY[i] = dy;
      edge[i] = Math.min(dx, dy);
    }
  }

  // Radial and tangential velocity. The published tangent is (-dy, -dx), which is not across the line between the mice.
  for (const mouse of [0, 1] as const) {
    const [own, other] = [centroid[mouse], centroid[1 - mouse] as RowPair];
    const [radial, tangential] = [once[0], once[1]];
    for (let i = from + 1; i < to; i++) {
      const dx = (other[0][i] as number) - (own[0][i] as number);
      const dy = (other[1][i] as number) - (own[1][i] as number);
      const length = Math.sqrt(dx * dx + dy * dy) || epsilon;
      const ux = dx / length;
      const uy = dy / length;
      const stepX = (own[0][i] as number) - (own[0][i - 1] as number);
      const stepY = (own[1][i] as number) - (own[1][i - 1] as number);
      radial[i] = stepX * ux + stepY * uy;
      tangential[i] = Math.abs(stepX * -uy + stepY * -ux);
    }
    for (const [name, source] of [
      ['radial_vel', radial],
      ['tangential_vel', tangential],
    ] as const) {
      const out = row(mouse, name);
      smooth(source, out, from + 1, to);
      repeatFirst(out);
    }
  }

  const facing = row(0, 'resh_twd_itrhb');
  facesIntruder(space, facing);
  row(1, 'resh_twd_itrhb').set(facing.subarray(from, to), from);
  replaceNonNumbers(space);
}

interface PairRows {
  readonly centroid: readonly [RowPair, RowPair];
  readonly head: readonly [RowPair, RowPair];
  readonly body: readonly [RowPair, RowPair];
  readonly axes: readonly [RowPair, RowPair];
  readonly phi: readonly Row[];
  readonly area: readonly Row[];
  readonly work: Row;
}

/** Features of both mice that come before the centroid is smoothed. */
function publishedPairs(space: MarsWorkspace, pxPerCm: number, rows: PairRows): void {
  const { from, to, first, frameCount } = space;
  const { centroid, head, body, axes, phi, area, work } = rows;
  const row = (mouse: number, name: string): Row => featureRow(space, mouse, name);
  const finish = (mouse: number, name: string): void => smooth(work, row(mouse, name), from, to);
  const toBoth = (name: string): void => {
    finish(0, name);
    row(1, name).set(row(0, name).subarray(from, to), from);
  };
  const gaps = [space.spare[15], space.spare[16]] as Row[];

  distances(centroid[0], centroid[1], 1 / pxPerCm, space, work);
  toBoth('rel_dist_centroid');
  const change = space.spare[17] as Row;
  for (let i = from + 1; i < to; i++) change[i] = (work[i] as number) - (work[i - 1] as number);
  if (first + from === 0 && frameCount > 1) change[0] = change[1] as number;
  smooth(change, row(0, 'rel_dist_centroid_change'), from, to);
  row(1, 'rel_dist_centroid_change').set(row(0, 'rel_dist_centroid_change').subarray(from, to), from);

  const points = space.points as readonly (readonly Row[])[];
  const point = (mouse: number, index: number): RowPair => [
    (points[mouse] as readonly Row[])[2 * index] as Row,
    (points[mouse] as readonly Row[])[2 * index + 1] as Row,
  ];
  let index = marsFeatureNames.indexOf('dist_m1nose_m2nose');
  for (let a = 0; a < 7; a++) {
    for (let b = 0; b < 7; b++) {
      distances(point(0, a), point(1, b), 1 / pxPerCm, space, work);
      const out = (space.features[0] as readonly Row[])[index] as Row;
      smooth(work, out, from, to);
      ((space.features[1] as readonly Row[])[index++] as Row).set(out.subarray(from, to), from);
      if (a === 0 && b === 0) toBoth('rel_dist_nose');
    }
  }
  distances(head[0], head[1], 1 / pxPerCm, space, work);
  toBoth('rel_dist_head');
  for (const mouse of [0, 1] as const) {
    distances(head[mouse], body[1 - mouse] as RowPair, 1 / pxPerCm, space, work);
    finish(mouse, 'rel_dist_head_body');
  }

  // The gap and its multiple of the own ellipse: axes in px are taken for cm, and turned by the heading alone.
  for (const mouse of [0, 1] as const) {
    const [major, minor] = axes[mouse];
    const out = gaps[mouse] as Row;
    for (let i = from; i < to; i++) {
      const angle = (phi[mouse] as Row)[i] as number;
      const a = (major[i] as number) * pxPerCm * Math.sin(angle);
      const b = (minor[i] as number) * pxPerCm * Math.cos(angle);
      out[i] = Math.sqrt(a * a + b * b);
    }
  }
  distances(body[0], body[1], 1 / pxPerCm, space, work);
  toBoth('rel_dist_body');
  const gap = space.spare[17] as Row;
  for (let i = from; i < to; i++) {
    const both = ((gaps[0] as Row)[i] as number) + ((gaps[1] as Row)[i] as number);
    gap[i] = ((work[i] as number) * pxPerCm - both) / pxPerCm;
  }
  smooth(gap, row(0, 'rel_dist_gap'), from, to);
  row(1, 'rel_dist_gap').set(row(0, 'rel_dist_gap').subarray(from, to), from);
  for (const mouse of [0, 1] as const) {
    for (let i = from; i < to; i++) work[i] = (gap[i] as number) / ((gaps[mouse] as Row)[i] as number);
    finish(mouse, 'rel_dist_scaled');
    for (let i = from; i < to; i++) {
      work[i] = ((area[mouse] as Row)[i] as number) / ((area[1 - mouse] as Row)[i] as number);
    }
    finish(mouse, 'area_ellipse_ratio');
    const orientation = row(mouse, 'ori_body');
    const [own, other] = [centroid[mouse], centroid[1 - mouse] as RowPair];
    for (let i = from; i < to; i++) {
      const dx = (other[0][i] as number) - (own[0][i] as number);
      const dy = (other[1][i] as number) - (own[1][i] as number);
      // The published code multiplies by pi after the remainder by 2, and has y down here and up in the orientation.
      const toOther = ((Math.atan2(dy, dx) + turn) % 2) * Math.PI;
      const angle = (((toOther - (orientation[i] as number)) % turn) + turn) % turn;
      work[i] = Math.min(angle, turn - angle);
    }
    finish(mouse, 'rel_angle_social');
    for (let i = from; i < to; i++) {
      const dx = (other[0][i] as number) - (own[0][i] as number);
      const dy = (other[1][i] as number) - (own[1][i] as number);
      const length = Math.sqrt(dx * dx + dy * dy);
      const angle = (phi[mouse] as Row)[i] as number;
      work[i] = Math.acos((Math.cos(angle) * dx) / length - (Math.sin(angle) * dy) / length);
    }
    finish(mouse, 'facing_angle');
  }
  for (let i = from; i < to; i++) {
    const a = (phi[0] as Row)[i] as number;
    const b = (phi[1] as Row)[i] as number;
    work[i] = Math.acos(Math.cos(a) * Math.cos(b) + Math.sin(a) * Math.sin(b));
  }
  toBoth('angle_between');
  for (let i = from; i < to; i++) work[i] = publishedOverlap(space, i);
  toBoth('overlap_bboxes');
}

/** Returns the intersection by the union of both boxes, with a px added to each side, as MARS has it. */
export function publishedOverlap(space: MarsWorkspace, i: number): number {
  const side = (mouse: number, which: number) => ((space.boxes[mouse] as readonly Row[])[which] as Row)[i] as number;
  const left = Math.max(side(0, 0), side(1, 0));
  const top = Math.max(side(0, 1), side(1, 1));
  const right = Math.min(side(0, 2), side(1, 2));
  const bottom = Math.min(side(0, 3), side(1, 3));
  if (!(right > left && bottom > top)) return 0;
  const shared = (right - left + 1) * (bottom - top + 1);
  const area = (mouse: number) => (side(mouse, 2) - side(mouse, 0) + 1) * (side(mouse, 3) - side(mouse, 1) + 1);
  return shared / (area(0) + area(1) - shared);
}

function lengthOfSteps(source: RowPair, lag: number, factor: number, space: MarsWorkspace, out: Row): void {
  const [x, y] = source;
  for (let i = space.from + lag; i < space.to; i++) {
    const dx = (x[i] as number) - (x[i - lag] as number);
    const dy = (y[i] as number) - (y[i - lag] as number);
    out[i] = Math.sqrt(dx * dx + dy * dy) * factor;
  }
}

/** Displacement over some frames times the frame rate: not divided by their number, and 0 near both ends. */
function spanSpeed(source: RowPair, span: number, factor: number, space: MarsWorkspace, out: Row): void {
  lengthOfSteps(source, span, factor, space, out);
  const { first, from, to, frameCount } = space;
  for (let i = from; i < Math.min(to, span - first); i++) out[i] = 0;
  for (let i = Math.max(from, frameCount - span - first); i < to; i++) out[i] = 0;
}

/**
 * Replaces what is no number. The published code means to take the value of the frame before, but its index counts mice,
 * not frames: the first mouse gets 0, and the second the first one's value.
 */
function replaceNonNumbers(space: MarsWorkspace): void {
  const { from, to } = space;
  for (const [index, name] of marsFeatureNames.entries()) {
    if (marsPixelFeatures.includes(name)) continue;
    const rows = [0, 1].map((mouse) => (space.features[mouse] as readonly Row[])[index] as Row) as [Row, Row];
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(rows[0][i])) rows[0][i] = 0;
      if (!Number.isFinite(rows[1][i])) rows[1][i] = rows[0][i] as number;
    }
  }
}
