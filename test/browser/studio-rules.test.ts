import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyRule, type Rule } from '@zoopraxis/behavior';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TraceView } from 'zoopraxis';
import { launchBrowser } from './launch-browser.js';
import {
  boutsOf,
  film,
  makeStudioProject,
  openStudioPage,
  type StudioProcess,
  startMs,
  startStudioProcess,
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

/** Returns a trace of the recording and its values as the server gives them, shape `[frame]`. */
async function readTrace(page: Page, group: string): Promise<{ trace: TraceView; values: Float32Array }> {
  const place = new URL('/api/recordings/pair/traces', studio.url).href;
  const list = (await (await page.request.get(place)).json()) as TraceView[];
  const trace = list.find((candidate) => candidate.group === group);
  if (trace === undefined) throw new Error(`no trace of ${group}; there are: ${list.map((each) => each.group)}`);
  const bytes = await (
    await page.request.get(`${place}/${encodeURIComponent(trace.id)}?from=0&to=${trace.frameCount}`)
  ).body();
  return { trace, values: new Float32Array(new Uint8Array(bytes).buffer) };
}

test('a rule made by mouse and keyboard shows what it finds, and writes the bouts that the package finds', async () => {
  const page = await openStudioPage(browser, studio.url, 'pair');
  const { trace, values } = await readTrace(page, 'distance');
  await page.keyboard.press('Shift+Digit3');
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Name', { exact: true }).fill('near');
  await page.getByRole('combobox', { name: 'Behavior' }).selectOption('mount');
  await page.getByRole('button', { name: 'Condition', exact: true }).click();
  await page.getByRole('combobox', { name: 'Trace' }).selectOption(trace.title);

  // The upper edge of the band is dragged to the middle by mouse, then moved a step by key.
  const edge = page.getByRole('slider', { name: `Upper edge of ${trace.title}` });
  await edge.waitFor({ timeout: waitMs });
  const [chart, handle] = await Promise.all([page.locator('.band-chart').boundingBox(), edge.boundingBox()]);
  if (chart === null || handle === null) throw new Error('the chart is not shown');
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width * 0.7, chart.y + 20, { steps: 4 });
  await page.mouse.move(chart.x + chart.width / 2, chart.y + 20, { steps: 4 });
  await page.mouse.up();
  await edge.focus();
  await page.keyboard.press('ArrowRight');
  await page.getByLabel('Shortest bout (s)').fill('0.1');
  await page.getByLabel('Join over gaps up to (s)').fill('0.05');
  const high = Number(await edge.getAttribute('aria-valuenow'));
  expect(await edge.getAttribute('aria-valuetext')).toBe(`${high} ${trace.unit}`);

  const rule: Rule = {
    name: 'near',
    behavior: 'mount',
    when: { match: 'all', parts: [{ column: trace.title, high }] },
    minimumSec: 0.1,
    mergeGapSec: 0.05,
  };
  const { startFrame, endFrame } = applyRule(rule, { [trace.title]: values }, { fps: film.fps });
  const expected = Array.from(startFrame, (start, i) => ['mount', start, endFrame[i]]);
  expect(expected.length, `bouts below ${high} ${trace.unit}`).toBeGreaterThan(0);
  const totalSec = expected.reduce((sum, [, start, end]) => sum + (Number(end) - Number(start)) / film.fps, 0);
  const words = `${expected.length} ${expected.length === 1 ? 'bout' : 'bouts'}, ${totalSec.toFixed(1)} s in all`;
  await page.locator('.rules-panel [role="status"]', { hasText: words }).waitFor({ timeout: waitMs });
  await page.getByRole('button', { name: /^rule: near/ }).waitFor({ timeout: waitMs });
  expect(await boutsOf(folder, 'rule: near')).toEqual([]);

  await page.getByRole('button', { name: 'Apply' }).click();
  await page
    .getByText(/written as “rule: near”/)
    .first()
    .waitFor({ timeout: waitMs });
  await waitUntilSaved(page);
  await page.locator('.rules-panel').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: /^near → mount/ }).waitFor();
  await page.context().close();
  await studio.stop();
  expect(await boutsOf(folder, 'rule: near')).toEqual(expected);
});
