import { expect, test } from 'vitest';
import { type MarsFeatureOptions, marsFeatures } from './mars-features.js';
import { exactColumns, twoMice } from './two-mice.test.kit.js';

/** A mouse 60 px long that looks right: nose, ears, neck, sides and tail base, of mean (0, 0). */
const shape: readonly (readonly [number, number])[] = [
  [30, 0],
  [20, 10],
  [20, -10],
  [10, 0],
  [-20, 10],
  [-20, -10],
  [-40, 0],
];

/** Returns flat points of mice at places, turned counterclockwise as seen. */
const scene = (frames: readonly (readonly (readonly [x: number, y: number, turn: number])[])[]): number[] =>
  frames.flatMap((mice) =>
    mice.flatMap(([x, y, turn]) =>
      shape.flatMap(([along, right]) => [
        x + along * Math.cos(turn) + right * Math.sin(turn),
        y - along * Math.sin(turn) + right * Math.cos(turn),
      ]),
    ),
  );

async function featuresOf(points: number[], options: MarsFeatureOptions = {}, fps = 30) {
  const tracks = twoMice(points, { timeBase: { frameCount: points.length / 28, fps } });
  const columns = await exactColumns(
    marsFeatures(tracks, { position: Float64Array.from(points), ...options, keep: 'all' }),
  );
  return (name: string, frame: number) => columns.get(name)?.[frame] as number;
}

/** Mouse 1 goes right at 2 px a frame and looks right; mouse 2 stands 200 px to its right at first, and looks up. */
const walk = scene(
  Array.from({ length: 30 }, (_, f) => [[100 + 2 * f, 200, 0] as const, [300, 200, Math.PI / 2] as const]),
);

test('corrected mode gives what is counted by hand for one mouse that walks toward another', async () => {
  const at = await featuresOf(walk, { pxPerCm: 10 });
  const f = 15;
  expect(at('1_centroid_x', f)).toBeCloseTo(13, 9);
  expect(at('1_centroid_y', f)).toBeCloseTo(20, 9);
  expect(at('1_phi', f)).toBeCloseTo(0, 9);
  expect(at('2_ori_body', f)).toBeCloseTo(Math.PI / 2, 9);
  expect(at('1_angle_head_body_l', f)).toBeCloseTo((3 * Math.PI) / 4 - Math.atan2(10, 30), 9);
  expect(at('1_angle_head_body_r', f)).toBeCloseTo(at('1_angle_head_body_l', f), 9);
  // Along: sum of squares 900 + 2 * 400 + 100 + 2 * 400 + 1600 = 4200, across 4 * 100, each by 6.
  const scale = Math.sqrt(-2 * Math.log(0.25));
  expect(at('1_major_axis_len', f)).toBeCloseTo((scale * Math.sqrt(700)) / 10, 9);
  expect(at('1_minor_axis_len', f)).toBeCloseTo((scale * Math.sqrt(400 / 6)) / 10, 9);
  // 2 px a frame are 60 px/s are 6 cm/s, over any span.
  for (const name of ['speed', 'speed_centroid', 'speed_fwd', 'radial_vel', 'speed_nose_w10', 'speed_centroid_w2']) {
    expect(at(`1_${name}`, f), name).toBeCloseTo(6, 9);
    expect(at(`2_${name}`, f), name).toBeCloseTo(0, 9);
  }
  for (const name of ['acceleration', 'acceleration_centroid', 'tangential_vel', 'facing_angle', 'rel_angle_social']) {
    expect(at(`1_${name}`, f), name).toBeCloseTo(0, 6);
  }
  expect(at('1_rel_dist_centroid', f)).toBeCloseTo(17, 9);
  expect(at('1_rel_dist_centroid_change', f)).toBeCloseTo(-6, 9);
  expect(at('1_rel_dist_gap', f)).toBeCloseTo(17 - (scale * (Math.sqrt(700) + Math.sqrt(400 / 6))) / 10, 9);
  expect(at('1_angle_between', f)).toBeCloseTo(Math.PI / 2, 9);
  expect(at('2_facing_angle', f)).toBeCloseTo(Math.PI / 2, 9);
  expect([at('1_resh_twd_itrhb', f), at('2_resh_twd_itrhb', f)]).toEqual([1, 0]);
  expect(at('1_overlap_bboxes', f)).toBe(0);
  expect(at('1_dist_m1nose_m2tail_base', f)).toBeCloseTo(Math.hypot(300 - 130 - 30, 40) / 10, 9);
  expect(at('1_dist_nose_tail_base', f)).toBeCloseTo(7, 9);
  expect(at('1_speed', 0)).toBeNaN();
});

