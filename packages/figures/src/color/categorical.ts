/**
 * Colors that people with any common color blindness tell apart on white (Okabe and Ito 2008), its yellow and black
 * left out: one is too pale for lines, the other is the color of axes.
 */
const okabeIto = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** Returns the color `#rrggbb` of a category; from the seventh on the same hues come back darker, then paler. */
export function categoryColor(index: number): string {
  const base = okabeIto[index % okabeIto.length] as string;
  const round = Math.floor(index / okabeIto.length) % 3;
  if (round === 0) return base;
  return mixColors(base, round === 1 ? '#000000' : '#ffffff', 0.42);
}

/** Returns the dash pattern that tells lines of one hue apart, undefined for a full line. */
export function categoryDash(index: number): string | undefined {
  return [undefined, '6 3', '2 2.5'][Math.floor(index / okabeIto.length) % 3];
}

/** Returns red, green and blue of `#rrggbb`, a list of three in 0..255. */
export function colorChannels(color: string): [number, number, number] {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (match === null) throw new RangeError(`color: must be written #rrggbb, got ${color}`);
  return [1, 2, 3].map((i) => Number.parseInt(match[i] as string, 16)) as [number, number, number];
}

/** Returns the color that lies `share` (0..1) of the way from one to another. */
export function mixColors(from: string, to: string, share: number): string {
  const [a, b] = [colorChannels(from), colorChannels(to)];
  return `#${a
    .map((value, i) =>
      Math.round(value + ((b[i] as number) - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

const curveDashes = [undefined, '7 3', '2 2.5', '8 3 2 3', '12 4', '4 2 1 2 1 2'] as const;

/** Returns the dash pattern of curve `index`: neighbors differ, so that print without color tells them apart. */
export function curveDash(index: number): string | undefined {
  return curveDashes[index % curveDashes.length];
}
