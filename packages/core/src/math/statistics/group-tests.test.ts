import { expect, test } from 'vitest';
import { adjustPValues } from './adjust-p-values.js';
import { effectOf, references, relative } from './classical-references.test.kit.js';
import { friedmanTest, nemenyiTest, pairwiseSignedRankTests } from './friedman.js';
import { dunnTest, kruskalWallis } from './kruskal-wallis.js';
import { leveneTest } from './levene.js';
import { oneWayAnova, welchAnova } from './one-way-anova.js';
import { repeatedMeasuresAnova } from './repeated-measures-anova.js';
import { shapiroWilk } from './shapiro-wilk.js';
import { tTest } from './t-tests.js';
import { gamesHowellTest, tukeyHsd } from './tukey.js';

const exact = 1e-10;

test.each(Object.entries(references.groups))('groups, %s: ANOVA, Levene, Kruskal-Wallis', (_, expected) => {
  const { groups, anova, welch, kruskal, levene } = expected;
  const result = oneWayAnova(groups);
  expect(relative(result.statistic.value, anova.statistic)).toBeLessThan(exact);
  expect(relative(result.p, anova.p)).toBeLessThan(exact);
  for (const [name, value] of [
    ['eta squared', anova.etaSquared],
    ['omega squared', anova.omegaSquared],
    ['epsilon squared', anova.epsilonSquared],
  ] as const) {
    const effect = effectOf(result.effects, name);
    expect(relative(effect.value, value)).toBeLessThan(exact);
    // R's noncentral F holds about ten digits.
    expect(Math.abs(effect.interval.low - anova.interval[0])).toBeLessThan(1e-8);
    expect(Math.abs(effect.interval.high - anova.interval[1])).toBeLessThan(1e-8);
  }
  const unequal = welchAnova(groups);
  expect(relative(unequal.statistic.value, welch.statistic)).toBeLessThan(exact);
  expect(relative(unequal.p, welch.p)).toBeLessThan(exact);
  expect(relative(unequal.degreesOfFreedom?.[1], welch.df)).toBeLessThan(exact);
  for (const center of ['mean', 'median'] as const) {
    const spread = leveneTest(groups, { center });
    expect(relative(spread.statistic.value, levene[center].statistic)).toBeLessThan(exact);
    expect(relative(spread.p, levene[center].p)).toBeLessThan(exact);
  }
  const ranks = kruskalWallis(groups);
  expect(relative(ranks.statistic.value, kruskal.statistic)).toBeLessThan(exact);
  expect(relative(ranks.p, kruskal.p)).toBeLessThan(exact);
  const epsilon = effectOf(ranks.effects, 'epsilon squared');
  expect(epsilon.interval.low).toBeGreaterThanOrEqual(0);
  expect(epsilon.interval.high).toBeLessThanOrEqual(1);
});

test.each(Object.entries(references.groups))('groups, %s: all pairs', (_, { groups, tukey, gamesHowell, dunn }) => {
  // R holds the studentized range to some five digits; that of two groups, which is a t-test, is exact here (see below).
  tukeyHsd(groups).forEach((result, i) => {
    const reference = tukey[i];
    expect(result.groups).toEqual(reference?.groups);
    expect(relative(result.adjustedP, reference?.p as number)).toBeLessThan(1e-5);
    expect(Math.abs((result.estimate?.interval?.low as number) - (reference?.low as number))).toBeLessThan(1e-3);
    expect(Math.abs((result.estimate?.interval?.high as number) - (reference?.high as number))).toBeLessThan(1e-3);
  });
  gamesHowellTest(groups).forEach((result, i) => {
    expect(result.groups).toEqual(gamesHowell[i]?.groups);
    // R has no studentized range below two degrees of freedom.
    const expected = gamesHowell[i]?.p;
    if (typeof expected === 'number') expect(relative(result.adjustedP, expected)).toBeLessThan(1e-5);
    else expect(gamesHowell[i]?.df).toBeLessThan(2);
    expect(relative(result.degreesOfFreedom?.[1], gamesHowell[i]?.df as number)).toBeLessThan(exact);
  });
  for (const [correction, key] of [
    ['none', 'none'],
    ['holm', 'holm'],
    ['bonferroni', 'bonferroni'],
    ['benjamini-hochberg', 'BH'],
  ] as const) {
    dunnTest(groups, { correction }).forEach((result, i) => {
      expect(relative(result.adjustedP, dunn[key]?.[i] as number), correction).toBeLessThan(exact);
    });
  }
});

