import { secondsOfFrame, type TimeBase } from '@zoopraxis/core';
import { marsFeatureNames, marsPoints, marsSpans } from './names.js';
import type { ArenaEdges } from './percentile-arena.js';
import { anglesAt, directions, distances, meanOfPoints, type Row, type RowPair } from './rows.js';
import { featureRow, fitEllipses, type MarsWorkspace } from './workspace.js';

/** What the corrected features need to know of the recording. */
export interface CorrectedScale {
  /** Units of the tracks in one unit of lengths. */
  readonly lengthSize: number;
  /** Units of the tracks in one unit of positions. */
  readonly positionSize: number;
  /** In the unit of the tracks. */
  readonly arena: ArenaEdges;
}

/** Averages points over three frames, those that are known, into the rows of their positions; what is missing stays so. */
export function averagePoints(space: MarsWorkspace, mouse: number): void {
  const { first, from, to, frameCount } = space;
  for (let line = 0; line < 14; line++) {
    const source = (space.points[mouse] as readonly Row[])[line] as Row;
    const out = (space.features[mouse] as readonly Row[])[line] as Row;
    average(source, from, to, first + from === 0, first + to === frameCount, out);
  }
}

function average(source: Row, from: number, to: number, atStart: boolean, atEnd: boolean, out: Row): void {
  for (let i = from; i < to; i++) {
    const value = source[i] as number;
    let sum = value;
    let count = 1;
    if (!(atStart && i === from)) {
      const before = source[i - 1] as number;
      if (!Number.isNaN(before)) {
        sum += before;
        count++;
      }
    }
    if (!(atEnd && i === to - 1)) {
      const after = source[i + 1] as number;
      if (!Number.isNaN(after)) {
        sum += after;
        count++;
      }
    }
    out[i] = sum / count;
  }
}

/**
 * Writes MARS's features of the frames of a workspace by the paper's definitions (Segalin et al. 2021, Table 3), without
 * those that read the video. Points are averaged over three frames, and nothing after. NaN = not known.
 */
