import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx, widestFont } from '../svg/text-width.js';
import { marker } from './marker.js';
import { theme } from './theme.js';

/** One entry of a legend. */
export interface LegendItem {
  readonly label: string;
  readonly color: string;
  readonly dash?: string | undefined;
  /** `line` by default. */
  readonly shape?: 'line' | 'dot' | 'box' | 'cross' | 'ring' | 'band';
  /** Index of the {@link marker} that stands on the line, or alone in place of a `dot`. */
  readonly marker?: number;
}

const betweenPx = 12;

/** Returns the legend in lines of at most this width, and the px that it takes. */
export function legend(
  items: readonly LegendItem[],
  { left, top, width }: { left: number; top: number; width: number },
): { element: SvgChild; heightPx: number } {
  if (items.length === 0) return { element: undefined, heightPx: 0 };
  let [x, y] = [left, top];
  const parts: SvgChild[] = [];
  for (const item of items) {
    const label = fitText(item.label, theme.textPx, (width - 26) / widestFont);
    const labelPx = widestFont * textWidthPx(label, theme.textPx);
    const wide = 24 + labelPx + betweenPx;
    if (x > left && x + wide - betweenPx > left + width) [x, y] = [left, y + 18];
    parts.push(mark(item, x, y + 8), svg('text', { x: x + 24, y: y + 12 }, label));
    x += wide;
  }
  return { element: svg('g', {}, parts), heightPx: y - top + 22 };
}

function mark({ color, dash, shape = 'line', marker: index }: LegendItem, x: number, y: number): SvgChild {
  switch (shape) {
    case 'band':
      return svg('rect', { x, y: y - 5, width: 20, height: 10, fill: color, 'fill-opacity': 0.25 });
    case 'dot':
      if (index !== undefined) return marker(index, x + 10, y, { color, radiusPx: 4 });
      return svg('circle', { cx: x + 10, cy: y, r: 4, fill: color });
    case 'ring':
      return svg('circle', { cx: x + 10, cy: y, r: 4, fill: 'none', stroke: color, 'stroke-width': 1.8 });
    case 'box':
      return svg('rect', { x: x + 3, y: y - 6, width: 14, height: 12, fill: color, rx: 2 });
    case 'cross':
      return svg('path', {
        d: `M${x + 6} ${y - 4}l8 8m0 -8l-8 8`,
        stroke: color,
        'stroke-width': 1.8,
        fill: 'none',
      });
    case 'line':
      return svg(
        'g',
        {},
        svg('path', {
          d: `M${Math.round(x * 100) / 100} ${y}h20`,
          stroke: color,
          'stroke-width': 2.2,
          'stroke-dasharray': dash,
          fill: 'none',
        }),
        index === undefined ? undefined : marker(index, x + 10, y, { color }),
      );
  }
}
