import { expect, test } from 'vitest';
import { effectOf, references, relative } from './classical-references.test.kit.js';
import { cohensD, hedgesCorrection, hedgesG } from './standardized-differences.js';
import { oneSampleTTest, pairedTTest, tTest, tTestFromSummary, tTestFromT, welchTTest } from './t-tests.js';

/** Relative; the group far from zero loses seven digits before any test begins, in R too. */
const exact = 1e-10;

test.each(Object.entries(references.twoGroups))('two groups, %s: Student and Welch as R has them', (name, expected) => {
  const tolerance = name === 'far from zero' ? 1e-6 : exact;
  const { first, second, student, welch, cohen } = expected;
  for (const side of ['two-sided', 'less', 'greater'] as const) {
    const result = tTest(first, second, { alternative: side });
    const reference = student[side];
    expect(relative(result.statistic.value, reference.statistic)).toBeLessThan(tolerance);
    expect(relative(result.p, reference.p)).toBeLessThan(tolerance);
    expect(result.degreesOfFreedom).toEqual([reference.df]);
    const { low, high } = result.estimate?.interval ?? {};
    if (side === 'less') expect(low).toBe(Number.NEGATIVE_INFINITY);
    else expect(relative(low, reference.low as number)).toBeLessThan(tolerance);
    if (side === 'greater') expect(high).toBe(Number.POSITIVE_INFINITY);
    else expect(relative(high, reference.high as number)).toBeLessThan(tolerance);
  }
  const result = welchTTest(first, second);
  expect(relative(result.statistic.value, welch.statistic)).toBeLessThan(tolerance);
  expect(relative(result.p, welch.p)).toBeLessThan(tolerance);
  expect(relative(result.degreesOfFreedom?.[0], welch.df)).toBeLessThan(tolerance);
  expect(relative(result.estimate?.interval?.low, welch.low as number)).toBeLessThan(tolerance);
  expect(relative(result.estimate?.interval?.high, welch.high as number)).toBeLessThan(tolerance);
  const d = effectOf(result.effects, "Cohen's d");
  expect(relative(d.value, cohen.d)).toBeLessThan(tolerance);
  expect(relative(effectOf(result.effects, "Hedges' g").value, cohen.g)).toBeLessThan(tolerance);
  // R's noncentral t holds some ten digits.
  expect(Math.abs(d.interval.low - cohen.interval[0])).toBeLessThan(Math.max(tolerance, 1e-8));
  expect(Math.abs(d.interval.high - cohen.interval[1])).toBeLessThan(Math.max(tolerance, 1e-8));
  expect(relative(cohensD(first, second).value, d.value)).toBeLessThan(1e-14);
  expect(relative(hedgesG(first, second).value, cohen.g)).toBeLessThan(tolerance);
});

test.each(Object.entries(references.pairs))('pairs, %s: t and d_z', (_, { first, second, t, dz }) => {
  const result = pairedTTest(first, second);
  expect(relative(result.statistic.value, t.statistic)).toBeLessThan(exact);
  expect(relative(result.p, t.p)).toBeLessThan(exact);
  expect(relative(result.estimate?.interval?.low, t.low as number)).toBeLessThan(exact);
  expect(relative(result.estimate?.interval?.high, t.high as number)).toBeLessThan(exact);
  const d = effectOf(result.effects, "Cohen's d");
  expect(relative(d.value, dz.value)).toBeLessThan(exact);
  expect(Math.abs(d.interval.low - dz.interval[0])).toBeLessThan(1e-8);
  expect(Math.abs(d.interval.high - dz.interval[1])).toBeLessThan(1e-8);
  expect(relative(cohensD(first, second, { paired: true }).value, d.value)).toBeLessThan(1e-14);
  const differences = first.map((value, i) => value - (second[i] as number));
  expect(oneSampleTTest(differences)).toMatchObject({ statistic: result.statistic, p: result.p });
});

test('one sample against an expected mean is the same as shifted values against zero', () => {
  const values = [4.2, 5.1, 3.9, 6.0];
  const shifted = oneSampleTTest(values.map((value) => value - 4));
  const result = oneSampleTTest(values, { expected: 4 });
  expect(relative(result.statistic.value, shifted.statistic.value)).toBeLessThan(1e-13);
  expect(result.estimate?.value).toBeCloseTo(4.8, 12);
});