export function correctedFeatures(space: MarsWorkspace, timeBase: TimeBase, scale: CorrectedScale): void {
  const { first, from, to, spare, fps } = space;
  const { lengthSize, positionSize, arena } = scale;
  const row = (mouse: number, name: string): Row => featureRow(space, mouse, name);
  const pair = (at: number): RowPair => [spare[at] as Row, spare[at + 1] as Row];
  const centroid = [pair(0), pair(2)] as const;
  const head = [pair(4), pair(6)] as const;
  const body = [pair(8), pair(10)] as const;
  const hips = pair(12);
  const time = spare[14] as Row;
  const work = spare[15] as Row;
  for (let i = from; i < to; i++) time[i] = secondsOfFrame(timeBase, first + i);
  // Averaged points stand in the rows of positions until those are divided at the end.
  const smoothPoint = (mouse: number, index: number): RowPair => [
    (space.features[mouse] as readonly Row[])[2 * index] as Row,
    (space.features[mouse] as readonly Row[])[2 * index + 1] as Row,
  ];
  const perLength = 1 / lengthSize;
  const divided = (source: Row, size: number, out: Row): void => {
    for (let i = from; i < to; i++) out[i] = (source[i] as number) / size;
  };

  for (const mouse of [0, 1] as const) {
    const at = (name: string): Row => row(mouse, name);
    const points = (space.features[mouse] as readonly Row[]).slice(0, 14);
    averagePoints(space, mouse);
    const [major, minor] = [at('major_axis_len'), at('minor_axis_len')];
    fitEllipses(points, from, to, { x: centroid[mouse][0], y: centroid[mouse][1], major, minor });
    meanOfPoints(points, 0, 3, space, head[mouse]);
    meanOfPoints(points, 4, 7, space, hips);
    meanOfPoints(points, 3, 7, space, body[mouse]);
    const point = (index: number): RowPair => smoothPoint(mouse, index);
    directions(hips, head[mouse], space, at('phi'));
    directions(point(3), point(0), space, at('ori_head'));
    directions(point(6), point(3), space, at('ori_body'));
    for (const [name, ear, side] of [
      ['angle_head_body_l', 2, 5],
      ['angle_head_body_r', 1, 4],
    ] as const) {
      anglesAt(point(3), point(ear), point(side), space, at(name));
      const angle = at(name);
      for (let i = from; i < to; i++) angle[i] = Math.abs(angle[i] as number);
    }
    for (const [name, source] of [
      ['centroid', centroid[mouse]],
      ['centroid_head', head[mouse]],
      ['centroid_hips', hips],
      ['centroid_body', body[mouse]],
    ] as const) {
      divided(source[0], positionSize, at(`${name}_x`));
      divided(source[1], positionSize, at(`${name}_y`));
    }
    const [ratio, area] = [at('axis_ratio'), at('area_ellipse')];
    const [edgeX, edgeY, edge] = [at('dist_edge_x'), at('dist_edge_y'), at('dist_edge')];
    const [cx, cy] = centroid[mouse];
    for (let i = from; i < to; i++) {
      const a = (major[i] as number) * perLength;
      const b = (minor[i] as number) * perLength;
      major[i] = a;
      minor[i] = b;
      ratio[i] = b > 0 ? a / b : Number.NaN;
      area[i] = Math.PI * a * b;
      const x = cx[i] as number;
      const y = cy[i] as number;
      edgeX[i] = Math.max(0, Math.min(x - arena.left, arena.right - x)) / positionSize;
      edgeY[i] = Math.max(0, Math.min(y - arena.top, arena.bottom - y)) / positionSize;
      edge[i] = Math.min(edgeX[i] as number, edgeY[i] as number);
    }
    // Velocities.
    spanSpeed(space, time, head[mouse], 1, perLength, at('speed'));
    spanSpeed(space, time, hips, 1, perLength, work);
    meanWith(space, at('speed'), work);
    spanSpeed(space, time, centroid[mouse], 1, perLength, at('speed_centroid'));
    bend(space, time, head[mouse], perLength, at('acceleration'));
    bend(space, time, hips, perLength, work);
    meanWith(space, at('acceleration'), work);
    bend(space, time, centroid[mouse], perLength, at('acceleration_centroid'));
    for (const span of marsSpans) {
      const lag = Math.max(1, Math.round((span * fps) / 30));
      spanSpeed(space, time, centroid[mouse], lag, perLength, at(`speed_centroid_w${span}`));
      for (const [index, name] of marsPoints.entries()) {
        spanSpeed(space, time, point(index), lag, perLength, at(`speed_${name}_w${span}`));
      }
    }
    let index = marsFeatureNames.indexOf('dist_nose_right_ear');
    for (let a = 0; a < 7; a++) {
      for (let b = a + 1; b < 7; b++) {
        distances(point(a), point(b), perLength, space, (space.features[mouse] as readonly Row[])[index++] as Row);
      }
    }
  }

  distances(centroid[0], centroid[1], perLength, space, row(0, 'rel_dist_centroid'));
  distances(smoothPoint(0, 0), smoothPoint(1, 0), perLength, space, row(0, 'rel_dist_nose'));
  distances(head[0], head[1], perLength, space, row(0, 'rel_dist_head'));
  distances(body[0], body[1], perLength, space, row(0, 'rel_dist_body'));
  const [between, change] = [row(0, 'rel_dist_centroid'), row(0, 'rel_dist_centroid_change')];
  for (let i = from + 1; i < to; i++) {
    const seconds = (time[i] as number) - (time[i - 1] as number);
    change[i] = ((between[i] as number) - (between[i - 1] as number)) / seconds;
  }
  change[from] = Number.NaN;
  let index = marsFeatureNames.indexOf('dist_m1nose_m2nose');
  const pairsFrom = index;
  for (let a = 0; a < 7; a++) {
    for (let b = 0; b < 7; b++) {
      const out = (space.features[0] as readonly Row[])[index++] as Row;
      distances(smoothPoint(0, a), smoothPoint(1, b), perLength, space, out);
    }
  }
  const [overlap, toward] = [row(0, 'overlap_bboxes'), row(0, 'angle_between')];
  const [phi0, phi1] = [row(0, 'phi'), row(1, 'phi')];
  for (let i = from; i < to; i++) {
    overlap[i] = overlapOfBoxes(space, i);
    toward[i] = apart((phi0[i] as number) - (phi1[i] as number));
  }
  for (const name of [
    'rel_dist_centroid',
    'rel_dist_nose',
    'rel_dist_head',
    'rel_dist_body',
    'rel_dist_centroid_change',
  ]) {
    row(1, name).set(row(0, name).subarray(from, to), from);
  }
  row(1, 'overlap_bboxes').set(overlap.subarray(from, to), from);
  row(1, 'angle_between').set(toward.subarray(from, to), from);
  for (let at = pairsFrom; at < index; at++) {
    const [mine, theirs] = [0, 1].map((mouse) => (space.features[mouse] as readonly Row[])[at] as Row) as [Row, Row];
    theirs.set(mine.subarray(from, to), from);
  }

  for (const mouse of [0, 1] as const) toOther(space, time, mouse, centroid, head, body, perLength);
  for (const mouse of [0, 1] as const) {
    for (let line = 0; line < 14; line++) {
      const position = (space.features[mouse] as readonly Row[])[line] as Row;
      divided(position, positionSize, position);
    }
  }
}

