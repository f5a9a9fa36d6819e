import { expect, test } from 'vitest';
import { type MarsFeatureOptions, marsFeatures, marsWindowedFeatures } from './mars-features.js';
import { marsFeatureNames, marsIntruderFeatures } from './names.js';
import { exactColumns, paintedFrames, readMarsReference, twoMice } from './two-mice.test.kit.js';

const reference = readMarsReference();
const points = Float64Array.from(reference.points);
const gappy = points.map((value, at) => (reference.missing.includes(at) ? Number.NaN : value));
const given = { mars: points, corrected: gappy };
const frames = () => paintedFrames(reference, points.length / 28);
const optionsOf = (mode: 'mars' | 'corrected'): MarsFeatureOptions =>
  mode === 'mars' ? { mode, position: points } : { mode, position: gappy, pxPerCm: reference.pxPerCm };

/** Names whose values differ by more than a share of the column's range; NaN must be where null is. */
function differing(
  columns: ReadonlyMap<string, Float64Array>,
  expected: readonly (readonly [string, readonly (number | null)[]])[],
  tolerance: number,
): string[] {
  return expected.flatMap(([name, values]) => {
    const known = values.filter((value) => value !== null);
    const range = Math.max(...known) - Math.min(...known) || 1;
    const line = columns.get(name) as Float64Array;
    const off = values.map((value, at) => {
      const ours = line[reference.frames[at] as number] as number;
      return value === null || Number.isNaN(ours)
        ? value === null && Number.isNaN(ours)
          ? 0
          : 1
        : Math.abs(ours - value) / range;
    });
    const most = Math.max(...off);
    return most <= tolerance ? [] : [`${name}: ${most} in frame ${reference.frames[off.indexOf(most)]}`];
  });
}

test.each(['mars', 'corrected'] as const)('%s mode agrees with NumPy, with the video and with gaps', async (mode) => {
  const tracks = twoMice(given[mode]);
  const columns = await exactColumns(marsFeatures(tracks, { ...optionsOf(mode), keep: 'all', frames: frames() }));
  const count = reference.frames.length;
  const expected = marsFeatureNames.flatMap((name) =>
    [0, 1].map((mouse) => {
      const values = reference[mode][name] as readonly (number | null)[];
      return [`${mouse + 1}_${name}`, values.slice(mouse * count, (mouse + 1) * count)] as const;
    }),
  );
  expect(expected).toHaveLength(316);
  // Changes of pictures are kept in single precision; the reference is written with ten digits.
  const isPixel = (name: string) => /_pc$|pixel_change/.test(name);
  expect(
    differing(
      columns,
      expected.filter(([name]) => !isPixel(name)),
      1e-7,
    ),
  ).toEqual([]);
  expect(
    differing(
      columns,
      expected.filter(([name]) => isPixel(name)),
      1e-6,
    ),
  ).toEqual([]);
  if (mode === 'corrected') expect(columns.get('2_phi')?.[20]).toBeNaN();
});

test.each(['mars', 'corrected'] as const)('windows of %s mode agree with NumPy', async (mode) => {
  const columns = await exactColumns(marsWindowedFeatures(twoMice(given[mode]), optionsOf(mode)));
  const suffixes = [3, 11, 21].flatMap((window) => ['min', 'max', 'mean', 'std'].map((stat) => `${window}_${stat}`));
  const count = reference.frames.length;
  const expected = reference.windowed.flatMap((name) =>
    suffixes.map((suffix, at) => {
      const values = reference[`${mode}Windows`][name] as readonly (number | null)[];
      return [`1_${name}_${suffix}`, values.slice(at * count, (at + 1) * count)] as const;
    }),
  );
  expect(differing(columns, expected, 1e-7)).toEqual([]);
});

test('names, order and number are the published ones', () => {
  expect(marsFeatureNames).toHaveLength(158);
  expect(new Set(marsFeatureNames).size).toBe(158);
  expect(marsIntruderFeatures).toHaveLength(104);
  for (const [at, name] of [
    [22, 'phi'],
    [34, 'speed'],
    [42, 'nose_pc'],
    [49, 'rel_angle_social'],
    [63, 'tangential_vel'],
    [64, 'dist_m1nose_m2nose'],
    [112, 'dist_m1tail_base_m2tail_base'],
    [113, 'dist_nose_right_ear'],
    [134, 'speed_centroid_w2'],
    [157, 'speed_tail_base_w10'],
  ] as const) {
    expect(marsFeatureNames[at]).toBe(name);
  }
  const full = marsWindowedFeatures(twoMice(points), { mode: 'mars', frames: frames() }).columns;
  expect(full).toHaveLength(3144);
  expect(new Set(full.map(({ name }) => name)).size).toBe(3144);
  expect(full.slice(0, 5).map(({ name }) => name)).toEqual([
    '1_nose_x_3_min',
    '1_nose_x_3_max',
    '1_nose_x_3_mean',
    '1_nose_x_3_std',
    '1_nose_x_11_min',
  ]);
  expect(full.at(-1)?.name).toBe('2_speed_tail_base_w10_21_std');
  // Without the video, nine features of mouse 1 and seven of mouse 2 are left out.
  expect(marsFeatures(twoMice(points), { mode: 'mars' }).columns).toHaveLength(246);
});

