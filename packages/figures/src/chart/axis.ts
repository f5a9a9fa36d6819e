import type { Scale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import type { Room } from './figure.js';
import { theme } from './theme.js';

/** What an axis says and draws beside its ticks. */
export interface AxisOptions {
  /** Quantity and unit, such as `speed (cm/s)`. */
  readonly label?: string;
  /** Draw faint lines across the room at labeled ticks, default true for y and false for x. */
  readonly grid?: boolean;
  /** Leave tick labels out, for panels that share an axis with the one below. */
  readonly labels?: boolean;
}

/** Returns the axis at the bottom of a room; it needs 22 px below, 40 with a label. */
export function xAxis(scale: Scale, room: Room, { label, grid = false, labels = true }: AxisOptions = {}): SvgChild {
  const bottom = room.top + room.height;
  const shown = spaced(scale, (tick) => textWidthPx(tick, theme.tickPx) + 10);
  return svg(
    'g',
    {},
    grid ? svg('path', { d: verticals(scale, room.top, bottom), stroke: theme.grid, fill: 'none' }) : undefined,
    svg('path', {
      d: `M${r(room.left)} ${r(bottom)}h${r(room.width)}${scale.ticks.map((t) => `M${r(scale.toPx(t.value))} ${r(bottom)}v${t.label === '' ? 3 : 5}`).join('')}`,
      stroke: theme.muted,
      fill: 'none',
    }),
    labels
      ? shown.map(({ value, label: text }) =>
          svg(
            'text',
            {
              x: scale.toPx(value),
              y: bottom + 17,
              'text-anchor': 'middle',
              'font-size': theme.tickPx,
              fill: theme.muted,
            },
            text,
          ),
        )
      : [],
    label === undefined
      ? undefined
      : svg(
          'text',
          { x: room.left + room.width / 2, y: bottom + 35, 'text-anchor': 'middle' },
          fitText(label, theme.textPx, room.width + Math.min(room.left, 60)),
        ),
  );
}

/** Returns the axis at the left of a room; it needs {@link yAxisWidthPx} there. */
export function yAxis(scale: Scale, room: Room, { label, grid = true, labels = true }: AxisOptions = {}): SvgChild {
  const shown = spaced(scale, () => theme.tickPx + 4);
  const across = scale.ticks
    .filter((tick) => tick.label !== '')
    .map((tick) => `M${r(room.left)} ${r(scale.toPx(tick.value))}h${r(room.width)}`)
    .join('');
  const x = room.left - yAxisWidthPx(scale, { labels }) - (label === undefined ? 0 : 8);
  const y = room.top + room.height / 2;
  return svg(
    'g',
    {},
    grid ? svg('path', { d: across, stroke: theme.grid, fill: 'none' }) : undefined,
    labels
      ? shown.map(({ value, label: text }) =>
          svg(
            'text',
            {
              x: room.left - 7,
              y: scale.toPx(value) + theme.tickPx * 0.35,
              'text-anchor': 'end',
              'font-size': theme.tickPx,
              fill: theme.muted,
            },
            text,
          ),
        )
      : [],
    label === undefined
      ? undefined
      : svg(
          'text',
          { x, y, 'text-anchor': 'middle', transform: `rotate(-90 ${r(x)} ${r(y)})` },
          fitText(label, theme.textPx, room.height + 44),
        ),
  );
}

/** Returns the px that the tick labels, and the label where there is one, take at the left of a room. */
export function yAxisWidthPx(scale: Scale, { label, labels = true }: AxisOptions = {}): number {
  const widest = labels ? Math.max(0, ...scale.ticks.map((tick) => textWidthPx(tick.label, theme.tickPx))) : 0;
  return widest + 9 + (label === undefined ? 0 : 20);
}

/** Returns the labeled ticks that do not touch one another. */
function spaced(scale: Scale, sizePx: (label: string) => number) {
  let [end, endSize] = [Number.NEGATIVE_INFINITY, 0];
  const along = scale.range[1] >= scale.range[0] ? 1 : -1;
  return scale.ticks.filter(({ value, label }) => {
    if (label === '') return false;
    const [at, size] = [scale.toPx(value) * along, sizePx(label)];
    if (at - end < (size + endSize) / 2) return false;
    [end, endSize] = [at, size];
    return true;
  });
}

function verticals(scale: Scale, top: number, bottom: number): string {
  return scale.ticks
    .filter((tick) => tick.label !== '')
    .map((tick) => `M${r(scale.toPx(tick.value))} ${r(top)}V${r(bottom)}`)
    .join('');
}

const r = (value: number) => Math.round(value * 100) / 100;
