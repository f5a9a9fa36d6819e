import { describe, expect, test } from 'vitest';
import { parameterHypers } from './groups.js';
import { planLanes } from './lane-plan.js';
import { isBetter } from './plateau.js';
import { byEpoch, cosine, exponential, multiStep, warmUp } from './schedule.js';
import { checkSettings, type OptimizerSettings, slotNames, vectorsWithoutDecay } from './settings.js';

const parameters = [
  { name: 'backbone.conv.weight', shape: [8, 3, 3, 3] },
  { name: 'backbone.norm.weight', shape: [8] },
  { name: 'head.weight', shape: [5, 8] },
  { name: 'head.bias', shape: [5] },
];

describe('settings', () => {
  test.each<[string, OptimizerSettings]>([
    ['learningRate', { kind: 'sgd', learningRate: -1 }],
    ['learningRate', { kind: 'sgd' } as unknown as OptimizerSettings],
    ['momentum', { kind: 'sgd', learningRate: 1, momentum: 1 }],
    ['nesterov', { kind: 'sgd', learningRate: 1, nesterov: true }],
    ['beta2', { kind: 'adam', learningRate: 1, beta2: Number.NaN }],
    ['weightDecay', { kind: 'adamw', learningRate: 1, weightDecay: -0.1 }],
    ['smoothing', { kind: 'rmsprop', learningRate: 1, smoothing: 1.5 }],
    ['clip.max', { kind: 'sgd', learningRate: 1, clip: { kind: 'norm', max: 0 } }],
    ['average.decay', { kind: 'sgd', learningRate: 1, average: { decay: 1 } }],
    ['groups[0].match', { kind: 'sgd', learningRate: 1, groups: [{ match: {} }] }],
    ['kind', { kind: 'lion', learningRate: 1 } as unknown as OptimizerSettings],
  ])('an error names %s', (option, settings) => {
    expect(() => checkSettings(settings)).toThrow(RangeError);
    expect(() => checkSettings(settings)).toThrow(option);
  });

  test('slots follow from the options', () => {
    expect(slotNames({ kind: 'sgd', learningRate: 1 })).toEqual([]);
    expect(slotNames({ kind: 'sgd', learningRate: 1, momentum: 0.9 })).toEqual(['momentum']);
    expect(slotNames({ kind: 'adamw', learningRate: 1 })).toEqual(['mean', 'square']);
    expect(slotNames({ kind: 'rmsprop', learningRate: 1, centered: true })).toEqual(['square', 'mean']);
  });
});

describe('groups', () => {
  test('later rules win field by field', () => {
    const hypers = parameterHypers(
      {
        kind: 'adamw',
        learningRate: 1,
        weightDecay: 0.3,
        groups: [
          { match: { prefix: 'backbone.' }, learningRateScale: 0.1, weightDecay: 0.5 },
          vectorsWithoutDecay,
          { match: { pattern: '^head\\.' }, learningRateScale: 2 },
          { match: { names: ['head.bias'] }, weightDecay: 0.7 },
        ],
      },
      parameters,
    );
    expect(hypers).toEqual([
      { learningRateScale: 0.1, weightDecay: 0.5 },
      { learningRateScale: 0.1, weightDecay: 0 },
      { learningRateScale: 2, weightDecay: 0.3 },
      { learningRateScale: 2, weightDecay: 0.7 },
    ]);
  });

  test.each([
    [{ prefix: 'bakcbone.' }, 'must match a trained parameter'],
    [{ names: ['head.bias', 'tail.bias'] }, 'tail.bias is not a trained parameter'],
    [{ pattern: '(' }, 'must be a regular expression'],
  ])('a rule for %j is refused', (match, message) => {
    const settings: OptimizerSettings = { kind: 'sgd', learningRate: 1, groups: [{ match, weightDecay: 0 }] };
    expect(() => parameterHypers(settings, parameters)).toThrow(message);
  });
});

describe('lanes', () => {
  const settings: OptimizerSettings = { kind: 'sgd', learningRate: 1 };

  test('hold every parameter once, apart from each other, in nearly equal shares', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `p${i}`, shape: [1 + ((i * 37) % 101), 7] }));
    const plans = planLanes(many, settings, 3);
    const names = plans.flatMap((plan) => plan.segments.map(({ name }) => name));
    expect(names.sort()).toEqual(many.map(({ name }) => name).sort());
    for (const { segments, length } of plans) {
      let end = 0;
      for (const segment of segments) {
        expect(segment.offset).toBeGreaterThanOrEqual(end);
        expect(segment.offset % 16).toBe(0);
        end = segment.offset + segment.length;
      }
      expect(length).toBeGreaterThanOrEqual(end);
    }
    const loads = plans.map((plan) => plan.segments.reduce((sum, segment) => sum + segment.length, 0));
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(7 * 101);
  });

  test('are never more than parameters', () => {
    expect(planLanes(parameters, settings, 9)).toHaveLength(4);
    expect(planLanes([], settings, 2)).toEqual([{ segments: [], length: 0 }]);
    expect(() => planLanes(parameters, settings, 0)).toThrow('lanes');
  });
});

describe('schedules', () => {
  test('by epoch stay within one', () => {
    const schedule = byEpoch(multiStep([1, 3], 0.5), 10);
    expect([0, 9, 10, 29, 30].map(schedule)).toEqual([1, 1, 0.5, 0.5, 0.25]);
    expect([0, 4, 5, 10].map(exponential(0.5, { every: 5 }))).toEqual([1, 1, 0.5, 0.25]);
  });

  test('a cosine stays at its end', () => {
    const schedule = cosine({ steps: 10, minFactor: 0.2 });
    expect(schedule(10)).toBeCloseTo(0.2, 12);
    expect(schedule(1000)).toBe(schedule(10));
  });

  test('warm-up alone rises to 1 and stays', () => {
    expect([0, 1, 2, 3, 4, 9].map(warmUp({ steps: 4 }))).toEqual([0.25, 0.4375, 0.625, 0.8125, 1, 1]);
    expect(() => warmUp({ steps: 0 })).toThrow(RangeError);
  });

  test('NaN is never better', () => {
    expect(isBetter(Number.NaN, null)).toBe(false);
    expect(isBetter(1, null)).toBe(true);
    expect(isBetter(0.9, 1, { threshold: 0.2 })).toBe(false);
    expect(isBetter(1.3, 1, { mode: 'max', threshold: 0.2 })).toBe(true);
  });
});
