import { expect, test } from 'vitest';
import { references } from './classical-references.test.kit.js';
import * as d from './distributions.js';
import { logGamma } from './special-functions.js';

type Row = (number | null)[];
const cases = references.distributions;

/** Returns the largest relative difference over the rows of a table; the last number of a row is the expected one. */
function worst(name: string, f: (...args: number[]) => number): [number, Row | undefined] {
  let [largest, at]: [number, Row | undefined] = [0, undefined];
  for (const row of cases[name] ?? []) {
    const args = row.slice(0, -1).map((x) => x ?? Number.POSITIVE_INFINITY);
    const expected = row.at(-1) as number;
    const difference = Math.abs(f(...args) / expected - 1);
    if (!(difference <= largest)) [largest, at] = [difference, row];
  }
  if (at === undefined) throw new Error(`no reference cases of ${name}`);
  return [largest, at];
}

// Relative, also far out in a tail; R's noncentral distributions and its studentized range hold fewer digits than ours.
test.each<[string, (...args: number[]) => number, number]>([
  ['normal', (z) => d.normalTails(z as number).upper, 1e-13],
  ['studentT', (t, df) => d.studentTTails(t as number, df as number).upper, 1e-12],
  ['chiSquare', (x, df) => d.chiSquareTails(x as number, df as number).upper, 2e-12],
  ['fisherF', (f, a, b) => d.fTails(f as number, a as number, b as number).upper, 1e-11],
  ['noncentralT', (t, df, nc) => d.noncentralTTails(t as number, df as number, nc as number).lower, 1e-10],
  ['noncentralF', (f, a, b, nc) => d.noncentralFTails(f as number, a as number, b as number, nc as number).lower, 1e-7],
  ['studentizedRange', (q, k, df) => d.studentizedRangeTails(q as number, k as number, df as number).upper, 1e-7],
  ['normalQuantile', (p) => d.normalQuantile(p as number), 1e-13],
  ['studentTQuantile', (p, df) => d.studentTQuantile(p as number, df as number), 1e-11],
  ['chiSquareQuantile', (p, df) => d.chiSquareQuantile(p as number, df as number), 1e-11],
  ['fQuantile', (p, a, b) => d.fQuantile(p as number, a as number, b as number), 1e-11],
  ['studentizedRangeQuantile', (p, k, df) => d.studentizedRangeQuantile(p as number, k as number, df as number), 1e-5],
])('%s agrees with its references', (name, f, tolerance) => {
  const [difference, row] = worst(name, f);
  expect(difference, `at ${JSON.stringify(row)}`).toBeLessThan(tolerance);
});

test('tails sum to one, also where one of them is nearly all', () => {
  for (const { lower, upper } of [
    d.normalTails(-1.1),
    d.studentTTails(0.3, 7),
    d.fTails(0.2, 3, 9),
    d.chiSquareTails(2, 4),
    d.noncentralTTails(2, 9, 1.4),
    d.studentizedRangeTails(2.2, 4, 11),
  ]) {
    expect(lower + upper).toBeCloseTo(1, 13);
  }
  expect(d.studentTTails(Number.NEGATIVE_INFINITY, 3)).toEqual({ lower: 0, upper: 1 });
  expect(d.fTails(Number.POSITIVE_INFINITY, 3, 4)).toEqual({ lower: 1, upper: 0 });
});

test('log gamma of integers is the log of the factorial', () => {
  let sum = 0;
  for (let n = 1; n < 200; n++) {
    expect(logGamma(n)).toBeCloseTo(sum, 11);
    sum += Math.log(n);
  }
});

test('a wrong parameter is refused by name', () => {
  expect(() => d.studentTTails(1, 0)).toThrow('t distribution: df must be positive, got 0');
  expect(() => d.fTails(Number.NaN, 1, 1)).toThrow('F distribution: f must be a number, got NaN');
  expect(() => d.normalQuantile(1)).toThrow('normal quantile: share must be between 0 and 1, got 1');
  expect(() => d.studentizedRangeTails(1, 1, 3)).toThrow('groups must be an integer of 2 or more, got 1');
});

test('noncentral t ends where its first term is too small for a normal number', () => {
  const { lower, upper } = d.noncentralTTails(25.2, 10, 25.2 + 38);
  expect(lower).toBeGreaterThan(0);
  expect(lower).toBeLessThan(1e-6);
  expect(upper).toBeCloseTo(1, 6);
});
