import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  boutsOf,
  film,
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
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeStudioProject(folder);
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder, '--annotator', 'ann')]);
}, startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

/** What axe adds to a page. */
interface WithAxe {
  readonly axe: { run(context: object, options: object): Promise<AxeResults> };
}

/** Returns what axe finds wrong in a part of the page as it is now, one line for each element. */
async function violations(page: Page, where: string, part = 'html'): Promise<string[]> {
  // In a second theme colors alone are new. A menu lies outside of all landmarks, as menus do.
  const options = {
    runOnly: where.startsWith('light')
      ? { type: 'rule', values: ['color-contrast'] }
      : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    resultTypes: ['violations'],
    ...(where.includes('menu') && where.startsWith('dark') ? { rules: { region: { enabled: false } } } : {}),
  };
  const { violations: found } = await page.evaluate(
    ([wanted, selector]) => {
      const place = document.querySelector(selector as string) as Element;
      return (globalThis as unknown as WithAxe).axe.run(place, wanted as object);
    },
    [options, part] as const,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${where}: ${id}: ${target}: ${failureSummary?.replaceAll(/\s+/g, ' ')}`),
  );
}

/** Runs a command by the palette. */
async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(command);
  await page.keyboard.press('Enter');
}

test.each(['dark', 'light'])(
  'axe finds nothing wrong in any mode, panel and dialog: %s',
  async (theme) => {
    const page = await openStudioPage(browser, studio.url, 'pair');
    // The page's policy allows no script tag; what a test evaluates is not under it.
    await page.evaluate(axe);
    await choose(page, `Theme: ${theme}`);
    await page.waitForSelector(`:root[data-theme="${theme}"]`);
    const found: string[] = [];
    const seen = new Set<string>();
    for (const mode of ['View', 'Label', 'Annotate']) {
      await page.getByRole('radio', { name: mode }).click();
      await page.waitForSelector(`[role="radio"][aria-checked="true"]:has-text("${mode}")`);
      found.push(...(await violations(page, `${theme}: ${mode}`)));
      for (const side of ['Project', 'Inspector']) {
        const tabs = page.getByRole('complementary', { name: side }).getByRole('tab');
        for (const tab of await tabs.allTextContents()) {
          if (seen.has(tab)) continue;
          seen.add(tab);
          await tabs.filter({ hasText: new RegExp(`^${tab}$`) }).click();
          await page.getByRole('tabpanel', { name: tab }).waitFor();
          found.push(...(await violations(page, `${theme}: ${tab}`, `aside[aria-label="${side}"]`)));
        }
      }
    }
    await page.getByRole('tab', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByRole('button', { name: 'Condition', exact: true }).click();
    await page.getByRole('slider', { name: /^Upper edge/ }).waitFor({ timeout: waitMs });
    found.push(...(await violations(page, `${theme}: a rule`, '.rules-panel')));
    await page.getByRole('button', { name: 'Model', exact: true }).click();
    await page.getByRole('menu').waitFor();
    found.push(...(await violations(page, `${theme}: menu`, '[role="menu"]')));
    await page.keyboard.press('Escape');
    for (const command of [
      ...['Keys', 'Jobs', 'Go to frame', 'Train a pose model', 'Train a behavior classifier', 'Track recordings'],
      ...['Export bouts', 'Import bouts', 'Relabel', 'Edit skeleton'],
    ]) {
      await page.locator('.video-pane').focus();
      if (command === 'Edit skeleton') await page.keyboard.press('Shift+Digit2');
      await choose(page, command);
      await page.locator('.dialog:not(.palette)').waitFor({ timeout: waitMs });
      found.push(...(await violations(page, `${theme}: ${command}`, '[role="dialog"]')));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Control+k');
    await page.locator('.dialog.palette').waitFor();
    found.push(...(await violations(page, `${theme}: palette`, '[role="dialog"]')));
    await page.context().close();
    expect(found).toEqual([]);
  },
  400_000,
);

/** Presses Tab until the focus is on an element of this selector and these words. */
async function tabTo(page: Page, selector: string, words = ''): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const isThere = await page.evaluate(
      ([wanted, text]) => {
        const { activeElement: element } = document;
        return element?.matches(wanted as string) === true && (element.textContent ?? '').includes(text as string);
      },
      [selector, words],
    );
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`80 presses of Tab do not reach ${selector} ${words}`);
}

test('without a mouse: a recording is opened, a point is placed by the crosshair, a bout is made; nothing moves', async () => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(studio.url);
  await page.getByRole('listitem').first().waitFor({ timeout: waitMs });
  await tabTo(page, '.recording-list button', 'bare');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-video="bare"][data-frame="0"]', { timeout: waitMs });
  await page.keyboard.press('Shift+Digit2');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Keypoints")');
  await tabTo(page, '.video-pane');
  await page.keyboard.press('c');
  for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'ArrowRight', 'Shift+ArrowUp'])
    await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+Digit3');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Annotate")');
  await page.keyboard.press('m');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await waitForFrame(page, 4);
  await page.keyboard.press('m');
  await waitUntilSaved(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  expect(
    await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length),
  ).toBe(0);
  await context.close();
  await studio.stop();
  const csv = await readFile(join(folder, 'labeled-data', 'bare', 'CollectedData_ann.csv'), 'utf8');
  const { widthPx, heightPx } = film;
  const numbers = (csv.trim().split('\n').at(-1) ?? '')
    .split(',')
    .filter((cell) => /^\d+(\.\d+)?$/.test(cell))
    .map(Number);
  // The crosshair begins in the middle of the picture.
  expect(numbers).toHaveLength(2);
  expect(Math.abs((numbers[0] as number) - (widthPx / 2 - 19)), csv).toBeLessThan(1);
  expect(Math.abs((numbers[1] as number) - (heightPx / 2 - 10)), csv).toBeLessThan(1);
  expect(await boutsOf(folder, 'ann')).toContainEqual(['mount', 0, 5]);
}, 120_000);
