import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { groupedPointsFigure, transitionMatrixFigure } from '@zoopraxis/figures';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runZoopraxis } from '../kill/run-zoopraxis.js';
import { launchBrowser } from './launch-browser.js';

let folder: string;
let browser: Browser;
let server: Server;
/** Paths that anything asked of a server that no page may know. */
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-report-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a drawing of an enemy tries: to run, to load, to reach out of its place, to close what holds it. */
function hostileDrawing(origin: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="60" height="60" onload="parent.harmed='onload'">
<script>window.harmed = 'script'; fetch('${origin}/fetch')</script>
<style>@import url('${origin}/style.css'); body { display: none }</style>
<image href="${origin}/image.png" width="9" height="9"/><use xlink:href="${origin}/use.svg#a"/>
<foreignObject width="60" height="60"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${origin}/frame"></iframe></foreignObject>
<a href="javascript:parent.harmed='link'"><rect width="60" height="60" fill="red"/></a></svg>`;
}

test('the page of a project shows its figures and tables, loads nothing, and a hostile drawing does no harm', async () => {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const project = join(folder, 'open field');
  await runZoopraxis(['new', project, '--keypoints', 'nose,tail']);
  const figures = join(project, 'figures', 'cohort <b>genotype');
  await mkdir(figures, { recursive: true });
  const groups = [{ name: '<img src=x onerror=window.harmed=1>', values: [1, 2, 4] }];
  await writeFile(join(figures, 'time.svg'), groupedPointsFigure({ measure: 'time', groups, summary: 'mean-sem' }));
  await writeFile(
    join(project, 'figures', 'transitions.svg'),
    transitionMatrixFigure({ behaviors: ['rear'], counts: [[2]], probability: [[1]] }),
  );
  await writeFile(join(figures, 'hostile.svg'), hostileDrawing(origin));
  await writeFile(join(figures, 'broken.svg'), '</figure></section><script>window.harmed = "broken"</script>');
  await writeFile(join(figures, 'tests.csv'), 'measure,p\n"<script>window.harmed=2</script>",0.0123456\n');
  await runZoopraxis(['report', project]);

  const page = await browser.newPage();
  const [requests, faults]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(pathToFileURL(join(project, 'report.html')).href);
  await page.waitForLoadState('networkidle');
  const shown = await page.evaluate(() => ({
    harmed: (window as unknown as { harmed?: unknown }).harmed ?? null,
    title: document.querySelector('h1')?.textContent,
    headings: [...document.querySelectorAll('h2')].map((heading) => heading.textContent),
    figures: [...document.querySelectorAll('figure')].map((figure) => {
      const drawing = figure.querySelector(':scope > svg, :scope > img');
      const { width, height } = drawing?.getBoundingClientRect() ?? { width: 0, height: 0 };
      return { name: figure.dataset.name, tag: drawing?.tagName, isSeen: width > 0 && height > 0 };
    }),
    texts: [...document.querySelectorAll('figure svg text')].map((text) => text.textContent),
    cells: [...document.querySelectorAll('tbody tr:first-child > *')].map((cell) => cell.textContent),
    frames: document.querySelectorAll('iframe, object, embed, foreignObject').length,
    scripts: document.querySelectorAll('script').length,
  }));
  expect(shown.harmed).toBeNull();
  expect(faults).toEqual([]);
  expect(shown.title).toBe('open field');
  expect(shown.headings).toEqual(expect.arrayContaining(['cohort <b>genotype', 'Figures']));
  expect(shown.figures).toEqual(
    expect.arrayContaining([
      { name: 'time', tag: 'svg', isSeen: true },
      { name: 'transitions', tag: 'svg', isSeen: true },
      { name: 'hostile', tag: 'IMG', isSeen: true },
      expect.objectContaining({ name: 'broken', tag: 'IMG' }),
    ]),
  );
  expect(shown.figures).toHaveLength(4);
  expect(shown.texts.some((text) => text?.startsWith('<img src=x'))).toBe(true);
  expect(shown.cells).toEqual(['<script>window.harmed=2</script>', '0.012']);
  // One script, that of the page.
  expect([shown.frames, shown.scripts]).toEqual([0, 1]);
  expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
  expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1);
  expect(asked).toEqual([]);
});
