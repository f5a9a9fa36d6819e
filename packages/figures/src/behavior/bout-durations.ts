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
import { legend } from '../chart/legend.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale, logScale } from '../scale/scale.js';
import { countInBins } from '../series/histogram.js';
import { svg } from '../svg/element.js';
import { fitText } from '../svg/text-width.js';

/** How long bouts last, by the truth and by a prediction. */
export interface BoutDurationsData {
  readonly behaviors: readonly {
    readonly name: string;
    /** Seconds, list; NaN is left out. */
    readonly truthSec: ArrayLike<number>;
    /** Seconds, list; NaN is left out. */
    readonly predictedSec: ArrayLike<number>;
  }[];
  /** Default `truth`. */
  readonly truthName?: string;
  /** Default `prediction`. */
  readonly predictedName?: string;
}

/** Bins of a tenfold range. */
const binsPerDecade = 6;
const plotPx = 120;

/** Returns histograms of durations of bouts on a logarithmic axis, one panel for each behavior, truth and prediction over each other. */
export function boutDurationsFigure(given: BoutDurationsData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { behaviors, truthName = 'truth', predictedName = 'prediction' } = data;
  const shown = { title: 'Durations of bouts', ...options };
  const width = figureWidth(options, 760);
  const [truthColor, predictedColor] = [categoryColor(0), categoryColor(1)];
  const key = legend(
    [
      { label: truthName, color: truthColor, shape: 'box' },
      { label: predictedName, color: predictedColor },
    ],
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx;
  const lists = behaviors.map(({ truthSec, predictedSec }) =>
    [truthSec, predictedSec].map((values) => sortedNumbers(values)),
  );
  const lasting = lists.flat().flatMap((sorted) => Array.from(sorted.filter((sec) => sec > 0)));
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const sec of lasting) [low, high] = [Math.min(low, sec), Math.max(high, sec)];
  // Bins begin at whole parts of a decade, so that figures of different data can be compared.
  const from = high === 0 ? -6 : Math.floor(Math.log10(low) * binsPerDecade + 1e-9);
  const binCount = high === 0 ? 12 : Math.floor(Math.log10(high) * binsPerDecade + 1e-9) - from + 1;
  const edgeSec = (bin: number) => 10 ** ((from + bin) / binsPerDecade);
  const columns = Math.max(1, Math.min(behaviors.length, Math.floor((width - 20) / 220)));
  const each = (width - 16 - 20) / columns;
  const words: string[] = [];
  const panels = behaviors.map(({ name }, i) => {
    const [truth, predicted] = lists[i] as [Float64Array, Float64Array];
    const room: Room = {
      left: 16 + (i % columns) * each + 42,
      top: top + Math.floor(i / columns) * (plotPx + 88) + 40,
      width: each - 42 - 12,
      height: plotPx,
    };
    const count = (sorted: Float64Array) =>
      countInBins(
        sorted.filter((sec) => sec > 0).map((sec) => Math.log10(sec) * binsPerDecade + 1e-9),
        { low: from, width: 1, count: binCount },
      ).counts;
    const [a, b] = [count(truth), count(predicted)];
    const x = logScale({
      domain: [edgeSec(0), edgeSec(binCount)],
      range: [room.left, room.left + room.width],
      nice: false,
    });
    const y = linearScale({
      domain: [0, Math.max(1, ...a, ...b)],
      range: [room.top + plotPx, room.top],
      tickCount: 4,
    });
    const px = (value: number) => Math.round(value * 100) / 100;
    const steps = Array.from(b, (value, bin) => `V${px(y.toPx(value))}H${px(x.toPx(edgeSec(bin + 1)))}`).join('');
    const told = (sorted: Float64Array) =>
      sorted.length === 0
        ? 'none'
        : `${formatMeasure(quantileOfSorted(sorted, 0.5))} s of ${formatNumber(sorted.length)}`;
    const points = truth.filter((sec) => sec <= 0).length + predicted.filter((sec) => sec <= 0).length;
    const line = `median ${told(truth)}, ${told(predicted)}${points > 0 ? `; ${formatNumber(points)} points` : ''}`;
    words.push(`${name}: ${truthName} ${told(truth)}, ${predictedName} ${told(predicted)}`);
    return [
      svg('text', { x: room.left, y: room.top - 24, 'font-weight': '600' }, fitText(name, theme.textPx, room.width)),
      svg(
        'text',
        { x: room.left, y: room.top - 9, 'font-size': 10, fill: theme.muted },
        fitText(line, 10, room.width + 8),
      ),
      yAxis(y, room),
      clipped(
        room,
        Array.from(a, (value, bin) =>
          value === 0
            ? undefined
            : svg('rect', {
                x: x.toPx(edgeSec(bin)) + 0.4,
                y: y.toPx(value),
                width: Math.max(x.toPx(edgeSec(bin + 1)) - x.toPx(edgeSec(bin)) - 0.8, 0.4),
                height: y.toPx(0) - y.toPx(value),
                fill: truthColor,
                'fill-opacity': 0.45,
              }),
        ),
        predicted.some((sec) => sec > 0)
          ? svg('path', {
              d: `M${px(room.left)} ${px(y.toPx(0))}${steps}V${px(y.toPx(0))}`,
              stroke: predictedColor,
              'stroke-width': 1.7,
              fill: 'none',
            })
          : undefined,
      ),
      truth.length + predicted.length === 0 ? emptyNote(room, 'no bout') : undefined,
      xAxis(x, room, { label: 'duration (s)' }),
    ];
  });
  const rows = Math.max(1, Math.ceil(behaviors.length / columns));
  return renderFigure(
    {
      ...shown,
      kind: 'bout-durations',
      data,
      widthPx: width,
      heightPx: top + rows * (plotPx + 88) + 8,
      description: `Durations of bouts, medians. ${words.join('; ')}.`,
    },
    key.element,
    behaviors.length === 0 ? emptyNote({ left: 16, top, width: width - 32, height: plotPx }, 'no behavior') : panels,
  );
}
