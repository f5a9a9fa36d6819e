import { type SvgChild, svg } from '../svg/element.js';
import { fitText, textWidthPx, widestFont } from '../svg/text-width.js';
import type { Room } from './figure.js';
import { theme } from './theme.js';

/** Rows of equal height with their names at the left. */
export interface NamedRows {
  /** Where marks go, right of the names. */
  readonly room: Room;
  readonly rowPx: number;
  /** Returns the middle of a row, px from the top of the figure. */
  middle(row: number): number;
  /** The names; every how many-th where there is no room for all. */
  readonly names: readonly SvgChild[];
}

/** Returns the layout of named rows inside a width. */
export function planRows({
  names,
  left,
  top,
  widthPx,
  rowPx,
  rightPx = 20,
  namesShare = 0.4,
}: {
  readonly names: readonly string[];
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly rowPx: number;
  /** Px to leave free at the right, default 20. */
  readonly rightPx?: number;
  /** Share of the width that names may take, default 0.4. */
  readonly namesShare?: number;
}): NamedRows {
  const fontPx = Math.max(8, Math.min(theme.textPx, rowPx - 1));
  const every = Math.max(1, Math.ceil((fontPx + 1) / rowPx));
  const named = Math.min(
    Math.max(0, ...names.map((name) => widestFont * textWidthPx(name, fontPx))),
    widthPx * namesShare,
  );
  const room: Room = {
    left: left + named + 10,
    top,
    width: widthPx - named - 10 - rightPx,
    height: Math.max(names.length, 1) * rowPx,
  };
  const middle = (row: number) => top + (row + 0.5) * rowPx;
  return {
    room,
    rowPx,
    middle,
    names: names.map((name, row) =>
      row % every === 0
        ? svg(
            'text',
            { x: room.left - 7, y: middle(row) + fontPx * 0.35, 'text-anchor': 'end', 'font-size': fontPx },
            fitText(name, fontPx, (named + 2) / widestFont),
          )
        : undefined,
    ),
  };
}
