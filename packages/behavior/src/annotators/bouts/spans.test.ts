import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { intersectSpans, lengthOfSpans, type Spans, spansInFrames, spansOfMany } from './spans.js';

const spans = (...edges: number[]) => Float64Array.from(edges);

test('what lies in both, in some, and how long it is', () => {
  expect([...intersectSpans(spans(0, 2, 3, 5, 5, 9), spans(1, 4, 6, 7, 8, 10))]).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
  expect([...intersectSpans(spans(0, 1), spans(1, 2))]).toEqual([]);
  expect(lengthOfSpans(spans(0, 0.5, 2, 4))).toBe(2.5);
  const lists = [spans(0, 4), spans(2, 6), spans(3, 5, 5, 8)];
  expect([...spansOfMany(lists, 1)]).toEqual([0, 8]);
  expect([...spansOfMany(lists, 2)]).toEqual([2, 6]);
  expect([...spansOfMany(lists, 3)]).toEqual([3, 4]);
  // One ends where the other begins: there is no time in both.
  expect([...spansOfMany([spans(0, 5), spans(5, 9)], 2)]).toEqual([]);
  expect([...spansOfMany([], 1)]).toEqual([]);
});

test('arithmetic on spans is that of membership in every instant', () => {
  const random = new Random('spans');
  const draw = (): Spans => {
    const edges = [...new Set(Array.from({ length: 12 }, () => random.integer(40)))].sort((a, b) => a - b);
    return Float64Array.from(edges.slice(0, edges.length - (edges.length % 2)));
  };
  const holds = (list: Spans, at: number) => {
    for (let i = 0; i < list.length; i += 2) if (at >= (list[i] as number) && at < (list[i + 1] as number)) return true;
    return false;
  };
  const instants = Array.from({ length: 40 }, (_, i) => i + 0.5);
  for (let round = 0; round < 100; round++) {
    const lists = [draw(), draw(), draw(), draw()];
    const [a, b] = lists as [Spans, Spans];
    const both = intersectSpans(a, b);
    const many = [1, 2, 3, 4].map((atLeast) => spansOfMany(lists, atLeast));
    const found = instants.map((at) => [holds(both, at), ...many.map((spans) => holds(spans, at))]);
    const expected = instants.map((at) => {
      const depth = lists.filter((list) => holds(list, at)).length;
      return [holds(a, at) && holds(b, at), ...[1, 2, 3, 4].map((atLeast) => depth >= atLeast)];
    });
    expect(found).toEqual(expected);
  }
});

test('a frame counts where its middle lies in the span; times rounded by a file give their frames back', () => {
  const base = { frameCount: 100, fps: 30 };
  // Frames 1 to 4, written with three digits.
  expect([...spansInFrames(spans(0.033, 0.133), base)]).toEqual([1, 4]);
  expect([...spansInFrames(spans(1 / 30, 4 / 30), base)]).toEqual([1, 4]);
  // Middles at 1/60, 3/60, ...
  expect([...spansInFrames(spans(0, 0.016, 0.02, 0.049), base)]).toEqual([]);
  expect([...spansInFrames(spans(3, 99), base)]).toEqual([90, 100]);
  const uneven = { frameCount: 4, fps: 1, timesSec: Float64Array.of(0, 1, 5, 6) };
  // Middles at 0.5, 3, 5.5, 6.5.
  expect([...spansInFrames(spans(0.6, 5.5), uneven)]).toEqual([1, 2]);
  expect([...spansInFrames(spans(0.5, 5.6, 6, 7), uneven)]).toEqual([0, 3, 3, 4]);
});
