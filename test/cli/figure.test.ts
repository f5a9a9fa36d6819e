import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupedPointsFigure, readFigure } from '@zoopraxis/figures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from './run-program.test.kit.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-figure-'));
  const groups = [
    { name: 'wild type', values: [1, 2, 3] },
    { name: 'knock-out', values: [4, 5, 7.25] },
  ];
  await writeFile(
    join(folder, 'time.svg'),
    groupedPointsFigure({ measure: 'time', unit: 's', groups, summary: 'mean-ci' }),
  );
  await writeFile(join(folder, 'other.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>');
  await writeFile(join(folder, 'picture.svg'), '\x89PNG');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a figure is drawn anew for one column of a journal and written for other programs', async () => {
  const words = [
    'figure',
    'time.svg',
    '--png',
    '--pdf',
    '--csv',
    '--svg',
    '--width-mm',
    '85',
    '--title',
    'Time',
    '--out',
    'paper',
  ];
  const { code, out } = await runProgram([...words, '--json'], folder);
  expect(code).toBe(0);
  const { files, failed } = JSON.parse(out) as { files: string[]; failed: unknown[] };
  expect(failed).toEqual([]);
  expect((await readdir(join(folder, 'paper'))).length).toBe(files.length);
  const drawn = await readFile(join(folder, 'paper', 'time.svg'), 'utf8');
  expect(drawn).toContain('width="85mm"');
  expect(readFigure(drawn)).toMatchObject({ kind: 'grouped-points', options: { title: 'Time', widthMm: 85 } });
  expect((await readFile(join(folder, 'paper', 'time.png'))).readUInt32BE(16)).toBe(Math.round((85 / 25.4) * 300));
  const pdf = (await readFile(join(folder, 'paper', 'time.pdf'))).toString('latin1');
  // 85 mm are 240.945 pt.
  expect(pdf).toMatch(/\/MediaBox ?\[ ?0 0 240\.9/);
  const table = files.find((file) => (file.endsWith('.csv') && file.includes('groups')) || file.endsWith('time.csv'));
  expect(await readFile(table as string, 'utf8')).toMatch(/knock-out.*7\.25/);
});

test('of several figures the good ones are written, and the others are named with their fault', async () => {
  const out = join(folder, 'some');
  const { code, err } = await runProgram(
    ['figure', 'other.svg', 'time.svg', 'picture.svg', 'gone.svg', '--csv', '--out', out],
    folder,
  );
  // Some were written, some not.
  expect(code).toBe(3);
  expect(err).toMatch(/other\.svg: .*a figure that carries its data/);
  expect(err).toMatch(/picture\.svg: .*expected <svg/);
  expect(err).toMatch(/gone\.svg: there is no such figure/);
  expect(err).not.toMatch(/\n\s+at |undefined/);
  expect((await readdir(out)).every((name) => name.startsWith('time'))).toBe(true);
});

test('a figure is never replaced by its own redrawing, and something to write must be named', async () => {
  const before = await readFile(join(folder, 'time.svg'), 'utf8');
  const over = await runProgram(['figure', 'time.svg', '--svg', '--width-mm', '85'], folder);
  expect([over.code, await readFile(join(folder, 'time.svg'), 'utf8')]).toEqual([1, before]);
  expect(over.err).toMatch(/--out/);
  const nothing = await runProgram(['figure', 'time.svg'], folder);
  expect(nothing.code).toBe(1);
  expect(nothing.err).toMatch(/Add --png, --pdf, --csv or --svg/);
});

test('a project without figures has a page that says so, and a folder that is no project is refused', async () => {
  const project = join(folder, 'openfield');
  expect((await runProgram(['new', project, '--keypoints', 'nose,tail'], folder)).code).toBe(0);
  const { code, out } = await runProgram(['report', project, '--json'], folder);
  expect([code, JSON.parse(out)]).toMatchObject([
    0,
    { figures: 0, tables: 0, leftOut: [], report: join(project, 'report.html') },
  ]);
  expect(await readFile(join(project, 'report.html'), 'utf8')).toContain('The project has no figures yet.');
  await mkdir(join(folder, 'plain'));
  const refused = await runProgram(['report', join(folder, 'plain')], folder);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/no Zoopraxis project/);
  expect(await readdir(join(folder, 'plain'))).toEqual([]);
});
