import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  makeStudioProject,
  openStudioPage,
  type StudioProcess,
  startMs,
  startStudioProcess,
  waitMs,
} from './studio.test.kit.js';

let folder: string;
let browser: Browser;
let studio: StudioProcess;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeStudioProject(folder);
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder)]);
}, startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

/** Starts a training by the menu; returns its line in the list of jobs. */
async function train(page: Page, name: string, steps: number): Promise<Locator> {
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Train a pose model …' }).click();
  const form = page.locator('form.start-form');
  await form.getByLabel('Name of the new model').fill(name);
  await form.getByLabel('Train', { exact: true }).selectOption('steps');
  await form.getByLabel('Steps').fill(String(steps));
  await form.getByText('More settings').click();
  await form.getByLabel('Scale images to').fill('64');
  await form.getByLabel('Images in a step').fill('2');
  await form.getByRole('button', { name: 'Start training' }).click();
  const job = page.locator('.job', { hasText: name });
  await job.waitFor({ timeout: waitMs });
  return job;
}

test('a training that is started from the page outlives its tab, ends, and its model is there; another is stopped', async () => {
  const page = await openStudioPage(browser, studio.url);
  const job = await train(page, 'small', 4);
  await job.locator('progress').waitFor({ timeout: waitMs });
  // Work goes on without a page.
  await page.context().close();
  const again = await openStudioPage(browser, studio.url);
  await again.getByRole('button', { name: /^Jobs, / }).click();
  const later = again.locator('.job', { hasText: 'small' });
  await later.waitFor({ timeout: waitMs });
  await again.locator('.job[data-state="done"]', { hasText: 'small' }).waitFor({ timeout: 400_000 });
  await later.getByRole('button', { name: 'Open model' }).click();
  const panel = again.getByRole('tabpanel', { name: 'Models' });
  await panel.getByRole('button', { name: /^small/ }).waitFor({ timeout: waitMs });
  await panel.getByRole('region', { name: 'Model small' }).getByText('Body points').waitFor({ timeout: waitMs });
  expect(await readdir(join(folder, 'models', 'small'))).toContain('model.onnx');

  const long = await train(again, 'endless', 1_000_000);
  await again.locator('.job[data-state="running"]', { hasText: 'endless' }).waitFor({ timeout: waitMs });
  await long.getByRole('button', { name: /^Stop / }).click();
  await again.locator('.job[data-state="stopped"]', { hasText: 'endless' }).waitFor({ timeout: 60_000 });
  await long.getByRole('button', { name: 'Go on' }).waitFor();
  await again.context().close();
}, 600_000);
