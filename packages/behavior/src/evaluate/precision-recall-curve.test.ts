import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import {
  averagePrecision,
  evenThresholdCurve,
  precisionRecallCurve,
  rankScores,
  thinCurve,
} from './precision-recall-curve.js';

interface Curve {
  score: number[];
  positive: number[];
  averagePrecision: number;
  threshold: number[];
  precision: number[];
  recall: number[];
}
const { curves } = JSON.parse(readFileSync(resolve('test/reference/behavior-evaluation/evaluation.json'), 'utf8')) as {
  curves: Curve[];
};

const rank = (score: number[], positive: number[]) => rankScores(Float32Array.from(score), positive);

test('curve and average precision are those of scikit-learn, ties together', () => {
  for (const expected of curves) {
    const ranked = rank(expected.score, expected.positive);
    expect(averagePrecision(ranked)).toBeCloseTo(expected.averagePrecision, 12);
    const curve = precisionRecallCurve(ranked);
    expect(Array.from(curve.threshold)).toEqual(expected.threshold);
    for (const key of ['precision', 'recall'] as const) {
      expect(Array.from(curve[key])).toHaveLength(expected[key].length);
      for (const [i, value] of expected[key].entries()) expect(curve[key][i]).toBeCloseTo(value, 12);
    }
  }
});

test('even thresholds go from 1 to 0 and know nothing where nothing is found', () => {
  const { threshold, precision, recall } = evenThresholdCurve(rank([0.2, 0.5, 0.9, 0.5], [0, 1, 1, 0]), 5);
  expect([...threshold]).toEqual([1, 0.75, 0.5, 0.25, 0]);
  expect([...precision]).toEqual([Number.NaN, 1, 2 / 3, 2 / 3, 0.5]);
  expect([...recall]).toEqual([0, 0.5, 1, 1, 1]);
  expect(() => evenThresholdCurve(rank([], []), 1)).toThrow('count must be a whole number from 2, got 1');
});

test('frames without a score are counted, and no positive frame means no average precision', () => {
  const ranked = rank([Number.NaN, 0.3, 0.4], [1, 0, 0]);
  expect(ranked.unknownCount).toBe(1);
  expect(averagePrecision(ranked)).toBeNull();
  expect([...precisionRecallCurve(ranked).recall]).toEqual([Number.NaN, Number.NaN]);
  expect(() => rankScores([0.5], [])).toThrow('isPositive must have shape [1], got 0 values');
});

test('a thinned curve keeps both ends and few points', () => {
  const score = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
  const curve = precisionRecallCurve(
    rank(
      score,
      score.map((value) => (value > 2500 || value % 3 === 0 ? 1 : 0)),
    ),
  );
  const thin = thinCurve(curve, 100);
  expect(thin.recall.length).toBeLessThanOrEqual(102);
  expect(thin.recall.length).toBeGreaterThan(90);
  expect([thin.threshold[0], thin.threshold.at(-1)]).toEqual([curve.threshold[0], curve.threshold.at(-1)]);
});
