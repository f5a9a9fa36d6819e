/** Advance widths of Helvetica in thousandths of the font size, for the printable ASCII characters from the space on. */
const widths =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584'
    .split(' ')
    .map(Number);

/** Returns about how wide a text is in px; other fonts differ by some percent, so leave room. */
export function textWidthPx(text: string, fontPx: number): number {
  let total = 0;
  for (const character of text) total += widths[(character.codePointAt(0) as number) - 32] ?? 600;
  return (total * fontPx) / 1000;
}

/** How much wider than {@link textWidthPx} says the widest of the fonts is that stand in for ours where they are absent. */
export const widestFont = 1.16;

/** Returns the text, or its beginning and an ellipsis where it is wider than there is room. */
export function fitText(text: string, fontPx: number, roomPx: number): string {
  if (textWidthPx(text, fontPx) <= roomPx) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidthPx(`${characters.join('')}…`, fontPx) > roomPx) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
