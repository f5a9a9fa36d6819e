import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPicture } from '@zoopraxis/io/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import { longRecording, makeLongProject, numberBits } from './long-project.test.kit.js';
import { type StudioProcess, startMs, startStudioProcess, waitMs } from './studio.test.kit.js';

const frameCount = 1_000_000;
/** What is seen is the same again after so many frames: a film of nine hours is made in a second. */
const repeatFrames = 2000;
const picture = { widthPx: 128, heightPx: 96 };

let folder: string;
let browser: Browser;
let studio: StudioProcess;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeLongProject(folder, { frameCount, repeatFrames, isSparse: true, otherRecordings: 100 });
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder)]);
}, 2 * startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

/** Returns the number that is drawn into the frame which is on the screen, in dark and light squares. */
async function frameOnScreen(page: Page): Promise<number> {
  const box = await page.locator('.video-pane').boundingBox();
  if (box === null) throw new Error('the page shows no video');
  const scale = Math.min(box.width / picture.widthPx, box.height / picture.heightPx);
  const left = box.x + (box.width - picture.widthPx * scale) / 2;
  const top = box.y + (box.height - picture.heightPx * scale) / 2;
  // The title of the pane lies over the left end of the squares where there is no room beside the picture.
  const clip = { x: left, y: top, width: picture.widthPx * scale, height: 6 * scale };
  const { rgb, widthPx } = await readPicture(await page.screenshot({ clip }));
  let frame = 0;
  for (let bit = 0; bit < numberBits; bit++) {
    const [x, y] = [Math.round((6 * bit + 3.5) * scale), Math.round(3.5 * scale)];
    if ((rgb[3 * (y * widthPx + x)] as number) > 128) frame += 2 ** bit;
  }
  return frame;
}

/** Returns how many colors that are not gray a stretch of the page has. */
async function colorsIn(page: Page, selector: string): Promise<number> {
  const { rgb } = await readPicture(await page.locator(selector).screenshot());
  const colors = new Set<number>();
  for (let i = 0; i < rgb.length; i += 3) {
    const [red, green, blue] = [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 90) colors.add((red << 16) | (green << 8) | blue);
  }
  return colors.size;
}

test(
  'a recording of a million frames opens, is scrubbed to its middle, and strips and curves are there',
  async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
    await page.addInitScript(() => {
      const tasks: number[] = [];
      (globalThis as unknown as { tasks: number[] }).tasks = tasks;
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: 'longtask',
        buffered: true,
      });
    });
    await page.goto(studio.url);
    await page
      .getByRole('listitem')
      .getByRole('button', { name: new RegExp(`^${longRecording}`) })
      .click();
    await page.waitForSelector(`[data-video="${longRecording}"][data-frame="0"]`, { timeout: waitMs });
    for (const annotator of ['ann', 'bob', 'net']) {
      await page.locator('.row-title', { hasText: new RegExp(`^${annotator}$`) }).waitFor({ timeout: waitMs });
    }
    const overview = page.getByRole('slider', { name: 'Place in the recording' });
    const box = await overview.boundingBox();
    if (box === null) throw new Error('there is no overview');
    await page.mouse.move(box.x + 0.3 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.4 * box.width, box.y + box.height / 2, { steps: 5 });
    await page.mouse.move(box.x + 0.5 * box.width, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const there = Number(/^frame (\d+)/.exec((await overview.getAttribute('aria-valuetext')) ?? '')?.[1]);
    expect(Math.abs(there - frameCount / 2)).toBeLessThan(frameCount / 200);
    await page.waitForSelector(`.video-pane[data-frame="${there}"][data-waiting="false"]`, { timeout: waitMs });
    await page.getByRole('button', { name: 'Fit the picture' }).click();
    await page.mouse.move(5, 5);
    await page.getByRole('button', { name: 'Whole recording' }).click();
    await expect.poll(() => frameOnScreen(page), { timeout: waitMs }).toBe(there % repeatFrames);
    // Bouts in the colors of three behaviors over an hour, and curves in theirs.
    await expect.poll(() => colorsIn(page, '.overview'), { timeout: waitMs }).toBeGreaterThanOrEqual(3);
    const value = page.locator('.row-head', { hasText: 'speed' }).first().locator('.row-value');
    await expect.poll(() => value.textContent(), { timeout: 4 * waitMs }).toMatch(/\d px\/s/);
    await expect.poll(() => colorsIn(page, '.rows-place'), { timeout: waitMs }).toBeGreaterThan(3);
    const tasks = await page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
    console.log(`longest task of the page's main thread: ${Math.round(Math.max(0, ...tasks))} ms`);
    await page.context().close();
  },
  startMs,
);
