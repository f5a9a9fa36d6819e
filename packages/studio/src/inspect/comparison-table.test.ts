import { expect, test } from 'vitest';
import {
  behaviorsCompared,
  bestOf,
  measuredOnText,
  posesCompared,
  recordingsOfTraining,
  unlikeMeasures,
} from './comparison-table.js';
import { type BehaviorFacts, type PoseFacts, poseFacts } from './model-card.js';

const pose = (meanErrorPx: number, medians: Record<string, number>, frames = 5): PoseFacts =>
  poseFacts({
    format: 'zoopraxis-pose-model',
    metrics: {
      heldOut: {
        frames,
        meanErrorPx,
        pck: { '5': 1 / meanErrorPx },
        perKeypoint: Object.fromEntries(
          Object.entries(medians).map(([name, value]) => [name, { medianErrorPx: value }]),
        ),
      },
    },
  }) as PoseFacts;

test('pose models stand side by side, the smaller error is better and the larger share', () => {
  const lines = posesCompared([pose(4, { nose: 2 }), pose(2, { nose: 3, tail: 9 })]);
  expect(lines.map(({ name, values }) => [name, ...values])).toEqual([
    ['mean error, px', 4, 2],
    ['median error, px', null, null],
    ['within 5 px', 0.25, 0.5],
    ['nose: median, px', 2, 3],
    ['tail: median, px', null, 9],
  ]);
  expect(lines.map(bestOf)).toEqual([1, -1, 1, 0, -1]);
});

test('classifiers stand side by side, one that was not measured too', () => {
  const facts: BehaviorFacts = {
    macroF1: 0.8,
    accuracy: 0.9,
    learnedFrom: [],
    rows: [{ behavior: 'attack', precision: 1, recall: 1, f1: 0.7, boutF1: null, support: 1 }],
    confusion: null,
    curves: [],
  };
  const lines = behaviorsCompared([facts, null]);
  expect(lines.map(({ name, values }) => [name, ...values])).toEqual([
    ['macro F1', 0.8, null],
    ['frames right', 0.9, null],
    ['attack: F1', 0.7, null],
    ['attack: bout F1', null, null],
  ]);
});

test('measures on different images are said', () => {
  expect(unlikeMeasures([pose(4, {}), pose(2, {})], ['a', 'a'])).toBeNull();
  expect(unlikeMeasures([pose(4, {}), pose(2, {}, 9)], ['a', 'a'])).toContain('different');
  expect(unlikeMeasures([pose(4, {}), pose(2, {})], ['a', 'b'])).toContain('different');
});

test('trainings on the same files are told from others, whatever their order', () => {
  const record = (...names: string[]) => ({
    inputs: names.map((name) => ({ id: name, annotationsHash: `a${name}`, tracksHash: `t${name}` })),
  });
  expect(recordingsOfTraining(record('1', '2'))).toBe(recordingsOfTraining(record('2', '1')));
  expect(recordingsOfTraining(record('1'))).not.toBe(recordingsOfTraining(record('2')));
  expect(recordingsOfTraining(null)).toBe('');
});

test('models of the same images are said to be, with caution where those are few', () => {
  const facts = (frames: number | null) => ({ frames }) as PoseFacts;
  expect(measuredOnText([facts(5), facts(5)])).toContain('the same 5 images');
  expect(measuredOnText([facts(5), facts(5)])).toContain('chance');
  expect(measuredOnText([facts(50), facts(50)])).not.toContain('chance');
  expect(measuredOnText([facts(5), facts(6)])).toBeNull();
  expect(measuredOnText([facts(null), facts(null)])).toBeNull();
});
