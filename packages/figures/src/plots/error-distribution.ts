import { mean as meanOf, quantileOfSorted, sortedNumbers } from '@zoopraxis/core';
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
import { type LegendItem, legend } from '../chart/legend.js';
import { theme } from '../chart/theme.js';
import { categoryColor, categoryDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { countInBins } from '../series/histogram.js';
import { type SvgChild, svg } from '../svg/element.js';
import { linePath } from '../svg/path.js';
import { textWidthPx } from '../svg/text-width.js';

/** Distances between predictions and labels. */
export interface ErrorData {
  readonly keypoints: readonly string[];
  /** One list for each keypoint: distance of each judged point in `unit`, shape `[point]`; NaN is left out. */
  readonly errors: readonly ArrayLike<number>[];
  /** Unit of the distances, default `px`. */
  readonly unit?: string;
  /** What else to call the judged points: `against the known truth`. */
  readonly against?: string;
}

/**
 * Returns the distribution of errors and the share of points within each distance (PCK curve; Yang and Ramanan 2013,
 * with distances in px in place of a share of the body).
 */
export function errorDistributionFigure(given: ErrorData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const shown = { title: 'Error', ...options };
  const { keypoints, unit = 'px' } = data;
  const sorted = data.errors.map(sortedNumbers);
  if (sorted.length !== keypoints.length) {
    throw new RangeError(`errors: needs one list for each of ${keypoints.length} keypoints, got ${sorted.length}`);
  }
  const all = sortedNumbers(joined(sorted));
  const width = figureWidth(options, 760);
  const items: LegendItem[] = [
    { label: 'all keypoints', color: theme.ink },
    ...keypoints.map((label, i) => ({ label, color: categoryColor(i), dash: categoryDash(i) })),
  ];
  const key = legend(items, { left: 16, top: headerHeightPx(shown), width: width - 32 });
  const top = headerHeightPx(shown) + key.heightPx + 10;
  const plotHeight = 200;
  const end = all.length === 0 ? 10 : Math.max(quantileOfSorted(all, 0.98) * 1.15, 1e-3);

  const gap = 62;
  const half = (width - 16 - 58 - gap - 20) / 2;
  const leftRoom: Room = { left: 16 + 52, top, width: half, height: plotHeight };
  const rightRoom: Room = { left: leftRoom.left + half + gap, top, width: half, height: plotHeight };
  const xs = [leftRoom, rightRoom].map((room) =>
    linearScale({ domain: [0, end], range: [room.left, room.left + room.width], nice: true }),
  );
  const [xLeft, xRight] = xs as [(typeof xs)[0], (typeof xs)[0]];
  const bins = 40;
  const binWidth = xLeft.domain[1] / bins;
  const inside = all.filter((value) => value <= xLeft.domain[1]);
  const shape = countInBins(inside, { low: 0, width: binWidth, count: bins });
  const tallest = shape.counts.reduce((a, b) => Math.max(a, b), 0);
  const yCount = linearScale({ domain: [0, tallest || 1], range: [top + plotHeight, top] });
  const yShare = linearScale({ domain: [0, 100], range: [top + plotHeight, top], nice: false, tickCount: 5 });
  const mean = meanOf(all);
  const median = quantileOfSorted(all, 0.5);

  const bars: SvgChild[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const count = shape.counts[bin] as number;
    if (count === 0) continue;
    const at = xLeft.toPx(bin * binWidth);
    bars.push(
      svg('rect', {
        x: at + 0.4,
        y: yCount.toPx(count),
        width: Math.max(xLeft.toPx((bin + 1) * binWidth) - at - 0.8, 0.5),
        height: top + plotHeight - yCount.toPx(count),
      }),
    );
  }
  const curve = (values: Float64Array, color: string, strokeWidth: number, dash?: string) => {
    const steps = Math.max(2, Math.floor(half / 2));
    let below = 0;
    const shares: number[] = [];
    for (let i = 0; i <= steps; i++) {
      const limit = (i / steps) * xRight.domain[1];
      while (below < values.length && (values[below] as number) <= limit) below++;
      shares.push((100 * below) / values.length);
    }
    return svg('path', {
      d: linePath(
        shares.length,
        (i) => xRight.toPx((i / steps) * xRight.domain[1]),
        (i) => yShare.toPx(shares[i] as number),
      ),
      fill: 'none',
      stroke: color,
      'stroke-width': strokeWidth,
      'stroke-dasharray': dash,
      'stroke-linejoin': 'round',
    });
  };
  const within = (limit: number) =>
    formatNumber((100 * all.filter((value) => value <= limit).length) / Math.max(all.length, 1), 1);
  const against = data.against === undefined ? '' : ` ${data.against}`;
  const beyond = all.length - inside.length;
  const description =
    all.length === 0
      ? `Errors${against}: no judged point.`
      : `Errors of ${all.length} points${against}: mean ${formatMeasure(mean)}, median ${formatMeasure(median)}, 95th percentile ${formatMeasure(quantileOfSorted(all, 0.95))} ${unit}; within 5 ${unit} ${within(5)} %, within 10 ${unit} ${within(10)} %.`;
  return renderFigure(
    { ...shown, kind: 'error-distribution', data, widthPx: width, heightPx: top + plotHeight + 50, description },
    all.length === 0 ? undefined : key.element,
    yAxis(yCount, leftRoom, { label: 'points' }),
    yAxis(yShare, rightRoom, { label: `points within (%)` }),
    all.length === 0
      ? [emptyNote(leftRoom, 'no judged point'), emptyNote(rightRoom, 'no judged point')]
      : [
          svg('g', { fill: theme.muted, 'fill-opacity': 0.6 }, bars),
          clipped(
            { ...rightRoom, top: top - 3, height: plotHeight + 6 },
            sorted.map((values, i) =>
              values.length === 0 ? undefined : curve(values, categoryColor(i), 1.4, categoryDash(i)),
            ),
            curve(all, theme.ink, 2.6),
          ),
          markers(
            [
              [median, `median ${formatMeasure(median)}`],
              [mean, `mean ${formatMeasure(mean)}`],
            ],
            leftRoom,
            xLeft,
          ),
          beyond === 0
            ? undefined
            : svg(
                'text',
                {
                  x: leftRoom.left + half,
                  y: top + plotHeight - 8,
                  'text-anchor': 'end',
                  'font-size': theme.tickPx,
                  fill: theme.muted,
                },
                `${formatNumber(beyond)} beyond →`,
              ),
        ],
    xAxis(xLeft, leftRoom, { label: `error (${unit})` }),
    xAxis(xRight, rightRoom, { label: `distance (${unit})` }),
  );
}

function markers(
  entries: readonly (readonly [number, string])[],
  room: Room,
  x: { toPx(value: number): number },
): SvgChild[] {
  return [...entries]
    .sort((a, b) => a[0] - b[0])
    .filter(([value]) => x.toPx(value) <= room.left + room.width)
    .map(([value, label], i) => {
      const at = Math.round(x.toPx(value) * 100) / 100;
      const y = room.top + 10 + i * 16;
      const hasRoomBefore = at - room.left > textWidthPx(label, theme.tickPx) + 12;
      return svg(
        'g',
        {},
        svg('path', {
          d: `M${at} ${room.top}V${room.top + room.height}`,
          stroke: i === 0 ? theme.accent : theme.warn,
          'stroke-width': 1.6,
          fill: 'none',
        }),
        svg(
          'text',
          {
            x: at + (i === 0 && hasRoomBefore ? -6 : 6),
            y,
            'text-anchor': i === 0 && hasRoomBefore ? 'end' : 'start',
            fill: i === 0 ? theme.accent : theme.warn,
            'font-size': theme.tickPx,
            'font-weight': '600',
            ...theme.halo,
          },
          label,
        ),
      );
    });
}

function joined(lists: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(lists.reduce((total, list) => total + list.length, 0));
  let offset = 0;
  for (const list of lists) {
    out.set(list, offset);
    offset += list.length;
  }
  return out;
}
