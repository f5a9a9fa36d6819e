import {
  createLabeledFrames,
  createSkeleton,
  FormatError,
  type LabeledFrames,
  type Picture,
  Random,
} from '@zoopraxis/core';
import { datasetBatches, SampleError, type TensorMap } from '@zoopraxis/nn';
import { describe, expect, test } from 'vitest';
import { dotCenter, dotPicture } from '../augment/dot.test.kit.js';
import { unvaried } from '../augment/settings.js';
import { labelStatistics } from './label-statistics.js';
import { type PoseSampling, poseDataset } from './pose-dataset.js';
import { poseSamples } from './pose-samples.js';
import { PyramidCache } from './pyramid-cache.js';
import { splitImages } from './split.js';

const floats = (sample: TensorMap, name: string): Float32Array => sample[name]?.data as Float32Array;

/** Labels of one animal with a dot and its partner; `points` holds x and y of both for each image, NaN = absent. */
function makeLabels(groups: readonly string[], points: readonly (readonly number[])[], keypoints = ['left', 'right']) {
  const count = groups.length;
  const position = Float64Array.from(points.flat());
  const labels: LabeledFrames = {
    skeleton: createSkeleton({ name: 'dots', keypoints }),
    individuals: ['animal'],
    annotators: ['someone'],
    images: groups.map((group, i) => ({ group, file: `img${String(10 * i).padStart(4, '0')}.png` })),
    image: Int32Array.from({ length: count }, (_, i) => i),
    individual: new Int32Array(count),
    annotator: new Int32Array(count),
    position,
    visibility: Uint8Array.from({ length: position.length / 2 }, (_, at) => (Number.isNaN(position[2 * at]) ? 0 : 2)),
  };
  return createLabeledFrames(labels);
}

const sampling: PoseSampling = {
  scale: 0.5,
  targets: { widthPx: 96, heightPx: 80, stride: 4, score: 'disc', sigmaPx: 4, radiusPx: 6, locrefStdPx: 4 },
  augmentation: unvaried,
  absent: 'hidden',
  occluded: 'learned',
  fill: 124,
  cacheBytes: 1e7,
};

describe('the dataset', () => {
  const labels = makeLabels(
    ['a', 'a'],
    [
      [104.4, 77.2, 60, 40],
      [60, 50, Number.NaN, Number.NaN],
    ],
  );
  const samples = poseSamples(labels, [0, 1]);
  const read = async (image: number): Promise<Picture> =>
    dotPicture(190, 158, labels.position[4 * image] as number, labels.position[4 * image + 1] as number, 6);

  /** The point that the offsets around a sample's best cell give. */
  function pointOf(sample: Awaited<ReturnType<ReturnType<typeof poseDataset>['sample']>>, keypoint: number) {
    const weight = sample.locrefWeight?.data as Float32Array;
    const at = weight.indexOf(1, keypoint * 480) - keypoint * 480;
    const locref = sample.locref?.data as Float32Array;
    const [column, row] = [at % 24, Math.floor(at / 24)];
    return [
      4 * column + 1.5 + 4 * (locref[2 * keypoint * 480 + at] as number),
      4 * row + 1.5 + 4 * (locref[(2 * keypoint + 1) * 480 + at] as number),
    ] as const;
  }

  test('gives pixels with the dot where the targets say, for every turn, mirror, scale and crop', async () => {
    const varied = { ...unvaried, rotationDeg: 180, scale: [0.8, 1.25], shift: 0.1, mirror: 0.5 } as const;
    // Large enough that no sample sees the picture's edge.
    const wide = { ...samples, position: Float64Array.of(304.4, 277.2, 260, 240, ...samples.position.subarray(4)) };
    const picture = dotPicture(600, 520, 304.4, 277.2, 6);
    const data = poseDataset(wide, async () => picture, { ...sampling, augmentation: varied, animalShare: 1 });
    let mirrored = 0;
    for (let seed = 0; seed < 30; seed++) {
      const sample = await data.sample(0, new Random(seed));
      expect(sample.image).toMatchObject({ dtype: 'uint8', shape: [3, 80, 96] });
      const dot = dotCenter({ widthPx: 96, heightPx: 80, data: sample.image?.data as Uint8Array });
      const distances = [0, 1].map((keypoint) => {
        const [x, y] = pointOf(sample, keypoint);
        return Math.hypot(x - dot[0], y - dot[1]);
      });
      // The dot is `left`, and `right` in a mirrored picture.
      mirrored += (distances[0] as number) < (distances[1] as number) ? 0 : 1;
      expect(Math.min(...distances)).toBeLessThan(0.1);
    }
    expect(mirrored).toBeGreaterThan(5);
    expect(mirrored).toBeLessThan(25);
  });

  test('an absent keypoint is to be empty, or counts nowhere where the project says so', async () => {
    const hidden = await poseDataset(samples, read, sampling).sample(1, new Random(1));
    expect(floats(hidden, 'scoreWeight').every((value) => value === 1)).toBe(true);
    expect(
      floats(hidden, 'score')
        .subarray(480)
        .every((value) => value === 0),
    ).toBe(true);
    const ignored = await poseDataset(samples, read, { ...sampling, absent: 'ignored' }).sample(1, new Random(1));
    expect(
      floats(ignored, 'scoreWeight')
        .subarray(480)
        .every((value) => value === 0),
    ).toBe(true);
  });

  test('an occluded keypoint is learned, or left out where asked', async () => {
    const covered = { ...samples, visibility: Uint8Array.of(2, 1, 2, 0) };
    const learned = await poseDataset(covered, read, sampling).sample(0, new Random(1));
    expect(floats(learned, 'score').subarray(480)).toContain(1);
    const left = await poseDataset(covered, read, { ...sampling, occluded: 'ignored' }).sample(0, new Random(1));
    expect(floats(left, 'score').subarray(480)).not.toContain(1);
    expect(floats(left, 'scoreWeight').subarray(480)).not.toContain(1);
  });

  test('an image that cannot be read is named by the error', async () => {
    const damaged = async (): Promise<Picture> => {
      throw new FormatError({ format: 'image', where: 'pixels', expected: 'a PNG', found: 'half of one' });
    };
    const batches = datasetBatches(poseDataset(samples, damaged, sampling), { batchSize: 2, seed: 1 });
    const error = await batches.batch(0).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SampleError);
    expect((error as SampleError).message).toMatch(/labeled image a\/img00\d0.png cannot be used: .*half of one/);
  });

  test('keeps decoded pictures up to its limit, those used last', async () => {
    const reads: number[] = [];
    const small = async (image: number): Promise<Picture> => {
      reads.push(image);
      return dotPicture(20, 10, 5, 5);
    };
    const cache = new PyramidCache(small, [1, 1], 1300);
    for (const image of [0, 1, 0, 2, 0, 1]) await cache.get(image);
    expect(reads).toEqual([0, 1, 2, 1]);
    expect(cache.byteCount).toBe(1200);
  });

  test('two labeled animals in one image are refused by name', () => {
    const two = createLabeledFrames({
      ...labels,
      individuals: ['one', 'two'],
      individual: Int32Array.of(0, 1),
      image: Int32Array.of(0, 0),
    });
    expect(() => poseSamples(two, [0])).toThrow(/a\/img0000.png must show one labeled individual/);
  });
});

