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
import { formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { svg } from '../svg/element.js';

/** How often predictions of some confidence are right. */
export interface ReliabilityData {
  readonly bins: readonly {
    /** Ends of the bin, 0..1. */
    readonly low: number;
    readonly high: number;
    /** Mean confidence of what is in the bin, null where it is empty. */
    readonly confidence: number | null;
    /** Share of it that is right, null where the bin is empty. */
    readonly accuracy: number | null;
    readonly count: number;
  }[];
  /** Expected calibration error, 0..1. */
  readonly expectedError?: number;
  /** What counts as right, such as `within 5 px`. */
  readonly right?: string;
}

/** Returns a reliability diagram: accuracy over confidence with the diagonal of perfect calibration, and bin sizes below. */
export function reliabilityFigure(given: ReliabilityData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { bins, expectedError, right } = data;
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const error = expectedError === undefined ? '' : `expected calibration error ${formatNumber(expectedError, 3)}`;
  const shown = { title: 'Confidence and accuracy', ...(error === '' ? {} : { subtitle: error }), ...options };
  const width = figureWidth(options, 420);
  const top = headerHeightPx(shown) + 8;
  const room: Room = { left: 66, top, width: width - 66 - 20, height: Math.min(width - 86, 300) };
  const below: Room = { ...room, top: room.top + room.height + 12, height: 60 };
  const x = linearScale({ domain: [0, 1], range: [room.left, room.left + room.width], nice: false, tickCount: 5 });
  const y = linearScale({ domain: [0, 1], range: [top + room.height, top], nice: false, tickCount: 5 });
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const counts = linearScale({ domain: [0, most], range: [below.top + below.height, below.top], tickCount: 2 });
  const words = bins
    .filter(({ accuracy }) => isKnown(accuracy))
    .map(
      ({ confidence, accuracy }) =>
        `${formatNumber(confidence ?? Number.NaN, 2)}: ${formatNumber(accuracy as number, 2)}`,
    );
  const diagonal = `M${r(x.toPx(0))} ${r(y.toPx(0))}L${r(x.toPx(1))} ${r(y.toPx(1))}`;
  return renderFigure(
    {
      ...shown,
      kind: 'reliability',
      data,
      widthPx: width,
      heightPx: below.top + below.height + 48,
      description: `Share that is right by mean confidence, ${formatNumber(total)} predictions: ${words.join(', ')}.${error === '' ? '' : ` The ${error}.`}`,
    },
    yAxis(y, room, { label: right === undefined ? 'share right' : `share ${right}` }),
    total === 0 ? emptyNote(room, 'no prediction') : undefined,
    clipped(
      room,
      bins.map(({ low, high, accuracy, confidence }) => {
        if (!isKnown(accuracy)) return undefined;
        const left = x.toPx(low) + 0.75;
        const [from, to] = [y.toPx(accuracy), y.toPx(isKnown(confidence) ? confidence : accuracy)];
        return [
          svg('rect', {
            x: left,
            y: from,
            width: Math.max(x.toPx(high) - left - 0.75, 0.5),
            height: Math.max(y.toPx(0) - from, 0.8),
            fill: theme.accent,
            'fill-opacity': 0.75,
          }),
          svg('rect', {
            x: left,
            y: Math.min(from, to),
            width: Math.max(x.toPx(high) - left - 0.75, 0.5),
            height: Math.abs(to - from),
            fill: theme.warn,
            'fill-opacity': 0.4,
          }),
        ];
      }),
      svg('path', { d: diagonal, stroke: theme.ink, 'stroke-dasharray': '5 3', 'stroke-width': 1.3, fill: 'none' }),
    ),
    svg(
      'text',
      { x: room.left + 8, y: room.top + 14, 'font-size': 10, fill: theme.muted, ...theme.halo },
      'orange: gap to the confidence',
    ),
    svg('path', {
      d: `M${r(room.left)} ${r(room.top + room.height)}h${r(room.width)}`,
      stroke: theme.faint,
      fill: 'none',
    }),
    yAxis(counts, below, { label: 'count' }),
    bins.map(({ low, high, count }) =>
      svg('rect', {
        x: x.toPx(low) + 0.75,
        y: counts.toPx(count),
        width: Math.max(x.toPx(high) - x.toPx(low) - 1.5, 0.5),
        height: counts.toPx(0) - counts.toPx(count),
        fill: theme.muted,
        'fill-opacity': 0.6,
      }),
    ),
    xAxis(x, below, { label: 'confidence' }),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;

const isKnown = (value: number | null): value is number => Number.isFinite(value);
