import type { Room } from '../chart/figure.js';
import type { Scale } from '../scale/scale.js';
import { envelope } from '../series/envelope.js';
import { type SvgChild, svg } from '../svg/element.js';
import { bandPath, linePath } from '../svg/path.js';

/**
 * Returns a series as a line, or, where a px stands for many samples, as the band from its smallest to its largest
 * value with the line of its median. Both arrays have shape `[sample]`.
 */
export function seriesMarks(
  time: ArrayLike<number>,
  values: ArrayLike<number>,
  { x, y, room, color }: { x: Scale; y: Scale; room: Room; color: string },
): SvgChild[] {
  const columns = Math.max(2, Math.floor(room.width));
  const shape = envelope(time, values, columns);
  const at = (i: number) => x.toPx(shape.time[i] as number);
  const line = svg('path', {
    d: linePath(shape.time.length, at, (i) => y.toPx(shape.middle[i] as number)),
    stroke: color,
    'stroke-width': 1.3,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
    fill: 'none',
  });
  if (shape.exact) return [line];
  const band = svg('path', {
    d: bandPath(
      shape.time.length,
      at,
      (i) => y.toPx(shape.low[i] as number),
      (i) => y.toPx(shape.high[i] as number),
    ),
    fill: color,
    'fill-opacity': 0.28,
    stroke: color,
    'stroke-opacity': 0.28,
    'stroke-width': 0.7,
  });
  return [band, line];
}

/** Returns bars that grow to the right from the left edge of a room, one for each bin of an upright axis. */
export function sideBars(
  counts: ArrayLike<number>,
  { low, binWidth, y, room, color }: { low: number; binWidth: number; y: Scale; room: Room; color: string },
): SvgChild {
  let most = 0;
  for (let i = 0; i < counts.length; i++) most = Math.max(most, counts[i] as number);
  const bars: SvgChild[] = [];
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] as number;
    if (count === 0) continue;
    const [a, b] = [y.toPx(low + bin * binWidth), y.toPx(low + (bin + 1) * binWidth)];
    const thick = Math.abs(a - b);
    bars.push(
      svg('rect', {
        x: room.left,
        y: Math.min(a, b) + Math.min(0.5, thick * 0.1),
        width: Math.max((count / most) * room.width, 0.8),
        height: Math.max(thick - Math.min(1, thick * 0.2), 0.5),
      }),
    );
  }
  return svg('g', { fill: color, 'fill-opacity': 0.75 }, bars);
}
