import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@zoopraxis/core';
import { ethogramRasterFigure, groupedPointsFigure, readFigure } from '@zoopraxis/figures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFigureFiles } from './figure-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-figure-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const points = (name: string) =>
  groupedPointsFigure(
    { measure: 'time', unit: 's', groups: [{ name, values: [1, 2.5] }], summary: 'mean-sem' },
    { widthMm: 85 },
  );

test('a figure is written as four files with what each is for', async () => {
  const text = points('wild type');
  const stem = join(folder, 'points');
  const { files, notes } = await writeFigureFiles(stem, text, { formats: ['svg', 'png', 'pdf', 'csv'], dpi: 100 });
  expect(files.slice(0, 3)).toEqual([`${stem}.svg`, `${stem}.png`, `${stem}.pdf`]);
  expect(notes).toEqual([]);
  expect(await readFile(`${stem}.svg`, 'utf8')).toBe(text);
  const png = await readFile(`${stem}.png`);
  expect(png.subarray(0, 4).toString('latin1')).toBe('\x89PNG');
  expect(png.readUInt32BE(16)).toBe(Math.round((85 / 25.4) * 100));
  expect((await readFile(`${stem}.pdf`)).subarray(0, 5).toString()).toBe('%PDF-');
  const tables = await Promise.all(files.slice(3).map((file) => readFile(file, 'utf8')));
  expect(tables.join('')).toContain('wild type');
  expect(tables.join('')).toContain('2.5');
  expect((await readdir(folder)).length).toBe(files.length);
});

test('letters that PDF has not are said, not lost in silence', async () => {
  const { notes } = await writeFigureFiles(join(folder, 'letters'), points('野生型'), { formats: ['pdf'] });
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/lack .*野.*letters\.pdf/);
});

test('data that were too large to be carried cannot be a table, and the hash says which they were', async () => {
  const bouts = Array.from({ length: 20_000 }, (_, i) => ({ startSec: i, endSec: i + 0.5, behavior: 'rear' }));
  const text = ethogramRasterFigure({
    rows: [{ name: 'mouse', bouts }],
    behaviors: [{ name: 'rear' }],
    durationSec: 20_000,
  });
  const { dataHash } = readFigure(text);
  const written = writeFigureFiles(join(folder, 'raster'), text, { formats: ['csv'] });
  await expect(written).rejects.toThrow(FormatError);
  await expect(written).rejects.toThrow(dataHash as string);
  expect((await readdir(folder)).filter((name) => name.startsWith('raster'))).toEqual([]);
});
