import { type Picture, Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { corruptionKinds, corruptPicture } from './corruptions.js';
import { occludePicture, occlusionShares } from './occluders.js';
import { conditionName, pictureUnder, robustnessConditions } from './robustness.js';

const noise = new Random('picture');
const picture: Picture = {
  widthPx: 120,
  heightPx: 90,
  rgb: Uint8Array.from({ length: 120 * 90 * 3 }, () => 100 + noise.integer(60)),
};
const nan = Number.NaN;
const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((value, at) => value === b[at]);
const points = [30, 40, 60, 35, 80, 50, nan, nan];
const occlude = (severity: number, seed: number | string = 1) =>
  occludePicture(picture, points, { keypointCount: 4, severity, random: new Random(seed) });
const changed = (a: Picture, b: Picture) =>
  Array.from({ length: a.widthPx * a.heightPx }, (_, at) =>
    [0, 1, 2].some((channel) => a.rgb[3 * at + channel] !== b.rgb[3 * at + channel]),
  );

describe('occluders', () => {
  test('cover the share of the box that the severity says, and little more', () => {
    for (const seed of Array.from({ length: 30 }, (_, i) => i)) {
      for (const [i, wanted] of occlusionShares.entries()) {
        const { coveredShare } = occlude(i + 1, seed);
        expect(coveredShare).toBeGreaterThanOrEqual(wanted);
        expect(coveredShare).toBeLessThan(wanted + 0.085);
      }
    }
  });

  test('of a severity are the first of the next: hidden stays hidden, and pixels stay as they are drawn or go under', () => {
    let before = occlude(1);
    for (const severity of [2, 3, 4, 5]) {
      const after = occlude(severity);
      const [under, now] = [changed(picture, before.picture), changed(picture, after.picture)];
      // A color of the texture may be that of a pixel by chance; then it seems unchanged.
      const lost = under.filter((isUnder, at) => isUnder && !now[at]).length;
      expect(lost).toBeLessThan(3);
      for (const [at, value] of before.hidden.entries()) if (value) expect(after.hidden[at]).toBe(1);
      before = after;
    }
  });

  test('are the same for the same seed, others for another, and leave the original alone', () => {
    const copy = picture.rgb.slice();
    expect(isSame(occlude(3, 5).picture.rgb, occlude(3, 5).picture.rgb)).toBe(true);
    expect(isSame(occlude(3, 5).picture.rgb, occlude(3, 6).picture.rgb)).toBe(false);
    expect(isSame(picture.rgb, copy)).toBe(true);
  });

  test('hide a labeled point exactly where pixels about it were painted', () => {
    let [agree, total] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const { picture: out, hidden } = occlude(3, seed);
      expect(hidden[3]).toBe(0);
      const painted = changed(picture, out);
      for (const [at, value] of hidden.slice(0, 3).entries()) {
        const [x, y] = [points[2 * at] as number, points[2 * at + 1] as number];
        // A painted pixel keeps all its levels by chance less than once in 10^5.
        agree += Number(painted[y * picture.widthPx + x] === (value === 1));
        total++;
      }
    }
    expect(agree).toBe(total);
  });

  test('leave an animal without labels alone, and work on a single point at the edge', () => {
    const none = occludePicture(picture, [nan, nan], { keypointCount: 1, severity: 5, random: new Random(1) });
    expect(isSame(none.picture.rgb, picture.rgb)).toBe(true);
    expect(none.coveredShare).toBeNaN();
    const corner = occludePicture(picture, [0, 0], { keypointCount: 1, severity: 5, random: new Random(1) });
    expect(corner.coveredShare).toBeGreaterThanOrEqual(0.5);
    expect(() => occlude(6)).toThrow(/severity must be 1 to 5, got 6/);
  });
});

