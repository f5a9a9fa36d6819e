import { mean as meanOf } from '@zoopraxis/core';
import { curveMarks } from '../chart/curves.js';
import { emptyNote, type FigureOptions } from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent, planPanel, renderPanel } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { svg } from '../svg/element.js';

/** How good a model is by how much it was trained on. */
export interface LabelCountCurveData {
  readonly measure: string;
  readonly unit?: string;
  /** What is counted, such as `labeled frames` or `bouts`. */
  readonly countName: string;
  /** Curves with a list of repeats at each count. */
  readonly curves: readonly {
    readonly name: string;
    readonly points: readonly {
      /** Above 0. */
      readonly count: number;
      /** One for each repeat, list; NaN is left out. */
      readonly values: readonly number[];
    }[];
  }[];
  /** Levels to compare with, such as the agreement of people. */
  readonly references?: readonly { readonly name: string; readonly value: number }[];
}

/** Returns a measure over the number of labels on a logarithmic axis: means with the range of the repeats. */
export function labelCountCurveFigure(given: LabelCountCurveData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, countName, curves, references = [] } = data;
  const lines = curves.map(({ points }) => {
    const sorted = points.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
    const ranges = sorted.map(({ values }) => extent(values));
    return {
      x: sorted.map(({ count }) => count),
      y: sorted.map(({ values }) => meanOf(values)),
      low: ranges.map(([low]) => low),
      high: ranges.map(([, high]) => high),
      sorted,
    };
  });
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const panel = planPanel({
    shown: { title: `${measure} by ${countName}`, subtitle: 'mean and range of the repeats', ...options },
    items: [
      ...curves.map(({ name }, i) => ({ label: name, color: categoryColor(i), dash: curveDash(i), marker: i })),
      ...references.map(({ name }, i) => ({ label: name, color: theme.muted, dash: i === 0 ? '1 2' : '6 2 1 2' })),
    ],
    x: { label: countName, domain: extent(...lines.map(({ x }) => x)), kind: 'log' },
    y: {
      label,
      domain: extent(
        ...lines.flatMap(({ low, high }) => [low, high]),
        references.map(({ value }) => value),
      ),
    },
  });
  const { room, x, y } = panel;
  const words = curves.map(({ name }, i) => {
    const line = lines[i] as (typeof lines)[number];
    return `${name} from ${formatMeasure(line.y[0] ?? Number.NaN)} with ${formatNumber(line.x[0] ?? 0)} to ${formatMeasure(line.y.at(-1) ?? Number.NaN)} with ${formatNumber(line.x.at(-1) ?? 0)}`;
  });
  return renderPanel(
    panel,
    { kind: 'label-count-curve', data, description: `${label} by the number of ${countName}: ${words.join('; ')}.` },
    lines.every((line) => line.x.length === 0) ? emptyNote(room, 'no point') : undefined,
    references.map(({ value }, i) =>
      Number.isFinite(y.toPx(value))
        ? svg('path', {
            d: `M${room.left} ${Math.round(y.toPx(value) * 100) / 100}h${room.width}`,
            stroke: theme.muted,
            'stroke-width': 1.4,
            'stroke-dasharray': i === 0 ? '1 2' : '6 2 1 2',
            fill: 'none',
          })
        : undefined,
    ),
    lines.map(({ sorted, ...line }, i) => [
      curveMarks(line, i, panel),
      sorted.map(({ count, values }) =>
        values.length > 1 && values.length <= 50
          ? values.map((value) =>
              marker(i, x.toPx(count), y.toPx(value), { color: categoryColor(i), radiusPx: 1.7, opacity: 0.55 }),
            )
          : undefined,
      ),
    ]),
  );
}
