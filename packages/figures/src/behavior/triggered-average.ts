import { xAxis, yAxis, yAxisWidthPx } from '../chart/axis.js';
import { colorBar } from '../chart/color-bar.js';
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
import { extent } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { rampColor } from '../color/ramp.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { bandPath, linePath } from '../svg/path.js';
import { behaviorColors } from './ethogram-raster.js';

/** A signal around the bouts of a behavior. */
export interface TriggeredAverageData {
  readonly measure: string;
  readonly unit?: string;
  /** What happens at time 0, such as `start of attack`. */
  readonly event: string;
  /** Seconds from the event, ascending, shape `[sample]`. */
  readonly timeSec: readonly number[];
  /** Shape `[sample]`; NaN = no value. */
  readonly mean: readonly number[];
  /** Ends of the band, shape `[sample]` each. */
  readonly low: readonly number[];
  /** Shape `[sample]`. */
  readonly high: readonly number[];
  /** Single trials, shape `[trial, sample]`; NaN = no value. */
  readonly trials?: readonly (readonly number[])[];
  /** Bouts that are laid over trials, seconds from the event of their trial. */
  readonly patches?: readonly {
    readonly trial: number;
    readonly startSec: number;
    readonly endSec: number;
    readonly behavior: string;
  }[];
  readonly behaviors?: readonly { readonly name: string; readonly color?: string }[];
  /** What the band is, such as `SEM`. */
  readonly band?: string;
}

/** Cells beyond which samples and trials are averaged before they are drawn. */
const [mostColumns, mostRows] = [240, 120];

/** Returns mean and band of a signal around an event, and below it the single trials as colors with their bouts. */
export function triggeredAverageFigure(given: TriggeredAverageData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, event, timeSec, mean, low, high, trials = [], patches = [], behaviors = [], band } = data;
  for (const [name, list] of [
    ['mean', mean],
    ['low', low],
    ['high', high],
    ...trials.map((trial, i) => [`trial ${i}`, trial] as const),
  ] as const) {
    if (list.length !== timeSec.length) {
      throw new RangeError(`triggeredAverage: ${name} must have shape [${timeSec.length}], got ${list.length} values`);
    }
  }
  const shown = {
    title: `${measure} at ${event}`,
    ...(band === undefined
      ? {}
      : { subtitle: `mean ± ${band}${trials.length === 0 ? '' : `, ${trials.length} trials`}` }),
    ...options,
  };
  const width = figureWidth(options, 520);
  const colors = behaviorColors(behaviors);
  const key = legend(
    behaviors.map(({ name }, i) => ({ label: name, color: colors[i] as string, shape: 'box' as const })),
    { left: 16, top: headerHeightPx(shown), width: width - 32 },
  );
  const top = headerHeightPx(shown) + key.heightPx + 8;
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const y = linearScale({ domain: extent(mean, low, high), range: [top + 160, top] });
  const left = 16 + yAxisWidthPx(y, { label });
  const right = trials.length === 0 ? 20 : 62;
  const upper: Room = { left, top, width: width - left - right, height: 160 };
  const rowPx = trials.length === 0 ? 0 : Math.max(1.5, Math.min(14, 200 / trials.length));
  const lower: Room = { ...upper, top: top + 160 + 14, height: Math.min(rowPx * trials.length, 240) };
  const x = linearScale({ domain: extent(timeSec), range: [left, left + upper.width], nice: false });
  const at = (i: number) => x.toPx(timeSec[i] as number);
  const bottom = trials.length === 0 ? upper : lower;
  const isEmpty = !mean.some(Number.isFinite);
  const zero = x.toPx(0);
  const inside = timeSec.length > 0 && zero >= upper.left && zero <= upper.left + upper.width;
  const peak = extent(mean);
  return renderFigure(
    {
      ...shown,
      kind: 'triggered-average',
      data,
      widthPx: width,
      heightPx: bottom.top + bottom.height + 48,
      description: `${label} around ${event}, mean from ${formatMeasure(peak[0])} to ${formatMeasure(peak[1])}, ${formatNumber(trials.length)} trials.`,
    },
    key.element,
    yAxis(y, upper, { label }),
    isEmpty ? emptyNote(upper, 'no trial') : undefined,
    clipped(
      upper,
      svg('path', {
        d: bandPath(
          timeSec.length,
          at,
          (i) => y.toPx(low[i] as number),
          (i) => y.toPx(high[i] as number),
        ),
        fill: theme.accent,
        'fill-opacity': 0.2,
      }),
      svg('path', {
        d: linePath(timeSec.length, at, (i) => y.toPx(mean[i] as number)),
        stroke: theme.accent,
        'stroke-width': 2,
        fill: 'none',
      }),
    ),
    trials.length === 0
      ? undefined
      : trialRaster({ ...data, trials, patches }, { room: lower, x, colors, right: width }),
    inside
      ? svg('path', {
          d: `M${Math.round(zero * 100) / 100} ${upper.top}V${bottom.top + bottom.height}`,
          stroke: theme.ink,
          'stroke-dasharray': '4 3',
          fill: 'none',
        })
      : undefined,
    xAxis(x, bottom, { label: `time from ${event} (s)` }),
  );
}

