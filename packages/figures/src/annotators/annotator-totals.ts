import { yAxis } from '../chart/axis.js';
import { categoryAxis, planCategories } from '../chart/categories.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { extent, withZero } from '../chart/panel.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** How much of each behavior each annotator marked. */
export interface AnnotatorTotalsData {
  readonly behaviors: readonly string[];
  readonly annotators: readonly string[];
  /** Seconds, shape `[annotator, behavior]`; NaN = not marked at all. */
  readonly timeSec: readonly (readonly number[])[];
  /** Number of bouts, shape `[annotator, behavior]`. */
  readonly boutCounts: readonly (readonly number[])[];
}

/** Returns bars of total time and, below, of bout counts: one group for each behavior, one bar for each annotator. */
export function annotatorTotalsFigure(given: AnnotatorTotalsData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { behaviors, annotators, timeSec, boutCounts } = data;
  for (const [name, table] of [
    ['timeSec', timeSec],
    ['boutCounts', boutCounts],
  ] as const) {
    if (table.length !== annotators.length || table.some((row) => row.length !== behaviors.length)) {
      throw new RangeError(
        `annotatorTotals: ${name} must have shape [${annotators.length},${behaviors.length}], got [${table.length},${table[0]?.length ?? 0}]`,
      );
    }
  }
  const shown = { title: 'What each annotator marked', ...options };
  const width = figureWidth(options, 640);
  const key = legend(
    annotators.map((label, i) => ({ label, color: categoryColor(i), shape: 'box' as const })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 8;
  const panelPx = 150;
  const upper: Room = { left: 76, top, width: width - 76 - 16, height: panelPx };
  const lower: Room = { ...upper, top: top + panelPx + 22 };
  const bands = bandScale(behaviors.length, [upper.left, upper.left + upper.width], 0.25);
  const names = planCategories(behaviors, bands.stepPx);
  const barPx = bands.bandPx / Math.max(annotators.length, 1);
  const panel = (room: Room, table: readonly (readonly number[])[], label: string) => {
    const y = linearScale({ domain: withZero(extent(...table, [0])), range: [room.top + panelPx, room.top] });
    return [
      yAxis(y, room, { label }),
      table.map((row, annotator) =>
        row.map((value, behavior) => {
          const at = y.toPx(value);
          if (!Number.isFinite(at)) return undefined;
          return svg('rect', {
            x: bands.start(behavior) + annotator * barPx + 0.2,
            y: at,
            width: Math.max(barPx - 0.4, 0.4),
            height: Math.max(y.toPx(0) - at, 0.6),
            fill: categoryColor(annotator),
          });
        }),
      ),
    ];
  };
  const words = annotators.map(
    (name, i) =>
      `${name}: ${behaviors.map((behavior, k) => `${behavior} ${formatMeasure(timeSec[i]?.[k] as number)} s in ${boutCounts[i]?.[k]} bouts`).join(', ')}`,
  );
  return renderFigure(
    {
      ...shown,
      kind: 'annotator-totals',
      data,
      widthPx: width,
      heightPx: lower.top + panelPx + names.heightPx + 12,
      description: `Total time and bouts. ${words.join('; ')}.`,
    },
    key.element,
    panel(upper, timeSec, 'total time (s)'),
    svg('path', { d: `M${upper.left} ${upper.top + panelPx}h${upper.width}`, stroke: '#5d6b75', fill: 'none' }),
    panel(lower, boutCounts, 'bouts'),
    annotators.length * behaviors.length === 0 ? emptyNote(upper, 'nothing was marked') : undefined,
    categoryAxis(names, bands, lower),
  );
}