/** What a mouse does with respect to the other. */
function toOther(
  space: MarsWorkspace,
  time: Row,
  mouse: 0 | 1,
  centroid: readonly [RowPair, RowPair],
  head: readonly [RowPair, RowPair],
  body: readonly [RowPair, RowPair],
  perLength: number,
): void {
  const { from, to } = space;
  const at = (name: string): Row => featureRow(space, mouse, name);
  const both = (name: string): readonly [Row, Row] => [at(name), featureRow(space, 1 - mouse, name)];
  const [own, other] = [centroid[mouse], centroid[1 - mouse] as RowPair];
  const [orientation, headDirection, phi] = [at('ori_body'), at('ori_head'), both('phi')];
  const [major, minor, area] = [both('major_axis_len'), both('minor_axis_len'), both('area_ellipse')];
  const [social, gap, scaled, facing] = [
    at('rel_angle_social'),
    at('rel_dist_gap'),
    at('rel_dist_scaled'),
    at('facing_angle'),
  ];
  const [forward, radial, tangential] = [at('speed_fwd'), at('radial_vel'), at('tangential_vel')];
  const [cone, areas] = [at('resh_twd_itrhb'), at('area_ellipse_ratio')];
  distances(head[mouse], body[1 - mouse] as RowPair, perLength, space, at('rel_dist_head_body'));
  for (let i = from; i < to; i++) {
    const x = own[0][i] as number;
    const y = own[1][i] as number;
    const dx = (other[0][i] as number) - x;
    const dy = (other[1][i] as number) - y;
    const distance = Math.sqrt(dx * dx + dy * dy);
    // As directions: y up.
    const line = distance > 0 ? Math.atan2(-dy, dx) : Number.NaN;
    social[i] = apart(line - (orientation[i] as number));
    facing[i] = apart(line - (phi[0][i] as number));
    const mine = extent(major[0][i] as number, minor[0][i] as number, line - (phi[0][i] as number));
    const theirs = extent(major[1][i] as number, minor[1][i] as number, line - (phi[1][i] as number));
    gap[i] = distance * perLength - mine - theirs;
    scaled[i] = mine > 0 ? (gap[i] as number) / mine : Number.NaN;
    areas[i] = (area[1][i] as number) > 0 ? (area[0][i] as number) / (area[1][i] as number) : Number.NaN;
    const hx = (other[0][i] as number) - (head[mouse][0][i] as number);
    const hy = (other[1][i] as number) - (head[mouse][1][i] as number);
    const off = apart(Math.atan2(-hy, hx) - (headDirection[i] as number));
    cone[i] = Number.isNaN(off) ? Number.NaN : off <= Math.PI / 4 ? 1 : 0;
    if (i === from) {
      forward[i] = Number.NaN;
      radial[i] = Number.NaN;
      tangential[i] = Number.NaN;
      continue;
    }
    const seconds = (time[i] as number) - (time[i - 1] as number);
    const vx = ((x - (own[0][i - 1] as number)) / seconds) * perLength;
    const vy = ((y - (own[1][i - 1] as number)) / seconds) * perLength;
    const angle = orientation[i] as number;
    forward[i] = vx * Math.cos(angle) - vy * Math.sin(angle);
    radial[i] = distance > 0 ? (vx * dx + vy * dy) / distance : Number.NaN;
    tangential[i] = distance > 0 ? Math.abs(vx * dy - vy * dx) / distance : Number.NaN;
  }
}

