import { emptyNote, type FigureOptions, type Room } from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent, planPanel, renderPanel, withZero } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';
import { powerLabel } from '../scale/scale.js';
import { type SummaryKind, summaryOf, summaryWords } from '../series/summary.js';
import { type SvgChild, svg } from '../svg/element.js';
import { linePath } from '../svg/path.js';

/** A measure of animals by dose, day or age. */
export interface DoseResponseData {
  readonly measure: string;
  readonly unit?: string;
  /** What the animals differ in, such as dose in mg/kg or day. */
  readonly dose: {
    readonly name: string;
    readonly unit?: string;
    /** True for a logarithmic axis; doses of 0 then stand apart at its left. */
    readonly logarithmic?: boolean;
  };
  /** Groups with a list of values at each dose. */
  readonly groups: readonly {
    readonly name: string;
    readonly points: readonly {
      readonly dose: number;
      /** One for each animal, list; NaN = missing. */
      readonly values: readonly number[];
    }[];
    /** A fitted curve, shape `[point]` each. */
    readonly curve?: { readonly dose: readonly number[]; readonly value: readonly number[] };
  }[];
  readonly summary: SummaryKind;
}

/** Returns points of the animals and their mean or median with its range at each dose or time point. */
export function doseResponseFigure(given: DoseResponseData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, dose, groups, summary } = data;
  if (dose.logarithmic === true && groups.some(({ points }) => points.some((point) => point.dose < 0))) {
    throw new RangeError('doseResponse: a logarithmic axis needs doses of 0 or more');
  }
  const doses = [...new Set(groups.flatMap(({ points }) => points.map((point) => point.dose)))].sort((a, b) => a - b);
  const positive = doses.filter((value) => value > 0);
  const logarithmic = dose.logarithmic === true && positive.length > 0;
  const lowest = positive[0] ?? 1;
  const zero = logarithmic && doses.some((value) => value <= 0);
  // Beside the smallest dose, beyond a break of the axis, there is room for those that have no logarithm.
  const zeroAt = lowest / 4;
  const placeOf = (value: number) => (logarithmic && value <= 0 ? zeroAt : value);
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const doseLabel = dose.unit === undefined ? dose.name : `${dose.name} (${dose.unit})`;
  const lines = groups.map(({ points }) =>
    [...points]
      .sort((a, b) => a.dose - b.dose)
      .map(({ dose: at, values }) => ({ at, values, ...summaryOf(values, summary) })),
  );
  const [low, high] = extent(doses.map(placeOf));
  const margin = logarithmic ? 0 : (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const panel = planPanel({
    shown: { title: `${measure} by ${dose.name}`, subtitle: summaryWords[summary], ...options },
    items: groups.map(({ name }, i) => ({ label: name, color: categoryColor(i), dash: curveDash(i), marker: i })),
    x: {
      label: doseLabel,
      domain: [low - margin, high + margin],
      kind: logarithmic ? 'log' : 'linear',
      nice: logarithmic,
      // Below the break the axis has no scale.
      ...(zero ? { format: (value: number) => (value < lowest / 2 ? '' : powerLabel(value)) } : {}),
    },
    y: {
      label,
      domain: withZero(
        extent(
          ...groups.flatMap(({ points }) => points.map(({ values }) => values)),
          ...lines.flatMap((line) => line.map((point) => [point.low, point.high])),
        ),
      ),
    },
  });
  const { room, x, y } = panel;
  const r = (value: number) => Math.round(value * 100) / 100;
  // Groups stand a little beside one another, so that none hides another.
  const aside = (group: number) => (group - (groups.length - 1) / 2) * Math.min(7, 40 / Math.max(groups.length, 1));
  const words = groups.map(
    ({ name }, i) =>
      `${name}: ${(lines[i] ?? []).map(({ at, middle, count }) => `${formatMeasure(middle)} at ${at} (n = ${count})`).join(', ')}`,
  );
  return renderPanel(
    panel,
    {
      kind: 'dose-response',
      data,
      description: `${label} by ${doseLabel}, ${summaryWords[summary]}. ${words.join('; ')}.`,
    },
    doses.length === 0 ? emptyNote(room, 'no value') : undefined,
    zero ? axisBreak(room, { zeroPx: x.toPx(zeroAt), breakPx: x.toPx(lowest / 2) }) : undefined,
    lines.map((line, i) => {
      const color = categoryColor(i);
      const curve = groups[i]?.curve;
      // The line has a gap at the break of the axis.
      const withoutDose = zero ? line.filter((point) => point.at <= 0).length : 0;
      const drawn = line.flatMap((_, k) => (k > 0 && k === withoutDose ? [undefined, k] : [k]));
      const at = (k: number) => x.toPx(placeOf(line[k]?.at as number)) + aside(i);
      return svg(
        'g',
        {},
        line.map(({ values }, k) =>
          values.map((value) => marker(i, at(k), y.toPx(value), { color, radiusPx: 2.4, opacity: 0.4 })),
        ),
        svg('path', {
          d:
            curve === undefined
              ? linePath(
                  drawn.length,
                  (k) => (drawn[k] === undefined ? Number.NaN : at(drawn[k])),
                  (k) => (drawn[k] === undefined ? Number.NaN : y.toPx(line[drawn[k]]?.middle as number)),
                )
              : linePath(
                  curve.dose.length,
                  (k) => x.toPx(placeOf(curve.dose[k] as number)),
                  (k) => y.toPx(curve.value[k] as number),
                ),
          stroke: color,
          'stroke-width': 2,
          'stroke-dasharray': curveDash(i),
          fill: 'none',
        }),
        line.map((point, k) => [
          Number.isFinite(point.low + point.high)
            ? svg('path', {
                d: `M${r(at(k))} ${r(y.toPx(point.low))}V${r(y.toPx(point.high))}M${r(at(k) - 4)} ${r(y.toPx(point.low))}h8M${r(at(k) - 4)} ${r(y.toPx(point.high))}h8`,
                stroke: color,
                'stroke-width': 1.5,
                fill: 'none',
              })
            : undefined,
          marker(i, at(k), y.toPx(point.middle), { color, radiusPx: 4.4 }),
        ]),
      );
    }),
  );
}

/** Returns what covers a logarithmic axis left of its break: a piece of axis for a dose of none, and two strokes. */
function axisBreak(room: Room, { zeroPx, breakPx }: { readonly zeroPx: number; readonly breakPx: number }): SvgChild {
  const bottom = room.top + room.height;
  const end = Math.round(((zeroPx + breakPx) / 2) * 100) / 100;
  const r = (value: number) => Math.round(value * 100) / 100;
  return svg(
    'g',
    {},
    svg('rect', { x: room.left - 1, y: bottom - 1, width: breakPx - room.left, height: 7, fill: theme.paper }),
    svg('path', {
      d: `M${r(room.left)} ${r(bottom)}H${end}M${r(zeroPx)} ${r(bottom)}v5M${end - 2} ${r(bottom + 5)}l4 -10M${r(breakPx - 3)} ${r(bottom + 5)}l4 -10`,
      stroke: theme.muted,
      fill: 'none',
    }),
    svg(
      'text',
      { x: zeroPx, y: bottom + 17, 'text-anchor': 'middle', 'font-size': theme.tickPx, fill: theme.muted },
      '0',
    ),
  );
}
