import { mean as meanOf, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
import { xAxis } from '../chart/axis.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import type { ErrorData } from './error-distribution.js';

const rowPx = 26;
const columns = ['n', 'mean', 'median', '≤ 5', '≤ 10'] as const;
const columnPx = 56;

/** Returns one row for each keypoint: middle half (bar), 5..95 % (line), median (dot) and the numbers beside them. */
export function keypointErrorFigure(given: ErrorData, options: FigureOptions = {}): string {
  const { keypoints, errors, unit = 'px' } = knownData(given);
  const shown = { title: 'Error by keypoint', ...options };
  const sorted = errors.map(sortedNumbers);
  if (sorted.length !== keypoints.length) {
    throw new RangeError(`errors: needs one list for each of ${keypoints.length} keypoints, got ${sorted.length}`);
  }
  const width = figureWidth(options, 760);
  const top = headerHeightPx(shown) + 22;
  const named = Math.min(150, Math.max(0, ...keypoints.map((name) => textWidthPx(name, theme.textPx))));
  const left = 16 + named + 12;
  const room: Room = {
    left,
    top,
    width: width - left - columns.length * columnPx - 20,
    height: Math.max(keypoints.length, 1) * rowPx,
  };
  const most = Math.max(...sorted.map((values) => quantileOfSorted(values, 0.95)).filter(Number.isFinite), 0);
  const x = linearScale({ domain: [0, most || 1], range: [room.left, room.left + room.width] });
  const columnX = (column: number) => width - 16 - (columns.length - 1 - column) * columnPx;
  const told: string[] = [];
  const rows = sorted.map((values, keypoint): SvgChild => {
    const name = keypoints[keypoint] as string;
    const y = top + rowPx * (keypoint + 0.5);
    const q = (share: number) => x.toPx(quantileOfSorted(values, share));
    const color = categoryColor(keypoint);
    const share = (limit: number) =>
      values.length === 0
        ? '–'
        : `${formatNumber((100 * values.filter((value) => value <= limit).length) / values.length, 1)} %`;
    const mean = meanOf(values);
    told.push(`${name} ${formatMeasure(mean)}`);
    const texts = [
      formatNumber(values.length),
      formatMeasure(mean),
      formatMeasure(quantileOfSorted(values, 0.5)),
      share(5),
      share(10),
    ];
    return svg(
      'g',
      {},
      keypoint % 2 === 0
        ? svg('rect', { x: 8, y: y - rowPx / 2, width: width - 16, height: rowPx, fill: theme.plate })
        : undefined,
      svg('text', { x: left - 12, y: y + 4, 'text-anchor': 'end' }, fitText(name, theme.textPx, named + 4)),
      values.length === 0
        ? undefined
        : [
            svg('path', { d: `M${r(q(0.05))} ${y}H${r(q(0.95))}`, stroke: color, 'stroke-width': 1.6, fill: 'none' }),
            svg('rect', {
              x: q(0.25),
              y: y - 5,
              width: Math.max(q(0.75) - q(0.25), 1),
              height: 10,
              fill: color,
              'fill-opacity': 0.55,
              rx: 2,
            }),
            svg('circle', { cx: q(0.5), cy: y, r: 3.6, fill: theme.paper, stroke: color, 'stroke-width': 2 }),
          ],
      texts.map((text, column) => svg('text', { x: columnX(column), y: y + 4, 'text-anchor': 'end' }, text)),
    );
  });
  const description = `Mean error of each keypoint in ${unit}: ${told.join(', ')}.`;
  return renderFigure(
    {
      ...shown,
      kind: 'keypoint-errors',
      data: { keypoints, errors, unit },
      widthPx: width,
      heightPx: top + room.height + 48,
      description,
    },
    columns.map((name, column) =>
      svg(
        'text',
        { x: columnX(column), y: top - 8, 'text-anchor': 'end', 'font-size': theme.tickPx, fill: theme.muted },
        column > 2 ? `${name} ${unit}` : name,
      ),
    ),
    keypoints.length === 0 ? emptyNote(room, 'no keypoint') : rows,
    svg('path', {
      d: x.ticks.map((tick) => `M${r(x.toPx(tick.value))} ${top}v${room.height}`).join(''),
      stroke: theme.ink,
      'stroke-opacity': 0.08,
      fill: 'none',
    }),
    xAxis(x, room, { label: `error (${unit}): 5 to 95 %, middle half, median` }),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
