import { categoryAxis } from '../chart/categories.js';
import { colorBar } from '../chart/color-bar.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { matrixMarks, planMatrix } from '../chart/matrix.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatNumber, formatPercent } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** What was called what. */
export interface ConfusionData {
  readonly classes: readonly string[];
  /** Shape `[true class, predicted class]`. */
  readonly counts: readonly (readonly number[])[];
  /** What rows are, default `truth`. */
  readonly rowName?: string;
  /** What columns are, default `prediction`. */
  readonly columnName?: string;
}

/** Returns a confusion matrix: shares of each row as color and percent, with the counts below them. */
export function confusionMatrixFigure(given: ConfusionData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { classes, counts, rowName = 'truth', columnName = 'prediction' } = data;
  if (counts.length !== classes.length || counts.some((row) => row.length !== classes.length)) {
    throw new RangeError(
      `confusion: counts must have shape [${classes.length},${classes.length}], got [${counts.length},${counts[0]?.length ?? 0}]`,
    );
  }
  const sums = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const total = sums.reduce((a, b) => a + b, 0);
  const correct = counts.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const shown = {
    title: 'Confusion matrix',
    subtitle: `${formatNumber(total)} in all, ${total === 0 ? '–' : formatPercent(correct / total)} on the diagonal`,
    ...options,
  };
  const width = figureWidth(options, Math.max(420, Math.min(760, 190 + 58 * classes.length)));
  const top = headerHeightPx(shown) + 12;
  const plan = planMatrix({ rowNames: classes, columnNames: classes, left: 34, top, widthPx: width - 34 - 84 });
  const { room } = plan;
  const height = Math.max(room.height, 60);
  const share = linearScale({
    domain: [0, 1],
    range: [top + height, top],
    nice: false,
    tickCount: 4,
    format: (value) => `${formatNumber(value * 100)} %`,
  });
  const middleY = Math.round((top + room.height / 2) * 100) / 100;
  const words = classes.map(
    (name, i) => `${name} ${sums[i] === 0 ? '–' : formatPercent((counts[i]?.[i] as number) / (sums[i] as number))}`,
  );
  return renderFigure(
    {
      ...shown,
      kind: 'confusion-matrix',
      data,
      widthPx: width,
      heightPx: Math.max(top + plan.heightPx + 28, top + height + 20),
      description: `Confusion of ${classes.length} classes, ${formatNumber(total)} counts. Share of each ${rowName} row on the diagonal: ${words.join(', ')}.`,
    },
    classes.length === 0
      ? emptyNote({ left: 16, top, width: width - 32, height: 40 }, 'no class')
      : [
          matrixMarks(plan, (row, column) => {
            const count = counts[row]?.[column] as number;
            const value = count / (sums[row] as number);
            return {
              fill: Number.isFinite(value) ? rampColor('blues', value) : undefined,
              lines: [Number.isFinite(value) ? `${formatNumber(value * 100, 1)} %` : '–', formatNumber(count)],
            };
          }),
          categoryAxis(plan.columns, bandScale(classes.length, [room.left, room.left + room.width], 0), room, {
            label: columnName,
          }),
          svg('text', { x: 22, y: middleY, 'text-anchor': 'middle', transform: `rotate(-90 22 ${middleY})` }, rowName),
          colorBar('blues', share, {
            room: { left: room.left + room.width + 16, top, width: 12, height },
            label: '',
            place: (value) => value,
          }),
        ],
  );
}
