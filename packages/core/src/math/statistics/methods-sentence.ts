import { type PostHocName, postHocTitles, type TestChoice } from './choose-test.js';
import type { ConfidenceInterval, TestResult } from './test-result.js';

/** Returns p as a paper prints it: three significant digits, or `p < 0.0001`. */
export function formatP(p: number): string {
  if (p < 0.0001) return 'p < 0.0001';
  return `p = ${formatNumber(p)}`;
}

/** Returns a number with three significant digits, without an exponent in the usual range. */
export function formatNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-4
    ? value.toExponential(2)
    : size >= 100
      ? value.toFixed(size >= 1000 ? 0 : 1)
      : value.toPrecision(3);
}

/** Returns the stars of a p value: `***` up to 0.001, `**` up to 0.01, `*` up to 0.05, else `n.s.`. */
export function significanceStars(p: number): string {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`stars: p must be in 0..1, got ${p}`);
  return p <= 0.001 ? '***' : p <= 0.01 ? '**' : p <= 0.05 ? '*' : 'n.s.';
}

const range = ({ low, high, level }: ConfidenceInterval) =>
  `${Number((level * 100).toFixed(2))} % CI ${formatNumber(low)} to ${formatNumber(high)}`;

/** Returns a result as a paper prints it, such as `t(14) = 2.31, p = 0.0367, Cohen's d = 1.16 (95 % CI 0.07 to 2.20)`. */
export function reportTest(result: TestResult): string {
  const df = result.degreesOfFreedom;
  const inside = df === undefined ? '' : `(${df.map((value) => String(Number(value.toFixed(1)))).join(', ')})`;
  const parts = [`${result.statistic.name}${inside} = ${formatNumber(result.statistic.value)}`, formatP(result.p)];
  const { estimate } = result;
  if (estimate?.interval !== undefined) {
    parts.push(`${estimate.name} ${formatNumber(estimate.value)} (${range(estimate.interval)})`);
  }
  const [effect] = result.effects;
  if (effect !== undefined) {
    const bounds = effect.interval === undefined ? '' : ` (${range(effect.interval)})`;
    parts.push(`${effect.name} = ${formatNumber(effect.value)}${bounds}`);
  }
  return parts.join(', ');
}

/** What a methods section says of a comparison. */
export interface MethodsFacts {
  readonly choice: TestChoice;
  /** Such as `attack duration`. */
  readonly measure: string;
  /** Names of the groups: list. */
  readonly groupNames: readonly string[];
  /** Values of each group: list. */
  readonly counts: readonly number[];
  readonly paired: boolean;
  /** What one value is. */
  readonly unitOfAnalysis: 'animal' | 'row' | 'mixed model';
  /** Rows before they were brought down to animals, where there were more. */
  readonly rowCount?: number;
  readonly animalCount?: number;
  readonly summary?: 'mean' | 'median';
  /** The result, which names the method of p and of effect sizes. */
  readonly result?: TestResult;
  readonly postHoc?: PostHocName;
  /** How normality was settled. */
  readonly normality: 'checked' | 'stated' | 'not checked';
  readonly alpha: number;
  readonly level: number;
  /** Default Zoopraxis without a version. */
  readonly software?: { readonly name: string; readonly version?: string };
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const sides = { 'two-sided': 'two-sided', less: 'one-sided, first less', greater: 'one-sided, first greater' } as const;

/** Returns sentences ready for a methods section: the test, its unit, its checks, what followed, and the software. */
export function methodsSentence(facts: MethodsFacts): string {
  const { choice, measure, groupNames, counts, paired, unitOfAnalysis, rowCount, animalCount, result, level } = facts;
  const noun = unitOfAnalysis === 'animal' ? 'animals' : 'values';
  const sentences: string[] = [];
  const side = result === undefined ? 'two-sided' : sides[result.alternative];
  const how = result?.method === undefined ? '' : `; ${result.method}`;
  if (paired && unitOfAnalysis !== 'mixed model') {
    sentences.push(
      `The ${measure} of ${counts[0]} ${noun}, each measured under ${listed(groupNames)}, was compared with a ${choice.title} (${side}, alpha = ${facts.alpha}${how}).`,
    );
  } else {
    const groups = listed(
      groupNames.map((name, i) => `${name} (n = ${counts[i]} ${unitOfAnalysis === 'animal' ? 'animals' : 'values'})`),
    );
    sentences.push(
      `The ${measure} of ${groups} was compared with a ${choice.title} (${side}, alpha = ${facts.alpha}${how}).`,
    );
  }
  if (unitOfAnalysis === 'animal') {
    sentences.push(
      rowCount === undefined
        ? 'The unit of analysis was the animal.'
        : `The unit of analysis was the animal: ${rowCount} values were brought down to the ${facts.summary ?? 'mean'} of each animal before testing.`,
    );
  } else if (unitOfAnalysis === 'mixed model') {
    sentences.push(
      `The model was fitted by restricted maximum likelihood to ${rowCount} values of ${animalCount} animals.`,
    );
  } else {
    const of = animalCount === undefined ? '' : ` of ${animalCount} animals`;
    sentences.push(`The unit of analysis was the single value${of}, which supposes that values are independent.`);
  }
  if (facts.normality === 'checked') {
    const about = paired ? (groupNames.length === 2 ? 'of the differences' : 'of the residuals') : 'within groups';
    const variances =
      choice.test === 'oneWayAnova' || choice.test === 'welchAnova'
        ? ', and equal variances with the Brown-Forsythe test'
        : '';
    sentences.push(`Normality ${about} was checked with the Shapiro-Wilk test${variances}.`);
  }
  if (facts.postHoc !== undefined)
    sentences.push(`Pairs of groups were compared with ${postHocTitles[facts.postHoc]}.`);
  const [effect] = result?.effects ?? [];
  if (effect !== undefined) {
    const interval =
      effect.intervalMethod === undefined
        ? ''
        : ` with its ${level * 100} % confidence interval (${effect.intervalMethod})`;
    sentences.push(`The effect size is ${effect.name}${interval}.`);
  }
  const { name, version } = facts.software ?? { name: 'Zoopraxis' };
  sentences.push(`Statistics were computed with ${name}${version === undefined ? '' : ` ${version}`}.`);
  return sentences.join(' ');
}
