import type { LengthUnit, Unit } from '@zoopraxis/core';
import { marsPoints, marsSpans } from './names.js';

/** Which numbers are computed: those of the published code with its defects, or those the paper defines. */
export type MarsMode = 'mars' | 'corrected';

type Kind = 'position' | 'length' | 'area' | 'speed' | 'acceleration' | 'angle' | 'ratio';

interface Definition {
  readonly kind: Kind;
  /** What it is, in both modes. */
  readonly text: string;
  /** What the corrected mode does otherwise than the published code; the unit apart. */
  readonly corrected?: string;
  /** What the published code computes. */
  readonly published?: string;
}

const paper = 'Segalin et al. 2021, eLife 10:e63720, Table 3';
const code = 'neuroethology/MARS d530c7f';

const spoken = (point: string): string => point.replaceAll('_', ' ');
const axisOf = (name: string): string => (name.endsWith('_x') ? 'x' : 'y');

const table = new Map<string, Definition>();
const add = (name: string, kind: Kind, text: string, corrected?: string, published?: string): void => {
  table.set(name, {
    kind,
    text,
    ...(corrected !== undefined && { corrected }),
    ...(published !== undefined && { published }),
  });
};

for (const point of marsPoints)
  for (const axis of ['x', 'y']) add(`${point}_${axis}`, 'position', `${axis} of the ${spoken(point)}`);
for (const [name, text] of [
  ['centroid', 'the mean of all seven points'],
  ['centroid_head', 'the mean of nose and ears'],
  ['centroid_hips', 'the mean of sides and tail base'],
  ['centroid_body', 'the mean of neck, sides and tail base'],
] as const) {
  for (const end of ['_x', '_y']) add(`${name}${end}`, 'position', `${axisOf(end)} of ${text}`);
}
const seen = 'counterclockwise as seen from right, 0 to 2 pi';
add('phi', 'angle', `direction from the hips to the head, ${seen}`);
add('ori_head', 'angle', `direction from the neck to the nose, ${seen}`);
add('ori_body', 'angle', `direction from the tail base to the neck, ${seen}`);
for (const [side, short] of [
  ['left', 'l'],
  ['right', 'r'],
] as const) {
  add(
    `angle_head_body_${short}`,
    'angle',
    `angle at the neck between ${side} ear and ${side} side`,
    '0 to pi',
    'clockwise as seen, -pi to pi, so that it jumps where the mouse is straight',
  );
}
const ellipse = 'of the ellipse of the seven points (covariance with n - 1, 75 % of a normal distribution)';
add('major_axis_len', 'length', `longer semi-axis ${ellipse}`, undefined, 'in px');
add('minor_axis_len', 'length', `shorter semi-axis ${ellipse}`, undefined, 'in px');
add('axis_ratio', 'ratio', `longer by shorter semi-axis ${ellipse}`);
add('area_ellipse', 'area', `area ${ellipse}`, undefined, 'in px^2');
for (const [name, text] of [
  ['dist_edge_x', 'nearer of the left and right edge'],
  ['dist_edge_y', 'nearer of the upper and lower edge'],
  ['dist_edge', 'nearest edge'],
] as const) {
  add(
    name,
    'position',
    `distance of the centroid from the ${text} of the arena, 0 outside; without a given arena its edges are the 1st and 99th percentile of the points`,
    undefined,
    'in px, of a centroid smoothed three times',
  );
}
add(
  'speed',
  'speed',
  'speed of head and hips since the frame before',
  'mean of both',
  'square root of the sum of both squares',
);
add('speed_centroid', 'speed', 'speed of the centroid since the frame before');
const twice = 'px since the frame before, times fps, divided by px per cm twice: no unit of acceleration';
add(
  'acceleration',
  'acceleration',
  'size of the change of velocity of head and hips around the frame',
  'mean of both',
  `square root of the sum of both squares; ${twice}`,
);
add(
  'acceleration_centroid',
  'acceleration',
  'size of the change of velocity of the centroid',
  'around the frame',
  `over the two frames before; ${twice}`,
);
add(
  'speed_fwd',
  'speed',
  'speed of the centroid along the body (tail base to neck), negative backward',
  'since the frame before',
  'from three frames before to one after, not divided by four, times the cosine between the body and the next step',
);
add(
  'resh_twd_itrhb',
  'ratio',
  'whether the mouse heads for the other: 1 or 0',
  'the other centroid lies within 45 degrees of the direction from neck to nose, seen from the head',
  'a ray from between the resident ears, 135 degrees right to 45 degrees left of the turned frame, meets an ellipse of the intruder head or body; the same for both mice',
);
const change = 'sum of squared differences of the picture from the one before, by the sum of squares of the one before';
const median = 'divided by the median of the recording';
add(
  'pixel_change_ubbox_mice',
  'ratio',
  `${change}, in the union box of both mice, 0 where their boxes do not touch`,
  `in the box around both mice in both frames, ${median} over touching frames`,
  `${median}; the smaller of the two boxes is stretched to the larger`,
);
add('pixel_change', 'ratio', `${change}, ${median}`);
for (const point of marsPoints) {
  add(
    `${point}_pc`,
    'ratio',
    `${change}, in 20 x 20 px around the ${spoken(point)}, ${median}`,
    'at the same place in both pictures',
    'around the point of each picture',
  );
}
add(
  'rel_angle_social',
  'angle',
  'angle between the body (tail base to neck) and the line to the other centroid',
  '0 to pi',
  'with the remainder by 2 before the product with pi, and y down on one side only',
);
const half = 'half the extent of each ellipse';
add(
  'rel_dist_gap',
  'length',
  `distance of the mice less ${half}`,
  'of the centroids, along the line between them',
  'of the bodies; axes in px as if in cm, turned by the heading alone',
);
add(
  'rel_dist_scaled',
  'ratio',
  'rel_dist_gap by half the extent of the own ellipse',
  'along the line between the centroids',
  'divided by px per cm once more',
);
for (const [name, text] of [
  ['centroid', 'centroids'],
  ['nose', 'noses'],
  ['head', 'heads (nose and ears)'],
  ['body', 'bodies (neck, sides, tail base)'],
] as const) {
  add(`rel_dist_${name}`, 'length', `distance between the ${text} of the mice`);
}
add('rel_dist_head_body', 'length', "distance from the own head to the other's body");
add(
  'rel_dist_centroid_change',
  'speed',
  'change of the distance between the centroids since the frame before',
  'negative where they come nearer',
  'per frame, not per second',
);
add(
  'overlap_bboxes',
  'ratio',
  'intersection by union of the boxes of the mice, by the boxes of the tracks, else those of the points',
  undefined,
  'with a px added to each side',
);
add('area_ellipse_ratio', 'ratio', "area of the own ellipse by the other's");
add('angle_between', 'angle', 'angle between the headings (phi) of the mice, 0 to pi');
add('facing_angle', 'angle', 'angle between the own heading (phi) and the line to the other centroid, 0 to pi');
add(
  'radial_vel',
  'speed',
  'velocity of the centroid toward the other centroid',
  'negative away from it',
  'px per frame',
);
add(
  'tangential_vel',
  'speed',
  'speed of the centroid across the line to the other centroid',
  undefined,
  'px per frame, along (-dy, -dx), which is not across the line',
);
for (const a of marsPoints) {
  for (const b of marsPoints)
    add(`dist_m1${a}_m2${b}`, 'length', `distance from the ${spoken(a)} of mouse 1 to the ${spoken(b)} of mouse 2`);
}
for (const [at, a] of marsPoints.entries()) {
  for (const b of marsPoints.slice(at + 1))
    add(`dist_${a}_${b}`, 'length', `distance from ${spoken(a)} to ${spoken(b)}`);
}
for (const name of ['centroid', ...marsPoints]) {
  for (const span of marsSpans) {
    add(
      `speed_${name}_w${span}`,
      'speed',
      `speed of the ${spoken(name)} over the last ${span} frames at 30 frames a second`,
      'other frame rates take the same time',
      'displacement times fps, not divided by the frames; 0 near both ends',
    );
  }
}