describe('corruptions', () => {
  // Patches of many sizes, as pictures of things have: much in the coarse, little in the fine.
  const scene: Picture = { widthPx: 240, heightPx: 180, rgb: new Uint8Array(240 * 180 * 3).fill(128) };
  const patches = new Random('scene');
  for (let i = 0; i < 1500; i++) {
    const sidePx = Math.ceil(60 / Math.sqrt(1 + i / 4));
    const [left, top] = [patches.integer(240), patches.integer(180)];
    const color = [0, 1, 2].map(() => 40 + patches.integer(176));
    for (let y = top; y < Math.min(180, top + sidePx); y++) {
      for (let x = left; x < Math.min(240, left + sidePx); x++) scene.rgb.set(color, 3 * (y * 240 + x));
    }
  }
  const distance = (a: Picture, b: Picture) =>
    Math.sqrt(a.rgb.reduce((sum, value, at) => sum + (value - (b.rgb[at] as number)) ** 2, 0) / a.rgb.length);

  test.each(corruptionKinds)(
    '%s changes more at each severity, keeps size and original, and repeats by seed',
    (kind) => {
      const smooth = scene;
      const copy = smooth.rgb.slice();
      let last = 0;
      for (const severity of [1, 2, 3, 4, 5]) {
        const out = corruptPicture(smooth, { kind, severity }, new Random(3));
        expect([out.widthPx, out.heightPx, out.rgb.length]).toEqual([240, 180, copy.length]);
        expect(isSame(out.rgb, corruptPicture(smooth, { kind, severity }, new Random(3)).rgb)).toBe(true);
        expect(distance(out, smooth)).toBeGreaterThan(last);
        last = distance(out, smooth);
      }
      expect(isSame(smooth.rgb, copy)).toBe(true);
      expect(() => corruptPicture(smooth, { kind, severity: 0 }, new Random(3))).toThrow(/severity of 1 to 5, got/);
    },
  );

  test('defocus spreads a bright pixel evenly over a disk, at the edge as well, and keeps flat pictures flat', () => {
    const dot: Picture = { widthPx: 480, heightPx: 480, rgb: new Uint8Array(480 * 480 * 3) };
    dot.rgb.fill(255, 3 * (100 * 480 + 200), 3 * (100 * 480 + 200) + 3);
    const { rgb } = corruptPicture(dot, { kind: 'defocus', severity: 4 }, new Random(1));
    const level = (x: number, y: number) => rgb[3 * (y * 480 + x)] as number;
    const inside = level(200, 100);
    // Radius 5: an area of some 78 px shares 255 levels.
    expect(inside).toBe(3);
    for (const [dx, dy] of [
      [4, 0],
      [0, -4],
      [3, 3],
      [-3, 3],
    ] as const)
      expect(level(200 + dx, 100 + dy)).toBe(inside);
    for (const [dx, dy] of [
      [6, 0],
      [0, 6],
      [5, 5],
    ] as const)
      expect(level(200 + dx, 100 + dy)).toBe(0);
    const flat: Picture = { widthPx: 50, heightPx: 40, rgb: new Uint8Array(50 * 40 * 3).fill(77) };
    for (const severity of [1, 2, 3, 4, 5]) {
      expect(
        corruptPicture(flat, { kind: 'defocus', severity }, new Random(1)).rgb.every((value) => value === 77),
      ).toBe(true);
    }
  });
});

describe('conditions', () => {
  test('are one clean pass and five of each kind, with names for files', () => {
    const all = robustnessConditions();
    expect(all).toHaveLength(1 + 5 * 9);
    expect(new Set(all.map(conditionName)).size).toBe(all.length);
    expect(conditionName({ kind: 'motion blur', severity: 5 })).toBe('motion-blur-5');
    expect(robustnessConditions(['occlusion']).map(conditionName)).toEqual([
      'clean',
      ...[1, 2, 3, 4, 5].map((severity) => `occlusion-${severity}`),
    ]);
  });

  test('change a picture by its name and the seed alone', () => {
    const options = { points, keypointCount: 4, name: 'a/1.png', seed: 7 };
    for (const condition of robustnessConditions()) {
      const once = pictureUnder(condition, picture, options);
      expect(isSame(once.picture.rgb, pictureUnder(condition, picture, options).picture.rgb)).toBe(true);
      if (condition.kind === 'clean') expect(isSame(once.picture.rgb, picture.rgb)).toBe(true);
      // A short line of px has few directions: two names may share one.
      if (condition.severity === 5 && ['occlusion', 'noise', 'mask', 'motion blur'].includes(condition.kind)) {
        const other = pictureUnder(condition, picture, { ...options, name: 'a/2.png' });
        expect(isSame(once.picture.rgb, other.picture.rgb)).toBe(false);
      }
    }
  });
});
