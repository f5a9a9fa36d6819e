import { quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
import { yAxis, yAxisWidthPx } from '../chart/axis.js';
import { categoryAxis, planCategories } from '../chart/categories.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';

/** Values of several groups whose distribution matters. */
export interface DistributionData {
  readonly measure: string;
  readonly unit?: string;
  readonly groups: readonly {
    readonly name: string;
    /** Shape `[value]`; NaN is left out. */
    readonly values: ArrayLike<number>;
  }[];
  readonly shape: 'box' | 'violin';
}

const plotHeight = 240;

/**
 * Returns boxes (quartiles, median, whiskers to the last value within 1.5 times the box; Tukey 1977) with values beyond
 * as points, or violins (Gaussian kernel of Silverman's width, cut at the extremes) with the quartiles inside.
 */
export function distributionFigure(given: DistributionData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, groups, shape } = data;
  const shown = { title: measure, ...options };
  const width = figureWidth(options, Math.max(320, Math.min(110 + 84 * groups.length, 760), 90 + 17 * groups.length));
  const top = headerHeightPx(shown) + 8;
  const sorted = groups.map(({ values }) => sortedNumbers(values));
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const y = linearScale({ domain: extent(...sorted), range: [top + plotHeight, top] });
  const left = 16 + yAxisWidthPx(y, { label });
  const room: Room = { left, top, width: width - left - 16, height: plotHeight };
  const bands = bandScale(groups.length, [room.left, room.left + room.width], 0.3);
  const names = planCategories(
    groups.map(({ name }) => name),
    bands.stepPx,
    sorted.map((values) => `n = ${formatNumber(values.length)}`),
  );
  const words = groups.map(({ name }, i) => {
    const values = sorted[i] as Float64Array;
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => formatMeasure(quantileOfSorted(values, share)));
    return `${name} median ${middle}, quartiles ${low} and ${high}, n = ${values.length}`;
  });
  return renderFigure(
    {
      ...shown,
      kind: 'distribution',
      data,
      widthPx: width,
      heightPx: top + plotHeight + names.heightPx + 12,
      description: `${label} as ${shape === 'box' ? 'boxes' : 'violins'}: ${words.join('; ')}.`,
    },
    yAxis(y, room, { label }),
    sorted.every((values) => values.length === 0) ? emptyNote(room, 'no value') : undefined,
    sorted.map((values, i) => {
      if (values.length === 0) return undefined;
      const place = { x: bands.middle(i), half: Math.min(bands.bandPx / 2, 34), color: categoryColor(i), toPx: y.toPx };
      return shape === 'box' ? box(values, place) : violin(values, place);
    }),
    categoryAxis(names, bands, room),
  );
}

interface Place {
  readonly x: number;
  readonly half: number;
  readonly color: string;
  readonly toPx: (value: number) => number;
}

function box(values: Float64Array, { x, half, color, toPx }: Place): SvgChild {
  const [q1, q2, q3] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(values, share)) as [number, number, number];
  const reach = 1.5 * (q3 - q1);
  const inside = values.filter((value) => value >= q1 - reach && value <= q3 + reach);
  const [low, high] = [inside[0] ?? q2, inside.at(-1) ?? q2];
  const outside = values.filter((value) => value < low || value > high);
  const step = Math.max(1, Math.ceil(outside.length / 200));
  const r = (value: number) => Math.round(value * 100) / 100;
  return svg(
    'g',
    {},
    svg('path', {
      d: `M${r(x)} ${r(toPx(high))}V${r(toPx(q3))}M${r(x)} ${r(toPx(q1))}V${r(toPx(low))}M${r(x - half * 0.4)} ${r(toPx(high))}h${r(half * 0.8)}M${r(x - half * 0.4)} ${r(toPx(low))}h${r(half * 0.8)}`,
      stroke: theme.ink,
      'stroke-width': 1.3,
      fill: 'none',
    }),
    svg('rect', {
      x: x - half,
      y: toPx(q3),
      width: 2 * half,
      height: Math.max(toPx(q1) - toPx(q3), 0.8),
      fill: color,
      'fill-opacity': 0.45,
      stroke: theme.ink,
      'stroke-width': 1.3,
    }),
    svg('path', {
      d: `M${r(x - half)} ${r(toPx(q2))}h${r(2 * half)}`,
      stroke: theme.ink,
      'stroke-width': 2.4,
      fill: 'none',
    }),
    Array.from(outside, (value, i) =>
      i % step === 0 ? marker(0, x, toPx(value), { color, radiusPx: 2, opacity: 0.7 }) : undefined,
    ),
  );
}

function violin(values: Float64Array, { x, half, color, toPx }: Place): SvgChild {
  const count = values.length;
  const [low, high] = [values[0] as number, values[count - 1] as number];
  const [q1, q2, q3] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(values, share)) as [number, number, number];
  const mean = values.reduce((a, b) => a + b, 0) / count;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(count - 1, 1));
  const robust = Math.min(spread, (q3 - q1) / 1.34 || spread);
  const band = 0.9 * robust * count ** -0.2;
  const r = (value: number) => Math.round(value * 100) / 100;
  const steps = 64;
  const density = new Float64Array(steps + 1).fill(1);
  if (band > 0) {
    // Values are first counted into fine bins: a million of them then cost as much as a thousand.
    const fine = 512;
    const bins = new Float64Array(fine + 1);
    for (const value of values) {
      const bin = Math.round(((value - low) / (high - low)) * fine);
      bins[bin] = (bins[bin] as number) + 1;
    }
    density.fill(0);
    for (let step = 0; step <= steps; step++) {
      const at = low + ((high - low) * step) / steps;
      for (let bin = 0; bin <= fine; bin++) {
        const away = (low + ((high - low) * bin) / fine - at) / band;
        if (bins[bin] !== 0 && Math.abs(away) < 6) {
          density[step] = (density[step] as number) + (bins[bin] as number) * Math.exp(-(away ** 2) / 2);
        }
      }
    }
  }
  const most = density.reduce((a, b) => Math.max(a, b), 0) || 1;
  const place = (step: number, side: number) =>
    `${r(x + (side * half * (density[step] as number)) / most)} ${r(toPx(low + ((high - low) * step) / steps))}`;
  let d = `M${place(0, -1)}`;
  for (let step = 1; step <= steps; step++) d += `L${place(step, -1)}`;
  for (let step = steps; step >= 0; step--) d += `L${place(step, 1)}`;
  return svg(
    'g',
    {},
    svg('path', { d: `${d}Z`, fill: color, 'fill-opacity': 0.4, stroke: color, 'stroke-width': 1.4 }),
    svg('path', { d: `M${r(x)} ${r(toPx(q1))}V${r(toPx(q3))}`, stroke: theme.ink, 'stroke-width': 4, fill: 'none' }),
    svg('circle', { cx: x, cy: toPx(q2), r: 3.2, fill: theme.paper, stroke: theme.ink, 'stroke-width': 1.4 }),
  );
}