function trialRaster(
  {
    trials,
    timeSec,
    patches,
    behaviors = [],
  }: TriggeredAverageData & {
    trials: readonly (readonly number[])[];
    patches: NonNullable<TriggeredAverageData['patches']>;
  },
  { room, x, colors }: { room: Room; x: { toPx(value: number): number }; colors: readonly string[]; right: number },
): SvgChild[] {
  const rows = Math.min(trials.length, mostRows);
  const columns = Math.min(timeSec.length, mostColumns);
  const [low, high] = extent(...trials);
  const cells = new Map<string, string>();
  const [w, h] = [room.width / columns, room.height / rows];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let [sum, count] = [0, 0];
      const trialEnd = Math.max(
        Math.floor(((row + 1) * trials.length) / rows),
        Math.floor((row * trials.length) / rows) + 1,
      );
      for (let trial = Math.floor((row * trials.length) / rows); trial < trialEnd; trial++) {
        for (
          let i = Math.floor((column * timeSec.length) / columns);
          i < Math.floor(((column + 1) * timeSec.length) / columns);
          i++
        ) {
          const value = trials[trial]?.[i] as number;
          if (!Number.isFinite(value)) continue;
          sum += value;
          count++;
        }
      }
      if (count === 0) continue;
      // 32 steps: more are not told apart, and equal cells become one path.
      const step = Math.round(((sum / count - low) / (high - low || 1)) * 31) / 31;
      const color = rampColor('viridis', step);
      const [px, py] = [room.left + column * w, room.top + row * h];
      cells.set(color, `${cells.get(color) ?? ''}M${r(px)} ${r(py)}h${r(w + 0.2)}v${r(h + 0.1)}h${r(-w - 0.2)}Z`);
    }
  }
  const index = new Map(behaviors.map(({ name }, i) => [name, i]));
  const rowPx = room.height / trials.length;
  const scale = linearScale({
    domain: [low, high],
    range: [room.top + Math.max(room.height, 40), room.top],
    tickCount: 3,
  });
  return [
    svg('rect', { x: room.left, y: room.top, width: room.width, height: room.height, fill: theme.plate }),
    clipped(
      room,
      [...cells].map(([fill, d]) => svg('path', { d, fill })),
      patches.map(({ trial, startSec, endSec, behavior }) => {
        const which = index.get(behavior);
        if (which === undefined || trial < 0 || trial >= trials.length) return undefined;
        const from = x.toPx(startSec);
        return svg('rect', {
          x: from,
          y: room.top + (trial + 0.62) * rowPx,
          width: Math.max(x.toPx(endSec) - from, 0.5),
          height: rowPx * 0.36,
          fill: colors[which] as string,
        });
      }),
    ),
    svg(
      'text',
      { x: room.left - 7, y: room.top + 10, 'text-anchor': 'end', 'font-size': theme.tickPx, fill: theme.muted },
      rows < trials.length ? `${trials.length} trials, averaged` : 'trials',
    ),
    Number.isFinite(low)
      ? colorBar('viridis', scale, {
          room: { left: room.left + room.width + 10, top: room.top, width: 9, height: Math.max(room.height, 40) },
          label: '',
          place: (value) => (value - low) / (high - low || 1),
        })
      : undefined,
  ];
}

const r = (value: number) => Math.round(value * 100) / 100;
