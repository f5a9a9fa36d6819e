import { categoryAxis } from '../chart/categories.js';
import { colorBar } from '../chart/color-bar.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { matrixMarks, planMatrix } from '../chart/matrix.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';
import { type ComparisonData, checkComparison, metricLabel, normalizeComparison } from './comparison.js';

/** Returns a table of models by metrics, colored from the worst model of a metric (0) to its best (1). */
export function comparisonHeatmapFigure(given: ComparisonData, options: FigureOptions = {}): string {
  const data = knownData(given);
  checkComparison(data);
  const { models, metrics } = data;
  const shown = { title: 'Comparison of models', ...options };
  const width = figureWidth(options, Math.max(460, Math.min(760, 240 + 74 * metrics.length)));
  const top = headerHeightPx(shown) + 16;
  const plan = planMatrix({
    rowNames: models,
    columnNames: metrics.map(metricLabel),
    left: 16,
    top,
    widthPx: width - 16 - 74,
    mostCellPx: 96,
    cellHeightPx: 32,
  });
  const { room } = plan;
  const normalized = normalizeComparison(data);
  const height = Math.max(room.height, 60);
  const share = linearScale({ domain: [0, 1], range: [top + height, top], nice: false, tickCount: 4 });
  const isEmpty = models.length === 0 || metrics.length === 0;
  const sums = models.map((_, model) => {
    const known = normalized
      .map((metric) => metric[model])
      .filter((value): value is number => typeof value === 'number');
    return known.length === 0 ? Number.NaN : known.reduce((a, b) => a + b, 0) / known.length;
  });
  const description = `Models by measures, each measure from its worst model (0) to its best (1); means over the measures: ${models.map((name, i) => `${name} ${formatMeasure(sums[i] as number)}`).join(', ')}.`;
  const bottom = Math.max(top + plan.heightPx, top + height);
  return renderFigure(
    { ...shown, kind: 'comparison-heatmap', data, widthPx: width, heightPx: bottom + 26, description },
    isEmpty
      ? emptyNote({ left: 16, top, width: width - 32, height: 40 }, 'nothing to compare')
      : [
          matrixMarks(plan, (model, metric) => {
            const place = normalized[metric]?.[model] ?? null;
            const value = metrics[metric]?.values[model] ?? Number.NaN;
            return {
              fill: place === null ? undefined : rampColor('viridis', place),
              lines: [
                formatMeasure(value),
                place === null ? (Number.isFinite(value) ? 'equal' : '') : formatNumber(place, 2),
              ],
            };
          }),
          categoryAxis(plan.columns, bandScale(metrics.length, [room.left, room.left + room.width], 0), room),
          colorBar('viridis', share, {
            room: { left: room.left + room.width + 16, top, width: 12, height },
            label: '',
            place: (value) => value,
          }),
          svg(
            'text',
            { x: width - 16, y: bottom + 16, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
            'measured value; below it the place from worst (0) to best (1)',
          ),
        ],
  );
}
