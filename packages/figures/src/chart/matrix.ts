import { colorChannels } from '../color/categorical.js';
import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx } from '../svg/text-width.js';
import { type CategoryPlan, planCategories } from './categories.js';
import type { Room } from './figure.js';
import { theme } from './theme.js';

/** A table of colored cells with names beside and below it. */
export interface MatrixPlan {
  readonly room: Room;
  readonly rowNames: readonly string[];
  readonly columns: CategoryPlan;
  readonly cellWidthPx: number;
  readonly cellHeightPx: number;
  /** Px of room that row names have. */
  readonly namesPx: number;
  /** Px from the top of the room to below the column names. */
  readonly heightPx: number;
}

/** What a cell shows. */
export interface MatrixCell {
  /** Color `#rrggbb`, undefined for an empty cell. */
  readonly fill: string | undefined;
  /** Lines of text, the first one large; left out where they do not fit. */
  readonly lines: readonly string[];
}

/** Returns rooms of a table of cells as wide as there is room, and no higher than they are wide. */
export function planMatrix({
  rowNames,
  columnNames,
  left,
  top,
  widthPx,
  mostCellPx = 64,
  mostNamesShare = 0.3,
  cellHeightPx,
}: {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  readonly left: number;
  readonly top: number;
  /** Px from `left` to the right end of the cells. */
  readonly widthPx: number;
  readonly mostCellPx?: number;
  /** Share of the width that names of rows may take. */
  readonly mostNamesShare?: number;
  readonly cellHeightPx?: number;
}): MatrixPlan {
  const named = Math.min(
    Math.max(0, ...rowNames.map((name) => textWidthPx(name, theme.textPx))),
    Math.max(60, widthPx * mostNamesShare),
  );
  const roomLeft = left + named + 10;
  const cellWidthPx = Math.min(mostCellPx, (widthPx - named - 10) / Math.max(columnNames.length, 1));
  const height = cellHeightPx ?? Math.min(cellWidthPx, 44);
  const columns = planCategories(columnNames, cellWidthPx);
  const room = { left: roomLeft, top, width: cellWidthPx * columnNames.length, height: height * rowNames.length };
  return {
    room,
    rowNames,
    columns,
    cellWidthPx,
    cellHeightPx: height,
    namesPx: named,
    heightPx: room.height + columns.heightPx,
  };
}

/** Returns cells, texts and names of a table; names of rows are thinned where rows are lower than letters. */
export function matrixMarks(plan: MatrixPlan, cell: (row: number, column: number) => MatrixCell): SvgChild[] {
  const { room, rowNames, columns, cellWidthPx: w, cellHeightPx: h } = plan;
  const count = columns.lines.length;
  const gap = Math.min(w, h) > 14 ? 1 : 0;
  const marks: SvgChild[] = [];
  for (const row of rowNames.keys()) {
    for (let column = 0; column < count; column++) {
      const { fill, lines } = cell(row, column);
      const [x, y] = [room.left + column * w, room.top + row * h];
      marks.push(
        svg('rect', {
          x: x + gap / 2,
          y: y + gap / 2,
          width: w - gap,
          height: h - gap,
          fill: fill ?? '#ffffff',
          ...(fill === undefined ? { stroke: theme.faint, 'stroke-width': 0.8 } : {}),
        }),
      );
      const fitting = lines
        .slice(0, h >= 30 ? 2 : 1)
        .filter((line, i) => line !== '' && h >= 13 && textWidthPx(line, sizes[i] as number) + 4 <= w);
      for (const [i, line] of fitting.entries()) {
        marks.push(
          svg(
            'text',
            {
              x: x + w / 2,
              y: y + h / 2 + 4 + (fitting.length === 2 ? (i === 0 ? -6 : 8) : 0),
              'text-anchor': 'middle',
              'font-size': sizes[i] as number,
              fill: inkOn(fill),
            },
            line,
          ),
        );
      }
    }
  }
  const every = Math.max(1, Math.ceil(12 / Math.max(h, 0.1)));
  const names = rowNames.map((name, row) =>
    row % every === 0
      ? svg(
          'text',
          { x: room.left - 7, y: room.top + (row + 0.5) * h + 4, 'text-anchor': 'end' },
          fitText(name, theme.textPx, plan.namesPx + 2),
        )
      : undefined,
  );
  return [svg('g', {}, marks), svg('g', {}, names)];
}

const sizes = [11, 9.5] as const;

/** Returns the color of text that is read on a color: dark or white. */
export function inkOn(fill: string | undefined): string {
  if (fill === undefined) return theme.muted;
  const [red, green, blue] = colorChannels(fill);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? theme.ink : '#ffffff';
}
