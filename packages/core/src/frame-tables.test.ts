import { expect, test } from 'vitest';
import { createFeatureTable, type FeatureColumn, featureKey } from './feature-table.js';
import { createFrameScores, type FrameScores } from './frame-scores.js';

const provenance = { operation: 'test', versions: {}, inputs: [], parameters: {} };
const scores: FrameScores = {
  behaviors: ['attack', 'mount'],
  subject: 'a',
  timeBase: { frameCount: 3, fps: 30 },
  probability: Float32Array.of(0, 1, 0.5, Number.NaN, 0.2, 0.1),
  provenance,
};

test('scores in range come back as they are; others are refused with behavior and frame', () => {
  expect(createFrameScores(scores)).toEqual(scores);
  const make = (change: Partial<FrameScores>) => () => createFrameScores({ ...scores, ...change });
  expect(make({ probability: Float32Array.of(0, 0, 0, 1.5, 0, 0) })).toThrow(/got 1.5 for mount in frame 1/);
  expect(make({ probability: Float32Array.of(-0.5, 0, 0, 0, 0, 0) })).toThrow(/for attack in frame 0/);
  expect(make({ probability: new Float32Array(5) })).toThrow(/shape \[3,2\]/);
  expect(make({ behaviors: ['attack', 'attack'] })).toThrow(/each once/);
  expect(make({ timeBase: { frameCount: 3, fps: 0 } })).toThrow(/fps/);
});

const speed: FeatureColumn = {
  name: 'speed',
  unit: 'cm/s',
  definition: 'distance of the centroid from the frame before, times fps',
  subject: 'a',
  values: new Float32Array(3),
};

test('a feature of two animals is another column than that of one; twice the same is refused', () => {
  const timeBase = { frameCount: 3, fps: 30 };
  const make =
    (...columns: FeatureColumn[]) =>
    () =>
      createFeatureTable({ timeBase, columns, provenance });
  expect(make(speed, { ...speed, partner: 'b' }, { ...speed, subject: 'b' })().columns).toHaveLength(3);
  expect(featureKey({ ...speed, partner: 'b' })).toBe('a b speed');
  expect(make(speed, speed)).toThrow(/a speed is there twice/);
  expect(make({ ...speed, definition: ' ' })).toThrow(/must have a definition/);
  expect(make({ ...speed, name: '' })).toThrow(/names must not be empty/);
  expect(make({ ...speed, values: new Float64Array(2) })).toThrow(/must have 3 values, got 2/);
});
