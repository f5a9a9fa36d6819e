import { categoryColor, curveDash } from '../color/categorical.js';
import type { Scale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { bandPath, linePath } from '../svg/path.js';
import { marker } from './marker.js';

/** A line through points with a band around it. */
export interface Curve {
  /** Shape `[point]`. */
  readonly x: readonly number[];
  /** Shape `[point]`; NaN and null leave a gap. */
  readonly y: readonly (number | null)[];
  /** Ends of the band, shape `[point]` each. */
  readonly low?: readonly (number | null)[] | undefined;
  readonly high?: readonly (number | null)[] | undefined;
}

/** Returns line, band and markers of a curve in the color, dash and marker of category `index`. */
export function curveMarks(curve: Curve, index: number, { x, y }: { readonly x: Scale; readonly y: Scale }): SvgChild {
  const count = curve.x.length;
  const at = (i: number) => x.toPx(curve.x[i] as number);
  const on = (list: readonly (number | null)[] | undefined) => (i: number) => {
    const value = list?.[i];
    return typeof value === 'number' ? y.toPx(value) : Number.NaN;
  };
  const color = categoryColor(index);
  return svg(
    'g',
    {},
    curve.low === undefined || curve.high === undefined
      ? undefined
      : svg('path', { d: bandPath(count, at, on(curve.low), on(curve.high)), fill: color, 'fill-opacity': 0.16 }),
    svg('path', {
      d: linePath(count, at, on(curve.y)),
      stroke: color,
      'stroke-width': 2,
      'stroke-dasharray': curveDash(index),
      'stroke-linejoin': 'round',
      fill: 'none',
    }),
    count > 60 ? undefined : curve.x.map((_, i) => marker(index, at(i), on(curve.y)(i), { color })),
  );
}
