import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBoutFile } from '@zoopraxis/io';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  boutsOf,
  makeStudioProject,
  openStudioPage,
  placeOf,
  type StudioProcess,
  startStudioProcess,
  waitForFrame,
  waitUntilSaved,
} from './studio.test.kit.js';

let parent: string;
let folder: string;
let browser: Browser;
let studio: StudioProcess;
let count = 0;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'zoopraxis-studio-'));
  browser = await launchBrowser();
});
beforeEach(async () => {
  folder = join(parent, `project ${++count}`);
  await makeStudioProject(folder);
});
afterAll(async () => {
  await browser?.close();
  await rm(parent, { recursive: true, force: true });
});

async function annotatePair(page: Page): Promise<void> {
  await page.keyboard.press('Shift+Digit3');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Annotate")');
  // Frames 10 to 19 are an attack: the frame on which the letter comes again is its last.
  await page.keyboard.press('Shift+ArrowRight');
  await waitForFrame(page, 10);
  await page.keyboard.press('a');
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight');
  await waitForFrame(page, 19);
  await page.keyboard.press('a');
  await waitUntilSaved(page);
}

test('a labeled frame stands in the CSV of DeepLabCut where it was clicked', async () => {
  // DeepLabCut's files hold one scorer: the one who labeled first.
  studio = await startStudioProcess(folder, '--annotator', 'ann');
  const page = await openStudioPage(browser, studio.url, 'bare');
  await page.keyboard.press('Shift+Digit2');
  await page.keyboard.press('Shift+ArrowRight');
  await waitForFrame(page, 10);
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Keypoints")');
  const clicked = [
    [100, 80],
    [110.5, 90.25],
  ] as const;
  for (const [x, y] of clicked) {
    const place = await placeOf(page, x, y);
    await page.mouse.click(place.x, place.y);
    await waitUntilSaved(page);
  }
  await page.context().close();
  await studio.stop();
  const csv = await readFile(join(folder, 'labeled-data', 'bare', 'CollectedData_ann.csv'), 'utf8');
  const lines = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const [points, row] = [lines.find(([head]) => head === 'bodyparts'), lines.at(-1)];
  expect(row?.join('/')).toMatch(/img0*10\.png/);
  const numbers = row?.filter((cell) => /^-?\d+(\.\d+)?$/.test(cell)).map(Number) ?? [];
  expect(numbers).toHaveLength(4);
  for (const [i, value] of numbers.entries()) {
    expect(Math.abs(value - (clicked[i >> 1]?.[i % 2] as number)), `${points}: ${row}`).toBeLessThan(0.6);
  }
});

test('letters make bouts, undo takes them back, redo brings them again, and they are in the file', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const page = await openStudioPage(browser, studio.url, 'pair');
  await annotatePair(page);
  await page.keyboard.press('ArrowRight');
  await waitForFrame(page, 20);
  await page.keyboard.press('m');
  await page.keyboard.press('Shift+ArrowRight');
  await waitForFrame(page, 30);
  // Another letter closes the bout before and starts its own.
  await page.keyboard.press('i');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await waitForFrame(page, 35);
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);
  await page.keyboard.press('Control+z');
  await waitUntilSaved(page);
  await page.keyboard.press('Control+z');
  await waitUntilSaved(page);
  await page.keyboard.press('Control+Shift+Z');
  await waitUntilSaved(page);
  await page.context().close();
  await studio.stop();
  expect(await boutsOf(folder, 'eve')).toEqual([
    ['attack', 10, 20],
    ['mount', 20, 30],
  ]);
  expect(await boutsOf(folder, 'ann')).toHaveLength(3);
});

test('a behavior is renamed with its bouts, and undo takes back both', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const page = await openStudioPage(browser, studio.url, 'pair');
  await annotatePair(page);
  await page.getByRole('tab', { name: 'Ethogram' }).click();
  await page.getByRole('button', { name: 'Edit attack' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('fight');
  await page.keyboard.press('Enter');
  const listed = (name: string) => page.locator('.behavior-list', { hasText: name }).waitFor();
  await listed('fight');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await page.getByText('Taken back: rename attack to fight').waitFor();
  await listed('attack');
  await page.keyboard.press('Control+Shift+Z');
  await listed('fight');
  await waitUntilSaved(page);
  await page.context().close();
  await studio.stop();
  expect(await boutsOf(folder, 'eve')).toEqual([['fight', 10, 20]]);
  expect((await boutsOf(folder, 'ann')).map(([behavior]) => behavior)).toEqual(['investigation', 'fight', 'mount']);
  const manifest = JSON.parse(await readFile(join(folder, 'zoopraxis.json'), 'utf8')) as {
    ethogram: { behaviors: { name: string }[] };
  };
  expect(manifest.ethogram.behaviors.map(({ name }) => name)).toEqual(['fight', 'investigation', 'mount', 'flinch']);
});

test('a server that is killed after "saved" loses nothing, and goes on', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const page = await openStudioPage(browser, studio.url, 'pair');
  await annotatePair(page);
  await studio.kill();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('i');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('i');
  await page.waitForSelector('.save-state[data-kind="failing"]');
  await page.context().close();
  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const again = await openStudioPage(browser, studio.url, 'pair');
  await again.getByRole('tab', { name: 'Bouts' }).click();
  await again.waitForSelector('[aria-label^="Go to attack at 0:00.33"]');
  await again.context().close();
  await studio.stop();
  expect(await boutsOf(folder, 'eve')).toEqual([['attack', 10, 20]]);
});

test('bouts are exported as the table that other programs read', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const page = await openStudioPage(browser, studio.url, 'pair');
  await annotatePair(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('export bouts');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Set').selectOption('person');
  await dialog.getByRole('button', { name: 'Write files' }).click();
  await dialog
    .getByText(/exports\//)
    .first()
    .waitFor();
  await page.context().close();
  await studio.stop();
  const [file = ''] = (await readdir(join(folder, 'exports'), { recursive: true })).filter((name) =>
    /\.csv$/.test(name),
  );
  const { streams } = await readBoutFile(await readFile(join(folder, 'exports', file)), {
    ...{ path: file, recording: 'pair', report: () => undefined },
  });
  expect(streams.map(({ annotations }) => [annotations.annotator, [...annotations.startSec]])).toEqual([
    ['ann', [0.5, 2, 3.5]],
  ]);
});
