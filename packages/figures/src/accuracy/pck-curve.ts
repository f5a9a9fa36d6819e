import { clipped, emptyNote, type FigureOptions } from '../chart/figure.js';
import type { LegendItem } from '../chart/legend.js';
import { extent, planPanel, renderPanel } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber, formatPercent } from '../scale/number-format.js';
import { svg } from '../svg/element.js';
import { bandPath, linePath } from '../svg/path.js';

/** Share of points that are found within each radius. */
export interface PckCurveData {
  /** Unit of the radii, such as `px`, `cm` or `body lengths`; default `px`. */
  readonly unit?: string;
  /** Ascending, shape `[radius]`. */
  readonly radius: readonly number[];
  /** Curves, each of shape `[radius]`. */
  readonly curves: readonly {
    readonly name: string;
    /** 0..1, shape `[radius]`; NaN = unknown. */
    readonly share: readonly number[];
    /** Ends of a band, shape `[radius]` each. */
    readonly low?: readonly number[];
    readonly high?: readonly number[];
  }[];
  /** What people reach against the consensus: closest, mean and furthest annotator of each frame, shape `[radius]` each. */
  readonly humans?: {
    readonly closest: readonly number[];
    readonly mean: readonly number[];
    readonly furthest: readonly number[];
  };
  /** Radii to mark with a line, list. */
  readonly marks?: readonly number[];
}

/**
 * Returns the share of keypoints within each radius of the truth (PCK; Yang and Ramanan 2013) with the envelope of human
 * annotators (Segalin et al. 2021): the band from the furthest to the closest, and the mean as a dashed line.
 */
export function pckCurveFigure(given: PckCurveData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { unit = 'px', radius, curves, humans, marks = [] } = data;
  for (const [name, list] of [
    ...curves.map((curve) => [curve.name, curve.share] as const),
    ...(humans === undefined
      ? []
      : (['closest', 'mean', 'furthest'] as const).map((key) => [key, humans[key]] as const)),
  ]) {
    if (list.length !== radius.length) {
      throw new RangeError(`pckCurve: ${name} must have shape [${radius.length}], got ${list.length} values`);
    }
  }
  const shown = { title: 'Points within a radius (PCK)', ...options };
  const items: LegendItem[] = [
    ...(humans === undefined
      ? []
      : [
          { label: 'annotators, furthest to closest', color: theme.muted, shape: 'band' as const },
          { label: 'mean annotator', color: theme.muted, dash: '1 2' },
        ]),
    ...curves.map(({ name }, i) => ({ label: name, color: categoryColor(i), dash: curveDash(i) })),
  ];
  const panel = planPanel({
    shown,
    items,
    x: { label: `radius (${unit})`, domain: [0, extent(radius)[1]], nice: false },
    y: { label: 'share of points', domain: [0, 1], format: (value) => `${formatNumber(value * 100)} %` },
  });
  const { room, x, y } = panel;
  const at = (i: number) => x.toPx(radius[i] as number);
  const on = (list: readonly number[]) => (i: number) => y.toPx(list[i] as number);
  const line = (list: readonly number[], color: string, dash: string | undefined, width = 2) =>
    svg('path', {
      d: linePath(list.length, at, on(list)),
      stroke: color,
      'stroke-width': width,
      'stroke-dasharray': dash,
      'stroke-linejoin': 'round',
      fill: 'none',
    });
  const told = curves.map(({ name, share }) => {
    const at = marks.map((mark) => `${formatPercent(shareAt(radius, share, mark))} within ${mark} ${unit}`);
    const half = radius.find((_, i) => (share[i] as number) >= 0.5);
    return `${name}: ${[...at, half === undefined ? 'never half of the points' : `half of the points within ${formatNumber(half, 2)} ${unit}`].join(', ')}`;
  });
  return renderPanel(
    panel,
    {
      kind: 'pck-curve',
      data,
      description: `Share of points within each radius up to ${radius.at(-1) ?? 0} ${unit}. ${told.join('; ')}.`,
    },
    radius.length === 0 || (curves.length === 0 && humans === undefined) ? emptyNote(room, 'no curve') : undefined,
    clipped(
      { ...room, top: room.top - 2, height: room.height + 2 },
      humans === undefined
        ? undefined
        : [
            svg('path', {
              d: bandPath(radius.length, at, on(humans.furthest), on(humans.closest)),
              fill: theme.muted,
              'fill-opacity': 0.22,
            }),
            line(humans.mean, theme.muted, '1 2', 1.8),
          ],
      marks.map((mark) =>
        svg('path', {
          d: `M${Math.round(x.toPx(mark) * 100) / 100} ${room.top}v${room.height}`,
          stroke: theme.ink,
          'stroke-opacity': 0.45,
          'stroke-dasharray': '2 3',
          fill: 'none',
        }),
      ),
      curves.map(({ share, low, high }, i) => [
        low === undefined || high === undefined
          ? undefined
          : svg('path', {
              d: bandPath(radius.length, at, on(low), on(high)),
              fill: categoryColor(i),
              'fill-opacity': 0.16,
            }),
        line(share, categoryColor(i), curveDash(i)),
      ]),
    ),
  );
}

/** Returns the share at a radius between two known ones, NaN beyond them. */
function shareAt(radius: readonly number[], share: readonly number[], at: number): number {
  const next = radius.findIndex((value) => value >= at);
  if (next < 0) return Number.NaN;
  if (radius[next] === at) return share[next] as number;
  if (next === 0) return Number.NaN;
  const [a, b] = [radius[next - 1] as number, radius[next] as number];
  return (share[next - 1] as number) + (((share[next] as number) - (share[next - 1] as number)) * (at - a)) / (b - a);
}
