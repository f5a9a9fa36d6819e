import { type SvgChild, svg } from '../svg/element.js';

const shapes = ['circle', 'square', 'triangle', 'diamond', 'down', 'cross', 'plus', 'star'] as const;

/** How a marker is drawn. */
export interface MarkerOptions {
  readonly color: string;
  /** Half the size in px, default 3.6. */
  readonly radiusPx?: number;
  /** Only the outline; default false. */
  readonly hollow?: boolean;
  readonly opacity?: number;
}

/** Returns the mark of a category at a place; the first eight have shapes of their own, so that color is not needed. */
export function marker(index: number, x: number, y: number, options: MarkerOptions): SvgChild {
  const { color, radiusPx: r = 3.6, hollow = false, opacity } = options;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
  const shape = shapes[index % shapes.length] as (typeof shapes)[number];
  const open = hollow || shape === 'cross' || shape === 'plus' || shape === 'star';
  const style = {
    fill: hollow ? '#ffffff' : open ? 'none' : color,
    ...(open ? { stroke: color, 'stroke-width': 1.6 } : { stroke: '#ffffff', 'stroke-width': 0.7 }),
    opacity,
  };
  if (shape === 'circle') return svg('circle', { cx: x, cy: y, r, ...style });
  return svg('path', { d: outline(shape, x, y, r), ...style });
}

function outline(shape: (typeof shapes)[number], x: number, y: number, r: number): string {
  const at = (dx: number, dy: number) => `${n(x + dx * r)} ${n(y + dy * r)}`;
  switch (shape) {
    case 'square':
      return `M${at(-0.9, -0.9)}L${at(0.9, -0.9)}L${at(0.9, 0.9)}L${at(-0.9, 0.9)}Z`;
    case 'triangle':
      return `M${at(0, -1.2)}L${at(1.1, 0.8)}L${at(-1.1, 0.8)}Z`;
    case 'down':
      return `M${at(0, 1.2)}L${at(1.1, -0.8)}L${at(-1.1, -0.8)}Z`;
    case 'diamond':
      return `M${at(0, -1.25)}L${at(1.15, 0)}L${at(0, 1.25)}L${at(-1.15, 0)}Z`;
    case 'cross':
      return `M${at(-0.9, -0.9)}L${at(0.9, 0.9)}M${at(-0.9, 0.9)}L${at(0.9, -0.9)}`;
    case 'plus':
      return `M${at(-1.1, 0)}L${at(1.1, 0)}M${at(0, -1.1)}L${at(0, 1.1)}`;
    default:
      return `M${at(-1.1, 0)}L${at(1.1, 0)}M${at(-0.55, -0.95)}L${at(0.55, 0.95)}M${at(-0.55, 0.95)}L${at(0.55, -0.95)}`;
  }
}

const n = (value: number) => Math.round(value * 100) / 100;