/** Returns half the extent of an ellipse along a line that is turned from its longer axis. */
function extent(major: number, minor: number, turned: number): number {
  const along = major * Math.cos(turned);
  const across = minor * Math.sin(turned);
  return Math.sqrt(along * along + across * across);
}

/** Returns an angle as 0 to pi, whatever turns are in it. */
function apart(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = Math.abs(angle) % turn;
  return rest > Math.PI ? turn - rest : rest;
}

/** Returns the intersection by the union of both boxes. */
export function overlapOfBoxes(space: MarsWorkspace, i: number): number {
  const side = (mouse: number, which: number) => ((space.boxes[mouse] as readonly Row[])[which] as Row)[i] as number;
  const width = Math.min(side(0, 2), side(1, 2)) - Math.max(side(0, 0), side(1, 0));
  const height = Math.min(side(0, 3), side(1, 3)) - Math.max(side(0, 1), side(1, 1));
  const shared = width > 0 && height > 0 ? width * height : Number.isNaN(width + height) ? Number.NaN : 0;
  const area = (mouse: number) => (side(mouse, 2) - side(mouse, 0)) * (side(mouse, 3) - side(mouse, 1));
  return shared === 0 ? 0 : shared / (area(0) + area(1) - shared);
}

/** Displacement over some frames by the time they took; NaN where there are not so many frames before. */
function spanSpeed(space: MarsWorkspace, time: Row, [x, y]: RowPair, lag: number, factor: number, out: Row): void {
  const { from, to } = space;
  out.fill(Number.NaN, from, Math.min(to, from + lag));
  for (let i = from + lag; i < to; i++) {
    const dx = (x[i] as number) - (x[i - lag] as number);
    const dy = (y[i] as number) - (y[i - lag] as number);
    out[i] = (Math.sqrt(dx * dx + dy * dy) / ((time[i] as number) - (time[i - lag] as number))) * factor;
  }
}

/** Size of the change of velocity from the step before to the step after, by the time between their middles. */
function bend(space: MarsWorkspace, time: Row, [x, y]: RowPair, factor: number, out: Row): void {
  const { from, to } = space;
  out[from] = Number.NaN;
  if (to > from) out[to - 1] = Number.NaN;
  for (let i = from + 1; i < to - 1; i++) {
    const before = (time[i] as number) - (time[i - 1] as number);
    const after = (time[i + 1] as number) - (time[i] as number);
    const ax = ((x[i + 1] as number) - (x[i] as number)) / after - ((x[i] as number) - (x[i - 1] as number)) / before;
    const ay = ((y[i + 1] as number) - (y[i] as number)) / after - ((y[i] as number) - (y[i - 1] as number)) / before;
    out[i] = (2 * Math.sqrt(ax * ax + ay * ay) * factor) / (before + after);
  }
}

function meanWith(space: MarsWorkspace, out: Row, other: Row): void {
  for (let i = space.from; i < space.to; i++) out[i] = ((out[i] as number) + (other[i] as number)) / 2;
}
