import { createSkeleton, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { type Affine, composed, inverted, mapPoints, scaling, turnedAbout } from './affine.js';
import { augmentPicture, augmentPoints } from './augment.js';
import { blurred, gaussianKernel, linePlaces, motionBlurred } from './blur.js';
import { dotCenter, dotPicture } from './dot.test.kit.js';
import { type Augmentation, drawAugmentation } from './draw.js';
import { compressAsJpeg, quantization } from './jpeg.js';
import { addNoise } from './noise.js';
import { occlude } from './occlude.js';
import type { Planes } from './planes.js';
import { type AugmentSettings, checkAugmentSettings, unvaried } from './settings.js';
import { changeTone, toneTable } from './tone.js';
import { halved, pyramidByteCount, pyramidOf, warp } from './warp.js';

const identity: Affine = [1, 0, 0, 0, 1, 0];
const size = { widthPx: 96, heightPx: 80 };
const black = [0, 0, 0] as const;
const planesOf = (x: number, y: number, sigmaPx = 2.5): Planes =>
  warp({ first: 0, pictures: [dotPicture(size.widthPx, size.heightPx, x, y, sigmaPx)] }, identity, {
    ...size,
    fill: black,
  });
/** Half a tenth of a pixel: what rounding to 256 levels and bilinear sampling leave of the dot's place. */
const PLACE = 0.05;

function expectAt([x, y]: readonly number[], [wantedX, wantedY]: readonly number[]): void {
  expect(Math.hypot((x as number) - (wantedX as number), (y as number) - (wantedY as number))).toBeLessThan(PLACE);
}

describe('affine maps', () => {
  test('compose, invert and take points along', () => {
    const a = turnedAbout({ angleRad: 0.7, scale: 1.3, mirror: true }, [10, 20], [-5, 7]);
    const b = scaling(0.5);
    const there = composed(b, a);
    const back = mapPoints(inverted(there), mapPoints(there, [3, 4, Number.NaN, Number.NaN]));
    expect(back[0]).toBeCloseTo(3, 10);
    expect(back[1]).toBeCloseTo(4, 10);
    expect(back[2]).toBeNaN();
    expect([...mapPoints(a, [10, 20])].map((value) => value + 0)).toEqual([-5, 7]);
    expect(() => inverted([1, 2, 0, 2, 4, 0])).toThrow(/affine map: must have an inverse/);
  });

  test('scaling keeps pixel centers: half the size puts (0.5, 0.5) on (0, 0)', () => {
    expect([...mapPoints(scaling(0.5), [0.5, 0.5, 2.5, 4.5])]).toEqual([0, 0, 1, 2]);
  });

  test('a quarter turn goes from x to y', () => {
    const turn = turnedAbout({ angleRad: Math.PI / 2, scale: 1, mirror: false }, [0, 0], [0, 0]);
    const [x, y] = mapPoints(turn, [1, 0]);
    expect(x).toBeCloseTo(0, 12);
    expect(y).toBeCloseTo(1, 12);
  });
});

describe('warping', () => {
  test('by nothing gives the same pixels', () => {
    const rng = new Random(1);
    const picture = { widthPx: 7, heightPx: 5, rgb: Uint8Array.from({ length: 105 }, () => rng.integer(256)) };
    const { data } = warp({ first: 0, pictures: [picture] }, identity, { widthPx: 7, heightPx: 5, fill: black });
    for (let at = 0; at < 35; at++) {
      for (let channel = 0; channel < 3; channel++) expect(data[channel * 35 + at]).toBe(picture.rgb[3 * at + channel]);
    }
  });

  test('to half the size is the mean of four pixels, by the pyramid and without it', () => {
    const picture = dotPicture(64, 48, 20.3, 30.7);
    const small = halved(picture);
    expect(small).toMatchObject({ widthPx: 32, heightPx: 24 });
    const out = { widthPx: 32, heightPx: 24, fill: black };
    const byPyramid = warp(pyramidOf(picture, [0.5, 0.5]), scaling(0.5), out);
    const direct = warp({ first: 0, pictures: [picture] }, scaling(0.5), out);
    for (let at = 0; at < 32 * 24; at++) expect(byPyramid.data[at]).toBe(small.rgb[3 * at]);
    for (let at = 0; at < 32 * 24; at++)
      expect(Math.abs((direct.data[at] ?? 0) - (small.rgb[3 * at] ?? 0))).toBeLessThan(2);
  });

  test('a pyramid keeps only the levels that its scales need', () => {
    const pyramid = pyramidOf(dotPicture(64, 64, 9, 9), [0.2, 0.45]);
    expect(pyramid.first).toBe(1);
    expect(pyramid.pictures.map(({ widthPx }) => widthPx)).toEqual([32, 16]);
    expect(pyramidByteCount(pyramid)).toBe(3 * (32 * 32 + 16 * 16));
  });

  test.each([
    ['turning', { angleRad: 0.6, scale: 1, mirror: false }],
    ['mirroring', { angleRad: 0, scale: 1, mirror: true }],
    ['enlarging', { angleRad: 0, scale: 1.37, mirror: false }],
    ['all at once, smaller than a quarter', { angleRad: -2.1, scale: 0.22, mirror: true }],
  ])('%s puts the dot where the label goes', (_, turn) => {
    const picture = dotPicture(200, 160, 71.3, 58.6, 9);
    const map = turnedAbout(turn, [90, 70], [40.2, 44.9]);
    const planes = warp(pyramidOf(picture, [0.2, 2]), map, { ...size, fill: [20, 20, 20] });
    expectAt(dotCenter(planes), mapPoints(map, [71.3, 58.6]) as unknown as number[]);
  });

  test('fills what lies outside the picture', () => {
    const map: Affine = [1, 0, 10, 0, 1, 0];
    const { data } = warp(pyramidOf(dotPicture(20, 20, 14, 14), [1, 1]), map, { ...size, fill: [1, 2, 3] });
    const plane = size.widthPx * size.heightPx;
    expect([data[0], data[plane], data[2 * plane]]).toEqual([1, 2, 3]);
    expect([data[9], data[30]]).toEqual([1, 1]);
    expect(data[10]).toBe(20);
  });
});

describe('what changes pixels alone', () => {
  test.each<[string, (planes: Planes) => Planes]>([
    ['blur', (planes) => blurred(planes, 1.4)],
    ['motion blur', (planes) => motionBlurred(planes, 7, 0.5)],
    [
      'tone',
      (planes) => {
        changeTone(planes, { contrast: 1.2, brightness: 10, gamma: 0.8, gains: [1, 1.1, 0.9] });
        return planes;
      },
    ],
    [
      'JPEG losses',
      (planes) => {
        compressAsJpeg(planes, 60);
        return planes;
      },
    ],
  ])('%s leaves the dot where it is', (name, change) => {
    const moved = dotCenter(change(planesOf(40.4, 33.7, 4)));
    // Blocks of 8 px are rounded each by themselves.
    const tolerance = name === 'JPEG losses' ? 4 * PLACE : PLACE;
    expect(Math.hypot(moved[0] - 40.4, moved[1] - 33.7)).toBeLessThan(tolerance);
  });

  test('a Gaussian kernel has weight 1 and a line of an even angle no middle of its own', () => {
    const half = gaussianKernel(1.2);
    expect(half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)).toBeCloseTo(1, 6);
    expect([...linePlaces(5, 0)]).toEqual([-2, 0, -1, 0, 0, 0, 1, 0, 2, 0].map((value) => value + 0));
    const places = linePlaces(7, 0.9);
    expect(places.reduce((sum, value) => sum + value, 0)).toBe(0);
  });

  test('no change of tone is no change', () => {
    const table = toneTable({ contrast: 1, brightness: 0, gamma: 1, gains: [1, 1, 1] }, 1);
    expect([...table]).toEqual(Array.from({ length: 256 }, (_, level) => level));
    expect(toneTable({ contrast: 2, brightness: 50, gamma: 1, gains: [1, 1, 1] }, 1)[0]).toBe(0);
  });

  test('noise has the deviation asked for, in each channel its own unless gray', () => {
    const flat = (): Planes => ({ widthPx: 200, heightPx: 100, data: new Uint8Array(60000).fill(128) });
    const planes = flat();
    addNoise(planes, 8, false, new Random(3));
    const mean = planes.data.reduce((sum, value) => sum + value, 0) / 60000;
    const variance = planes.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 60000;
    // Standard errors of 60000 numbers: 0.03 of the mean, 0.02 of the deviation.
    expect(Math.abs(mean - 128)).toBeLessThan(0.2);
    expect(Math.abs(Math.sqrt(variance) - 8)).toBeLessThan(0.2);
    expect([...planes.data.subarray(0, 20)]).not.toEqual([...planes.data.subarray(20000, 20020)]);
    const gray = flat();
    addNoise(gray, 8, true, new Random(3));
    expect(gray.data.subarray(0, 20000)).toEqual(gray.data.subarray(40000));
  });

  test('JPEG losses grow as the quality falls, and are small at 100', () => {
    const errorAt = (quality: number): number => {
      const rng = new Random(5);
      const data = Uint8Array.from({ length: 3 * 20 * 12 }, () => 100 + rng.integer(50));
      const planes = { widthPx: 20, heightPx: 12, data: data.slice() };
      for (const channel of [1, 2]) planes.data.copyWithin(channel * 240, 0, 240);
      const before = planes.data.slice();
      compressAsJpeg(planes, quality);
      return planes.data.reduce((sum, value, at) => sum + Math.abs(value - (before[at] as number)), 0) / data.length;
    };
    expect(errorAt(100)).toBeLessThan(1);
    expect(errorAt(60)).toBeGreaterThan(errorAt(95));
    expect(errorAt(10)).toBeGreaterThan(errorAt(60));
    expect(quantization([16, 11], 50)).toEqual(Float32Array.of(16, 11));
    expect(quantization([16, 11], 100)).toEqual(Float32Array.of(1, 1));
    expect(quantization([16, 99], 10)).toEqual(Float32Array.of(80, 255));
  });

  test('occluders cover exactly their pixels', () => {
    const planes: Planes = { widthPx: 8, heightPx: 6, data: new Uint8Array(144) };
    const shared = { leftPx: 5, topPx: 4, widthPx: 10, heightPx: 10, color: [9, 8, 7] } as const;
    occlude(planes, [{ shape: 'rectangle', ...shared }]);
    const covered = [...planes.data.subarray(48, 96)].flatMap((value, at) => (value === 8 ? [[at % 8, at >> 3]] : []));
    expect(covered).toEqual([5, 6, 7, 5, 6, 7].map((x, i) => [x, i < 3 ? 4 : 5]));
    const round: Planes = { widthPx: 9, heightPx: 9, data: new Uint8Array(243) };
    occlude(round, [{ shape: 'ellipse', leftPx: 2, topPx: 2, widthPx: 5, heightPx: 5, color: [1, 1, 1] }]);
    expect([round.data[4 * 9 + 4], round.data[4 * 9 + 2], round.data[2 * 9 + 2], round.data[4 * 9 + 1]]).toEqual([
      1, 1, 0, 0,
    ]);
  });
});

