import { xAxis } from '../chart/axis.js';
import { emptyNote, type FigureOptions, figureWidth, headerHeightPx, renderFigure } from '../chart/figure.js';
import { legend } from '../chart/legend.js';
import { marker } from '../chart/marker.js';
import { planRows } from '../chart/named-rows.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** Scores of single sessions beside those of all together. */
export interface SessionScoresData {
  /** Such as `F1`. */
  readonly measure: string;
  readonly behaviors: readonly {
    readonly name: string;
    /** Score over all sessions together. */
    readonly pooled?: number;
    /** Its range, such as from resampled sessions. */
    readonly low?: number;
    readonly high?: number;
  }[];
  /** List. */
  readonly sessions: readonly {
    readonly name: string;
    /** 0..1, shape `[behavior]`; NaN = not defined, as where the behavior never happened. */
    readonly scores: readonly number[];
  }[];
}

const meanOf = (scores: readonly number[]) => {
  const known = scores.filter((score) => !Number.isNaN(score));
  return known.length === 0 ? Number.NaN : known.reduce((sum, score) => sum + score, 0) / known.length;
};

/** Returns one row for each session, the best on top, with a mark for each behavior, and the pooled scores with their ranges above. */
export function sessionScoresFigure(given: SessionScoresData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, behaviors, sessions } = data;
  for (const { name, scores } of sessions) {
    if (scores.length !== behaviors.length) {
      throw new RangeError(
        `sessionScores: scores of ${name} must have shape [${behaviors.length}], got ${scores.length} values`,
      );
    }
  }
  const order = sessions
    .map((session, place) => ({ ...session, place, mean: meanOf(session.scores) }))
    .sort((a, b) =>
      Number.isNaN(a.mean) || Number.isNaN(b.mean)
        ? Number(Number.isNaN(a.mean)) - Number(Number.isNaN(b.mean)) || a.place - b.place
        : b.mean - a.mean || a.place - b.place,
    );
  const shown = { title: `${measure} of single sessions`, ...options };
  const width = figureWidth(options, 620);
  const key = legend(
    behaviors.map(({ name }, i) => ({ label: name, color: categoryColor(i), shape: 'dot' as const, marker: i })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const pooled = behaviors.flatMap(({ pooled: value }, b) =>
    value !== undefined && Number.isFinite(value) ? [b] : [],
  );
  const head = headerHeightPx(shown) + key.heightPx + 6;
  const pooledPx = pooled.length === 0 ? 0 : 10 * pooled.length + 14;
  const top = head + pooledPx;
  const rows = planRows({
    names: order.map(({ name }) => name),
    ...{ left: 16, top, widthPx: width - 16, rowPx: Math.max(3, Math.min(18, 640 / Math.max(order.length, 1))) },
    namesShare: 0.3,
  });
  const { room, rowPx } = rows;
  const x = linearScale({ domain: [0, 1], range: [room.left, room.left + room.width], nice: false, tickCount: 5 });
  const radiusPx = Math.max(1.6, Math.min(4.2, rowPx * 0.32));
  const summary = pooled.map((b, i) => {
    const { pooled: value, low, high } = behaviors[b] as { pooled: number; low?: number; high?: number };
    const y = head + 6 + i * 10;
    return [
      low !== undefined && high !== undefined && Number.isFinite(low + high)
        ? svg('path', {
            d: `M${r(x.toPx(low))} ${r(y)}H${r(x.toPx(high))}`,
            stroke: categoryColor(b),
            'stroke-width': 2,
            fill: 'none',
          })
        : undefined,
      marker(b, x.toPx(value), y, { color: categoryColor(b), radiusPx: 4.6 }),
      svg('path', {
        d: `M${r(x.toPx(value))} ${r(top)}v${r(room.height)}`,
        stroke: categoryColor(b),
        'stroke-width': 1,
        'stroke-dasharray': '3 3',
        'stroke-opacity': 0.7,
        fill: 'none',
      }),
    ];
  });
  const known = order.flatMap(({ scores }) => scores.filter((score) => !Number.isNaN(score)));
  const undefinedCount = order.reduce((sum, { scores }) => sum + scores.length, 0) - known.length;
  const words = behaviors.map(({ name, pooled: value }) =>
    value === undefined || Number.isNaN(value) ? name : `${name} ${formatNumber(value, 3)} over all`,
  );
  const worst = order.filter(({ mean }) => !Number.isNaN(mean)).at(-1);
  const bottom = top + room.height;
  return renderFigure(
    {
      ...shown,
      kind: 'session-scores',
      data,
      widthPx: width,
      heightPx: bottom + 48 + (undefinedCount > 0 ? 14 : 0),
      description:
        `${measure} of ${order.length} sessions; ${words.join(', ')}.` +
        `${worst === undefined ? '' : ` Lowest mean ${formatNumber(worst.mean, 3)} in ${worst.name}.`}`,
    },
    key.element,
    xAxis(x, room, { label: measure, grid: true }),
    known.length === 0
      ? emptyNote({ ...room, height: Math.max(room.height, 24) }, 'no score')
      : [
          pooled.length === 0
            ? undefined
            : svg('text', { x: room.left - 7, y: head + 10, 'text-anchor': 'end', 'font-weight': '600' }, 'all'),
          rowPx < 7
            ? undefined
            : svg('path', {
                d: order.map((_, row) => `M${r(room.left)} ${r(rows.middle(row))}h${r(room.width)}`).join(''),
                stroke: theme.grid,
                fill: 'none',
              }),
          rows.names,
          summary,
          order.map(({ scores }, row) =>
            scores.map((score, b) =>
              Number.isNaN(score)
                ? undefined
                : marker(b, x.toPx(score), rows.middle(row), { color: categoryColor(b), radiusPx, opacity: 0.9 }),
            ),
          ),
        ],
    undefinedCount === 0
      ? undefined
      : svg(
          'text',
          { x: width - 16, y: bottom + 54, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
          undefinedCount === 1
            ? '1 score is not defined and not shown'
            : `${formatNumber(undefinedCount)} scores are not defined and not shown`,
        ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
