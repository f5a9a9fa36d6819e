import { xAxis } from '../chart/axis.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { planRows } from '../chart/named-rows.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { textWidthPx } from '../svg/text-width.js';

/** How much each feature weighs in a classifier: mean absolute SHAP values, gain, permutation importance. */
export interface FeatureBarsData {
  /** Such as `mean |SHAP|` or `gain`. */
  readonly measure: string;
  readonly unit?: string;
  /** Parts of each bar, such as classifiers of several behaviors; default one without a name. */
  readonly parts?: readonly string[];
  /** List. */
  readonly features: readonly {
    readonly name: string;
    /** From 0, shape `[part]`; NaN = unknown. */
    readonly values: readonly number[];
    /** Range of the whole bar, such as over folds. */
    readonly low?: number;
    readonly high?: number;
  }[];
  /** How many features are drawn, from the largest on; default 20. */
  readonly most?: number;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);

/** Returns bars of the features that weigh most, the largest first; those that are left out are counted. */
export function featureBarsFigure(given: FeatureBarsData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, parts = [''], features, most = 20 } = data;
  for (const { name, values } of features) {
    if (values.length !== parts.length) {
      throw new RangeError(
        `featureBars: values of ${name} must have shape [${parts.length}], got ${values.length} values`,
      );
    }
    if (values.some((value) => value < 0)) throw new RangeError(`featureBars: values of ${name} must be 0 or above`);
  }
  if (!(most >= 1)) throw new RangeError(`featureBars: most must be 1 or more, got ${most}`);
  const isKnown = ({ values }: (typeof features)[number]) => values.some((value) => !Number.isNaN(value));
  const order = features
    .map((feature, place) => ({ feature, place }))
    .sort(
      (a, b) =>
        Number(isKnown(b.feature)) - Number(isKnown(a.feature)) ||
        total(b.feature.values) - total(a.feature.values) ||
        a.place - b.place,
    )
    .map(({ feature }) => feature);
  const drawn = order.slice(0, most);
  const rest = order.slice(most);
  const sum = total(features.flatMap(({ values }) => values));
  const restShare = sum > 0 ? total(rest.flatMap(({ values }) => values)) / sum : 0;
  const shown = {
    title: 'Features that weigh most',
    ...(rest.length === 0
      ? {}
      : {
          subtitle: `${formatNumber(drawn.length)} of ${formatNumber(features.length)}; the rest hold ${formatNumber(100 * restShare)} % of the sum`,
        }),
    ...options,
  };
  const width = figureWidth(options, 620);
  const key = legend(
    parts.length < 2 ? [] : parts.map((label, i) => ({ label, color: categoryColor(i), shape: 'box' as const })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 6;
  const labels = drawn.map((feature) => (isKnown(feature) ? formatMeasure(total(feature.values)) : '–'));
  const labelPx = Math.max(0, ...labels.map((text) => textWidthPx(text, theme.tickPx)));
  const rows = planRows({
    names: drawn.map(({ name }) => name),
    ...{ left: 16, top, widthPx: width - 16, rowPx: Math.max(8, Math.min(20, 560 / Math.max(drawn.length, 1))) },
    rightPx: labelPx + 18,
    namesShare: 0.5,
  });
  const { room, rowPx } = rows;
  const reach = Math.max(
    0,
    ...drawn.flatMap(({ values, high }) => [total(values), Number.isFinite(high) ? (high as number) : 0]),
  );
  const x = linearScale({
    domain: [0, reach],
    range: [room.left, room.left + room.width],
    nice: false,
    tickCount: Math.max(2, room.width / 90),
  });
  const bars = drawn.map((feature, row): SvgChild => {
    const y = rows.middle(row);
    const thick = rowPx * 0.68;
    let at = 0;
    const { low, high } = feature;
    const hasRange = low !== undefined && high !== undefined && Number.isFinite(low + high);
    const end = Math.max(x.toPx(total(feature.values)), hasRange ? x.toPx(high) : 0);
    return svg(
      'g',
      {},
      feature.values.map((value, i) => {
        if (!(value > 0)) return undefined;
        const from = x.toPx(at);
        at += value;
        return svg('rect', {
          x: from,
          y: y - thick / 2,
          width: x.toPx(at) - from,
          height: thick,
          fill: categoryColor(i),
        });
      }),
      hasRange
        ? svg('path', {
            d: `M${r(x.toPx(low))} ${r(y)}H${r(x.toPx(high))}`,
            stroke: theme.ink,
            'stroke-width': 1.3,
            fill: 'none',
          })
        : undefined,
      rowPx >= 10
        ? svg(
            'text',
            { x: end + 5, y: y + theme.tickPx * 0.35, 'font-size': theme.tickPx, fill: theme.muted },
            labels[row] as string,
          )
        : undefined,
    );
  });
  const words = drawn.map(({ name }, i) => `${name} ${labels[i]}`);
  return renderFigure(
    {
      ...shown,
      kind: 'feature-bars',
      data,
      widthPx: width,
      heightPx: top + room.height + 48,
      description: `${measure} of ${drawn.length} of ${features.length} features: ${words.join(', ')}.`,
    },
    key.element,
    drawn.length === 0
      ? emptyNote({ left: 16, top, width: width - 32, height: rowPx }, 'no feature')
      : [rows.names, bars, xAxis(x, room, { label: unit === undefined ? measure : `${measure} (${unit})` })],
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