describe('drawing an augmentation', () => {
  const strong: AugmentSettings = {
    ...unvaried,
    rotationDeg: 180,
    scale: [0.7, 1.4],
    shift: 0.1,
    mirror: 0.5,
    contrast: 0.2,
    noiseStd: 4,
    noiseProbability: 0.5,
    blurPx: 1,
    blurProbability: 0.5,
    motionBlurPx: 4,
    motionBlurProbability: 0.5,
    jpegQuality: 60,
    jpegProbability: 0.3,
  };
  const frame = { scale: 0.5, ...size, centerPx: [100, 80], fill: [20, 20, 20] } as const;
  const pair = createSkeleton({ name: 'pair', keypoints: ['left', 'right'] });

  test('depends on its generator alone', () => {
    expect(drawAugmentation(strong, frame, new Random(4))).toEqual(drawAugmentation(strong, frame, new Random(4)));
    expect(drawAugmentation(strong, frame, new Random(4))).not.toEqual(drawAugmentation(strong, frame, new Random(5)));
  });

  test('of no variation is the picture at its scale', () => {
    const drawn = drawAugmentation(unvaried, { ...frame, centerPx: [95.5, 79.5] }, new Random(1));
    expect(drawn).toMatchObject({ mirrored: false, occluders: [], blurPx: 0, fill: [20, 20, 20] });
    const [x, y] = mapPoints(drawn.outputFromSource, [0.5, 0.5]);
    expect(x).toBeCloseTo(-0, 9);
    expect(y).toBeCloseTo(0, 9);
  });

  test('a mirrored picture exchanges left and right, and the dot is under the other name', () => {
    const mirrored: Augmentation = drawAugmentation({ ...unvaried, mirror: 1 }, frame, new Random(1));
    const labels = [110, 90, 60, 40];
    const points = augmentPoints(labels, mirrored, pair);
    const plain = mapPoints(mirrored.outputFromSource, labels);
    expect([...points]).toEqual([plain[2], plain[3], plain[0], plain[1]]);
    const planes = augmentPicture(
      pyramidOf(dotPicture(200, 160, 110, 90, 6), [0.5, 0.5]),
      mirrored,
      size,
      new Random(1),
    );
    expectAt(dotCenter(planes), [points[2] as number, points[3] as number]);
  });

  test('40 samples of everything together have the dot where the label is', () => {
    const picture = dotPicture(200, 160, 104.4, 77.2, 8);
    const pyramid = pyramidOf(picture, [0.35, 0.7]);
    let seen = 0;
    for (let seed = 0; seed < 40; seed++) {
      const drawn = { ...drawAugmentation(strong, frame, new Random(seed)), fill: [20, 20, 20] as const };
      const planes = augmentPicture(pyramid, drawn, size, new Random(seed));
      const [x, y] = mapPoints(drawn.outputFromSource, [104.4, 77.2]) as unknown as [number, number];
      if (Math.min(x, y, size.widthPx - x, size.heightPx - y) < 16) continue;
      seen++;
      const [dotX, dotY] = dotCenter(planes);
      // Noise and compression move the center of mass of some hundred pixels by a third of a pixel at most.
      expect(Math.hypot(dotX - x, dotY - y)).toBeLessThan(0.35);
    }
    expect(seen).toBeGreaterThan(30);
  });

  test('refuses settings out of range by name', () => {
    expect(() => checkAugmentSettings({ ...unvaried, mirror: 2 })).toThrow(
      /augmentation mirror: must be in 0..1, got 2/,
    );
    expect(() => checkAugmentSettings({ ...unvaried, scale: [1, 0.5] })).toThrow(/scale\[1\]/);
    expect(() => checkAugmentSettings({ ...unvaried, noiseStd: Number.NaN })).toThrow(/noiseStd/);
  });
});
