import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPicture } from '@zoopraxis/io/node';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  film,
  frameCount,
  makeStudioProject,
  openStudioPage,
  type StudioProcess,
  startStudioProcess,
  waitForFrame,
} from './studio.test.kit.js';

let folder: string;
let browser: Browser;
let studio: StudioProcess;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeStudioProject(folder);
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder)]);
});
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const lengthSec = frameCount / film.fps;
const scrubber = (page: Page): Locator => page.getByRole('slider', { name: 'Place in the recording' });
const rowName = (page: Page, title: string): Locator =>
  page.locator('.row-name').filter({ has: page.locator('.row-title', { hasText: new RegExp(`^${title}$`) }) });
const valueAtCursor = (page: Page, title: string): Locator => rowName(page, title).locator('.row-value');

async function waitForText(place: Locator, words: string | RegExp): Promise<void> {
  await place.filter({ hasText: words }).waitFor({ timeout: 10_000 });
}

/** Returns where a time of a row lies on the page while the whole recording is shown, CSS px. */
async function placeInRow(page: Page, title: string, timeSec: number): Promise<{ x: number; y: number }> {
  const [row, canvas] = [await rowName(page, title).boundingBox(), await page.locator('.rows-place').boundingBox()];
  if (row === null || canvas === null) throw new Error(`the timeline has no row ${title}`);
  return { x: canvas.x + (timeSec / lengthSec) * canvas.width, y: row.y + row.height / 2 };
}