const publishedUnits: Readonly<Record<string, Unit>> = {
  major_axis_len: 'px',
  minor_axis_len: 'px',
  area_ellipse: 'px^2',
  acceleration: '1',
  acceleration_centroid: '1',
  rel_dist_centroid_change: 'cm',
  radial_vel: 'px',
  tangential_vel: 'px',
};

/** Lengths that columns are given in. */
export interface MarsUnits {
  readonly position: 'px' | 'cm';
  readonly length: LengthUnit;
}

/** Returns unit and definition of a feature in a mode. */
export function defineMarsFeature(
  name: string,
  mode: MarsMode,
  { position, length }: MarsUnits,
): { unit: Unit; definition: string } {
  const known = table.get(name);
  if (known === undefined) throw new RangeError(`MARS features: there is no feature ${name}`);
  const { kind, text } = known;
  if (mode === 'mars') {
    const own = publishedUnits[name] as Unit | undefined;
    const units = { position: 'px', length: 'cm', area: 'px^2', speed: 'cm/s', acceleration: '1' } as const;
    const unit = own ?? (kind === 'angle' ? 'rad' : kind === 'ratio' ? '1' : units[kind]);
    const how = known.published === undefined ? '' : `; as published: ${known.published}`;
    return { unit, definition: `${text}${how} (${code})` };
  }
  const units: Record<Kind, Unit> = {
    position,
    length,
    area: `${length}^2`,
    speed: `${length}/s`,
    acceleration: `${length}/s^2`,
    angle: 'rad',
    ratio: '1',
  };
  const how = known.corrected === undefined ? '' : `, ${known.corrected}`;
  return { unit: units[kind], definition: `${text}${how} (${paper})` };
}
