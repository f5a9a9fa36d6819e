import { Random, UnavailableError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { mostPointsInReach } from './constant-prediction.js';
import { makePairs } from './made-pairs.test.kit.js';
import { evaluateOcclusion, occlusionScore, occlusionSkill } from './occlusion-score.js';
import type { PosePairs } from './pair-predictions.js';

const nan = Number.NaN;
const IMAGES = 24;
const POINTS = 3;
type Rows = [number, number][][];

/** Returns labels that wander about one place, so that a constant prediction is right now and then. */
function wander(rng: Random, spread = 8): Rows {
  return Array.from({ length: IMAGES }, () =>
    Array.from({ length: POINTS }, (_, k): [number, number] => [
      40 * k + spread * rng.normal(),
      50 + spread * rng.normal(),
    ]),
  );
}

const occluded = (image: number, keypoint: number) => image < 12 && keypoint === 0;
const bySeverity = (labeled: Rows, predict: (severity: number) => Rows): PosePairs[] =>
  [0, 1, 2, 3, 4, 5].map((severity) => makePairs({ labeled, predicted: predict(severity), occluded }));

describe('the most points within reach of one place', () => {
  test('a few by hand', () => {
    expect(mostPointsInReach([], [])).toBe(0);
    expect(mostPointsInReach([3, 4], [1])).toBe(1);
    expect(mostPointsInReach([0, 0, 2, 0], [1, 1])).toBe(2);
    expect(mostPointsInReach([0, 0, 2.001, 0], [1, 1])).toBe(1);
    // Three corners of an equilateral triangle with side 2: the circle about them has radius 2 / sqrt 3 = 1.1547.
    const corners = [0, 0, 2, 0, 1, Math.sqrt(3)];
    expect(mostPointsInReach(corners, [1.15, 1.15, 1.15])).toBe(2);
    expect(mostPointsInReach(corners, [1.16, 1.16, 1.16])).toBe(3);
    expect(mostPointsInReach([5, 5, 5, 5, 5, 5], [0, 0, 0])).toBe(3);
    expect(mostPointsInReach([0, 0, 1, 0, 9, 9], [10, 0.5, 1])).toBe(2);
  });

  test('no place of a fine grid, and no circle through two points, holds more; some place holds as many', () => {
    const rng = new Random('reach');
    for (let round = 0; round < 20; round++) {
      const count = 2 + rng.integer(25);
      const points = Float64Array.from({ length: 2 * count }, () => rng.between(0, 10));
      const radii = Float64Array.from({ length: count }, () => (round % 2 ? 1.5 : rng.between(0.5, 3)));
      const within = (x: number, y: number, slack: number) => {
        let held = 0;
        for (let i = 0; i < count; i++) {
          if (
            Math.hypot((points[2 * i] as number) - x, (points[2 * i + 1] as number) - y) <=
            (radii[i] as number) + slack
          )
            held++;
        }
        return held;
      };
      const places: [number, number][] = Array.from({ length: 41 * 41 }, (_, i) => [
        (i % 41) / 4,
        Math.floor(i / 41) / 4,
      ]);
      for (let i = 0; i < count; i++) {
        const [x, y, a] = [points[2 * i] as number, points[2 * i + 1] as number, radii[i] as number];
        places.push([x, y]);
        for (let j = 0; j < count; j++) {
          const [dx, dy, b] = [(points[2 * j] as number) - x, (points[2 * j + 1] as number) - y, radii[j] as number];
          const d = Math.hypot(dx, dy);
          if (j === i || d > a + b || d < Math.abs(a - b)) continue;
          const along = (a * a + d * d - b * b) / (2 * d);
          const across = Math.sqrt(Math.max(0, a * a - along * along));
          places.push([x + (along * dx - across * dy) / d, y + (along * dy + across * dx) / d]);
        }
      }
      const best = mostPointsInReach(points, radii);
      expect(Math.max(...places.map(([x, y]) => within(x, y, 0)))).toBeLessThanOrEqual(best);
      expect(Math.max(...places.map(([x, y]) => within(x, y, 1e-6)))).toBeGreaterThanOrEqual(best);
    }
  });
});

describe('the score of accuracies', () => {
  test('is 5 for a perfect predictor, 1 for the best constant one, and refuses what tells nothing', () => {
    expect(occlusionScore([{ accuracy: 1, constantAccuracy: 0.3 }])).toBe(5);
    expect(occlusionScore([{ accuracy: 0.3, constantAccuracy: 0.3 }])).toBe(1);
    expect(occlusionScore([{ accuracy: 0.1, constantAccuracy: 0.3 }])).toBe(1);
    expect(
      occlusionScore([
        { accuracy: 1, constantAccuracy: 0 },
        { accuracy: 0.5, constantAccuracy: 0 },
      ]),
    ).toBe(4);
    expect(occlusionSkill({ accuracy: 0.65, constantAccuracy: 0.3 })).toBeCloseTo(0.5, 15);
    expect(() => occlusionScore([])).toThrow(/at least one condition/);
    expect(() => occlusionScore([{ accuracy: 1.1, constantAccuracy: 0 }])).toThrow(/accuracy must be in 0..1, got 1.1/);
    expect(() => occlusionScore([{ accuracy: 1, constantAccuracy: 1 }])).toThrow(/animal must move/);
  });

  test('never falls where the accuracy of one condition rises', () => {
    const rng = new Random('monotone');
    for (let round = 0; round < 200; round++) {
      const conditions = Array.from({ length: 6 }, () => ({
        accuracy: rng.uniform(),
        constantAccuracy: 0.9 * rng.uniform(),
      }));
      const which = rng.integer(6);
      const better = conditions.map((one, i) =>
        i === which ? { ...one, accuracy: one.accuracy + (1 - one.accuracy) * rng.uniform() } : one,
      );
      expect(occlusionScore(better)).toBeGreaterThanOrEqual(occlusionScore(conditions));
    }
  });
});

describe('the score of predictions', () => {
  const labeled = wander(new Random('labels'));

  test('a perfect predictor gets 5, with every condition full', () => {
    const result = evaluateOcclusion({ bySeverity: bySeverity(labeled, () => labeled) }, { resampleCount: 100 });
    expect(result).toMatchObject({ version: 1, radius: 5, unit: 'px', score: 5, flaggedTakesPart: true });
    expect(result.interval).toEqual({ low: 5, high: 5, level: 0.95 });
    expect(result.curve.map(({ condition, accuracy, retention }) => [condition, accuracy, retention])).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((severity) => [severity, 1, 1]),
      ['flagged', 1, null],
    ]);
    expect(result.curve[6]).toMatchObject({ images: 12, points: 36, accuracyHidden: 1, accuracySeen: 1 });
  });

  test('whatever is said for every image gets exactly 1, the place with the most labels included', () => {
    const rng = new Random('constants');
    const places: [number, number][][] = Array.from({ length: 50 }, () =>
      Array.from({ length: POINTS }, (_, k) => [40 * k + rng.between(-9, 9), 50 + rng.between(-9, 9)]),
    );
    // The best place lies at the crossing of two circles about labels: on the edge, where rounding decides.
    for (const [x, y] of labeled[0] as [number, number][])
      places.push([
        [x + 5, y],
        [x, y],
        [x + 3, y + 4],
      ]);
    const accuracies = places.map((constant) => {
      const result = evaluateOcclusion(
        { bySeverity: bySeverity(labeled, () => labeled.map(() => constant)) },
        { resampleCount: 0 },
      );
      expect(result.score).toBe(1);
      return result.curve[1]?.accuracy as number;
    });
    expect(Math.max(...accuracies)).toBeGreaterThan(0.1);
  });

  test('each point that becomes right, at any severity, never lowers it, and raises it above the constant', () => {
    const rng = new Random('steps');
    const off: [number, number] = [500, 500];
    for (const severity of [1, 2, 3, 4, 5]) {
      const order = rng.shuffle(Array.from({ length: IMAGES * POINTS }, (_, i) => i));
      let last = 0;
      for (const taken of [0, 20, 40, 55, 72]) {
        const right = new Set(order.slice(0, taken));
        const { score } = evaluateOcclusion(
          {
            bySeverity: bySeverity(labeled, (at) =>
              labeled.map((points, i) =>
                points.map((point, k) => (at === severity && right.has(i * POINTS + k) ? point : off)),
              ),
            ),
          },
          { resampleCount: 0 },
        );
        expect(score).toBeGreaterThanOrEqual(Math.max(1, last));
        if (taken >= 55) expect(score).toBeGreaterThan(last);
        last = score as number;
      }
      // Right everywhere in one of six conditions.
      expect(last).toBeCloseTo(1 + 4 / 6, 12);
    }
  });

  test('missing predictions are wrong, unlabeled points do not count, hidden and seen are told apart', () => {
    const holes = labeled.map((points, i) =>
      points.map(([x, y], k): [number, number] => (i === 0 && k === 0 ? [nan, nan] : [x, y])),
    );
    const none = labeled.map((points) => points.map((): [number, number] => [nan, nan]));
    const hidden = new Uint8Array(IMAGES * POINTS).map((_, at) => Number(at % POINTS === 1));
    const result = evaluateOcclusion(
      {
        bySeverity: bySeverity(holes, (severity) =>
          severity === 5
            ? none
            : holes.map((points) => points.map(([x, y], k): [number, number] => [x, k === 1 ? y + 6 : y])),
        ),
        hidden: [undefined, hidden, hidden, hidden, hidden, hidden],
        coveredShare: [0, 0.11, 0.2, 0.3, 0.4, 0.5],
      },
      { resampleCount: 0 },
    );
    expect(result.curve[1]).toMatchObject({ points: 71, coveredShare: 0.11, accuracyHidden: 0, accuracySeen: 1 });
    expect(result.curve[1]?.hiddenShare).toBeCloseTo(24 / 71, 12);
    expect(result.curve[1]?.accuracy).toBeCloseTo(47 / 71, 12);
    expect(result.curve[5]).toMatchObject({ accuracy: 0, meanErrorPx: null, retention: 0 });
    expect(result.interval).toBeNull();
  });

  test('an animal that never moves is told nothing about, with the reason', () => {
    const still = labeled.map((): [number, number][] => [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const result = evaluateOcclusion({ bySeverity: bySeverity(still, () => still) });
    expect(result.score).toBeNull();
    expect(result.reason).toMatch(/does not move/);
    expect(result.curve).toHaveLength(7);
  });

  test('a radius in body lengths follows the animal, and needs both ends of its body', () => {
    const predicted = labeled.map((points) => points.map(([x, y]): [number, number] => [x + 7, y]));
    const pairs = () => predicted;
    const run = (radius: number) =>
      evaluateOcclusion({ bySeverity: bySeverity(labeled, pairs) }, { radius, unit: 'body lengths', resampleCount: 0 });
    // The body is about 80 px long: 0.2 is 16 px, 0.05 is 4 px.
    expect(run(0.2).curve[0]?.accuracy).toBe(1);
    expect(run(0.05).curve[0]?.accuracy).toBe(0);
    const short = labeled.map((points) => points.slice(0, 1) as [number, number][]);
    const single = [0, 1, 2, 3, 4, 5].map(() => makePairs({ labeled: short, predicted: short }));
    expect(() => evaluateOcclusion({ bySeverity: single }, { radius: 0.1, unit: 'body lengths' })).toThrow(
      UnavailableError,
    );
  });

  test('passes over other labels, and fewer than six, are refused', () => {
    const good = bySeverity(labeled, () => labeled);
    expect(() => evaluateOcclusion({ bySeverity: good.slice(0, 5) })).toThrow(/severities 0 to 5, got 5/);
    const other = makePairs({ labeled: wander(new Random('other')), predicted: labeled });
    expect(() => evaluateOcclusion({ bySeverity: [...good.slice(0, 5), other] })).toThrow(
      /severity 5 must have the labels/,
    );
    expect(() => evaluateOcclusion({ bySeverity: good }, { radius: 0 })).toThrow(/radius must be above 0, got 0/);
  });

  test('few flagged images take no part, and the interval draws whole recordings where there are several', () => {
    const groupOf = (image: number) => `mouse${image % 4}`;
    const passes = [0, 1, 2, 3, 4, 5].map((severity) =>
      makePairs({
        labeled,
        // One mouse is never found.
        predicted: labeled.map((points, i) =>
          i % 4 === 0 && severity > 0 ? points.map((): [number, number] => [nan, nan]) : points,
        ),
        occluded: (image) => image === 3,
        groupOf,
      }),
    );
    const result = evaluateOcclusion({ bySeverity: passes }, { resampleCount: 400 });
    expect(result).toMatchObject({ flaggedTakesPart: false, resample: 'group' });
    expect(result.curve[6]).toMatchObject({ condition: 'flagged', images: 1, points: 3 });
    const { interval, score } = result;
    expect(interval?.low).toBeLessThan(score as number);
    expect(interval?.high).toBe(5);
  });
});
