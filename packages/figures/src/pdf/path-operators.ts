const token = /([MLHVQCZmlhvqcz])|(-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)/gi;

const n = (value: number) => String(Math.round(value * 1000) / 1000);

/**
 * Returns the operators of PDF for the path data of SVG: lines and curves, absolute and relative.
 * @throws RangeError for arcs and smooth curves, which no figure of ours has.
 */
export function pathOperators(data: string): string {
  if (/[atsATS]/.test(data)) throw new RangeError('pdf: paths must be of lines and plain curves');
  const out: string[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  let command = 'M';
  const numbers: number[] = [];
  const run = () => {
    const relative = command === command.toLowerCase();
    const [dx, dy] = relative ? [x, y] : [0, 0];
    const at = (i: number) => numbers[i] as number;
    switch (command.toUpperCase()) {
      case 'M':
        [x, y] = [at(0) + dx, at(1) + dy];
        [startX, startY] = [x, y];
        out.push(`${n(x)} ${n(y)} m`);
        command = relative ? 'l' : 'L';
        break;
      case 'L':
        [x, y] = [at(0) + dx, at(1) + dy];
        out.push(`${n(x)} ${n(y)} l`);
        break;
      case 'H':
        // A line of no length is a dot in SVG and nothing in PDF.
        x = at(0) === 0 && relative ? x + 0.01 : at(0) + dx;
        out.push(`${n(x)} ${n(y)} l`);
        break;
      case 'V':
        y = at(0) + dy;
        out.push(`${n(x)} ${n(y)} l`);
        break;
      case 'Q': {
        const [cx, cy, ex, ey] = [at(0) + dx, at(1) + dy, at(2) + dx, at(3) + dy];
        const third = (from: number, middle: number) => from + (2 / 3) * (middle - from);
        out.push(`${n(third(x, cx))} ${n(third(y, cy))} ${n(third(ex, cx))} ${n(third(ey, cy))} ${n(ex)} ${n(ey)} c`);
        [x, y] = [ex, ey];
        break;
      }
      case 'C':
        out.push(
          `${n(at(0) + dx)} ${n(at(1) + dy)} ${n(at(2) + dx)} ${n(at(3) + dy)} ${n(at(4) + dx)} ${n(at(5) + dy)} c`,
        );
        [x, y] = [at(4) + dx, at(5) + dy];
        break;
    }
    numbers.length = 0;
  };
  const needed: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, Q: 4, C: 6 };
  for (const [, letter, number] of data.matchAll(token)) {
    if (letter !== undefined) {
      command = letter;
      numbers.length = 0;
      if (letter.toUpperCase() === 'Z') {
        out.push('h');
        [x, y] = [startX, startY];
      }
      continue;
    }
    numbers.push(Number(number));
    if (numbers.length === needed[command.toUpperCase()]) run();
  }
  return out.join('\n');
}

/** Returns the operators of an ellipse of four curves. */
export function ellipseOperators(cx: number, cy: number, rx: number, ry: number): string {
  const k = 0.5522847;
  const c = (a: number, b: number, d: number, e: number, f: number, g: number) =>
    `${n(cx + a * rx)} ${n(cy + b * ry)} ${n(cx + d * rx)} ${n(cy + e * ry)} ${n(cx + f * rx)} ${n(cy + g * ry)} c`;
  return [
    `${n(cx + rx)} ${n(cy)} m`,
    c(1, k, k, 1, 0, 1),
    c(-k, 1, -1, k, -1, 0),
    c(-1, -k, -k, -1, 0, -1),
    c(k, -1, 1, -k, 1, 0),
    'h',
  ].join('\n');
}
