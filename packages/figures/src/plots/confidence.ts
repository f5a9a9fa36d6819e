import { mean, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
import { xAxis } from '../chart/axis.js';
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
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { linearScale, timeScale } from '../scale/scale.js';
import { countInBins } from '../series/histogram.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { seriesMarks, sideBars } from './time-series.js';

/** How sure a model was of each keypoint over time. */
export interface ConfidenceData {
  readonly keypoints: readonly string[];
  /** Shape `[frame, keypoint]`, 0..1; NaN = not given. */
  readonly confidence: ArrayLike<number>;
  /** Time of each frame in seconds, ascending, shape `[frame]`. */
  readonly timeSec: ArrayLike<number>;
  /** Confidence below which positions are not used, drawn as a line. */
  readonly cutoff?: number;
}

const rowPx = 46;

/** Returns one row for each keypoint: confidence over time, its distribution, and the share of frames above the cutoff. */
export function confidenceFigure(given: ConfidenceData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const shown = { title: 'Confidence', ...options };
  const { keypoints, confidence, timeSec, cutoff = 0.6 } = data;
  const [frames, points] = [timeSec.length, keypoints.length];
  if (confidence.length !== frames * points) {
    throw new RangeError(`confidence: must have shape [${frames},${points}], got ${confidence.length} values`);
  }
  const width = figureWidth(options, 760);
  const top = headerHeightPx(shown) + 20;
  const named = Math.min(150, Math.max(0, ...keypoints.map((name) => textWidthPx(name, theme.textPx))));
  const left = 16 + named + 34;
  const [side, shareWidth] = [Math.round(width * 0.13), 62];
  const mainWidth = width - left - side - shareWidth - 26;
  const x = timeScale({ domain: [timeSec[0] ?? 0, timeSec[frames - 1] ?? 1], range: [left, left + mainWidth] });
  const rows: SvgChild[] = [];
  const told: string[] = [];
  let last: Room = { left, top, width: mainWidth, height: rowPx - 12 };
  for (const [keypoint, name] of keypoints.entries()) {
    const room: Room = { left, top: top + keypoint * rowPx, width: mainWidth, height: rowPx - 12 };
    const beside: Room = { ...room, left: left + mainWidth + 12, width: side - 8 };
    last = room;
    const values = new Float64Array(frames);
    for (let frame = 0; frame < frames; frame++) values[frame] = confidence[frame * points + keypoint] as number;
    const y = linearScale({ domain: [0, 1], range: [room.top + room.height, room.top], nice: false, tickCount: 1 });
    const color = categoryColor(keypoint);
    const sorted = sortedNumbers(values);
    let above = 0;
    for (const value of sorted) if (value >= cutoff) above++;
    const share = frames === 0 ? 0 : above / frames;
    told.push(`${name} ${formatNumber(share * 100, 1)} %`);
    const cutAt = y.toPx(cutoff);
    rows.push(
      svg(
        'g',
        {},
        svg('rect', { x: room.left, y: room.top, width: room.width, height: room.height, fill: theme.plate }),
        svg('rect', { x: beside.left, y: beside.top, width: beside.width, height: beside.height, fill: theme.plate }),
        svg(
          'text',
          { x: left - 30, y: room.top + room.height / 2 + 4, 'text-anchor': 'end' },
          fitText(name, theme.textPx, named + 4),
        ),
        [1, 0].map((value) =>
          svg(
            'text',
            {
              x: left - 6,
              y: y.toPx(value) + (value === 1 ? 8 : 0),
              'text-anchor': 'end',
              'font-size': 10,
              fill: theme.muted,
            },
            String(value),
          ),
        ),
        sorted.length === 0
          ? emptyNote(room, 'not given')
          : [
              clipped(
                { ...room, top: room.top - 1.5, height: room.height + 3 },
                seriesMarks(timeSec, values, { x, y, room, color }),
              ),
              sideBars(countInBins(values, { low: 0, width: 0.05, count: 20 }).counts, {
                low: 0,
                binWidth: 0.05,
                y,
                room: beside,
                color,
              }),
            ],
        svg('path', {
          d: `M${room.left} ${cutAt}h${room.width}M${beside.left} ${cutAt}h${beside.width}`,
          stroke: theme.ink,
          'stroke-opacity': 0.55,
          'stroke-dasharray': '3 3',
          fill: 'none',
        }),
        svg(
          'text',
          { x: width - 16, y: room.top + room.height / 2 + 4, 'text-anchor': 'end', 'font-weight': '600' },
          `${formatNumber(share * 100, 1)} %`,
        ),
      ),
    );
  }
  const heading = (x: number, text: string, anchor: string) =>
    svg('text', { x, y: top - 8, 'text-anchor': anchor, 'font-size': theme.tickPx, fill: theme.muted }, text);
  const middle = quantileOfSorted(sortedNumbers(confidence), 0.5);
  const description = `Confidence of ${points} keypoints in ${frames} frames, mean ${formatNumber(mean(confidence), 3)}, median ${formatNumber(middle, 3)}. Share of frames at or above ${cutoff}: ${told.join(', ')}.`;
  return renderFigure(
    {
      ...shown,
      kind: 'confidence',
      data,
      widthPx: width,
      heightPx: last.top + last.height + 48,
      description,
    },
    heading(left, 'confidence over time', 'start'),
    heading(left + mainWidth + 12, 'distribution', 'start'),
    heading(width - 16, `at least ${cutoff}`, 'end'),
    points === 0 ? emptyNote(last, 'no keypoint') : rows,
    xAxis(x, last, { label: `time (${x.unit})` }),
  );
}
