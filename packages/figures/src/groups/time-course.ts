import { clipped, emptyNote, type FigureOptions } from '../chart/figure.js';
import { marker } from '../chart/marker.js';
import { extent, planPanel, renderPanel, withZero } from '../chart/panel.js';
import { categoryColor, categoryDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatDuration, formatMeasure } from '../scale/number-format.js';
import { svg } from '../svg/element.js';
import { bandPath, linePath } from '../svg/path.js';

/** A measure over the time of recordings, in bins of equal length. */
export interface TimeCourseData {
  readonly measure: string;
  readonly unit?: string;
  readonly binSec: number;
  /** Groups with curves of shape `[bin]`. */
  readonly groups: readonly {
    readonly name: string;
    /** Shape `[bin]`; NaN = no value. */
    readonly mean: readonly number[];
    /** Lower end of the band, shape `[bin]`; NaN where it is not known. */
    readonly low: readonly number[];
    /** Upper end of the band, shape `[bin]`; NaN where it is not known. */
    readonly high: readonly number[];
  }[];
  /** What the bands are, such as `SEM`; said in the description. */
  readonly band?: string;
}

const rounded = (value: number) => Number(value.toPrecision(3));

/** Returns one line with its band for each group, over time. */
export function timeCourseFigure(given: TimeCourseData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { measure, unit, binSec, groups, band } = data;
  if (!(binSec > 0)) throw new RangeError(`timeCourse: binSec must be above 0, got ${binSec}`);
  const binWords = binSec < 120 ? `${rounded(binSec)} s` : `${rounded(binSec / 60)} min`;
  const bins = Math.max(0, ...groups.map(({ mean }) => mean.length));
  const shown = {
    title: measure,
    ...(band === undefined ? {} : { subtitle: `mean and ${band}, bins of ${binWords}` }),
    ...options,
  };
  const label = unit === undefined ? measure : `${measure} (${unit})`;
  const withMarkers = bins <= 60;
  const panel = planPanel({
    shown,
    items: groups.map(({ name }, i) => ({
      label: name,
      color: categoryColor(i),
      dash: categoryDash(i),
      ...(withMarkers ? { marker: i } : {}),
    })),
    x: { label: 'time', domain: [0, Math.max(bins, 1) * binSec], kind: 'time' },
    y: {
      label,
      domain: withZero(extent(...groups.flatMap(({ mean, low, high }) => [mean, low, high]))),
    },
  });
  const { room, x, y } = panel;
  const at = (bin: number) => x.toPx((bin + 0.5) * binSec);
  const known = groups.some(({ mean }) => mean.some(Number.isFinite));
  const words = groups.map(({ name, mean }) => {
    const [low, high] = extent(mean);
    return `${name} from ${formatMeasure(low)} to ${formatMeasure(high)}`;
  });
  return renderPanel(
    panel,
    {
      kind: 'time-course',
      data,
      description: `${label} over ${formatDuration(bins * binSec)} in bins of ${binWords}${band === undefined ? '' : `, with ${band}`}: ${words.join('; ')}.`,
    },
    known ? undefined : emptyNote(room, 'no value'),
    clipped(
      room,
      groups.map(({ mean, low, high }, i) =>
        svg(
          'g',
          {},
          svg('path', {
            d: bandPath(
              mean.length,
              at,
              (bin) => y.toPx(low[bin] ?? Number.NaN),
              (bin) => y.toPx(high[bin] ?? Number.NaN),
            ),
            fill: categoryColor(i),
            'fill-opacity': 0.18,
          }),
          svg('path', {
            d: linePath(mean.length, at, (bin) => y.toPx(mean[bin] as number)),
            stroke: categoryColor(i),
            'stroke-width': 2,
            'stroke-dasharray': categoryDash(i),
            'stroke-linejoin': 'round',
            'stroke-linecap': 'round',
            fill: 'none',
          }),
        ),
      ),
    ),
    withMarkers
      ? groups.map(({ mean }, i) =>
          mean.map((value, bin) => marker(i, at(bin), y.toPx(value), { color: categoryColor(i), radiusPx: 3 })),
        )
      : undefined,
  );
}