test('lengths are in body lengths without a calibration, and positions in px', async () => {
  const tracks = twoMice(walk);
  const source = marsFeatures(tracks);
  const unitOf = (name: string) => source.columns.find((column) => column.name === name)?.unit;
  expect(
    ['1_nose_x', '1_dist_edge', '1_speed', '1_area_ellipse', '1_acceleration', '1_phi', '1_axis_ratio'].map(unitOf),
  ).toEqual(['px', 'px', 'body lengths/s', 'body lengths^2', 'body lengths/s^2', 'rad', '1']);
  const at = await featuresOf(walk);
  expect(at('1_dist_nose_tail_base', 3)).toBeCloseTo(1, 6);
  expect(at('1_speed', 5)).toBeCloseTo(60 / 70, 6);
  expect(at('1_centroid_x', 5)).toBeCloseTo(110, 6);
  const inPx = await featuresOf(walk, { lengthUnit: 'px' });
  expect(inPx('1_speed', 5)).toBeCloseTo(60, 6);
});

test('spans take the same time at other frame rates, and uneven frames count by their times', async () => {
  const fast = await featuresOf(
    scene(Array.from({ length: 90 }, (_, f) => [[100 + f, 200, 0] as const, [300, 200, 0] as const])),
    { pxPerCm: 10 },
    60,
  );
  expect(fast('1_speed_centroid_w10', 40)).toBeCloseTo(6, 9);
  expect(fast('1_speed_centroid_w10', 19)).toBeNaN();
  // The first frame is averaged with the second alone, so it lies half a step ahead.
  expect(fast('1_speed_centroid_w10', 20)).toBeCloseTo((6 * 19.5) / 20, 9);
  const timesSec = Float64Array.from({ length: 30 }, (_, f) => f / 30 + (f >= 16 ? 1 : 0));
  const tracks = twoMice(walk, { timeBase: { frameCount: 30, fps: 15, timesSec } });
  const columns = await exactColumns(marsFeatures(tracks, { pxPerCm: 10 }));
  expect(columns.get('1_speed_centroid')?.[16]).toBeCloseTo(0.2 / (1 + 1 / 30), 4);
  expect(columns.get('1_speed_centroid')?.[15]).toBeCloseTo(6, 4);
});

test('mars mode keeps the mistakes of the published code: scales, angles and tangents', async () => {
  const at = await featuresOf(walk, { mode: 'mars' });
  const f = 15;
  const cm = 37.79527606671214;
  // Root of the sum of both squares, not their mean; no division by the frames of a span; zeros near the end.
  expect(at('1_speed', f)).toBeCloseTo((Math.SQRT2 * 60) / cm, 9);
  expect(at('1_speed_nose_w10', f)).toBeCloseTo((20 * 30) / cm, 9);
  expect(at('1_speed_nose_w10', 21)).toBe(0);
  // Four steps, not divided by four.
  expect(at('1_speed_fwd', f)).toBeCloseTo((8 * 30) / cm, 9);
  expect(at('1_radial_vel', f)).toBeCloseTo(2, 9);
  // Along (-dy, -dx): for mice on one horizontal line the tangent is vertical, by chance right.
  expect(at('1_tangential_vel', f)).toBeCloseTo(0, 9);
  expect(at('1_major_axis_len', f)).toBeCloseTo(Math.sqrt(-2 * Math.log(0.25)) * Math.sqrt(700), 9);
  // (0 + 2 pi) % 2 * pi, less 0, of a full turn: the line to the right is not at angle 0.
  const social = ((2 * Math.PI) % 2) * Math.PI;
  expect(at('1_rel_angle_social', f)).toBeCloseTo(Math.min(social, 2 * Math.PI - social), 9);
  const diagonal = await featuresOf(
    scene(Array.from({ length: 20 }, (_, i) => [[100 + i, 100 + i, 0] as const, [200, 200, 0] as const])),
    { mode: 'mars' },
  );
  // Straight toward the other, and yet the published tangent is the whole speed.
  expect(diagonal('1_tangential_vel', 10)).toBeCloseTo(Math.SQRT2, 9);
});

test('edges of the arena are given, or the 1st and 99th percentile of the points', async () => {
  const given = await featuresOf(walk, { pxPerCm: 10, arena: { left: 50, top: 0, right: 450, bottom: 210 } });
  expect(given('1_dist_edge_x', 15)).toBeCloseTo(8, 9);
  expect(given('1_dist_edge_y', 15)).toBeCloseTo(1, 9);
  expect(given('1_dist_edge', 15)).toBeCloseTo(1, 9);
  const points = scene([
    [
      [100, 100, 0],
      [900, 100, 0],
    ],
  ]);
  const rounded = await featuresOf(points, { pxPerCm: 1 });
  // 14 x coordinates: the percentiles lie 0.13 of a step from the outermost.
  expect(rounded('1_dist_edge_x', 0)).toBeCloseTo(100 - (60 + 0.13 * 20), 6);
});
