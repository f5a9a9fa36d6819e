import { normalizeComparison } from '@zoopraxis/figures';

/** Whether more or less of a number is good. */
export type Direction = 'lower' | 'higher';

/** One number of all models. */
export interface ComparedMetric {
  /** Short and stable: `meanErrorPx`. */
  readonly key: string;
  /** As a person reads it: `mean error`. */
  readonly name: string;
  readonly unit?: string;
  readonly better: Direction;
  /** List of models; null = not known. */
  readonly values: readonly (number | null)[];
  /** 95 % ranges, list of models. */
  readonly intervals?: readonly ({ readonly low: number; readonly high: number } | null)[];
}

/** Models side by side: plain JSON data, what tables and figures are made from. */
export interface ModelTable {
  /** Names, list. */
  readonly models: readonly string[];
  readonly metrics: readonly ComparedMetric[];
  /** Numbers of a paper are never shown as ours. */
  readonly source: 'measured' | 'published';
}

/**
 * Returns a table after checking it.
 * @throws RangeError for a model or metric twice, or lists of other lengths than the models.
 */
export function createModelTable(table: ModelTable): ModelTable {
  const { models, metrics } = table;
  if (models.length === 0) throw new RangeError('model table: needs at least one model, got none');
  for (const [what, names] of [
    ['model', models],
    ['metric', metrics.map(({ key }) => key)],
  ] as const) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new RangeError(`model table: ${what} ${twice} is listed twice`);
  }
  for (const { key, values, intervals } of metrics) {
    for (const list of [values, intervals ?? values]) {
      if (list.length === models.length) continue;
      throw new RangeError(`model table: ${key} must have ${models.length} entries, got ${list.length}`);
    }
    const bad = values.find((value) => value !== null && !Number.isFinite(value));
    if (bad !== undefined) throw new RangeError(`model table: ${key} must be finite numbers or null, got ${bad}`);
  }
  return table;
}

/** Returns the models that no other beats or equals in both metrics while being better in one; those without both numbers are left out. List of indices. */
export function paretoFront(a: ComparedMetric, b: ComparedMetric): number[] {
  const goodness = ({ values, better }: ComparedMetric, model: number) =>
    ((values[model] ?? Number.NaN) as number) * (better === 'higher' ? 1 : -1);
  const known = a.values.flatMap((value, i) => (value !== null && b.values[i] !== null ? [i] : []));
  return known.filter(
    (one) =>
      !known.some(
        (other) =>
          goodness(a, other) >= goodness(a, one) &&
          goodness(b, other) >= goodness(b, one) &&
          (goodness(a, other) > goodness(a, one) || goodness(b, other) > goodness(b, one)),
      ),
  );
}

/** Returns the table as comma-separated text: one row a model; value, low and high of each metric, and its 0 to 1 number. */
export function modelTableCsv(table: ModelTable): string {
  const normalized = normalizeComparison(table);
  const quoted = (cell: string | number | null | undefined): string => {
    const text = cell === null || cell === undefined ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const columns = table.metrics.flatMap(({ name, unit, intervals }) => {
    const title = unit === undefined ? name : `${name} [${unit}]`;
    return [title, ...(intervals ? [`${title} low`, `${title} high`] : []), `${name} (0 worst, 1 best)`];
  });
  const rows = table.models.map((model, i) => [
    model,
    table.source,
    ...table.metrics.flatMap(({ values, intervals }, m) => [
      values[i],
      ...(intervals ? [intervals[i]?.low, intervals[i]?.high] : []),
      normalized[m]?.[i],
    ]),
  ]);
  return `${[['model', 'source', ...columns], ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}