/** Returns the color of the page at a place as `#rrggbb`. */
async function colorAt(page: Page, { x, y }: { x: number; y: number }): Promise<string> {
  const clip = { x: Math.round(x), y: Math.round(y), width: 1, height: 1 };
  const { rgb } = await readPicture(await page.screenshot({ clip }));
  return `#${[...rgb.subarray(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

test('the scrubber goes by keys and says frame and time', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await scrubber(page).focus();
  const steps = [
    ['ArrowRight', 1],
    ['Shift+ArrowRight', 11],
    ['PageUp', 111],
    ['End', frameCount - 1],
    ['PageDown', frameCount - 101],
    ['Home', 0],
  ] as const;
  for (const [key, frame] of steps) {
    await page.keyboard.press(key);
    await waitForFrame(page, frame);
    const text = `frame ${frame} of ${frameCount}, ${(frame / film.fps).toFixed(2)} s`;
    await page.locator(`[role="slider"][aria-valuetext="${text}"]`).waitFor({ timeout: 10_000 });
    expect(await scrubber(page).getAttribute('aria-valuenow')).toBe(`${frame}`);
  }
  await page.context().close();
});

test('bouts of a person and a program stand in rows of their own, and where they differ is hatched', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await waitForText(rowName(page, 'ann'), 'ann');
  await page.mouse.move(5, 5);
  // Near the top of the row, where no words are.
  const at = async (title: string, timeSec: number) => {
    const { x, y } = await placeInRow(page, title, timeSec);
    return colorAt(page, { x, y: y - 11 });
  };
  expect(await at('ann', 1)).toBe('#56b4e9');
  expect(await at('model', 1)).toBe('#56b4e9');
  expect(await at('ann', 2.5)).toBe('#d55e00');
  const ground = await at('ann', 1.75);
  expect(await at('model', 1.75)).toBe(ground);
  // From 0.5 s to 0.7 s only the person saw investigation.
  const { x, y } = await placeInRow(page, 'model', 0.52);
  const width = Math.round((await placeInRow(page, 'model', 0.68)).x - x);
  const clip = { x: Math.round(x), y: Math.round(y), width, height: 1 };
  const { rgb } = await readPicture(await page.screenshot({ clip }));
  const light = Array.from({ length: width }, (_, i) => (rgb[3 * i] as number) > 120);
  const changes = light.filter((isLight, i) => i > 0 && isLight !== light[i - 1]).length;
  expect(changes).toBeGreaterThan(4);
  await page.getByRole('textbox', { name: 'Go to frame or time' }).fill('0:00.6');
  await page.keyboard.press('Enter');
  await waitForFrame(page, 18);
  await waitForText(valueAtCursor(page, 'ann'), /^investigation$/);
  await waitForText(valueAtCursor(page, 'model'), /^–$/);
  await page.context().close();
});

test('the wheel zooms at the pointer, Shift selects whole frames, a double click shows a bout whole', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await waitForText(rowName(page, 'ann'), 'ann');
  const edge = await placeInRow(page, 'ann', 2);
  const isBout = async (x: number) => (await colorAt(page, { x, y: edge.y - 11 })) === '#d55e00';
  await page.mouse.move(edge.x, edge.y);
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -150);
  await page.mouse.move(5, 5);
  await expect.poll(async () => page.getByLabel('Length of the window').inputValue()).not.toBe(`${lengthSec}`);
  // The beginning of the bout is still where the pointer was.
  expect([await isBout(edge.x - 4), await isBout(edge.x + 4)]).toEqual([false, true]);
  await page.keyboard.press('Alt+Digit0');
  await expect.poll(async () => page.getByLabel('Length of the window').inputValue()).toBe(`${lengthSec}`);

  const from = await placeInRow(page, 'ann', 1.01);
  const to = await placeInRow(page, 'ann', 1.99);
  await page.keyboard.down('Shift');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.locator('.time-stretch[data-words="1.00 s"]').waitFor({ timeout: 10_000 });

  const bout = await placeInRow(page, 'ann', 3.75);
  await page.mouse.dblclick(bout.x, bout.y);
  await expect.poll(async () => page.getByLabel('Length of the window').inputValue()).toBe('0.65');
  await page.context().close();
});

test('the list of bouts leads to each by keys and by click', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await page.getByRole('tab', { name: 'Bouts' }).click();
  const list = page.getByRole('table', { name: 'Bouts by time' });
  await list.getByRole('button', { name: 'Go to attack at 0:02.20' }).click();
  await waitForFrame(page, 66);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await waitForFrame(page, 60);
  await page.getByLabel('Behavior').selectOption('mount');
  await page.locator('.bout-row').nth(2).waitFor({ state: 'detached', timeout: 10_000 });
  expect(await page.locator('.bout-row').count()).toBe(2);
  await page.keyboard.press('Escape');
  await page.context().close();
});

test('annotators are compared, and a number leads to where they differ', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('compare annotators');
  await page.keyboard.press('Enter');
  const panel = page.locator('.agreement-panel');
  // The model begins two bouts 6 frames late: 138 of 150 frames are the same, and 0.364 would be by chance.
  await waitForText(panel, /kappa 0\.87: the same on 92\.0 % of 150 frames/);
  await panel.getByRole('button', { name: '6 frames: ann says attack, model says none' }).click();
  await waitForFrame(page, 60);
  // What was clicked gives the keys back to the recording.
  await page.keyboard.press('ArrowRight');
  await waitForFrame(page, 61);
  await page.context().close();
});

test('rows are hidden, moved and chosen, and the choice outlives the page', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  await page.getByRole('tab', { name: 'Traces' }).click();
  await page.getByRole('button', { name: /^Hide: model/ }).click();
  await rowName(page, 'model').waitFor({ state: 'detached', timeout: 10_000 });
  await page.getByRole('searchbox', { name: 'Find curves' }).fill('distance between centers');
  await page
    .getByRole('checkbox', { name: /distance between centers/ })
    .first()
    .check();
  await waitForText(valueAtCursor(page, 'distance between centers'), /^[\d.]+ \S+$/);
  await page.getByRole('button', { name: /^Move up: distance between centers/ }).click();
  const titles = async () => page.locator('.row-title').allTextContents();
  await expect.poll(async () => (await titles()).at(-1)).not.toBe('distance between centers');
  const before = await titles();
  await page.reload();
  await waitForText(rowName(page, 'distance between centers'), 'distance');
  await expect.poll(titles).toEqual(before);
  await page.context().close();
});
