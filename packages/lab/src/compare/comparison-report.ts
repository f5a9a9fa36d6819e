import { basename } from 'node:path';
import { comparisonBarsFigure, comparisonHeatmapFigure, formatMeasure } from '@zoopraxis/figures';
import { programVersion } from '../jobs/program-version.js';
import type { ReportBlock } from '../report/blocks.js';
import { reportPage } from '../report/page.js';
import type { ModelComparison } from './compare-models.js';
import { showRange } from './show-range.js';

const recordingsText = (count: number) => `${count} ${count === 1 ? 'recording' : 'recordings'}`;
const show = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);
const showP = (p: number | null) => (p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3));

/** Returns the HTML page of a comparison. */
export function comparisonReport(comparison: ModelComparison, { project }: { readonly project: string }): string {
  const { models, metrics, normalized, tests, recommendations, source } = comparison;
  const title = ({ name, unit }: (typeof metrics)[number]) => (unit === undefined ? name : `${name}, ${unit}`);
  const cell = (text: string) => ({ text, source });
  const advice: ReportBlock[] = [
    { kind: 'facts', entries: recommendations.recommendations.map(({ purpose, model }) => [purpose, model ?? 'none']) },
    ...recommendations.recommendations.map(({ reason }): ReportBlock => ({ kind: 'text', text: reason })),
    ...[...recommendations.cautions, ...comparison.warnings].map((text): ReportBlock => ({ kind: 'text', text })),
  ];
  const synthetic = comparison.trainings.flat().some(({ synthetic: made }) => made);
  const badge = synthetic ? { badge: 'synthetic' } : source === 'published' ? { badge: 'published' } : {};
  const subtitle = `${comparison.images} images of ${recordingsText(comparison.recordings)}`;
  return reportPage({
    title: `Comparison of ${models.length} models`,
    lead: `Measured on ${comparison.images} images of ${recordingsText(comparison.recordings)} that none of them was trained on.`,
    synthetic,
    highlights: [],
    sections: [
      { title: 'Which to use', blocks: advice },
      {
        title: 'Numbers',
        blocks: [
          {
            kind: 'figure',
            name: 'comparison-bars',
            svg: comparisonBarsFigure({ models, metrics }, { subtitle, ...badge, title: 'Numbers of each model' }),
          },
          {
            kind: 'figure',
            name: 'comparison-heatmap',
            svg: comparisonHeatmapFigure({ models, metrics }, { subtitle, ...badge, title: 'From worst to best' }),
            caption:
              'From the worst of these models (0) to the best (1), errors and costs turned around. A small difference fills the scale as a large one does.',
          },
          {
            kind: 'table',
            caption:
              'In brackets: 95 % bootstrap range over recordings, or over images where there are fewer than three.',
            columns: ['', ...models],
            rows: metrics.map((metric) => [
              title(metric),
              ...models.map((_, i) => {
                const range = metric.intervals?.[i];
                const value = show(metric.values[i]);
                return cell(range ? `${value} (${showRange(range)})` : value);
              }),
            ]),
          },
          {
            kind: 'table',
            caption: 'Each number from 0 (worst of these models) to 1 (best of these models).',
            columns: ['', ...models],
            rows: metrics.map(({ name }, m) => [
              name,
              ...models.map((_, i) => cell(normalized[m]?.[i]?.toFixed(2) ?? '–')),
            ]),
          },
        ],
      },
      {
        title: 'Differences',
        blocks: tests.map(
          ({ name, comparisons }): ReportBlock => ({
            kind: 'table',
            caption: `First minus second: ${name}. p: signs drawn for whole recordings, or for single frames; both corrected by Holm for all pairs.`,
            columns: ['models', 'difference', '95 % range', 'frames', 'recordings', 'p by recording', 'p by frame'],
            rows: comparisons.map(({ models: [a, b], ...one }) => [
              `${models[a]} – ${models[b]}`,
              show(one.meanDifference),
              one.interval === null ? '–' : showRange(one.interval),
              String(one.frames),
              String(one.recordings),
              showP(one.adjustedP),
              showP(one.adjustedFramesP),
            ]),
          }),
        ),
      },
    ],
    foot: `Zoopraxis ${programVersion}. Project: ${basename(project)}`,
  });
}
