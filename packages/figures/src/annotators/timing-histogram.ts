import { quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
import { xAxis, yAxis } from '../chart/axis.js';
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
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { countInBins } from '../series/histogram.js';
import { svg } from '../svg/element.js';

/** How much earlier or later bouts begin and end than in a reference. */
export interface TimingHistogramData {
  readonly panels: readonly {
    /** Such as `onset` and `offset`. */
    readonly name: string;
    /** Seconds after the reference, negative where earlier, list; NaN is left out. */
    readonly differencesSec: ArrayLike<number>;
  }[];
  readonly binSec: number;
  /** Bouts that have no partner, said in the subtitle. */
  readonly unmatchedCount?: number;
}

/** Returns the distribution of timing differences, one panel each for onset and offset, around zero. */
export function timingHistogramFigure(given: TimingHistogramData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { panels, binSec, unmatchedCount } = data;
  if (!(binSec > 0)) throw new RangeError(`timingHistogram: binSec must be above 0, got ${binSec}`);
  const shown = {
    title: 'Timing against the reference',
    ...(unmatchedCount === undefined ? {} : { subtitle: `${formatNumber(unmatchedCount)} bouts have no partner` }),
    ...options,
  };
  const width = figureWidth(options, 640);
  const top = headerHeightPx(shown) + 24;
  const gap = 58;
  const count = Math.max(panels.length, 1);
  const each = (width - 62 - 20 - gap * (count - 1)) / count;
  const sorted = panels.map(({ differencesSec }) => sortedNumbers(differencesSec));
  const far = sorted.flatMap((values) =>
    values.length === 0 ? [] : [Math.abs(quantileOfSorted(values, 0.01)), Math.abs(quantileOfSorted(values, 0.99))],
  );
  // At most 400 bins, so that a small bin and one wild value still make a figure.
  const reach = Math.max(1, Math.min(200, Math.ceil(Math.max(0, ...far) / binSec + 0.5)));
  const low = -(reach + 0.5) * binSec;
  const words: string[] = [];
  const drawn = panels.map(({ name }, i) => {
    const values = sorted[i] as Float64Array;
    const room: Room = { left: 62 + i * (each + gap), top, width: each, height: 190 };
    const x = linearScale({
      domain: [low, -low],
      range: [room.left, room.left + each],
      nice: false,
      tickCount: Math.max(4, each / 60),
    });
    const inside = values.filter((value) => value >= low && value <= -low);
    const { counts } = countInBins(inside, { low, width: binSec, count: 2 * reach + 1 });
    const y = linearScale({ domain: [0, Math.max(1, ...counts)], range: [top + 190, top] });
    const median = quantileOfSorted(values, 0.5);
    const beyond = values.length - inside.length;
    words.push(
      values.length === 0
        ? `${name}: none`
        : `${name}: median ${formatMeasure(median)} s, quartiles ${formatMeasure(quantileOfSorted(values, 0.25))} and ${formatMeasure(quantileOfSorted(values, 0.75))} s of ${formatNumber(values.length)}`,
    );
    const bars = Array.from(counts, (value, bin) =>
      value === 0
        ? undefined
        : svg('rect', {
            x: x.toPx(low + bin * binSec) + 0.3,
            y: y.toPx(value),
            width: Math.max(x.toPx(low + binSec) - x.toPx(low) - 0.6, 0.4),
            height: y.toPx(0) - y.toPx(value),
            fill: categoryColor(i),
            'fill-opacity': 0.75,
          }),
    );
    const line = (at: number, stroke: string, dash: string | undefined) =>
      svg('path', {
        d: `M${r(x.toPx(at))} ${r(top)}v190`,
        stroke,
        'stroke-width': 1.4,
        'stroke-dasharray': dash,
        fill: 'none',
      });
    return [
      svg(
        'text',
        { x: room.left, y: top - 8, 'font-weight': '600' },
        values.length === 0 ? name : `${name}: median ${formatMeasure(median)} s`,
      ),
      yAxis(y, room, i === 0 ? { label: 'bouts' } : {}),
      clipped(
        room,
        bars,
        line(0, theme.muted, '3 3'),
        Number.isFinite(median) ? line(median, theme.ink, undefined) : undefined,
      ),
      values.length === 0 ? emptyNote(room, 'no bout') : undefined,
      beyond === 0
        ? undefined
        : svg(
            'text',
            { x: room.left + each, y: top + 12, 'text-anchor': 'end', 'font-size': 10, fill: theme.muted },
            `${formatNumber(beyond)} beyond`,
          ),
      xAxis(x, room, { label: 'later than the reference (s)' }),
    ];
  });
  return renderFigure(
    {
      ...shown,
      kind: 'timing-histogram',
      data,
      widthPx: width,
      heightPx: top + 190 + 48,
      description: `Timing of bouts against a reference. ${words.join('; ')}.`,
    },
    panels.length === 0 ? emptyNote({ left: 16, top, width: width - 32, height: 190 }, 'no bout') : drawn,
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
