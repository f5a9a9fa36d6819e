import { parseRule, type Rule, type RuleCondition } from '@zoopraxis/behavior';

/** Returns a condition with other edges; an edge that is undefined is open. */
export function withEdges(condition: RuleCondition, low: number | undefined, high: number | undefined): RuleCondition {
  const { low: _low, high: _high, ...rest } = condition;
  const [from, to] = low !== undefined && high !== undefined && low > high ? [high, low] : [low, high];
  return { ...rest, ...(from === undefined ? {} : { low: from }), ...(to === undefined ? {} : { high: to }) };
}

/** Returns a name that no other rule has: `rule`, `rule 2` ... */
export function freeName(rules: readonly Pick<Rule, 'name'>[], wish = 'rule'): string {
  const taken = new Set(rules.map(({ name }) => name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wish : `${wish} ${n}`;
    if (!taken.has(name)) return name;
  }
}

/** Returns what is wrong with a rule that is being made, as a sentence, or null. */
export function problemOfRule(rule: Rule, others: readonly Pick<Rule, 'name'>[]): string | null {
  if (rule.name.trim() === '') return 'A rule needs a name.';
  if (others.some(({ name }) => name === rule.name)) return `There is a rule ${rule.name} already.`;
  if (rule.behavior === '') return 'Choose the behavior that its bouts are called.';
  if (rule.when.parts.length === 0) return 'Add a condition.';
  try {
    parseRule(rule);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return null;
}

/** How the values of a trace are spread over the part of its range that is worth showing. */
export interface Histogram {
  /** Frames in each bin, shape `[bin]`. */
  readonly counts: Uint32Array;
  readonly low: number;
  readonly high: number;
  /** Frames without a value. */
  readonly missing: number;
}

/**
 * Returns how values (shape `[frame]`) are spread: bins of equal width over the middle 99.6 of 100 values, so that a few
 * wild ones do not hide the others; values beyond are in the outermost bins. Quantiles are those of at most 20,000 values.
 */
export function histogramOf(values: Float32Array, binCount = 96): Histogram {
  const step = Math.max(1, Math.floor(values.length / 20_000));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] as number;
    if (Number.isFinite(value)) sample.push(value);
  }
  const sorted = Float32Array.from(sample).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  let [low, high] = sorted.length === 0 ? [0, 1] : [quantile(0.002), quantile(0.998)];
  // A trace that stops at zero, as speeds and probabilities do, is shown from there.
  if (low > 0 && low < (high - low) * 0.15) low = 0;
  if (high <= low) [low, high] = [low - Math.max(0.5, Math.abs(low) * 0.1), high + Math.max(0.5, Math.abs(high) * 0.1)];
  const counts = new Uint32Array(binCount);
  const scale = binCount / (high - low);
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    const bin = Math.max(0, Math.min(binCount - 1, Math.floor((value - low) * scale)));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { counts, low, high, missing };
}

/** Returns a number as fields show it: as few digits as a step of a thousandth of the range needs. */
export function roundedFor(value: number, rangeSize: number): number {
  const digits = Math.max(0, Math.min(9, 3 - Math.floor(Math.log10(Math.max(rangeSize, 1e-9)))));
  return Number(value.toFixed(digits));
}