test('summaries and published t give what the values give', () => {
  const { first, second } = references.twoGroups.plain as { first: number[]; second: number[] };
  const summary = (values: number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, sd: Math.sqrt(squares / (values.length - 1)), count: values.length };
  };
  const pooled = tTest(first, second);
  const welch = welchTTest(first, second);
  const fromSummary = tTestFromSummary(summary(first), summary(second));
  expect(relative(fromSummary.p, pooled.p)).toBeLessThan(1e-12);
  expect(relative(tTestFromSummary(summary(first), summary(second), { variances: 'unequal' }).p, welch.p)).toBeLessThan(
    1e-12,
  );
  const published = tTestFromT({
    t: pooled.statistic.value,
    n1: 7,
    n2: 10,
    difference: pooled.estimate?.value as number,
  });
  expect(relative(published.p, pooled.p)).toBeLessThan(1e-12);
  expect(relative(published.estimate?.interval?.low, pooled.estimate?.interval?.low as number)).toBeLessThan(1e-10);
});

test('a value that is missing is refused with its place, or left out and counted', () => {
  const [a, b] = [
    [1, 2, Number.NaN, 4],
    [2, 3, 5, 9],
  ];
  expect(() => welchTTest(a, b)).toThrow("Welch's t-test: group 1 has no number at place 2 (NaN)");
  expect(welchTTest(a, b, { missing: 'omit' })).toEqual({
    ...welchTTest([1, 2, 4], b),
    notes: ['1 value was left out because of missing values.'],
  });
  const paired = pairedTTest(a, b, { missing: 'omit' });
  expect(paired.counts).toEqual([3]);
  expect(paired.p).toBe(pairedTTest([1, 2, 4], [2, 3, 9]).p);
});

test('what allows no test is refused in words', () => {
  expect(() => welchTTest([1, 2], [3])).toThrow("Welch's t-test: group 2 needs two values or more, got 1");
  expect(() => tTest([], [3])).toThrow("Student's two-sample t-test: group 1 needs one value or more, got none");
  expect(() => tTest([1], [3])).toThrow('needs two values or more in one group, got one in each');
  expect(() => tTest([2, 2], [3, 3])).toThrow(
    'the values of each group are all equal (2 and 3), so there is no spread',
  );
  expect(() => tTest([0.1 + 0.2, 0.3], [0.3, 0.3])).toThrow('all equal');
  expect(() => pairedTTest([1, 2, 3], [2, 3])).toThrow(
    'Paired t-test: pairs need lists of the same length, got 3 and 2',
  );
  expect(() => pairedTTest([1.1, 2.2, 3.3], [0.1, 1.2, 2.3])).toThrow('the differences of the pairs are all equal');
  expect(() => oneSampleTTest([5])).toThrow('One-sample t-test: the group needs two values or more, got 1');
  expect(() => tTest([1, 2, Number.POSITIVE_INFINITY], [3, 4])).toThrow(
    'group 1 needs finite numbers, got Infinity at place 2',
  );
  expect(() => tTest([1, 2], [3, 4], { level: 95 })).toThrow('level must be between 0 and 1, got 95');
});

test('one constant group against a varying one can be tested', () => {
  expect(welchTTest([3, 3, 3], [1, 4, 2]).degreesOfFreedom).toEqual([2]);
});

test("Hedges' correction is near 1 - 3 / (4 df - 1), and one formula goes over into the other", () => {
  expect(hedgesCorrection(10)).toBeCloseTo(0.9227456, 6);
  expect(relative(hedgesCorrection(10_000), hedgesCorrection(10_000.0001))).toBeLessThan(1e-10);
});

test('a million values take no square of their number', () => {
  const values = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1009);
  const shifted = values.map((value) => value + 3);
  const result = welchTTest(values, shifted);
  expect(result.estimate?.value).toBeCloseTo(-3, 9);
  expect(result.effects[0]?.interval?.low).toBeLessThan(result.effects[0]?.value as number);
});