test.each(Object.entries(references.tables))('repeated measures, %s', (name, { rows, anova, friedman, nemenyi }) => {
  const result = repeatedMeasuresAnova(rows);
  expect(relative(result.statistic.value, anova.statistic)).toBeLessThan(exact);
  expect(relative(result.uncorrected.p, anova.p)).toBeLessThan(exact);
  expect(relative(result.greenhouseGeisser.epsilon, anova.greenhouseGeisser)).toBeLessThan(exact);
  expect(relative(result.huynhFeldt.epsilon, anova.huynhFeldt)).toBeLessThan(exact);
  expect(relative(result.p, anova.greenhouseGeisserP)).toBeLessThan(exact);
  expect(relative(result.huynhFeldt.p, anova.huynhFeldtP)).toBeLessThan(exact);
  expect(relative(result.mauchly?.w, anova.mauchlyW)).toBeLessThan(exact);
  expect(relative(result.mauchly?.p, anova.mauchlyP)).toBeLessThan(exact);
  expect(relative(effectOf(result.effects, 'partial eta squared').value, anova.partialEtaSquared)).toBeLessThan(exact);
  expect(relative(effectOf(result.effects, 'generalized eta squared').value, anova.generalizedEtaSquared)).toBeLessThan(
    exact,
  );
  const ranks = friedmanTest(rows);
  expect(relative(ranks.statistic.value, friedman.statistic)).toBeLessThan(exact);
  expect(relative(ranks.p, friedman.p)).toBeLessThan(exact);
  nemenyiTest(rows).forEach(({ adjustedP }, i) => {
    expect(relative(adjustedP, nemenyi[i] as number), name).toBeLessThan(1e-5);
  });
});

test('two conditions are a paired t-test, and two groups a t-test', () => {
  const rows = [
    [1, 3],
    [2, 2.5],
    [4, 7],
    [3, 6.1],
  ];
  const columns = [0, 1].map((c) => rows.map((row) => row[c] as number)) as [number[], number[]];
  const anova = repeatedMeasuresAnova(rows);
  const [comparison] = pairwiseSignedRankTests(rows);
  expect(comparison?.adjustedP).toBe(comparison?.p);
  expect(anova.mauchly).toBeUndefined();
  expect(anova.greenhouseGeisser.epsilon).toBeCloseTo(1, 14);
  const t = tTest(...columns);
  expect(oneWayAnova(columns).statistic.value).toBeCloseTo(t.statistic.value ** 2, 12);
  expect(relative(oneWayAnova(columns).p, t.p)).toBeLessThan(1e-12);
  const [pair] = tukeyHsd(columns);
  expect(relative(pair?.adjustedP, t.p)).toBeLessThan(1e-11);
});

test.each(references.shapiro)('Shapiro-Wilk of $count values as R has it', ({ count, power, statistic, p }) => {
  const values = Array.from({ length: count }, (_, i) => ((((i + 1) * 7919) % 10007) / 10007) ** power);
  const result = shapiroWilk(values);
  expect(relative(result.statistic.value, statistic)).toBeLessThan(1e-8);
  // p hangs on log(1 - W), where digits are lost.
  if (p > 1e-100) expect(relative(result.p, p)).toBeLessThan(1e-6);
});

test('corrections as R has them, in the given order', () => {
  const { pValues } = references.adjust;
  for (const correction of ['holm', 'bonferroni', 'benjamini-hochberg'] as const) {
    adjustPValues(pValues, correction).forEach((p, i) => {
      expect(relative(p, references.adjust[correction][i] as number)).toBeLessThan(1e-13);
    });
  }
  expect(adjustPValues([0.02], 'bonferroni', 5)).toEqual([0.1]);
  expect(adjustPValues([])).toEqual([]);
  expect(() => adjustPValues([0.1, 1.2])).toThrow('p values must be in 0..1, got 1.2 at place 1');
  expect(() => adjustPValues([Number.NaN])).toThrow('got NaN at place 0');
});