describe('the split', () => {
  const nan = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  const labels = makeLabels(
    ['a', 'a', 'a', 'b', 'b', 'c', 'c'],
    [[1, 2, 3, 4], [1, 2, 3, 4], nan, [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]],
  );

  test('holds named groups out whole and leaves images without points out', () => {
    const split = splitImages(labels, { testGroups: ['b'], seed: 1 });
    expect(split).toMatchObject({ kind: 'groups', train: [0, 1, 5, 6], heldOut: [3, 4], heldOutGroups: ['b'] });
    expect(split).toMatchObject({ neighborShare: 0, warnings: [] });
  });

  test('holds out whole groups where there are several, never all', () => {
    const split = splitImages(labels, { seed: 3, heldOutShare: 0.3 });
    expect(split.kind).toBe('groups');
    expect(split.heldOut).toHaveLength(2);
    expect(splitImages(labels, { seed: 3, heldOutShare: 0.9 }).train.length).toBeGreaterThan(0);
  });

  test('holds out frames of a single group, and says how many have near neighbors in training', () => {
    const one = makeLabels(Array(10).fill('a'), Array(10).fill([1, 2, 3, 4]));
    const split = splitImages(one, { seed: 3 });
    expect(split.kind).toBe('frames');
    expect([split.train.length, split.heldOut.length, split.neighborShare]).toEqual([8, 2, 1]);
    expect(split.warnings[0]).toMatch(/100 % have a training frame within 30 frames/);
    expect(splitImages(one, { seed: 3 })).toEqual(split);
    expect(splitImages(one, { seed: 3, heldOutShare: 0 })).toMatchObject({ kind: 'none', heldOut: [] });
  });

  test('refuses unknown groups, and to leave nothing to train on', () => {
    expect(() => splitImages(labels, { testGroups: ['x'], seed: 1 })).toThrow(
      /must be labeled groups \(a, b, c\), got x/,
    );
    expect(() => splitImages(labels, { testGroups: ['a', 'b', 'c'], seed: 1 })).toThrow(
      /must leave a labeled image to train on, got all of a, b, c/,
    );
    expect(() => splitImages(makeLabels(['a'], [nan]), { testGroups: ['a'], seed: 1 })).toThrow(
      /hold no point to train on/,
    );
  });
});

describe('what labels tell', () => {
  const turned = (angles: readonly number[]) =>
    makeLabels(
      angles.map(() => 'a'),
      angles.map((angle) => [100, 100, 100 + 30 * Math.cos(angle), 100 + 30 * Math.sin(angle)]),
    );

  test('is the size of the animal and whether it looks all ways', () => {
    const around = turned(Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8));
    const all = labelStatistics(poseSamples(around, [...around.image]));
    expect(all.directionality).toBeCloseTo(0, 10);
    expect(all.extentPx).toBeGreaterThan(20);
    expect(all.largestExtentPx).toBeCloseTo(30, 6);
    const same = turned(Array.from({ length: 16 }, (_, i) => 0.02 * i));
    expect(labelStatistics(poseSamples(same, [...same.image])).directionality).toBeGreaterThan(0.98);
  });
});
