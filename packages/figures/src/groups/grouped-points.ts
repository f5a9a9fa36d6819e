import { yAxis, yAxisWidthPx } from '../chart/axis.js';
import { categoryAxis, planCategories } from '../chart/categories.js';
import {
  emptyNote,
  type FigureOptions,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent, withZero } from '../chart/panel.js';
import { theme } from '../chart/theme.js';
import { categoryColor } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatMeasure, formatNumber } from '../scale/number-format.js';
import { bandScale, linearScale } from '../scale/scale.js';
import { type SummaryKind, summaryOf, summaryWords } from '../series/summary.js';
import { type SvgChild, svg } from '../svg/element.js';
import { type Bracket, bracketLevelPx, bracketLevels, bracketMarks, formatP } from './brackets.js';
import { swarmOffsets } from './swarm.js';

/** One value for each animal of several groups. */
export interface GroupedPointsData {
  readonly measure: string;
  readonly unit?: string;
  /** Groups with values of shape `[animal]`. */
  readonly groups: readonly {
    readonly name: string;
    /** Shape `[animal]`; NaN = missing. */
    readonly values: readonly number[];
    /** Names of the animals, list as long as `values`. */
    readonly labels?: readonly string[];
    /** Range to draw in place of the computed one, such as a bootstrap interval. */
    readonly interval?: { readonly low: number; readonly high: number };
  }[];
  /** True where value i of every group is of the same animal: lines join them. */
  readonly paired?: boolean;
  readonly brackets?: readonly Bracket[];
  readonly summary: SummaryKind;
}

const plotHeight = 230;
/** More points than these are only a cloud: they are thinned, which the figure says. */
const mostPoints = 2000;

/**
 * Returns a figure of the values of each group as points beside their mean or median with its range, and of the tests
 * between groups as brackets. Tests are given; the range of `mean-ci` is the 95 % interval of Student's t.
 */