test.each(['mars', 'corrected'] as const)('the bits of %s mode do not depend on the size of blocks', async (mode) => {
  // Longer than the longest smoothing, so that blocks have true neighbors.
  const long = Float64Array.from({ length: 28 * 300 }, (_, at) => {
    const [frame, place] = [Math.floor(at / 28), at % 28];
    const missing = mode === 'corrected' ? frame % 37 === 5 && place < 9 : frame > 90 && frame < 200 && place > 20;
    return missing
      ? Number.NaN
      : (gappy[place] as number) + 40 + 30 * Math.sin(frame / 9 + place) + ((frame * 31 + place * 17) % 5);
  });
  const collect = async (blockFrames: number) => {
    const source = marsFeatures(twoMice(long), { mode, position: long, pxPerCm: 5, blockFrames });
    return exactColumns(source);
  };
  const whole = await collect(300);
  for (const blockFrames of [1, 7, 64, 299]) {
    const found = await collect(blockFrames);
    const bytes = (line: Float64Array | undefined) => Buffer.from((line as Float64Array).buffer);
    const other = [...whole].filter(([name, line]) => !bytes(found.get(name)).equals(bytes(line)));
    expect(other.map(([name]) => name)).toEqual([]);
  }
});

test('a source can be read again, the video once, and its frames are given back', async () => {
  const video = frames();
  let reads = 0;
  const counted: typeof video = {
    ...video,
    frames: (...range) => {
      reads++;
      return video.frames(...range);
    },
  };
  const source = marsFeatures(twoMice(points), { mode: 'mars', frames: counted });
  const first = await exactColumns(source);
  expect(await exactColumns(source)).toEqual(first);
  expect([reads, video.out()]).toEqual([1, 0]);
});

test('mars mode holds missing points, and has no NaN even where the mice lie in one place', async () => {
  const same = Float64Array.from(points);
  for (let frame = 10; frame < 20; frame++) {
    for (let place = 0; place < 14; place++) same[frame * 28 + 14 + place] = same[frame * 28 + place] as number;
  }
  same.fill(Number.NaN, 0, 14);
  same.fill(Number.NaN, 30 * 28);
  const columns = await exactColumns(marsFeatures(twoMice(same), { mode: 'mars', keep: 'all' }));
  for (const line of columns.values()) expect(line.every(Number.isFinite)).toBe(true);
  // 0 / 0 is 0 for the first mouse, and the second has the first one's.
  expect(columns.get('1_facing_angle')?.[14]).toBe(0);
  expect(columns.get('2_facing_angle')?.[14]).toBe(0);
  expect(columns.get('1_nose_x')?.[0]).toBeCloseTo(points[28] as number, 4);
  expect(columns.get('1_speed')?.[35]).toBe(0);
});

test('a mouse never seen gives NaN in corrected mode, and the other keeps its own features', async () => {
  const alone = Float64Array.from(points, (value, at) => (at % 28 < 14 ? value : Number.NaN));
  const columns = await exactColumns(marsFeatures(twoMice(alone), { pxPerCm: 4 }));
  expect(columns.get('2_nose_x')?.every(Number.isNaN)).toBe(true);
  expect(columns.get('1_rel_dist_gap')?.every(Number.isNaN)).toBe(true);
  expect(columns.get('1_speed')?.subarray(1).every(Number.isFinite)).toBe(true);
  const nobody = twoMice(alone.map(() => Number.NaN));
  const none = await exactColumns(marsFeatures(nobody, { pxPerCm: 4 }));
  for (const line of none.values()) expect(line.every(Number.isNaN)).toBe(true);
});

test('recordings of no, one and few frames have features', async () => {
  for (const count of [0, 1, 2, 5]) {
    for (const mode of ['mars', 'corrected'] as const) {
      const source = marsWindowedFeatures(twoMice(points.subarray(0, 28 * count)), { mode, pxPerCm: 4 });
      const columns = await exactColumns(source);
      expect(columns.get('1_nose_x_3_min')).toHaveLength(count);
      if (mode === 'mars') for (const line of columns.values()) expect(line.every(Number.isFinite)).toBe(true);
    }
  }
});

test('what a damaged frame shows is not known in corrected mode; a canceled reading can be asked for again', async () => {
  const video = frames();
  const damaged: typeof video = {
    ...video,
    async *frames(...range) {
      for await (const frame of video.frames(...range)) yield { ...frame, corrupt: frame.index === 12 };
    },
  };
  const source = marsFeatures(twoMice(points), { pxPerCm: 4, frames: damaged });
  const canceled = source.blocks({ signal: AbortSignal.abort() });
  await expect(canceled[Symbol.asyncIterator]().next()).rejects.toThrow(/abort/i);
  const columns = await exactColumns(source);
  const unknown = (name: string) =>
    [...(columns.get(name) as Float64Array).keys()].filter((f) => Number.isNaN(columns.get(name)?.[f]));
  for (const name of ['1_pixel_change', '1_nose_pc', '2_tail_base_pc']) expect(unknown(name)).toEqual([0, 12, 13]);
  expect(unknown('1_phi')).toEqual([]);
});

test('a video that ends early is said so', async () => {
  const video = frames();
  const short: typeof video = { ...video, frames: () => video.frames(0, 30) };
  const source = marsFeatures(twoMice(points), { pxPerCm: 4, frames: short });
  await expect(exactColumns(source)).rejects.toThrow(/should have 40 frames, and 30 came out/);
});
