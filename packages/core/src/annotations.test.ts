import { expect, test } from 'vitest';
import { type Annotations, createAnnotations, findAnnotationConflicts } from './annotations.js';
import { createEthogram } from './ethogram.js';

const annotations: Annotations = {
  subject: 'resident',
  target: 'intruder',
  annotator: 'ann',
  channel: 'default',
  frameBase: { fps: 30, firstFrame: 1, endIncluded: true },
  behaviors: ['attack', 'sniff'],
  startSec: Float64Array.of(5, 1, 1),
  endSec: Float64Array.of(6, 3, 2),
  behavior: Int32Array.of(0, 1, 0),
  modifiers: [['late'], ['face'], []],
  probability: Float32Array.of(0.5, Number.NaN, 1),
};

test('bouts are sorted by time with all of their columns', () => {
  const made = createAnnotations(annotations);
  expect([...made.startSec]).toEqual([1, 1, 5]);
  expect([...made.endSec]).toEqual([2, 3, 6]);
  expect([...made.behavior]).toEqual([0, 1, 0]);
  expect(made.modifiers).toEqual([[], ['face'], ['late']]);
  expect([...(made.probability as Float32Array)]).toEqual([1, Number.NaN, 0.5]);
  expect([...annotations.startSec]).toEqual([5, 1, 1]);
  expect(createAnnotations(made)).toEqual(made);
});

test('bouts that cannot be are refused with their place', () => {
  const make = (change: Partial<Annotations>) => () => createAnnotations({ ...annotations, ...change });
  expect(make({ endSec: Float64Array.of(6, 0, 2) })).toThrow(/got 1 to 0 s in bout 1/);
  expect(make({ startSec: Float64Array.of(5, Number.NaN, 1) })).toThrow(/bout 1/);
  expect(make({ behavior: Int32Array.of(0, 2, 0) })).toThrow(/below 2, got 2 in bout 1/);
  expect(make({ endSec: Float64Array.of(6) })).toThrow(/endSec must have 3 bouts, got 1/);
  expect(make({ modifiers: [[]] })).toThrow(/modifiers must have 3/);
  expect(make({ probability: Float32Array.of(0, 2, 0) })).toThrow(/in 0..1, got 2 in bout 1/);
  expect(make({ behaviors: ['a', 'a'] })).toThrow(/different names/);
  expect(make({ frameBase: { fps: 0, firstFrame: 0, endIncluded: false } })).toThrow(/fps/);
});

test('what does not fit a catalogue is told: overlaps, exclusions also of finer kinds, points that last', () => {
  const ethogram = createEthogram([
    { name: 'investigation', exclusiveWith: ['attack'] },
    { name: 'sniff', partOf: 'investigation' },
    { name: 'attack' },
    { name: 'bite', kind: 'point' },
  ]);
  const bouts: [number, number, string][] = [
    [0, 2, 'sniff'],
    [1, 3, 'attack'],
    [2, 4, 'sniff'],
    [3, 3.5, 'bite'],
    [3, 5, 'sniff'],
    [5, 5, 'attack'],
    [6, 6, 'bite'],
    [7, 8, 'run'],
  ];
  const behaviors = ['sniff', 'attack', 'bite', 'run'];
  const made = createAnnotations({
    subject: 'a',
    annotator: 'ann',
    channel: 'default',
    behaviors,
    startSec: Float64Array.from(bouts, ([start]) => start),
    endSec: Float64Array.from(bouts, ([, end]) => end),
    behavior: Int32Array.from(bouts, ([, , name]) => behaviors.indexOf(name)),
  });
  expect(findAnnotationConflicts(made, ethogram)).toEqual([
    { bout: 1, other: 0, problem: 'exclusive' },
    { bout: 2, other: 1, problem: 'exclusive' },
    { bout: 3, problem: 'point with duration' },
    { bout: 4, other: 2, problem: 'overlaps itself' },
    { bout: 5, problem: 'state without duration' },
    { bout: 7, problem: 'unknown behavior' },
  ]);
});
