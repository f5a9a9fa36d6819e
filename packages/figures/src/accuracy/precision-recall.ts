import { clipped, emptyNote, type FigureOptions } from '../chart/figure.js';
import type { LegendItem } from '../chart/legend.js';
import { marker } from '../chart/marker.js';
import { planPanel, renderPanel } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import type { Scale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { linePath } from '../svg/path.js';

/** Precision over recall, as curves and as points. */
export interface PrecisionRecallData {
  readonly curves: readonly {
    readonly name: string;
    /** 0..1, shape `[point]`. */
    readonly recall: ArrayLike<number>;
    /** 0..1, shape `[point]`; NaN = unknown. */
    readonly precision: ArrayLike<number>;
    readonly averagePrecision?: number;
    /** Place in a family of curves, such as the IoU that counts as found; colors then follow it. */
    readonly at?: number;
  }[];
  /** What `at` is, such as `IoU`. */
  readonly family?: string;
  /** Single scores: operating points, annotators. Points of one group share a color and a marker. */
  readonly points?: readonly {
    readonly name: string;
    readonly recall: number;
    readonly precision: number;
    readonly group?: string;
  }[];
  /** Ranges of F1 behind the curves, such as that of annotators; one with the name of a curve takes its color. */
  readonly bands?: readonly { readonly name: string; readonly lowF1: number; readonly highF1: number }[];
}

/** Returns recall and precision along a line of equal F1, from precision 1 to recall 1: list of `[recall, precision]`. */
function equalF1(f1: number): [number, number][] {
  // A hyperbola about (f1 / 2, f1 / 2); even steps of its parameter keep the bend smooth at both ends.
  const span = Math.log(2 / f1 - 1);
  const at = (i: number) => Math.min(1, (f1 / 2) * (1 + Math.exp(span * (i / 32 - 1))));
  return Array.from({ length: 65 }, (_, i) => [at(i), at(64 - i)]);
}

/** Px at the right of a plot that the names of {@link f1Lines} take. */
export const f1NamesPx = 42;

/** Returns faint lines of equal F1, named at the right of the plot. */
export function f1Lines(x: Scale, y: Scale): SvgChild[] {
  return [0.2, 0.4, 0.6, 0.8].map((f1) => {
    const line = equalF1(f1);
    return svg(
      'g',
      {},
      svg('path', {
        d: linePath(
          line.length,
          (i) => x.toPx(line[i]?.[0] as number),
          (i) => y.toPx(line[i]?.[1] as number),
        ),
        stroke: theme.faint,
        'stroke-width': 1,
        'stroke-dasharray': '3 3',
        fill: 'none',
      }),
      svg(
        'text',
        {
          x: x.toPx(1) + 5,
          y: y.toPx(f1 / (2 - f1)) + 3.5,
          'font-size': 9.5,
          fill: theme.muted,
        },
        `F1 ${f1}`,
      ),
    );
  });
}

/** Returns curves of precision over recall with lines of equal F1; a family of curves is colored along its scale. */
export function precisionRecallFigure(given: PrecisionRecallData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { curves, points = [], bands = [], family } = data;
  for (const { name, recall, precision } of curves) {
    if (recall.length !== precision.length) {
      throw new RangeError(
        `precisionRecall: precision of ${name} must have shape [${recall.length}], got ${precision.length} values`,
      );
    }
  }
  const places = curves.map(({ at }) => at ?? Number.NaN);
  const isFamily = curves.length > 1 && places.every(Number.isFinite);
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const colors = curves.map((_, i) =>
    isFamily ? rampColor('viridis', (((places[i] as number) - low) / (high - low || 1)) * 0.88) : categoryColor(i),
  );
  const dashes = curves.map((_, i) => (isFamily ? undefined : curveDash(i)));
  const groups = [...new Set(points.map(({ group, name }) => group ?? name))];
  const colorOf = new Map(curves.map(({ name }, i) => [name, colors[i] as string]));
  const groupColor = (group: string) => colorOf.get(group) ?? categoryColor(groups.indexOf(group) + curves.length);
  const drawnBands = bands.filter(({ lowF1, highF1 }) => lowF1 > 0 && lowF1 <= highF1 && highF1 <= 1);
  const bandColor = (name: string) => colorOf.get(name) ?? theme.muted;
  const items: LegendItem[] = [
    ...curves.map(({ name, averagePrecision }, i) => ({
      label: averagePrecision === undefined ? name : `${name}: AP ${formatNumber(averagePrecision, 3)}`,
      color: colors[i] as string,
      dash: dashes[i],
    })),
    ...drawnBands.map(({ name, lowF1, highF1 }) => ({
      label: `${name === '' ? '' : `${name}: `}F1 ${formatNumber(lowF1, 2)}–${formatNumber(highF1, 2)} of people`,
      color: bandColor(name),
      shape: 'band' as const,
    })),
    ...groups.map((group, i) => ({ label: group, color: groupColor(group), shape: 'dot' as const, marker: i })),
  ];
  const panel = planPanel({
    shown: {
      title: 'Precision and recall',
      ...(isFamily && family !== undefined ? { subtitle: `curves by ${family}` } : {}),
      ...options,
    },
    defaultWidthPx: 520,
    plotHeightPx: 320,
    rightPx: f1NamesPx,
    items: items.length > 40 ? [] : items,
    x: { label: 'recall', domain: [0, 1], nice: false, tickCount: 5 },
    y: { label: 'precision', domain: [0, 1], nice: false, tickCount: 5 },
  });
  const { room, x, y } = panel;
  const words = [
    ...curves.map(({ name, averagePrecision }) =>
      averagePrecision === undefined ? name : `${name} with average precision ${formatNumber(averagePrecision, 3)}`,
    ),
    ...drawnBands.map(
      ({ name, lowF1, highF1 }) =>
        `F1 of people${name === '' ? '' : ` for ${name}`} from ${formatNumber(lowF1, 2)} to ${formatNumber(highF1, 2)}`,
    ),
    ...points.map(
      ({ name, recall, precision }) =>
        `${name} with precision ${formatNumber(precision, 3)} and recall ${formatNumber(recall, 3)}`,
    ),
  ];
  return renderPanel(
    panel,
    {
      kind: 'precision-recall',
      data,
      description: `Precision over recall of ${curves.length} curves and ${points.length} points: ${words.join('; ')}.`,
    },
    drawnBands.map(({ name, lowF1, highF1 }) => {
      const outline = [...equalF1(highF1), ...equalF1(lowF1).reverse()];
      const d = linePath(
        outline.length,
        (i) => x.toPx(outline[i]?.[0] as number),
        (i) => y.toPx(outline[i]?.[1] as number),
      );
      return svg('path', { d: `${d}Z`, fill: bandColor(name), 'fill-opacity': 0.16 });
    }),
    f1Lines(x, y),
    curves.length + points.length === 0 ? emptyNote(room, 'no curve') : undefined,
    clipped(
      { ...room, top: room.top - 2, height: room.height + 2 },
      curves.map(({ recall, precision }, i) => {
        const step = Math.max(1, Math.floor(recall.length / 2000));
        const count = Math.ceil(recall.length / step);
        return svg('path', {
          d: linePath(
            count,
            (k) => x.toPx(recall[Math.min(k * step, recall.length - 1)] as number),
            (k) => y.toPx(precision[Math.min(k * step, recall.length - 1)] as number),
          ),
          stroke: colors[i] as string,
          'stroke-width': 1.9,
          'stroke-dasharray': dashes[i],
          'stroke-linejoin': 'round',
          fill: 'none',
        });
      }),
    ),
    points.map(({ name, group = name, recall, precision }) =>
      marker(groups.indexOf(group), x.toPx(recall), y.toPx(precision), { color: groupColor(group), radiusPx: 5 }),
    ),
  );
}
