/** A curve to be drawn in text. */
export interface TextChartOptions {
  /** Characters across, axis included. */
  readonly columns: number;
  /** Lines of text. */
  readonly rows: number;
  /** Right end of the x axis; default the last x. */
  readonly endX?: number;
}

/** Bits of the eight dots of a braille character, a list by row and column (Unicode, block U+2800). */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * Returns a curve as lines of braille dots with a logarithmic y axis, a list from top to bottom; several points in one
 * column are drawn as their range. Points have `x` ascending; those with y not above 0 are left out.
 */
export function textChart(
  points: readonly { readonly x: number; readonly y: number }[],
  { columns, rows, endX }: TextChartOptions,
): string[] {
  const known = points.filter(({ y }) => Number.isFinite(y) && y > 0);
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { y } of known) [low, high] = [Math.min(low, y), Math.max(high, y)];
  if (known.length === 0) return Array.from({ length: rows }, () => '│'.padStart(5).padEnd(columns));
  if (high / low < 1.05) [low, high] = [low / 1.05, high * 1.05];
  const labels = [high, low].map(shortNumber);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const across = Math.max(4, columns - labelWidth - 1);
  const [dotsAcross, dotsDown] = [across * 2, rows * 4];
  const first = known[0]?.x ?? 0;
  const last = Math.max(endX ?? 0, known.at(-1)?.x ?? 1);
  const cells = new Uint8Array(across * rows);
  const set = (column: number, row: number) => {
    const cell = (row >> 2) * across + (column >> 1);
    cells[cell] = (cells[cell] as number) | (dots[row & 3] as readonly [number, number])[column & 1 ? 1 : 0];
  };
  const rowOf = (y: number) => Math.round((Math.log(high / y) / Math.log(high / low)) * (dotsDown - 1));
  const columnOf = (x: number) => Math.round(((x - first) / (last - first || 1)) * (dotsAcross - 1));
  let before: { column: number; row: number } | undefined;
  for (const { x, y } of known) {
    const at = { column: columnOf(x), row: rowOf(y) };
    const from = before ?? at;
    // Steps along the longer side leave no holes between neighboring points.
    const steps = Math.max(Math.abs(at.column - from.column), Math.abs(at.row - from.row), 1);
    for (let step = 0; step <= steps; step++) {
      set(
        Math.round(from.column + ((at.column - from.column) * step) / steps),
        Math.round(from.row + ((at.row - from.row) * step) / steps),
      );
    }
    before = at;
  }
  return Array.from({ length: rows }, (_, row) => {
    const label = (row === 0 ? labels[0] : row === rows - 1 ? labels[1] : undefined) ?? '';
    const line = Array.from(cells.subarray(row * across, (row + 1) * across), (bits) =>
      String.fromCodePoint(0x2800 + bits),
    ).join('');
    return `${label.padStart(labelWidth)}┤${line}`;
  });
}

/** Returns a number in at most five characters where it is of a usual size. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e5 || (size < 1e-3 && size > 0)) return value.toExponential(0);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
