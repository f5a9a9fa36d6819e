import { xAxis } from '../chart/axis.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { stackedRows } from '../chart/stacked-rows.js';
import { theme } from '../chart/theme.js';
import { categoryColor, mixColors } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber, formatPercent } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';
import { textWidthPx } from '../svg/text-width.js';

/** What kinds of errors keypoints have, and what each costs. */
export interface ErrorDecompositionData {
  /** Kinds in the order of the counts, such as good, jitter, inversion, swap, miss. */
  readonly kinds: readonly string[];
  /** One row for each keypoint or model, counts of shape `[kind]`. */
  readonly rows: readonly {
    readonly name: string;
    /** Shape `[kind]`. */
    readonly counts: readonly number[];
  }[];
  /** How much AP rises when all errors of a kind are mended, 0..1. */
  readonly cost?: readonly { readonly kind: string; readonly apGain: number }[];
  /** AP before anything is mended. */
  readonly averagePrecision?: number;
}

/**
 * Returns the shares of kinds of errors as stacked bars and beside them what each kind costs in AP (Ruggero Ronchi and
 * Perona 2017). Keypoints that are good are pale.
 */
export function errorDecompositionFigure(given: ErrorDecompositionData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { kinds, rows, cost = [], averagePrecision } = data;
  for (const { name, counts } of rows) {
    if (counts.length !== kinds.length) {
      throw new RangeError(
        `errorDecomposition: ${name} must have shape [${kinds.length}], got ${counts.length} counts`,
      );
    }
  }
  const shown = { title: 'Kinds of keypoint errors', ...options };
  const width = figureWidth(options, 760);
  const head = headerHeightPx(shown);
  const colors = kinds.map((kind, i) =>
    kind === 'good' ? theme.faint : categoryColor(i - (kinds[0] === 'good' ? 1 : 0)),
  );
  const key = legend(
    kinds.map((label, i) => ({ label, color: colors[i] as string, shape: 'box' as const })),
    { left: 16, top: head, width: width - 32 },
  );
  const top = head + key.heightPx + 12;
  // In one column of a journal the cost stands below.
  const below = width < 480;
  const sideWidth = cost.length === 0 || below ? 0 : width * 0.3;
  const bars = stackedRows({
    rows: rows.map(({ name, counts }) => ({ name, values: counts })),
    colors,
    left: 16,
    top,
    widthPx: width - 32 - sideWidth,
  });
  const costNames = Math.max(0, ...cost.map(({ kind }) => textWidthPx(kind, theme.textPx)));
  const side: Room = {
    left: (below ? 0 : width - sideWidth) + costNames + 22,
    top: below ? top + bars.heightPx + 26 : top,
    width: (below ? width : sideWidth) - costNames - 22 - 54,
    height: Math.max(cost.length * 24, 24),
  };
  const x = linearScale({
    domain: [0, Math.max(0.001, ...cost.map(({ apGain }) => apGain).filter(Number.isFinite))],
    range: [side.left, side.left + side.width],
    tickCount: 2,
  });
  const bottom = Math.max(top + bars.heightPx, cost.length === 0 ? 0 : side.top + side.height + 44);
  const words = rows.map(({ name, counts }) => {
    const total = counts.reduce((a, b) => a + b, 0);
    return `${name}: ${kinds.map((kind, i) => `${kind} ${formatPercent((counts[i] as number) / total)}`).join(', ')}`;
  });
  const gains = cost.map(({ kind, apGain }) => `${kind} ${formatNumber(apGain, 3)}`);
  return renderFigure(
    {
      ...shown,
      kind: 'error-decomposition',
      data,
      widthPx: width,
      heightPx: bottom + 10,
      description: `${words.join('; ')}.${gains.length === 0 ? '' : ` AP gained by mending: ${gains.join(', ')}.`}${averagePrecision === undefined ? '' : ` AP now ${formatNumber(averagePrecision, 3)}.`}`,
    },
    key.element,
    rows.length === 0
      ? emptyNote({ left: 16, top, width: width - 32 - sideWidth, height: 24 }, 'no keypoint')
      : bars.element,
    cost.length === 0
      ? undefined
      : [
          svg(
            'text',
            { x: side.left - costNames - 6, y: side.top - 8, 'font-size': theme.tickPx, fill: theme.muted },
            averagePrecision === undefined ? 'AP gained' : `AP gained (now ${formatNumber(averagePrecision, 3)})`,
          ),
          cost.map(({ kind, apGain }, i) => {
            const y = side.top + i * 24;
            const gain = Number.isFinite(apGain) ? Math.max(apGain, 0) : 0;
            const color = colors[kinds.indexOf(kind)] ?? mixColors(theme.accent, '#ffffff', 0.3);
            return [
              svg('text', { x: side.left - 6, y: y + 16, 'text-anchor': 'end' }, kind),
              svg('rect', {
                x: side.left,
                y: y + 4,
                width: Math.max(x.toPx(gain) - side.left, 0.8),
                height: 16,
                fill: color,
              }),
              svg(
                'text',
                { x: x.toPx(gain) + 5, y: y + 16, 'font-size': theme.tickPx },
                Number.isFinite(apGain) ? `+${formatNumber(apGain, 3)}` : '–',
              ),
            ];
          }),
          xAxis(x, side, { label: 'AP' }),
        ],
  );
}
