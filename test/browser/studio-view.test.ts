import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from '@zoopraxis/core';
import { openVideo, readPicture } from '@zoopraxis/io/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  film,
  makeStudioProject,
  openStudioPage,
  type StudioProcess,
  startStudioProcess,
  waitForFrame,
  waitMs,
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

/** Returns the brightness of what the pane shows of the picture at one px of the screen each, shape `[row, column]`. */
async function shownPicture(page: Page): Promise<Float32Array> {
  await page.getByRole('button', { name: 'One to one' }).click();
  await page.mouse.move(5, 5);
  const box = await page.locator('.video-pane').boundingBox();
  if (box === null) throw new Error('the page shows no video');
  const { widthPx, heightPx } = film;
  const [x, y] = [Math.round(box.width / 2 - widthPx / 2), Math.round(box.height / 2 - heightPx / 2)];
  const clip = { x: box.x + x, y: box.y + y, width: widthPx, height: heightPx };
  const picture = await readPicture(await page.screenshot({ clip }));
  return brightnessOf(picture);
}

const brightnessOf = ({ rgb, widthPx, heightPx }: Picture): Float32Array =>
  Float32Array.from({ length: widthPx * heightPx }, (_, i) => {
    const [red, green, blue] = rgb.subarray(3 * i, 3 * i + 3);
    return ((red as number) + (green as number) + (blue as number)) / 3;
  });

/** Returns the mean difference of two pictures below the title in the corner, 0..255. */
function differenceOf(a: Float32Array, b: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let i = film.widthPx * 40; i < a.length; i++, count++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / count;
}

test('the frame that is stepped to is the frame that the decoder gives, whatever the way there', async () => {
  const page = await openStudioPage(browser, studio.url, 'bare');
  const source = await openVideo(join(folder, 'videos', 'bare.mp4'));
  const decoded = async (frame: number) => brightnessOf(await source.frame(frame));
  const check = async (frame: number) => {
    await waitForFrame(page, frame);
    const shown = await shownPicture(page);
    const near = [-2, -1, 0, 1, 2].filter((by) => frame + by >= 0 && frame + by < source.frameCount);
    const differences = await Promise.all(near.map(async (by) => differenceOf(shown, await decoded(frame + by))));
    const best = Math.min(...differences);
    expect(near[differences.indexOf(best)], `the picture at frame ${frame}: ${differences}`).toBe(0);
    // The browser's colors differ from FFmpeg's by rounding.
    expect(best).toBeLessThan(2);
    await page.locator('.video-pane').focus();
  };
  try {
    await check(0);
    for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight');
    await check(7);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await check(16);
    await page.keyboard.press('Control+Shift+ArrowRight');
    await check(116);
    await page.keyboard.press('End');
    await check(source.frameCount - 1);
    await page.keyboard.press('j');
    await page.keyboard.type('43');
    await page.keyboard.press('Enter');
    await check(43);
    await page.getByRole('textbox', { name: 'Go to frame or time' }).fill('91');
    await page.keyboard.press('Enter');
    await check(91);
  } finally {
    await source.close();
    await page.context().close();
  }
});

test('it plays to the end and stops there, and a click on the overview goes where it is', async () => {
  const page = await openStudioPage(browser, studio.url, 'alone');
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Space');
  await waitForFrame(page, 149);
  // The last frame has its time as well, before it stops.
  await page.getByRole('button', { name: /^Play/ }).waitFor({ timeout: waitMs });
  const overview = await page.getByRole('slider', { name: 'Place in the recording' }).boundingBox();
  if (overview === null) throw new Error('there is no overview');
  await page.getByRole('slider', { name: 'Place in the recording' }).focus();
  await page.keyboard.press('Home');
  await waitForFrame(page, 0);
  expect(await page.getByRole('slider', { name: 'Place in the recording' }).getAttribute('aria-valuetext')).toMatch(
    /frame 0 of 150/,
  );
  await page.context().close();
});

test('the palette finds recordings and commands by their words', async () => {
  const page = await openStudioPage(browser, studio.url, 'alone');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('pair');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-video="pair"][data-frame="0"]');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mode: label');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Keypoints")');
  await page.context().close();
});
