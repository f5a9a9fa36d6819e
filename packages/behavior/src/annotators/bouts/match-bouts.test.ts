import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import {
  type BoutMatch,
  matchBouts,
  scoreBouts,
  scoreEvents,
  summarizeDifferences,
  timingDifferences,
} from './match-bouts.js';
import type { Spans } from './spans.js';

const spans = (...edges: number[]) => Float64Array.from(edges);

test('bouts match by time in both over time in either', () => {
  const reference = spans(0, 10, 20, 30, 40, 50);
  const candidate = spans(1, 10, 20, 24, 27, 30, 70, 80);
  expect(matchBouts(reference, candidate)).toEqual([{ reference: 0, candidate: 0, overlap: 0.9 }]);
  expect(matchBouts(reference, candidate, { minimumOverlap: 0.4 })[1]).toEqual({
    reference: 1,
    candidate: 1,
    overlap: 0.4,
  });
  expect(scoreBouts(reference, candidate)).toEqual({
    ...{ truePositive: 1, falsePositive: 3, falseNegative: 2 },
    ...{ precision: 1 / 4, recall: 1 / 3, f1: 2 / 7 },
  });
  expect(() => matchBouts(reference, candidate, { minimumOverlap: 2 })).toThrow(
    'minimumOverlap must be in 0..1, got 2',
  );
});

test('one long bout against two short ones makes one pair, and chains make as many as possible', () => {
  expect(matchBouts(spans(0, 10), spans(0, 3, 3, 10), { minimumOverlap: 0 })).toEqual([
    { reference: 0, candidate: 1, overlap: 0.7 },
  ]);
  // 0-4 with 3-9 and 8-12 with 3-9 overlap little; two pairs are possible with 11-20.
  const chain = matchBouts(spans(0, 4, 8, 12), spans(3, 9, 11, 20), { minimumOverlap: 0 });
  expect(chain.map(({ reference, candidate }) => [reference, candidate])).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

/** The best number of pairs and overlap by trying everything. */
function tryAll(edges: readonly BoutMatch[]): [number, number] {
  const [edge, ...rest] = edges;
  if (edge === undefined) return [0, 0];
  const without = tryAll(rest);
  const [count, overlap] = tryAll(
    rest.filter(({ reference, candidate }) => reference !== edge.reference && candidate !== edge.candidate),
  );
  const taken: [number, number] = [count + 1, overlap + edge.overlap];
  return taken[0] > without[0] || (taken[0] === without[0] && taken[1] > without[1]) ? taken : without;
}

test('no choice of pairs is better than the one found', () => {
  const random = new Random('match');
  const draw = (): Spans => {
    const edges = [...new Set(Array.from({ length: 10 }, () => random.integer(60)))].sort((a, b) => a - b);
    return Float64Array.from(edges.slice(0, edges.length - (edges.length % 2)));
  };
  for (let round = 0; round < 300; round++) {
    const [a, b] = [draw(), draw()];
    const minimumOverlap = [0, 0.2, 0.5][round % 3] as number;
    const edges: BoutMatch[] = [];
    for (let i = 0; i < a.length; i += 2) {
      for (let j = 0; j < b.length; j += 2) {
        const pair = matchBouts(a.slice(i, i + 2), b.slice(j, j + 2), { minimumOverlap })[0];
        if (pair !== undefined) edges.push({ ...pair, reference: i / 2, candidate: j / 2 });
      }
    }
    const found = matchBouts(a, b, { minimumOverlap });
    const [count, overlap] = tryAll(edges);
    expect(found).toHaveLength(count);
    expect(found.reduce((sum, pair) => sum + pair.overlap, 0)).toBeCloseTo(overlap, 12);
    expect(new Set(found.map(({ candidate }) => candidate)).size).toBe(count);
  }
});

test('timing is that of the candidate minus the reference, of all bouts that overlap', () => {
  const { onset, offset } = timingDifferences(spans(0, 10, 20, 30), spans(1, 9, 25, 60));
  expect(onset).toEqual([1, 5]);
  expect(offset).toEqual([-1, 30]);
  expect(summarizeDifferences([4, 1, 2, 3])).toEqual({
    count: 4,
    median: 2.5,
    lowerQuartile: 1.75,
    upperQuartile: 3.25,
  });
  expect(summarizeDifferences([])).toEqual({ count: 0, median: null, lowerQuartile: null, upperQuartile: null });
});

test('events match within a tolerance, each once', () => {
  expect(scoreEvents(spans(1, 2, 9), spans(1.4, 1.5, 3, 9.2), { toleranceSec: 0.5 })).toMatchObject({
    ...{ truePositive: 3, falsePositive: 1, falseNegative: 0 },
  });
  expect(scoreEvents(spans(), spans(), { toleranceSec: 0.5 }).f1).toBeNull();
});
