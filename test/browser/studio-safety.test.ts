import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  boutsOf,
  makeStudioProject,
  openStudioPage,
  type StudioProcess,
  startMs,
  startStudioProcess,
  waitForFrame,
  waitMs,
  waitUntilSaved,
} from './studio.test.kit.js';

let folder: string;
let browser: Browser;
let studio: StudioProcess;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeStudioProject(folder);
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder, '--annotator', 'eve')]);
}, startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function markTo(page: Page, letter: string, steps: number): Promise<void> {
  await page.keyboard.press(letter);
  for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press(letter);
}

test('edits show in other pages, and those made while the server is away outlive server and page, once each', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  const context = page.context();
  const other = await context.newPage();
  await other.goto(`${new URL(studio.url).origin}/#recording=pair`);
  await other.getByRole('tab', { name: 'Bouts' }).click();

  await page.keyboard.press('Shift+Digit3');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Annotate")');
  await page.keyboard.press('Shift+ArrowRight');
  await waitForFrame(page, 10);
  await markTo(page, 'a', 9);
  await waitUntilSaved(page);
  await other.waitForSelector('[aria-label^="Go to attack at 0:00.33"]', { timeout: waitMs });
  await other.close();

  await studio.kill();
  await page.keyboard.press('ArrowRight');
  await markTo(page, 'm', 9);
  await page.waitForSelector('.save-state[data-kind="failing"]', { timeout: waitMs });
  expect(await page.getByRole('alert').textContent()).toMatch(/kept here/);
  await page.close();

  studio = await startStudioProcess(folder, '--annotator', 'eve');
  const again = await context.newPage();
  await again.goto(studio.url);
  await again.getByText(/1 edit of a page that was closed/).waitFor({ timeout: waitMs });
  await waitUntilSaved(again);
  await context.close();
  await studio.stop();
  expect(await boutsOf(folder, 'eve')).toEqual([
    ['attack', 10, 20],
    ['mount', 20, 30],
  ]);
}, 120_000);
