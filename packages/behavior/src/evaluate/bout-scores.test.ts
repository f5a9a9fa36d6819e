import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Random, scoresOfConfusion } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { countRunsByOther, scoreBoutsByBoundary } from './bout-scores.js';

interface Labeling {
  classes: number;
  truth: number[];
  predicted: number[];
  annotationF1: (number | null)[];
  predictionF1: (number | null)[];
}
const { labelings } = JSON.parse(
  readFileSync(resolve('test/reference/behavior-evaluation/evaluation.json'), 'utf8'),
) as { labelings: Labeling[] };

const spans = (...edges: number[]) => Float64Array.from(edges);

test('a bout is found where both its ends lie within the tolerance', () => {
  const truth = spans(0, 10, 20, 30, 40, 50);
  const found = spans(1, 9, 22, 33, 40, 52);
  expect(scoreBoutsByBoundary(truth, found, { tolerance: 2 })).toEqual({
    ...{ truePositive: 2, falsePositive: 1, falseNegative: 1 },
    ...{ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
  });
  expect(scoreBoutsByBoundary(spans(0.3, 1), spans(0, 1), { tolerance: 0.1 + 0.2 }).truePositive).toBe(1);
  expect(scoreBoutsByBoundary(truth, spans(), { tolerance: 0 })).toMatchObject({ precision: null, recall: 0, f1: 0 });
  expect(() => scoreBoutsByBoundary(truth, found, { tolerance: -1 })).toThrow('tolerance must be 0 or more, got -1');
});

/** The most pairs that can be had, by trying every partner of the first bout. */
function mostPairs(reference: Float64Array, candidate: Float64Array, tolerance: number): number {
  if (reference.length === 0) return 0;
  const rest = reference.subarray(2);
  let best = mostPairs(rest, candidate, tolerance);
  for (let j = 0; j < candidate.length; j += 2) {
    const isNear = [0, 1].every(
      (edge) => Math.abs((candidate[j + edge] as number) - (reference[edge] as number)) <= tolerance,
    );
    if (!isNear) continue;
    const others = Float64Array.from([...candidate.subarray(0, j), ...candidate.subarray(j + 2)]);
    best = Math.max(best, 1 + mostPairs(rest, others, tolerance));
  }
  return best;
}

test('no choice of pairs within the tolerance is larger than the one found', () => {
  const random = new Random('boundaries');
  const draw = () => {
    const edges = [...new Set(Array.from({ length: 12 }, () => random.integer(30)))].sort((a, b) => a - b);
    return Float64Array.from(edges.slice(0, edges.length - (edges.length % 2)));
  };
  let several = 0;
  for (let round = 0; round < 300; round++) {
    const [reference, candidate] = [draw(), draw()];
    const tolerance = 1 + random.integer(8);
    const { truePositive } = scoreBoutsByBoundary(reference, candidate, { tolerance });
    expect(truePositive).toBe(mostPairs(reference, candidate, tolerance));
    if (truePositive > 2) several++;
  }
  expect(several).toBeGreaterThan(50);
});

test('runs are called by the run of the other side that shares most frames with them', () => {
  const label = Uint8Array.of(0, 0, 0, 0, 1, 1, 255, 1);
  const other = Uint8Array.of(1, 0, 0, 1, 1, 1, 255, 0);
  expect(countRunsByOther(label, other, { behaviorCount: 2 })).toEqual([
    [1, 0],
    [1, 1],
  ]);
  for (const { classes, truth, predicted, annotationF1, predictionF1 } of labelings) {
    const [a, b] = [Uint8Array.from(truth), Uint8Array.from(predicted)];
    const f1 = (first: Uint8Array, second: Uint8Array) =>
      scoresOfConfusion(countRunsByOther(first, second, { behaviorCount: classes })).perCategory.map((of) => of.f1);
    for (const [found, expected] of [
      [f1(a, b), annotationF1],
      [f1(b, a), predictionF1],
    ] as const) {
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value as number, 12);
    }
  }
});
