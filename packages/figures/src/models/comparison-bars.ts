import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { extent, withZero } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { mixColors } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { bestModel, type ComparisonData, type ComparisonMetric, checkComparison, metricLabel } from './comparison.js';

const rowPx = 19;
const leastPanelPx = 150;

/** Returns one panel of bars for each metric, with intervals and numbers; the best model of each stands out. */
export function comparisonBarsFigure(given: ComparisonData, options: FigureOptions = {}): string {
  const data = knownData(given);
  checkComparison(data);
  const { models, metrics } = data;
  const shown = { title: 'Comparison of models', ...options };
  const width = figureWidth(options, 760);
  const named = Math.min(Math.max(0, ...models.map((name) => textWidthPx(name, theme.textPx))), width * 0.3);
  const left = 16 + named + 10;
  const across = Math.max(1, Math.min(metrics.length, Math.floor((width - left - 16) / leastPanelPx)));
  const gap = 18;
  const panelWidth = (width - left - 16 - gap * (across - 1)) / across;
  const panelHeight = models.length * rowPx;
  const top = headerHeightPx(shown) + 26;
  const bandHeight = panelHeight + 44;
  const down = Math.max(1, Math.ceil(metrics.length / across));
  const words = metrics.map((metric) => {
    const best = bestModel(metric);
    return `${metric.name}: ${best === undefined ? 'no best model' : `best ${models[best]} with ${formatMeasure(metric.values[best] as number)}${metric.unit === undefined ? '' : ` ${metric.unit}`}`}`;
  });
  const parts: SvgChild[] = [];
  for (const [i, metric] of metrics.entries()) {
    const room: Room = {
      left: left + (i % across) * (panelWidth + gap),
      top: top + Math.floor(i / across) * bandHeight,
      width: panelWidth,
      height: panelHeight,
    };
    if (i % across === 0) {
      parts.push(
        svg(
          'g',
          {},
          models.map((name, model) =>
            svg(
              'text',
              { x: left - 8, y: room.top + (model + 0.5) * rowPx + 4, 'text-anchor': 'end' },
              fitText(name, theme.textPx, named + 2),
            ),
          ),
        ),
      );
    }
    parts.push(bars(metric, room));
  }
  return renderFigure(
    {
      ...shown,
      kind: 'comparison-bars',
      data,
      widthPx: width,
      heightPx: top + down * bandHeight + 4,
      description: `${models.length} models by ${metrics.length} measures. ${words.join('; ')}.`,
    },
    models.length === 0 || metrics.length === 0
      ? emptyNote({ left: 16, top, width: width - 32, height: 20 }, 'nothing to compare')
      : parts,
    svg(
      'text',
      { x: width - 16, y: top + down * bandHeight - 6, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
      `↑ higher is better, ↓ lower is better; the best of each is darker${metrics.some(({ intervals }) => intervals?.some((one) => typeof one === 'object' && one !== null)) ? '; whiskers: given intervals' : ''}`,
    ),
  );
}

function bars(metric: ComparisonMetric, room: Room): SvgChild {
  const { values, intervals } = metric;
  const reach = withZero(
    extent(
      values,
      (intervals ?? []).flatMap((interval) => (interval === null ? [] : [interval.low, interval.high])),
    ),
  );
  const texts = values.map((value) => (typeof value === 'number' ? formatMeasure(value) : '–'));
  const textRoom = Math.max(...texts.map((text) => textWidthPx(text, theme.tickPx))) + 10;
  const x = linearScale({ domain: reach, range: [room.left, room.left + room.width - textRoom], nice: false });
  const best = bestModel(metric);
  const zero = x.toPx(0);
  return svg(
    'g',
    {},
    svg(
      'text',
      { x: room.left, y: room.top - 7, 'font-weight': '600' },
      fitText(metricLabel(metric), theme.textPx * 1.05, room.width),
    ),
    values.map((value, model) => {
      const y = room.top + model * rowPx;
      const middle = y + rowPx / 2;
      const isKnown = typeof value === 'number' && Number.isFinite(value);
      const end = isKnown ? x.toPx(value) : zero;
      const interval = intervals?.[model] ?? null;
      const whisker =
        interval !== null && Number.isFinite(interval.low) && Number.isFinite(interval.high)
          ? ([x.toPx(interval.low), x.toPx(interval.high)] as const)
          : undefined;
      return [
        isKnown
          ? svg('rect', {
              x: Math.min(zero, end),
              y: y + 3,
              width: Math.max(Math.abs(end - zero), 0.8),
              height: rowPx - 6,
              fill: model === best ? theme.accent : mixColors(theme.accent, '#ffffff', 0.55),
            })
          : undefined,
        whisker === undefined
          ? undefined
          : svg('path', {
              d: `M${r(whisker[0])} ${r(middle)}H${r(whisker[1])}M${r(whisker[0])} ${r(middle - 3)}v6M${r(whisker[1])} ${r(middle - 3)}v6`,
              stroke: theme.ink,
              'stroke-width': 1.1,
              fill: 'none',
            }),
        svg(
          'text',
          {
            x: Math.max(zero, end, whisker?.[1] ?? 0) + 5,
            y: middle + 4,
            'font-size': theme.tickPx,
            'font-weight': model === best ? '600' : undefined,
            fill: model === best ? theme.ink : theme.muted,
          },
          texts[model] as string,
        ),
      ];
    }),
    svg('path', { d: `M${r(zero)} ${r(room.top)}v${r(room.height)}`, stroke: theme.muted, fill: 'none' }),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
