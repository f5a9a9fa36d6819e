import { type RampName, rampColor } from '../color/ramp.js';
import type { Scale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import type { Room } from './figure.js';
import { theme } from './theme.js';

/** Returns an upright bar of a color ramp with the ticks of a scale at its right; it needs about 46 px beside it. */
export function colorBar(
  ramp: RampName,
  scale: Scale,
  { room, label, place }: { room: Room; label: string; place: (value: number) => number },
): SvgChild {
  const [low, high] = scale.domain;
  const steps = 64;
  const slices: SvgChild[] = [];
  for (let i = 0; i < steps; i++) {
    const value = low + ((i + 0.5) / steps) * (high - low);
    const [a, b] = [scale.toPx(low + (i / steps) * (high - low)), scale.toPx(low + ((i + 1) / steps) * (high - low))];
    slices.push(
      svg('rect', {
        x: room.left,
        y: Math.min(a, b) - 0.3,
        width: room.width,
        height: Math.abs(b - a) + 0.6,
        fill: rampColor(ramp, place(value)),
      }),
    );
  }
  return svg(
    'g',
    {},
    slices,
    scale.ticks
      .filter((tick) => tick.label !== '')
      .map((tick) => {
        const y = scale.toPx(tick.value);
        return svg(
          'g',
          {},
          svg('path', {
            d: `M${room.left + room.width} ${Math.round(y * 100) / 100}h4`,
            stroke: theme.muted,
            fill: 'none',
          }),
          svg(
            'text',
            { x: room.left + room.width + 7, y: y + 4, 'font-size': theme.tickPx, fill: theme.muted },
            tick.label,
          ),
        );
      }),
    label === ''
      ? undefined
      : svg('text', { x: room.left + room.width, y: room.top - 10, 'text-anchor': 'end' }, label),
  );
}