export function groupedPointsFigure(given: GroupedPointsData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, groups, paired = false, brackets = [], summary } = data;
  const shown = { title: measure, ...options };
  for (const { groups: pair } of brackets) {
    if (pair.some((index) => groups[index] === undefined)) {
      throw new RangeError(`brackets: groups must be below ${groups.length}, got ${pair.join(' and ')}`);
    }
  }
  if (paired && groups.some(({ values }) => values.length !== groups[0]?.values.length)) {
    throw new RangeError(
      `groups: paired values need equal lengths, got ${groups.map((g) => g.values.length).join(', ')}`,
    );
  }
  const width = figureWidth(options, Math.max(320, Math.min(110 + 84 * groups.length, 760), 90 + 17 * groups.length));
  const summaries = groups.map(({ values, interval }) => ({ ...summaryOf(values, summary), ...interval }));
  const levels = Math.max(0, ...bracketLevels(brackets).map((level) => level + 1));
  const top = headerHeightPx(shown) + 8 + levels * bracketLevelPx + (levels > 0 ? 8 : 0);
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const reach = extent(...groups.map((group) => group.values), ...summaries.map((s) => [s.low, s.high]));
  const y = linearScale({ domain: withZero(reach), range: [top + plotHeight, top] });
  const left = 16 + yAxisWidthPx(y, { label });
  const room: Room = { left, top, width: width - left - 16, height: plotHeight };
  const bands = bandScale(groups.length, [room.left, room.left + room.width], 0.25);
  const notes = summaries.map(({ count }) => `n = ${formatNumber(count)}`);
  const names = planCategories(
    groups.map(({ name }) => name),
    bands.stepPx,
    notes,
  );
  const total = summaries.reduce((sum, { count }) => sum + count, 0);
  const every = Math.max(1, Math.ceil(total / mostPoints));
  const radiusPx = Math.max(1.6, Math.min(3.6, bands.bandPx / 7));
  const places = groups.map(({ values }, group) => {
    const ys = values.map((value, i) => (i % every === 0 ? y.toPx(value) : Number.NaN));
    const offsets = swarmOffsets(ys, radiusPx, bands.bandPx * (paired ? 0.05 : 0.42));
    return ys.map((py, i): [number, number] => [bands.middle(group) + (offsets[i] as number), py]);
  });
  const words = groups.map(({ name }, i) => {
    const { middle, low, high, count } = summaries[i] as (typeof summaries)[number];
    return `${name} ${formatMeasure(middle)} (${formatMeasure(low)} to ${formatMeasure(high)}, n = ${count})`;
  });
  const tested = brackets.map(
    ({ groups: [a, b], p, stars }) => `${groups[a]?.name} and ${groups[b]?.name}: ${stars}, ${formatP(p)}`,
  );
  const thinned = every > 1 ? ` One point in ${every} is drawn.` : '';
  const caption = `${summaryWords[summary]}${every > 1 ? `; one point in ${every} drawn` : ''}`;
  const description = `${label}, ${summaryWords[summary]}: ${words.join('; ')}.${thinned}${tested.length === 0 ? '' : ` Tests: ${tested.join('; ')}.`}`;
  return renderFigure(
    {
      ...shown,
      kind: 'grouped-points',
      data,
      widthPx: width,
      heightPx: top + plotHeight + names.heightPx + 26,
      description,
    },
    yAxis(y, room, { label }),
    total === 0 ? emptyNote(room, 'no value') : undefined,
    paired ? pairLines(places) : undefined,
    groups.map((_, group) => {
      const color = categoryColor(group);
      return svg(
        'g',
        {},
        (places[group] as [number, number][]).map(([px, py]) =>
          marker(group, px, py, { color, radiusPx, opacity: 0.75 }),
        ),
        summaryMarks(summaries[group] as (typeof summaries)[number], bands.middle(group), bands.bandPx, y.toPx),
      );
    }),
    bracketMarks(brackets, (group) => bands.middle(group), top - 12),
    categoryAxis(names, bands, room),
    svg(
      'text',
      {
        x: room.left + room.width,
        y: top + plotHeight + names.heightPx + 16,
        'text-anchor': 'end',
        'font-size': 10,
        fill: theme.muted,
      },
      caption,
    ),
  );
}

function pairLines(places: readonly (readonly [number, number][])[]): SvgChild {
  let d = '';
  for (let group = 0; group + 1 < places.length; group++) {
    for (const [i, [x, y]] of (places[group] as readonly [number, number][]).entries()) {
      const [toX, toY] = places[group + 1]?.[i] ?? [Number.NaN, Number.NaN];
      if (Number.isFinite(y + toY)) d += `M${r(x)} ${r(y)}L${r(toX)} ${r(toY)}`;
    }
  }
  return d === '' ? undefined : svg('path', { d, stroke: theme.muted, 'stroke-opacity': 0.5, fill: 'none' });
}

/** Returns the thick line of the middle and the bar of its range, drawn over the points. */
export function summaryMarks(
  { middle, low, high }: { readonly middle: number; readonly low: number; readonly high: number },
  xPx: number,
  bandPx: number,
  toPx: (value: number) => number,
): SvgChild {
  if (!Number.isFinite(middle)) return undefined;
  const [half, cap] = [Math.min(bandPx * 0.42, 26), Math.min(bandPx * 0.16, 8)];
  const range =
    Number.isFinite(low) && Number.isFinite(high)
      ? `M${r(xPx)} ${r(toPx(low))}V${r(toPx(high))}M${r(xPx - cap)} ${r(toPx(low))}h${r(2 * cap)}M${r(xPx - cap)} ${r(toPx(high))}h${r(2 * cap)}`
      : '';
  return svg('path', {
    d: `M${r(xPx - half)} ${r(toPx(middle))}h${r(2 * half)}${range}`,
    stroke: theme.ink,
    'stroke-width': 1.8,
    fill: 'none',
  });
}

const r = (value: number) => Math.round(value * 100) / 100;
