import { mean, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
import { xAxis, yAxis, yAxisWidthPx } from '../chart/axis.js';
import {
  clipped,
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import { knownData } from '../record/known-data.js';
import { formatDuration, formatMeasure } from '../scale/number-format.js';
import { linearScale, timeScale } from '../scale/scale.js';
import { countInBins } from '../series/histogram.js';
import { svg } from '../svg/element.js';
import { seriesMarks, sideBars } from './time-series.js';

/** How fast something moved over time. */
export interface SpeedData {
  /** Speed at each frame in `unit`, shape `[frame]`; NaN = unknown. */
  readonly speed: ArrayLike<number>;
  /** Time of each frame in seconds, ascending, shape `[frame]`. */
  readonly timeSec: ArrayLike<number>;
  /** Such as `cm/s` or `px/s`. */
  readonly unit: string;
}

/** Returns speed over time with its distribution on the same axis; median and 95th percentile are marked. */
export function speedFigure(given: SpeedData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { speed, timeSec, unit } = data;
  const shown = { title: 'Speed', ...options };
  if (speed.length !== timeSec.length) {
    throw new RangeError(`speed: must have shape [${timeSec.length}], got ${speed.length} values`);
  }
  const width = figureWidth(options, 760);
  const top = headerHeightPx(shown) + 8;
  const height = top + 190 + 48;
  const sorted = sortedNumbers(speed);
  const most = quantileOfSorted(sorted, 1);
  const y = linearScale({ domain: [0, sorted.length === 0 ? 1 : most], range: [top + 190, top] });
  const left = 16 + yAxisWidthPx(y, { label: 'speed' });
  const side = Math.round(width * 0.17);
  const main: Room = { left, top, width: width - left - side - 28, height: 190 };
  const beside: Room = { left: main.left + main.width + 14, top, width: side - 4, height: 190 };
  const x = timeScale({
    domain: [timeSec[0] ?? 0, timeSec[timeSec.length - 1] ?? 1],
    range: [main.left, main.left + main.width],
  });
  const bins = 38;
  const binWidth = (y.domain[1] - y.domain[0]) / bins;
  const shape = countInBins(speed, { low: 0, width: binWidth, count: bins });
  const [median, high] = [quantileOfSorted(sorted, 0.5), quantileOfSorted(sorted, 0.95)];
  const description = `Speed over ${formatDuration(x.domain[1] - x.domain[0])}: mean ${formatMeasure(mean(speed))}, median ${formatMeasure(median)}, 95th percentile ${formatMeasure(high)}, largest ${formatMeasure(most)} ${unit}.`;
  const marks =
    sorted.length === 0
      ? emptyNote(main, 'no known speed')
      : [
          ...seriesMarks(timeSec, speed, { x, y, room: main, color: theme.accent }),
          sideBars(shape.counts, { low: 0, binWidth, y, room: beside, color: theme.accent }),
          ...(
            [
              [median, 'median'],
              [high, '95 %'],
            ] as const
          ).map(([value, label], i) => {
            const at = y.toPx(value);
            const collides = i === 0 && Math.abs(at - y.toPx(high)) < 14;
            return svg(
              'g',
              {},
              svg('path', {
                d: `M${beside.left} ${Math.round(at * 100) / 100}h${beside.width}`,
                stroke: theme.ink,
                'stroke-dasharray': '3 2',
                fill: 'none',
              }),
              svg(
                'text',
                {
                  x: beside.left + beside.width,
                  y: collides ? at + 12 : at - 4,
                  'text-anchor': 'end',
                  'font-size': theme.tickPx,
                  ...theme.halo,
                },
                `${label} ${formatMeasure(value)}`,
              ),
            );
          }),
        ];
  return renderFigure(
    { ...shown, kind: 'speed', data, widthPx: width, heightPx: height, description },
    yAxis(y, main, { label: `speed (${unit})` }),
    svg('path', { d: `M${beside.left} ${top}v190`, stroke: theme.faint, fill: 'none' }),
    clipped({ left: main.left, top: top - 8, width: width - main.left, height: 206 }, marks),
    xAxis(x, main, { label: `time (${x.unit})` }),
    svg(
      'text',
      { x: beside.left + beside.width / 2, y: top + 190 + 35, 'text-anchor': 'middle', fill: theme.muted },
      'share of frames',
    ),
  );
}
