import type { PoseEvaluation } from '@zoopraxis/pose';

/** Returns what is kept of an evaluation in the results. */
export function kept({ perKeypoint, frames, bodyLengths, ...scores }: PoseEvaluation) {
  const { meanErrorPx, medianErrorPx, rmsePx, pck, missedPoints, labeledPoints } = scores;
  const each = Object.entries(perKeypoint).map(([name, of]) => [
    name,
    { labeledPoints: of.labeledPoints, meanErrorPx: of.meanErrorPx, medianErrorPx: of.medianErrorPx },
  ]);
  return {
    ...{ frames, labeledPoints, missedPoints, meanErrorPx, medianErrorPx, rmsePx, pck, bodyLengths },
    perKeypoint: Object.fromEntries(each) as Record<string, Pick<PoseEvaluation, 'labeledPoints' | 'meanErrorPx'>>,
  };
}

/** What is kept of an evaluation. */
export type Kept = ReturnType<typeof kept>;

/** Returns the mean of a list; NaN where a value is missing. */
export const mean = (values: readonly (number | null | undefined)[]) =>
  values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length;

const fixed = (value: number, digits: number) => (Number.isNaN(value) ? '' : value.toFixed(digits));
/** Returns a share as percent; empty for NaN. */
export const percent = (share: number) => (Number.isNaN(share) ? '' : `${(100 * share).toFixed(1)} %`);

/** Heads of the columns of {@link scoreCells}. */
export const head = ['mean, px', 'median, px', 'RMSE, px', 'mean, body lengths', 'PCK 5 px', 'PCK 10 px'];

/** Returns the cells of one or several evaluations, several as their means. */
export const scoreCells = (scores: readonly Kept[]): string[] => [
  fixed(mean(scores.map((of) => of.meanErrorPx)), 2),
  fixed(mean(scores.map((of) => of.medianErrorPx)), 2),
  fixed(mean(scores.map((of) => of.rmsePx)), 2),
  fixed(mean(scores.map((of) => of.bodyLengths?.meanError)), 3),
  percent(mean(scores.map((of) => of.pck['5']))),
  percent(mean(scores.map((of) => of.pck['10']))),
];

/** Returns a Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
