import { expect, test } from 'vitest';
import { figureKinds, figurePdf, figureTables, readFigure, redrawFigure, tableCsv } from '../index.js';
import { edgeFigures } from './edge-figures.test.kit.js';

/** Returns a figure without the data that it carries. */
const drawing = (text: string) => text.replace(/<metadata>.*?<\/metadata>/s, '');

test('every kind of the catalog is drawn at its edges', () => {
  const kinds = new Set(Object.values(edgeFigures).map(({ one }) => readFigure(one()).kind));
  expect([...kinds].sort()).toEqual(figureKinds);
});

for (const [name, { none, one, hole }] of Object.entries(edgeFigures)) {
  test(`${name} figure of nothing says so`, () => {
    const text = none({ widthMm: 85 });
    expect(drawing(text)).toMatch(/font-style="italic"[^>]*>(?:no|nothing|not) /);
    expect(one({ widthMm: 85 })).not.toMatch(/font-style="italic"[^>]*>no /);
  });

  test(`${name} figure draws a missing value neither as a number nor as zero`, () => {
    const missing = drawing(hole(Number.NaN));
    // Compared here: a message with two drawings in it would be unreadable.
    const isSame = (value: unknown) => drawing(hole(value as number)) === missing;
    // What never follows has no arrow, and a logarithmic axis no place for zero.
    expect([isSame(0), isSame(1)]).toEqual([['learning-curve', 'transition-graph'].includes(name), false]);
    // JSON of other programs writes NaN as null.
    expect([isSame(null), isSame(Number.POSITIVE_INFINITY), isSame(Number.NEGATIVE_INFINITY)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test(`${name} figure of little data holds no word of the program, and goes wherever figures go`, () => {
    for (const text of [
      none(),
      one(),
      hole(Number.NaN),
      hole(0),
      one({ widthMm: 85 }),
      hole(Number.NaN, { widthMm: 85 }),
    ]) {
      expect(/.{20}(?:NaN|Infinity|undefined|null|\[object)/.exec(drawing(text))).toBeNull();
      expect(redrawFigure(text) === text).toBe(true);
      const pdf = new TextDecoder('latin1').decode(figurePdf(text).bytes);
      expect(/.{20}(?:NaN|Infinity|undefined)/.exec(pdf)).toBeNull();
      for (const table of figureTables(readFigure(text))) expect(tableCsv(table)).not.toMatch(/NaN|undefined|\[object/);
    }
  });
}
