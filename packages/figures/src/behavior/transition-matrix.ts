import { categoryAxis } from '../chart/categories.js';
import { colorBar } from '../chart/color-bar.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { matrixMarks, planMatrix } from '../chart/matrix.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** How often behaviors follow one another. */
export interface TransitionData {
  readonly behaviors: readonly string[];
  /** Share of the bouts of a row that the column follows, shape `[behavior, behavior]`; NaN where the row has none. */
  readonly probability: readonly (readonly number[])[];
  /** Shape `[behavior, behavior]`. */
  readonly counts: readonly (readonly number[])[];
}

/** @throws RangeError where a table is not as large as there are behaviors. */
export function checkTransitions({ behaviors, probability, counts }: TransitionData): void {
  for (const [name, table] of [
    ['probability', probability],
    ['counts', counts],
  ] as const) {
    if (table.length !== behaviors.length || table.some((row) => row.length !== behaviors.length)) {
      throw new RangeError(
        `transitions: ${name} must have shape [${behaviors.length},${behaviors.length}], got [${table.length},${table[0]?.length ?? 0}]`,
      );
    }
  }
}

/** Returns a table of what follows each behavior: probability as color and number, with the count below it. */
export function transitionMatrixFigure(given: TransitionData, options: FigureOptions = {}): string {
  const data = knownData(given);
  checkTransitions(data);
  const { behaviors, probability, counts } = data;
  const shown = { title: 'Transitions', ...options };
  const width = figureWidth(options, Math.max(420, Math.min(760, 190 + 58 * behaviors.length)));
  const top = headerHeightPx(shown) + 12;
  const plan = planMatrix({
    rowNames: behaviors,
    columnNames: behaviors,
    left: 38,
    top,
    widthPx: width - 38 - 74,
    mostNamesShare: 0.4,
  });
  const { room } = plan;
  const bands = bandScale(behaviors.length, [room.left, room.left + room.width], 0);
  const height = Math.max(room.height, 60);
  const share = linearScale({ domain: [0, 1], range: [top + height, top], nice: false, tickCount: 4 });
  const total = counts.flat().reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0);
  let most = { text: '', value: -1 };
  for (const [row, values] of probability.entries()) {
    for (const [column, value] of values.entries()) {
      if (value > most.value) most = { text: `${behaviors[row]} to ${behaviors[column]}`, value };
    }
  }
  const description = `Which of ${behaviors.length} behaviors follows which, ${formatNumber(total)} transitions${most.value < 0 ? '' : `; the most certain is ${most.text} (${formatNumber(most.value, 2)})`}.`;
  const middleY = top + room.height / 2;
  return renderFigure(
    {
      ...shown,
      kind: 'transition-matrix',
      data,
      widthPx: width,
      heightPx: Math.max(top + plan.heightPx + 44, top + height + 20),
      description,
    },
    matrixMarks(plan, (row, column) => {
      const value = probability[row]?.[column] ?? Number.NaN;
      const count = counts[row]?.[column] ?? Number.NaN;
      return {
        fill: Number.isFinite(value) ? rampColor('blues', value) : undefined,
        lines: [
          Number.isFinite(value) ? formatNumber(value, 2) : '–',
          Number.isFinite(count) ? formatNumber(count) : '',
        ],
      };
    }),
    behaviors.length === 0
      ? emptyNote({ ...room, width: width - 120, height: 40 }, 'no behavior')
      : [
          categoryAxis(plan.columns, bands, room, { label: 'next behavior' }),
          svg(
            'text',
            {
              x: 16,
              y: middleY,
              'text-anchor': 'middle',
              transform: `rotate(-90 16 ${Math.round(middleY * 100) / 100})`,
            },
            room.height < 60 ? 'from' : 'behavior',
          ),
          colorBar('blues', share, {
            room: { left: room.left + room.width + 16, top, width: 12, height },
            label: '',
            place: (value) => value,
          }),
        ],
    svg(
      'text',
      {
        x: width - 16,
        y: Math.max(top + plan.heightPx + 36, top + height + 12),
        'text-anchor': 'end',
        'font-size': 10,
        fill: theme.muted,
      },
      behaviors.length === 0 ? '' : 'share of the row; count below',
    ),
  );
}
