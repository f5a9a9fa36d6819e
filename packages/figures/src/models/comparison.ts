/** Several models measured in the same way. */
export interface ComparisonData {
  readonly models: readonly string[];
  readonly metrics: readonly ComparisonMetric[];
}

/** One measure of every model. */
export interface ComparisonMetric {
  readonly name: string;
  readonly unit?: string;
  readonly better: 'lower' | 'higher';
  /** One for each model, list; null = not measured. */
  readonly values: readonly (number | null)[];
  /** Confidence interval of each model, list; null = not known. */
  readonly intervals?: readonly ({ readonly low: number; readonly high: number } | null)[];
}

/** @throws RangeError where a metric lacks the value of a model. */
export function checkComparison({ models, metrics }: ComparisonData): void {
  for (const { name, values, intervals } of metrics) {
    for (const [what, list] of [
      ['values', values],
      ['intervals', intervals],
    ] as const) {
      if (list !== undefined && list.length !== models.length) {
        throw new RangeError(
          `comparison: ${what} of ${name} must have one entry for each of ${models.length} models, got ${list.length}`,
        );
      }
    }
  }
}

/** Returns the index of the best model of a metric, undefined where none is known or all are equal. */
export function bestModel({ values, better }: ComparisonMetric): number | undefined {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (known.length === 0) return undefined;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high && known.length > 1 ? undefined : values.indexOf(better === 'lower' ? low : high);
}

/**
 * Returns metrics on one scale, 0 for the worst model and 1 for the best, measures where lower is better turned around;
 * list of models for each metric. Null where a value is not known, or all known ones are equal.
 */
export function normalizeComparison({ metrics }: ComparisonData): (number | null)[][] {
  return metrics.map(({ values, better }) => {
    const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return values.map((value) => {
      if (typeof value !== 'number' || !Number.isFinite(value) || !(high > low)) return null;
      const share = (value - low) / (high - low);
      return better === 'lower' ? 1 - share : share;
    });
  });
}

/** Returns a metric's name with its unit and the way to the better. */
export function metricLabel({ name, unit, better }: ComparisonMetric): string {
  return `${name}${unit === undefined || unit === '' ? '' : ` (${unit})`} ${better === 'lower' ? '↓' : '↑'}`;
}
