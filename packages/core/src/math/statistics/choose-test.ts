/** The tests that compare groups, by the names of their functions. */
export type GroupTestName =
  | 'tTest'
  | 'welchTTest'
  | 'rankSumTest'
  | 'pairedTTest'
  | 'signedRankTest'
  | 'oneWayAnova'
  | 'welchAnova'
  | 'kruskalWallis'
  | 'repeatedMeasuresAnova'
  | 'friedmanTest'
  | 'linearMixedModel';

/** Comparisons of pairs of groups that follow a test of all groups. */
export type PostHocName =
  | 'tukeyHsd'
  | 'gamesHowellTest'
  | 'dunnTest'
  | 'pairedTTests'
  | 'pairwiseSignedRankTests'
  | 'mixedModelContrasts';

/** What is known of a comparison before its test is chosen. */
export interface TestSituation {
  /** Values of each group: list; animals where they are the unit. */
  readonly counts: readonly number[];
  /** Whether each animal is in every group. */
  readonly paired: boolean;
  /** `unknown` where it was neither checked nor stated. */
  readonly distribution: 'normal' | 'not normal' | 'unknown';
  /** Of three groups or more; `unknown` where it was neither checked nor stated. */
  readonly variances?: 'equal' | 'unequal' | 'unknown';
  /** Whether all rows enter a model that knows their animals; default false. */
  readonly mixedModel?: boolean;
}

/** The test to use and why: plain JSON data. */
export interface TestChoice {
  readonly test: GroupTestName;
  /** The test in words for a methods section. */
  readonly title: string;
  /** Why this one: list of sentences. */
  readonly reasons: readonly string[];
  readonly postHoc?: PostHocName;
  /** What to do after the test: list of sentences. */
  readonly afterwards: readonly string[];
  /** What a careful reader should know: list of sentences. */
  readonly cautions: readonly string[];
}

/** Names of the tests in words. */
export const testTitles: Readonly<Record<GroupTestName, string>> = {
  tTest: "Student's t-test",
  welchTTest: "Welch's t-test",
  rankSumTest: 'Wilcoxon rank-sum test',
  pairedTTest: 'paired t-test',
  signedRankTest: 'Wilcoxon signed-rank test',
  oneWayAnova: 'one-way analysis of variance',
  welchAnova: "Welch's analysis of variance",
  kruskalWallis: 'Kruskal-Wallis test',
  repeatedMeasuresAnova: 'repeated-measures analysis of variance',
  friedmanTest: 'Friedman test',
  linearMixedModel: 'linear mixed model with a random intercept for each animal',
};

/** Names of the comparisons of pairs in words. */
export const postHocTitles: Readonly<Record<PostHocName, string>> = {
  tukeyHsd: "Tukey's HSD test",
  gamesHowellTest: 'the Games-Howell test',
  dunnTest: "Dunn's test with Holm's correction",
  pairedTTests: "paired t-tests with Holm's correction",
  pairwiseSignedRankTests: "Wilcoxon signed-rank tests with Holm's correction",
  mixedModelContrasts: "contrasts of the model with Holm's correction",
};

const postHocs: Readonly<Partial<Record<GroupTestName, PostHocName>>> = {
  oneWayAnova: 'tukeyHsd',
  welchAnova: 'gamesHowellTest',
  kruskalWallis: 'dunnTest',
  repeatedMeasuresAnova: 'pairedTTests',
  friedmanTest: 'pairwiseSignedRankTests',
  linearMixedModel: 'mixedModelContrasts',
};

const needsTwo = new Set<GroupTestName>(['tTest', 'welchTTest', 'rankSumTest', 'pairedTTest', 'signedRankTest']);
const needsPairs = new Set<GroupTestName>(['pairedTTest', 'signedRankTest', 'repeatedMeasuresAnova', 'friedmanTest']);

/**
 * Returns what must hold for a test that the user asks for, and does not; undefined where it can be made.
 * `groupCount` groups, paired or not.
 */
