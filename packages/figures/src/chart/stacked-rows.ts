import { formatNumber } from '../scale/number-format.js';
import { linearScale } from '../scale/scale.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { xAxis } from './axis.js';
import { inkOn } from './matrix.js';
import { theme } from './theme.js';

/** Returns one bar for each row, cut into the shares of its values (shape `[part]`), with names before and totals behind, and its height. */
export function stackedRows({
  rows,
  colors,
  left,
  top,
  widthPx,
  label = 'share',
}: {
  /** Values are in the order of the colors; negative and unknown ones count as none. */
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly colors: readonly string[];
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly label?: string;
}): { element: SvgChild; heightPx: number } {
  const rowPx = Math.max(10, Math.min(24, 480 / Math.max(rows.length, 1)));
  const named = Math.min(Math.max(0, ...rows.map(({ name }) => textWidthPx(name, theme.textPx))), widthPx * 0.34);
  const totals = rows.map(({ values }) => values.reduce((sum, value) => sum + (value > 0 ? value : 0), 0));
  const behind = totals.map((total) => `n = ${formatNumber(total)}`);
  const behindPx = Math.max(0, ...behind.map((text) => textWidthPx(text, theme.tickPx)));
  const room = {
    left: left + named + 10,
    top,
    width: widthPx - named - 10 - behindPx - 12,
    height: Math.max(rows.length, 1) * rowPx,
  };
  const x = linearScale({
    domain: [0, 1],
    range: [room.left, room.left + room.width],
    nice: false,
    tickCount: 4,
    format: (value) => `${formatNumber(value * 100)} %`,
  });
  const every = Math.max(1, Math.ceil(12 / rowPx));
  const parts = rows.map(({ name, values }, row): SvgChild => {
    const y = top + row * rowPx;
    const total = totals[row] as number;
    let at = 0;
    const blocks = values.flatMap((value, i): SvgChild[] => {
      if (!(value > 0)) return [];
      const [from, to] = [x.toPx(at / total), x.toPx((at + value) / total)];
      at += value;
      const text = `${formatNumber((100 * value) / total)} %`;
      const color = colors[i] as string;
      return [
        svg('rect', {
          x: from,
          y: y + rowPx * 0.12,
          width: to - from,
          height: rowPx * 0.76,
          fill: color,
          stroke: '#ffffff',
          'stroke-width': 0.6,
        }),
        rowPx >= 16 && to - from > textWidthPx(text, 10) + 6
          ? svg(
              'text',
              {
                x: (from + to) / 2,
                y: y + rowPx / 2 + 3.6,
                'text-anchor': 'middle',
                'font-size': 10,
                fill: inkOn(color),
              },
              text,
            )
          : undefined,
      ];
    });
    return svg(
      'g',
      {},
      blocks,
      row % every === 0
        ? [
            svg(
              'text',
              { x: room.left - 7, y: y + rowPx / 2 + 4, 'text-anchor': 'end' },
              fitText(name, theme.textPx, named + 2),
            ),
            svg(
              'text',
              { x: room.left + room.width + 7, y: y + rowPx / 2 + 4, 'font-size': theme.tickPx, fill: theme.muted },
              behind[row] as string,
            ),
          ]
        : undefined,
    );
  });
  return { element: svg('g', {}, parts, xAxis(x, room, { label })), heightPx: room.height + 44 };
}