test('what allows no test is refused in words', () => {
  expect(() => oneWayAnova([[1, 2]])).toThrow('One-way ANOVA: needs two groups or more, got 1');
  expect(() => oneWayAnova([[1, 2], [], [3]])).toThrow('One-way ANOVA: group 2 needs one value or more, got none');
  expect(() => oneWayAnova([[1], [2], [3]])).toThrow(
    'needs a group of two values or more, got one value in each of 3 groups',
  );
  expect(() =>
    oneWayAnova([
      [1, 1],
      [2, 2],
    ]),
  ).toThrow('the values of each group are all equal');
  expect(() =>
    welchAnova([
      [1, 1],
      [2, 3],
    ]),
  ).toThrow("Welch's ANOVA: the values of group 1 are all equal (1)");
  expect(() => kruskalWallis([[1, 1], [1]])).toThrow('Kruskal-Wallis test: the values of all groups are equal (1)');
  expect(() => shapiroWilk([1, 2])).toThrow('Shapiro-Wilk test: the group needs three values or more, got 2');
  expect(() => shapiroWilk([4, 4, 4])).toThrow('the values are all equal (4)');
  expect(() => shapiroWilk(new Float64Array(5001))).toThrow('holds for 5000 values at most, got 5001');
  expect(() =>
    friedmanTest([
      [1, 2, 3],
      [1, 2],
    ]),
  ).toThrow('each animal needs a value for each condition (3), animal 2 has 2');
  expect(() =>
    friedmanTest([
      [2, 2, 2],
      [3, 3, 3],
    ]),
  ).toThrow('the conditions are equal within every animal');
  expect(() =>
    repeatedMeasuresAnova([
      [1, 2],
      [3, 4],
    ]),
  ).toThrow('differ by the same amount in every animal');
  expect(() => repeatedMeasuresAnova([[1, 2, 3]])).toThrow('needs two animals or more without missing values, got 1');
  expect(() =>
    repeatedMeasuresAnova([
      [1, Number.NaN],
      [3, 4],
    ]),
  ).toThrow('animal 1 needs a finite number for condition 2, got NaN');
  expect(() =>
    leveneTest([
      [1, 1],
      [2, 2],
    ]),
  ).toThrow('Brown-Forsythe test: the values of each group are all equal');
});

test('an animal with a missing value is left out as a whole and counted', () => {
  const rows = [
    [1, 2, 4],
    [2, Number.NaN, 3],
    [3, 5, 4],
    [1, 4, 6],
  ];
  const whole = rows.filter((_, i) => i !== 1);
  const result = friedmanTest(rows, { missing: 'omit' });
  expect(result.statistic).toEqual(friedmanTest(whole).statistic);
  expect(result.notes[0]).toBe('1 animal was left out because of missing values.');
  expect(repeatedMeasuresAnova(rows, { missing: 'omit' }).p).toBe(repeatedMeasuresAnova(whole).p);
});

test('results are plain JSON without NaN, and the same each time', () => {
  const { groups } = references.groups.tied as { groups: number[][] };
  for (const result of [
    oneWayAnova(groups),
    kruskalWallis(groups),
    tukeyHsd(groups),
    dunnTest(groups),
    leveneTest(groups),
  ]) {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  }
  expect(kruskalWallis(groups)).toEqual(kruskalWallis(groups));
});

test('a hundred thousand values in groups take no square of their number', () => {
  const groups = [0, 1, 2].map((g) => Float64Array.from({ length: 40_000 }, (_, i) => ((i * 7919) % 1009) + 20 * g));
  expect(kruskalWallis(groups).p).toBeLessThan(0.05);
  expect(oneWayAnova(groups).degreesOfFreedom).toEqual([2, 119_997]);
  expect(dunnTest(groups)).toHaveLength(3);
});
