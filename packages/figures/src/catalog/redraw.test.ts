import { FormatError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import {
  ethogramRasterFigure,
  figurePdf,
  figureTables,
  groupedPointsFigure,
  readFigure,
  redrawFigure,
  safeSvg,
  tableCsv,
} from '../index.js';
import { sampleFigures } from './sample-figures.test.kit.js';
import { behaviors, sampleBouts, sampleGroups } from './samples.test.kit.js';

for (const [name, draw] of Object.entries(sampleFigures)) {
  test(`${name} figure is redrawn as it was from the data that it carries`, () => {
    const text = draw({ badge: 'synthetic', widthMm: 180 });
    expect(redrawFigure(text)).toBe(text);
    expect(redrawFigure(text, { widthMm: 85 })).toBe(draw({ badge: 'synthetic', widthMm: 85 }));
  });

  test(`${name} figure has a table, a PDF, and a place in a page`, () => {
    const text = draw();
    const tables = figureTables(readFigure(text));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(tableCsv(table)).not.toMatch(/NaN|undefined|\[object/);
    const { bytes, missingLetters, missingPictures } = figurePdf(text);
    expect([missingLetters, missingPictures]).toEqual([[], 0]);
    const pdf = new TextDecoder('latin1').decode(bytes);
    expect(pdf).toMatch(/^%PDF-1\.4/);
    expect(pdf).not.toMatch(/NaN|undefined/);
    expect(Number(/startxref\n(\d+)/.exec(pdf)?.[1])).toBe(pdf.indexOf('xref\n0 '));
    expect(safeSvg(text)).toBe(text);
  });
}

test('a million bouts make a figure of less than half a megabyte that says it is thinned', () => {
  const bouts = sampleBouts(1_000_000, 3600);
  const text = ethogramRasterFigure({
    rows: [{ name: 'mouse', bouts }],
    behaviors: behaviors.map((name) => ({ name })),
    durationSec: 3600,
  });
  expect(text.length).toBeLessThan(500_000);
  expect(text).toContain('each half px stands for');
  expect(readFigure(text)).toMatchObject({ data: undefined, dataHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(() => redrawFigure(text)).toThrow(/only their hash/);
});

test('drawings that hold scripts, links or styles are not let into a page', () => {
  for (const inner of [
    '<script>alert(1)</script>',
    '<rect onload="alert(1)"/>',
    '<a href="https://example.org"><text>x</text></a>',
    '<image href="https://example.org/a.png"/>',
    '<rect fill="url(https://example.org)"/>',
    '<style>*{}</style>',
    '<!ENTITY a "b">',
  ]) {
    expect(safeSvg(`<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`)).toBeUndefined();
  }
});

test('what is no figure, or a changed one, is refused with a hint', () => {
  expect(() => readFigure('<svg></svg>')).toThrow(FormatError);
  const text = groupedPointsFigure(sampleGroups());
  expect(() => readFigure(text.replace('"zoopraxisFigure":1', '"zoopraxisFigure":9'))).toThrow(/version 9/);
  expect(() => redrawFigure(text.replace('"kind":"grouped-points"', '"kind":"constructor"'))).toThrow(
    /one of the kinds/,
  );
  expect(() => redrawFigure(text.replace('"measure"', '"other"').replace('"groups":[{', '"groups":[3,{'))).toThrow(
    FormatError,
  );
});

test('sixty groups, none, one value, equal and missing values draw', () => {
  const groups = (count: number, values: number[]) =>
    Array.from({ length: count }, (_, i) => ({ name: `group ${i} with a rather long name`, values }));
  for (const [count, values] of [
    [60, [1, 2, 3]],
    [0, []],
    [2, [5]],
    [2, [4, 4, 4]],
    [3, [Number.NaN, Number.NaN]],
  ] as const) {
    for (const widthMm of [85, 180]) {
      const data = { measure: 'time', groups: groups(count, [...values]), summary: 'mean-ci' as const };
      expect(groupedPointsFigure(data, { widthMm })).not.toMatch(/NaN|undefined/);
    }
  }
});
