import { Random } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { comparePaired, signFlipP } from './paired-errors.js';

describe('signs drawn for whole clusters', () => {
  test('by hand: three of one sign are the two most extreme of eight', () => {
    expect(signFlipP([1, 2, 3], new Random(1))).toBe(2 / 8);
    expect(signFlipP([1, -1], new Random(1))).toBe(1);
    expect(signFlipP([0, 0, 0], new Random(1))).toBe(1);
    expect(signFlipP([5], new Random(1))).toBe(1);
    // Rounding must not make equal sums unequal.
    expect(signFlipP([0.1, 0.2, 0.3, -0.6], new Random(1))).toBe(1);
  });

  test('exact for eight differences, as scipy.stats.permutation_test of SciPy 1.17.1 has it', () => {
    const differences = [0.4, -0.1, 1.2, 0.7, -0.3, 0.9, 0.2, 0.55];
    expect(signFlipP(differences, new Random(1))).toBe(0.0546875);
  });

  test('with more clusters than can be listed it is near the exact one, and never 0', () => {
    const rng = new Random('clusters');
    const sums = Array.from({ length: 16 }, () => 0.35 + rng.normal());
    const exact = signFlipP(sums, new Random(1));
    // A seventeenth cluster that hardly counts changes the way, not the answer; 9999 patterns tell p to about 0.005.
    const drawn = signFlipP([...sums, 1e-9], new Random(1));
    expect(Math.abs(drawn - exact)).toBeLessThan(0.02);
    expect(signFlipP(new Array(40).fill(1), new Random(1))).toBe(1 / 10_000);
  });
});

describe('models compared frame by frame', () => {
  const recording = Array.from({ length: 80 }, (_, i) => `r${i % 8}`);
  const rng = new Random('frames');
  const base = recording.map(() => 3 + rng.normal());
  const names = ['a', 'b', 'c'];

  test('a steady difference is found, none is not, and Holm corrects for all pairs', () => {
    const values = [
      base,
      base.map((value) => value + 1 + 0.1 * rng.normal()),
      base.map((value) => value + 0.1 * rng.normal()),
    ];
    const results = comparePaired({ values, recording }, { names });
    expect(results.map(({ models }) => models)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    const [ab, ac, bc] = results as [(typeof results)[0], (typeof results)[0], (typeof results)[0]];
    expect(ab.meanDifference).toBeCloseTo(-1, 1);
    expect(ab.p).toBe(2 / 256);
    expect(ab.adjustedP).toBeCloseTo(6 / 256, 12);
    expect(bc.adjustedP).toBeCloseTo(6 / 256, 12);
    expect(ac.adjustedP).toBeGreaterThan(0.05);
    expect(ab.interval?.low).toBeLessThan(ab.meanDifference);
    expect(ab.interval?.high).toBeGreaterThan(ab.meanDifference);
    expect(ab.interval?.high).toBeLessThan(0);
    expect(ab).toMatchObject({ frames: 80, recordings: 8, smallestP: 2 / 256 });
  });

  test('frames of a recording that err alike make the p of frames small and that of recordings honest', () => {
    // Each recording is off by its own amount: 80 frames are 8 observations.
    const offsets = [1, -1, 0.9, -0.8, 1.1, -0.7, 0.6, 0.5];
    const values = [base.map((value, i) => value + (offsets[i % 8] as number)), base];
    const [result] = comparePaired({ values, recording }, { names });
    expect(result?.framesP).toBeLessThan(0.05);
    expect(result?.p).toBeGreaterThan(0.3);
    expect(result?.interval?.low).toBeLessThan(0);
  });

  test('one recording has no p between recordings; frames that a model lacks are left out; none in common is refused', () => {
    const one = recording.map(() => 'only');
    const holes = base.map((value, i) => (i < 10 ? Number.NaN : value - 0.5));
    const [result] = comparePaired({ values: [base, holes], recording: one }, { names });
    expect(result).toMatchObject({ frames: 70, recordings: 1, p: null, adjustedP: null });
    expect(result?.meanDifference).toBeCloseTo(0.5, 12);
    const nothing = base.map(() => Number.NaN);
    expect(() => comparePaired({ values: [base, nothing], recording }, { names })).toThrow(
      /a and b must share a frame/,
    );
    expect(() => comparePaired({ values: [base, [1]], recording }, { names })).toThrow(/b must have 80 frames, got 1/);
  });

  test('the same seed gives the same numbers', () => {
    const values = [base, base.map((value) => value + rng.normal())];
    expect(comparePaired({ values, recording }, { names, seed: 3 })).toEqual(
      comparePaired({ values, recording }, { names, seed: 3 }),
    );
  });
});
