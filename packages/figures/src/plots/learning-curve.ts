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
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale, logScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { linePath } from '../svg/path.js';
import { seriesMarks } from './time-series.js';

/** How a training went. */
export interface LearningCurveData {
  /** Loss at training steps, in order. */
  readonly loss: readonly { readonly step: number; readonly loss: number }[];
  /** Mean error on held-out images at training steps, in order. */
  readonly heldOut: readonly { readonly step: number; readonly errorPx: number }[];
  /** Step whose weights were kept. */
  readonly bestStep?: number;
}

const panelPx = 130;

/** Returns loss and held-out error over the training steps, both on logarithmic axes, with the kept step marked. */
export function learningCurveFigure(given: LearningCurveData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const shown = { title: 'Learning curve', ...options };
  const { loss, heldOut, bestStep } = data;
  const width = figureWidth(options, 760);
  const top = headerHeightPx(shown) + 6;
  const left = 16 + 62;
  const upper: Room = { left, top, width: width - left - 20, height: panelPx };
  const lower: Room = { ...upper, top: top + panelPx + 22 };
  const lastStep = Math.max(loss.at(-1)?.step ?? 0, heldOut.at(-1)?.step ?? 0);
  const x = linearScale({ domain: [0, lastStep || 1], range: [left, left + upper.width], nice: false, tickCount: 8 });
  const yLoss = logScale({ domain: rangeOf(loss.map((at) => at.loss)), range: [upper.top + panelPx, upper.top] });
  const yError = logScale({
    domain: rangeOf(heldOut.map((at) => at.errorPx)),
    range: [lower.top + panelPx, lower.top],
  });
  const best = heldOut.find((at) => at.step === bestStep);
  const atBest = bestStep === undefined ? undefined : Math.round(x.toPx(bestStep) * 100) / 100;
  const dots = heldOut.map((at): SvgChild => {
    const [cx, cy] = [x.toPx(at.step), yError.toPx(at.errorPx)];
    return Number.isFinite(cx) && Number.isFinite(cy) && heldOut.length <= 80
      ? svg('circle', { cx, cy, r: 2.4 })
      : undefined;
  });
  const description = `Training over ${formatNumber(lastStep)} steps: loss from ${formatMeasure(loss[0]?.loss ?? Number.NaN)} to ${formatMeasure(loss.at(-1)?.loss ?? Number.NaN)}, held-out error from ${formatMeasure(heldOut[0]?.errorPx ?? Number.NaN)} to ${formatMeasure(heldOut.at(-1)?.errorPx ?? Number.NaN)} px${best === undefined ? '' : `, best ${formatMeasure(best.errorPx)} px at step ${formatNumber(best.step)}`}.`;
  return renderFigure(
    { ...shown, kind: 'learning-curve', data, widthPx: width, heightPx: lower.top + panelPx + 48, description },
    yAxis(yLoss, upper, { label: 'training loss' }),
    yAxis(yError, lower, { label: 'held-out error (px)' }),
    loss.length === 0
      ? emptyNote(upper, 'no step yet')
      : clipped(
          grown(upper),
          seriesMarks(
            loss.map((at) => at.step),
            loss.map((at) => at.loss),
            { x, y: yLoss, room: upper, color: theme.accent },
          ),
        ),
    heldOut.length === 0
      ? emptyNote(lower, 'not measured yet')
      : clipped(
          grown(lower),
          svg('path', {
            d: linePath(
              heldOut.length,
              (i) => x.toPx(heldOut[i]?.step ?? Number.NaN),
              (i) => yError.toPx(heldOut[i]?.errorPx ?? Number.NaN),
            ),
            stroke: theme.warn,
            'stroke-width': 1.6,
            'stroke-linejoin': 'round',
            fill: 'none',
          }),
          svg('g', { fill: theme.warn }, dots),
        ),
    atBest === undefined || best === undefined
      ? undefined
      : svg(
          'g',
          {},
          svg('path', {
            d: `M${atBest} ${upper.top}V${lower.top + panelPx}`,
            stroke: theme.ink,
            'stroke-opacity': 0.5,
            'stroke-dasharray': '4 3',
            fill: 'none',
          }),
          svg(
            'text',
            {
              x: atBest > left + upper.width * 0.6 ? atBest - 6 : atBest + 6,
              y: lower.top + 12,
              'text-anchor': atBest > left + upper.width * 0.6 ? 'end' : 'start',
              'font-size': theme.tickPx,
              'font-weight': '600',
            },
            `kept: ${formatMeasure(best.errorPx)} px`,
          ),
        ),
    xAxis(x, upper, { labels: false }),
    xAxis(x, lower, { label: 'training step' }),
  );
}

/** Lines at the very edge keep their thickness. */
function grown(room: Room): Room {
  return { left: room.left - 3, top: room.top - 3, width: room.width + 6, height: room.height + 6 };
}

function rangeOf(values: readonly number[]): [number, number] {
  const known = values.filter((value) => Number.isFinite(value) && value > 0);
  if (known.length === 0) return [0.1, 1];
  // Loops, not spread: a long training has more values than a call may have arguments.
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of known) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, low === high ? low * 1.5 : high];
}
