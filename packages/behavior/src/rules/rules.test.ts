import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { applyRule, framesOfRule, type RuleColumns } from './apply-rule.js';
import { parseRule } from './parse-rule.js';
import { columnsOfRule, isRuleGroup, type Rule, type RuleCondition, type RuleGroup, ruleText } from './rule.js';

const rule = (when: RuleGroup, more: Partial<Rule> = {}): Rule => ({
  name: 'near',
  behavior: 'investigation',
  when,
  minimumSec: 0,
  mergeGapSec: 0,
  ...more,
});
const all = (...parts: RuleGroup['parts']): RuleGroup => ({ match: 'all', parts });
const any = (...parts: RuleGroup['parts']): RuleGroup => ({ match: 'any', parts });
const spans = (made: Rule, columns: RuleColumns, fps = 1) => {
  const { startFrame, endFrame } = applyRule(made, columns, { fps });
  return Array.from(startFrame, (start, i) => [start, endFrame[i]]);
};

test('edges belong to the band, and what is missing is neither inside nor outside', () => {
  const columns = { d: Float32Array.of(1, 2, 3, Number.NaN, 2.5, 4, 0.1) };
  expect(spans(rule(all({ column: 'd', low: 2, high: 3 })), columns)).toEqual([
    [1, 3],
    [4, 5],
  ]);
  expect(spans(rule(all({ column: 'd', low: 2, high: 3, isOutside: true })), columns)).toEqual([
    [0, 1],
    [5, 7],
  ]);
  expect(spans(rule(all({ column: 'd' })), columns)).toEqual([
    [0, 3],
    [4, 7],
  ]);
  // 0.1 of single precision is more than 0.1 of double precision.
  expect(spans(rule(all({ column: 'd', high: 0.1 })), columns)).toEqual([[6, 7]]);
});