export function refuseTest(test: GroupTestName, groupCount: number, paired: boolean): string | undefined {
  if (!(test in testTitles)) return `test must be one of ${Object.keys(testTitles).join(', ')}, got ${test}`;
  if (needsTwo.has(test) && groupCount !== 2) return `the ${testTitles[test]} needs two groups, got ${groupCount}`;
  if (test === 'friedmanTest' && groupCount < 3)
    return `the Friedman test needs three groups or more, got ${groupCount}`;
  if (test === 'linearMixedModel') return undefined;
  if (needsPairs.has(test) !== paired) {
    return `the ${testTitles[test]} is for ${paired ? 'independent groups' : 'paired values'}, and these are not`;
  }
  return undefined;
}

/** Returns the test with its follow-up, without a reason. */
export function describeChoice(
  test: GroupTestName,
  groupCount: number,
  reasons: readonly string[],
  cautions: readonly string[] = [],
): TestChoice {
  const postHoc = groupCount > 2 ? postHocs[test] : undefined;
  const afterwards =
    postHoc === undefined
      ? ['Report the estimate with its interval and the effect size beside p.']
      : [
          `Where the test finds a difference, compare pairs of groups with ${postHocTitles[postHoc]}.`,
          'Report estimates with intervals and effect sizes beside p.',
        ];
  return { test, title: testTitles[test], reasons, ...(postHoc && { postHoc }), afterwards, cautions };
}

/**
 * Returns the test that fits a situation, why, and what to do after it. Two independent normal groups get Welch's test
 * whatever their variances, as a test of variances before it makes things worse (Zimmerman 2004; Delacre, Lakens and Leys
 * 2017).
 * @throws RangeError for fewer than two groups or an empty one.
 */
export function chooseTest(situation: TestSituation): TestChoice {
  const { counts, paired, distribution, variances = 'unknown', mixedModel = false } = situation;
  const groupCount = counts.length;
  if (groupCount < 2) throw new RangeError(`choose a test: needs two groups or more, got ${groupCount}`);
  const empty = counts.findIndex((count) => !(count >= 1));
  if (empty >= 0)
    throw new RangeError(`choose a test: group ${empty + 1} needs one value or more, got ${counts[empty]}`);
  const groups = groupCount === 2 ? 'Two' : `${groupCount}`;
  const smallest = Math.min(...counts);
  const cautions: string[] = [];
  if (smallest < 6) {
    cautions.push(
      `With ${smallest} in the smallest group only large differences can be found, and no check of normality says much.`,
    );
  }
  if (mixedModel) {
    return describeChoice(
      'linearMixedModel',
      groupCount,
      [
        'All rows are used and the model knows which animal each came from, so that rows of one animal are not counted as independent.',
        paired
          ? 'Animals are in several groups, so the groups are compared within animals.'
          : 'Each animal is in one group, so the groups are compared between animals.',
      ],
      cautions,
    );
  }
  const reasons = [
    paired ? `${groups} conditions of the same animals: values are paired.` : `${groups} independent groups.`,
  ];
  const shape = paired ? (groupCount === 2 ? 'The differences of pairs' : 'The residuals') : 'The values of the groups';
  if (distribution === 'not normal') {
    reasons.push(`${shape} do not follow a normal distribution, so ranks are compared.`);
    if (!paired && groupCount === 2 && counts.every((count) => count <= 3)) {
      cautions.push('With three and three values the rank-sum test cannot give p below 0.1.');
    }
    const test = paired
      ? groupCount === 2
        ? 'signedRankTest'
        : 'friedmanTest'
      : groupCount === 2
        ? 'rankSumTest'
        : 'kruskalWallis';
    return describeChoice(test, groupCount, reasons, cautions);
  }
  reasons.push(
    distribution === 'normal'
      ? `${shape} do not speak against a normal distribution, so means are compared.`
      : `Whether ${shape.charAt(0).toLowerCase()}${shape.slice(1)} are normal is not known, so means are compared.`,
  );
  if (paired)
    return describeChoice(groupCount === 2 ? 'pairedTTest' : 'repeatedMeasuresAnova', groupCount, reasons, cautions);
  if (groupCount === 2) {
    reasons.push("Welch's test does not suppose equal variances and loses little where they are equal.");
    return describeChoice('welchTTest', groupCount, reasons, cautions);
  }
  if (variances === 'unequal') {
    reasons.push('The variances of the groups differ, so each has its own.');
    return describeChoice('welchAnova', groupCount, reasons, cautions);
  }
  if (variances === 'unknown') cautions.push('Equal variances are supposed, not known.');
  return describeChoice('oneWayAnova', groupCount, reasons, cautions);
}
