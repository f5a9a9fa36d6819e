import type { Room } from '../chart/figure.js';
import { theme } from '../chart/theme.js';
import type { Scale } from '../scale/scale.js';
import { envelope } from '../series/envelope.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText } from '../svg/text-width.js';

/** The probability of a behavior over time. */
export interface ProbabilityStrip {
  readonly name: string;
  /** Behavior of the raster whose color the strip takes. */
  readonly behavior?: string;
  /** 0..1 at even steps of time, shape `[sample]`; NaN = unknown. */
  readonly values: ArrayLike<number>;
  readonly stepSec: number;
  /** Time of the first sample, default 0. */
  readonly startSec?: number;
  /** Probability from which the behavior is predicted, drawn as a line. */
  readonly threshold?: number;
}

/** Height in px of a strip with the gap above it. */
export const stripPx = 34;

/**
 * Returns a strip as a filled curve: the middle of each px column full, its largest value pale, so that no short peak is lost.
 * @throws RangeError for a step that is not above 0.
 */
export function probabilityStrip(
  strip: ProbabilityStrip,
  {
    x,
    room,
    color = theme.accent,
    namePx,
  }: { readonly x: Scale; readonly room: Room; readonly color?: string; readonly namePx: number },
): SvgChild {
  const { values, stepSec, startSec = 0, threshold, name } = strip;
  if (!(stepSec > 0 && Number.isFinite(stepSec))) {
    throw new RangeError(`ethogramRaster: stepSec of ${name} must be above 0, got ${stepSec}`);
  }
  const [top, height] = [room.top + 8, room.height - 9];
  const y = (value: number) => r(top + height * (1 - Math.min(Math.max(value, 0), 1)));
  // Beyond the axis nothing is drawn, so nothing is spent on it.
  const last = Math.ceil((x.domain[1] - startSec) / stepSec);
  const shown = Array.from({ length: Math.max(0, Math.min(values.length, last)) }, (_, i) => values[i] as number);
  const series = envelope(
    Float64Array.from(shown, (_, i) => startSec + i * stepSec),
    shown,
    Math.max(1, Math.floor(room.width)),
  );
  const stepOf = series.exact ? stepSec : (series.time[1] ?? 0) - (series.time[0] ?? 0);
  const shift = series.exact ? 0 : stepOf / 2;
  const area = (heights: Float64Array) => {
    let d = '';
    let [isOpen, before] = [false, Number.NaN];
    for (const [i, value] of heights.entries()) {
      const at = (series.time[i] as number) - shift;
      if (Number.isNaN(value)) {
        if (isOpen) d += `V${y(0)}Z`;
        [isOpen, before] = [false, Number.NaN];
        continue;
      }
      if (!isOpen) d += `M${r(x.toPx(at))} ${y(0)}`;
      if (y(value) !== before) d += `${isOpen ? `H${r(x.toPx(at))}` : ''}V${y(value)}`;
      [isOpen, before] = [true, y(value)];
      const next = heights[i + 1];
      if (next === undefined || Number.isNaN(next)) d += `H${r(Math.min(x.toPx(at + stepOf), room.left + room.width))}`;
    }
    return isOpen ? `${d}V${y(0)}Z` : d;
  };
  return svg(
    'g',
    {},
    svg('rect', { x: room.left, y: top, width: room.width, height, fill: theme.plate }),
    series.exact ? undefined : svg('path', { d: area(series.high), fill: color, 'fill-opacity': 0.3 }),
    svg('path', { d: area(series.middle), fill: color, 'fill-opacity': series.exact ? 0.75 : 0.8 }),
    threshold === undefined || !(threshold >= 0 && threshold <= 1)
      ? undefined
      : svg('path', {
          d: `M${r(room.left)} ${y(threshold)}h${r(room.width)}`,
          stroke: theme.ink,
          'stroke-width': 0.8,
          'stroke-dasharray': '3 3',
          fill: 'none',
        }),
    svg(
      'text',
      { x: room.left - 7, y: top + height / 2 + 4, 'text-anchor': 'end' },
      fitText(name, theme.textPx, namePx + 2),
    ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
