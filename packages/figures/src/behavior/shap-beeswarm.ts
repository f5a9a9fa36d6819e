import { sortedNumbers } from '@zoopraxis/core';
import { xAxis } from '../chart/axis.js';
import { colorBar } from '../chart/color-bar.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { planRows } from '../chart/named-rows.js';
import { extent, withZero } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { swarmOffsets } from '../groups/swarm.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** What single features add to the score of single frames. */
export interface ShapBeeswarmData {
  /** What SHAP values add up to, such as `log-odds of attack`. */
  readonly output: string;
  readonly features: readonly {
    readonly name: string;
    /** SHAP values, shape `[frame]`; NaN is left out. */
    readonly shap: ArrayLike<number>;
    /** The feature itself in the same frames, shape `[frame]`; NaN = missing, drawn gray. */
    readonly values: ArrayLike<number>;
  }[];
  /** How many features are drawn, from the largest mean absolute SHAP value on; default 15. */
  readonly most?: number;
}

/** Points of one row; of more, every so many-th in order of the SHAP value is drawn, the ends always. */
const mostPoints = 300;
const rowPx = 30;

/** Returns the place of each value among all, 0 for the least and 1 for the largest, shape `[frame]`; NaN stays NaN. */
function ranks(values: ArrayLike<number>): Float64Array {
  const sorted = sortedNumbers(values);
  const count = sorted.length;
  return Float64Array.from({ length: values.length }, (_, i) => {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return Number.NaN;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    let last = low;
    // Equal values share the middle of their places.
    let top = count;
    while (last < top) {
      const middle = (last + top) >> 1;
      if ((sorted[middle] as number) <= value) last = middle + 1;
      else top = middle;
    }
    return count === 1 ? 0.5 : (low + last - 1) / 2 / (count - 1);
  });
}

function meanSize(shap: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < shap.length; i++) {
    const value = shap[i] as number;
    if (!Number.isFinite(value)) continue;
    sum += Math.abs(value);
    count++;
  }
  return count === 0 ? -1 : sum / count;
}

/** Returns one row of points for each feature: SHAP value by place, the feature's own value by color (ranks, low to high). */
export function shapBeeswarmFigure(given: ShapBeeswarmData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { output, features, most = 15 } = data;
  for (const { name, shap, values } of features) {
    if (shap.length !== values.length) {
      throw new RangeError(
        `shapBeeswarm: values of ${name} must have shape [${shap.length}], got ${values.length} values`,
      );
    }
  }
  if (!(most >= 1)) throw new RangeError(`shapBeeswarm: most must be 1 or more, got ${most}`);
  const order = features
    .map((feature, place) => ({ ...feature, place, size: meanSize(feature.shap) }))
    .sort((a, b) => b.size - a.size || a.place - b.place);
  const drawn = order.slice(0, most);
  const longest = Math.max(0, ...drawn.map(({ shap }) => shap.length));
  const shown = {
    title: 'What features add',
    subtitle: [
      `${formatNumber(drawn.length)} of ${formatNumber(features.length)} features, ${formatNumber(longest)} frames`,
      longest > mostPoints ? `${formatNumber(mostPoints)} points of each row drawn` : '',
    ]
      .filter((part) => part !== '')
      .join('; '),
    ...options,
  };
  const width = figureWidth(options, 700);
  const top = headerHeightPx(shown) + 12;
  const rows = planRows({
    names: drawn.map(({ name }) => name),
    ...{ left: 16, top, widthPx: width - 16, rowPx, rightPx: 76 },
  });
  const { room } = rows;
  const x = linearScale({
    domain: withZero(extent(...drawn.map(({ shap }) => shap))),
    range: [room.left, room.left + room.width],
  });
  const points = drawn.map(({ shap, values }, row) => {
    const known = Array.from({ length: shap.length }, (_, i) => i)
      .filter((i) => Number.isFinite(shap[i] as number))
      .sort((a, b) => (shap[a] as number) - (shap[b] as number) || a - b);
    const count = Math.min(known.length, mostPoints);
    const kept = Array.from(
      { length: count },
      (_, i) => known[count === 1 ? 0 : Math.round((i * (known.length - 1)) / (count - 1))] as number,
    );
    const place = ranks(values);
    const across = kept.map((i) => x.toPx(shap[i] as number));
    const offsets = swarmOffsets(across, 1.7, rowPx / 2 - 3);
    return kept.map((i, k) =>
      svg('circle', {
        cx: r(across[k] as number),
        cy: r(rows.middle(row) + (offsets[k] as number)),
        r: 1.9,
        fill: Number.isNaN(place[i]) ? theme.faint : rampColor('viridis', (place[i] as number) * 0.92),
      }),
    );
  });
  const hasMissing = drawn.some(({ values }) =>
    Array.from({ length: values.length }).some((_, i) => Number.isNaN(values[i])),
  );
  const bar = {
    left: room.left + room.width + 20,
    top: top + 16,
    width: 10,
    height: Math.min(120, Math.max(40, room.height - 30)),
  };
  const scale = linearScale({
    domain: [0, 1],
    range: [bar.top + bar.height, bar.top],
    nice: false,
    tickCount: 1,
    format: (value) => (value < 0.5 ? 'low' : 'high'),
  });
  const words = drawn.map(({ name, size }) => `${name} ${formatMeasure(size < 0 ? Number.NaN : size)}`);
  const isEmpty = drawn.every(({ size }) => size < 0);
  return renderFigure(
    {
      ...shown,
      kind: 'shap-beeswarm',
      data,
      widthPx: width,
      heightPx: top + Math.max(room.height, 150) + 48,
      description: `SHAP values for ${output}; mean absolute values: ${words.join(', ')}.`,
    },
    isEmpty
      ? emptyNote({ left: 16, top, width: width - 32, height: 60 }, 'no SHAP value')
      : [
          rows.names,
          svg('path', {
            d: `${drawn.map((_, row) => `M${r(room.left)} ${r(rows.middle(row))}h${r(room.width)}`).join('')}`,
            stroke: theme.grid,
            fill: 'none',
          }),
          svg('path', { d: `M${r(x.toPx(0))} ${r(top)}v${r(room.height)}`, stroke: theme.muted, fill: 'none' }),
          points,
          xAxis(x, room, { label: `SHAP value (${output})` }),
          colorBar('viridis', scale, { room: bar, label: 'feature', place: (value) => value * 0.92 }),
          hasMissing
            ? svg(
                'g',
                {},
                svg('circle', { cx: bar.left + 5, cy: bar.top + bar.height + 16, r: 3, fill: theme.faint }),
                svg(
                  'text',
                  {
                    x: bar.left + 13,
                    y: bar.top + bar.height + 20,
                    'font-size': 10,
                    fill: theme.muted,
                  },
                  'missing',
                ),
              )
            : undefined,
        ],
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
