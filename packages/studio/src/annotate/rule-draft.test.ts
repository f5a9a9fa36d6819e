import type { Rule } from '@zoopraxis/behavior';
import { expect, test } from 'vitest';
import { freeName, histogramOf, problemOfRule, roundedFor, withEdges } from './rule-draft.js';
import { createRuleWorker } from './rule-worker.js';

const rule: Rule = {
  name: 'near',
  behavior: 'contact',
  when: { match: 'all', parts: [{ column: 'd', high: 3 }] },
  minimumSec: 0,
  mergeGapSec: 0,
};

test('edges are kept in order and may be open', () => {
  expect(withEdges({ column: 'd', low: 1, isOutside: true }, 5, 2)).toEqual({
    column: 'd',
    low: 2,
    high: 5,
    isOutside: true,
  });
  expect(withEdges({ column: 'd', low: 1, high: 2 }, undefined, 4)).toEqual({ column: 'd', high: 4 });
});

test('what is missing in a rule is said', () => {
  expect(problemOfRule(rule, [])).toBeNull();
  expect(problemOfRule({ ...rule, name: ' ' }, [])).toMatch(/needs a name/);
  expect(problemOfRule(rule, [{ name: 'near' }])).toMatch(/near already/);
  expect(problemOfRule({ ...rule, behavior: '' }, [])).toMatch(/Choose the behavior/);
  expect(problemOfRule({ ...rule, when: { match: 'any', parts: [] } }, [])).toMatch(/Add a condition/);
  expect(problemOfRule({ ...rule, minimumSec: -1 }, [])).toMatch(/minimumSec/);
  expect(freeName([{ name: 'rule' }, { name: 'rule 2' }])).toBe('rule 3');
});

test('a histogram counts every value, wild ones in the outermost bins, and frames without one', () => {
  const values = Float32Array.from({ length: 10_001 }, (_, i) => i / 100);
  values[0] = Number.NaN;
  values[5000] = 1e9;
  const { counts, low, high, missing } = histogramOf(values, 50);
  expect(missing).toBe(1);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(99);
  expect(high).toBeLessThan(101);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(Math.abs((counts[10] as number) - 200)).toBeLessThan(5);
  const flat = histogramOf(new Float32Array(10).fill(4));
  expect([flat.low, flat.high, flat.counts.reduce((sum, count) => sum + count, 0)]).toEqual([3.5, 4.5, 10]);
  expect(histogramOf(new Float32Array(3).fill(Number.NaN))).toMatchObject({ low: 0 - 0, high: 1, missing: 3 });
});

test('numbers have the digits that their range needs', () => {
  expect([roundedFor(12.34567, 100), roundedFor(0.0123456, 0.5), roundedFor(123.456, 5000)]).toEqual([
    12.3, 0.0123, 123,
  ]);
});

test('the worker answers with frames, or says why it cannot; columns of another recording are gone', () => {
  const answer = createRuleWorker();
  expect(answer({ kind: 'apply', turn: 1, rule, fps: 10 })).toMatchObject({ kind: 'problem', turn: 1 });
  const told = answer({ kind: 'column', column: 'd', values: Float32Array.of(5, 2, 1, 4, 3) });
  expect(told).toMatchObject({ kind: 'histogram', column: 'd' });
  const found = answer({ kind: 'apply', turn: 2, rule, fps: 10 });
  if (found?.kind !== 'bouts') throw new Error('no bouts');
  expect([[...found.startFrame], [...found.endFrame]]).toEqual([
    [1, 4],
    [3, 5],
  ]);
  expect(answer({ kind: 'clear' })).toBeNull();
  expect(answer({ kind: 'apply', turn: 3, rule, fps: 10 })?.kind).toBe('problem');
});