test('groups lie in groups', () => {
  const columns = { a: Float32Array.of(0, 1, 1, 0), b: Float32Array.of(0, 0, 1, 1), c: Float32Array.of(1, 0, 0, 0) };
  const on = (column: string) => ({ column, low: 0.5 });
  expect(spans(rule(any(all(on('a'), on('b')), on('c'))), columns)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(spans(rule(all(any(on('a'), on('b')), any(on('b'), on('c')))), columns)).toEqual([[2, 4]]);
  expect(spans(rule(all()), columns)).toEqual([]);
  expect(spans(rule(any()), columns)).toEqual([]);
});

test('with hysteresis a condition holds until the value is well beyond the edge; missing values end it', () => {
  const columns = { v: Float32Array.of(4, 5, 4.5, 3.9, 4.5, 5, 4.2, Number.NaN, 4.2, 6) };
  expect(spans(rule(all({ column: 'v', low: 5, hysteresis: 1 })), columns)).toEqual([
    [1, 3],
    [5, 7],
    [9, 10],
  ]);
  const outside = { v: Float32Array.of(0, 1, 2, 3, 4, 5) };
  expect(spans(rule(all({ column: 'v', low: 1, high: 4, isOutside: true, hysteresis: 0.5 })), outside)).toEqual([
    [0, 2],
    [5, 6],
  ]);
});

test('gaps are joined first, then what is short is dropped, both by seconds', () => {
  const columns = { v: Float32Array.of(1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1) };
  const when = all({ column: 'v', low: 1 });
  expect(spans(rule(when, { mergeGapSec: 0.1, minimumSec: 0.3 }), columns, 10)).toEqual([
    [0, 3],
    [9, 12],
  ]);
  expect(spans(rule(when, { minimumSec: 0.3 }), columns, 10)).toEqual([[9, 12]]);
  expect(spans(rule(when, { minimumSec: 0.31 }), columns, 10)).toEqual([]);
});

test('seconds are those of the frames where the rate varies', () => {
  const timesSec = Float64Array.of(0, 0.1, 1.1, 1.2, 1.3);
  const columns = { v: Float32Array.of(0, 1, 0, 1, 1) };
  const found = applyRule(rule(all({ column: 'v', low: 1 }), { minimumSec: 0.5 }), columns, { fps: 10, timesSec });
  expect([...found.startSec, ...found.endSec]).toEqual([0.1, 1.1]);
  const last = applyRule(rule(all({ column: 'v', low: 1 })), columns, { fps: 10, timesSec });
  expect([...last.endSec]).toEqual([1.1, 1.3 + 0.1]);
});

test('columns that are not there or differ in length are refused', () => {
  const made = rule(all({ column: 'v', low: 1 }, { column: 'w', low: 1 }));
  expect(() => applyRule(made, { v: new Float32Array(3) }, { fps: 1 })).toThrow(/must hold w/);
  const uneven = { v: new Float32Array(3), w: new Float32Array(4) };
  expect(() => applyRule(made, uneven, { fps: 1 })).toThrow(/3 frames each, got 4 in w/);
  expect(() => applyRule(made, { v: new Float32Array(3) }, { fps: 0 })).toThrow(/fps/);
  expect(() => applyRule(rule(all({ column: 'toString' })), { v: new Float32Array(3) }, { fps: 1 })).toThrow(
    /toString/,
  );
});

/** The meaning of a rule said frame by frame. */
function isFulfilled(part: RuleCondition | RuleGroup, columns: RuleColumns, frame: number): boolean {
  if (isRuleGroup(part)) {
    const held = part.parts.map((each) => isFulfilled(each, columns, frame));
    return held.length > 0 && (part.match === 'all' ? !held.includes(false) : held.includes(true));
  }
  const value = columns[part.column]?.[frame] as number;
  if (Number.isNaN(value)) return false;
  const isIn = value >= (part.low ?? -1e9) && value <= (part.high ?? 1e9);
  return isIn !== (part.isOutside ?? false);
}

test('random rules mark the frames that their words say, and their bouts keep to both lengths', () => {
  const random = new Random(7);
  const names = ['a', 'b', 'c'];
  const part = (depth: number): RuleCondition | RuleGroup => {
    if (depth > 0 && random.uniform() < 0.5) {
      const parts = Array.from({ length: 1 + random.integer(3) }, () => part(depth - 1));
      return { match: random.uniform() < 0.5 ? 'all' : 'any', parts };
    }
    const [low, high] = [random.integer(5), 5 + random.integer(5)];
    const edges = random.integer(3);
    return {
      column: names[random.integer(3)] as string,
      ...(edges === 1 ? {} : { low }),
      ...(edges === 2 ? {} : { high }),
      isOutside: random.uniform() < 0.4,
    };
  };
  for (let round = 0; round < 200; round++) {
    const frames = random.integer(60);
    const column = () =>
      Float32Array.from({ length: frames }, () => (random.uniform() < 0.1 ? Number.NaN : random.integer(10)));
    const columns = { a: column(), b: column(), c: column() };
    const [mergeGapSec, minimumSec] = [random.integer(4) / 10, random.integer(5) / 10];
    const made = rule(all(part(3)), { mergeGapSec, minimumSec });
    const marks = framesOfRule(made, columns, frames);
    for (let frame = 0; frame < frames; frame++) {
      expect(marks[frame] === 1).toBe(isFulfilled(made.when, columns, frame));
    }
    const found = spans(made, columns, 10) as [number, number][];
    for (const [i, [start, end]] of found.entries()) {
      expect(marks[start]).toBe(1);
      expect(marks[end - 1]).toBe(1);
      expect(end - start).toBeGreaterThanOrEqual(minimumSec * 10);
      if (i > 0) expect(start - (found[i - 1]?.[1] as number)).toBeGreaterThan(Math.max(0, mergeGapSec * 10));
    }
    // Every marked frame is in a bout where nothing is dropped.
    const kept = spans(rule(made.when, { mergeGapSec }), columns, 10) as [number, number][];
    for (let frame = 0; frame < frames; frame++) {
      if (marks[frame] === 1) expect(kept.some(([start, end]) => frame >= start && frame < end)).toBe(true);
    }
    expect(parseRule(JSON.parse(JSON.stringify(made)))).toEqual(parseRule(made));
  }
});

test('rules of others are read with care', () => {
  const good = { name: 'n', behavior: 'b', when: { match: 'all', parts: [{ column: 'v', low: 1, isOutside: true }] } };
  expect(parseRule(good)).toEqual({ ...good, minimumSec: 0, mergeGapSec: 0 });
  const bad = (change: object) => () => parseRule({ ...good, ...change });
  expect(bad({ name: ' ' })).toThrow(/rule file at name/);
  expect(bad({ more: 1 })).toThrow(/expected none but name, .*found "more"/);
  expect(bad({ minimumSec: -1 })).toThrow(/at minimumSec/);
  expect(bad({ minimumSec: Number.NaN })).toThrow(/at minimumSec/);
  expect(bad({ when: { match: 'some', parts: [] } })).toThrow(/when.match: expected all or any/);
  expect(bad({ when: { match: 'all', parts: [{ column: 'v', low: 2, high: 1 }] } })).toThrow(/parts\[0\].high/);
  expect(bad({ when: { match: 'all', parts: [{ column: 'v', low: '2' }] } })).toThrow(/parts\[0\].low/);
  expect(bad({ when: { match: 'all', parts: Array(201).fill({ column: 'v' }) } })).toThrow(/at most 200/);
  let deep: object = { column: 'v' };
  for (let i = 0; i < 9; i++) deep = { match: 'all', parts: [deep] };
  expect(bad({ when: deep })).toThrow(/at most 8 groups/);
  expect(() => parseRule(null)).toThrow(/an object/);
});

test('a rule can be read as a sentence', () => {
  const when = all(
    { column: 'speed', low: 5 },
    any({ column: 'd', high: 3 }, { column: 'c', low: 1, high: 2, isOutside: true }),
  );
  expect(ruleText(when)).toBe('speed ≥ 5 and (d ≤ 3 or c outside 1..2)');
  expect(columnsOfRule(rule(when))).toEqual(['speed', 'd', 'c']);
});
