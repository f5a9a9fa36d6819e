import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProjectFolder } from '@zoopraxis/io/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  frameCount,
  makeStudioProject,
  openStudioPage,
  placeOf,
  type StudioProcess,
  startMs,
  startStudioProcess,
  waitForFrame,
  waitMs,
} from './studio.test.kit.js';

let folder: string;
let browser: Browser;
let studio: StudioProcess;
let page: Page;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await makeStudioProject(folder);
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder)]);
  page = await openStudioPage(browser, studio.url, 'pair');
}, startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

interface Shape {
  readonly kind: string;
  readonly corners: [number, number][];
}

/** What the project's file says of the recording and its video. */
async function inFile(): Promise<{ arena?: Shape; regions: Record<string, Shape>; pxPerCm: number }> {
  const { recordings, videos } = JSON.parse(await readFile(join(folder, 'zoopraxis.json'), 'utf8'));
  const { arena, regions } = recordings.find(({ id }: { id: string }) => id === 'pair');
  const { calibration } = videos.find(({ id }: { id: string }) => id === 'pair');
  return {
    ...(arena === undefined ? {} : { arena: arena.shape }),
    regions: Object.fromEntries(regions.map(({ name, shape }: { name: string; shape: Shape }) => [name, shape])),
    pxPerCm: calibration.pxPerCm,
  };
}

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const [start, end] = [await placeOf(page, ...from), await placeOf(page, ...to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

/** Tells whether corners lie within a px of where they were drawn: the pointer stands on whole px of the screen. */
const isNear = (shape: Shape | undefined, corners: readonly (readonly [number, number])[]) =>
  shape?.corners.length === corners.length &&
  shape.corners.every(([x, y], i) => Math.hypot(x - (corners[i]?.[0] ?? 0), y - (corners[i]?.[1] ?? 0)) < 1);

test('scale, arena and a region that are drawn stand in the project; the last change is taken back', async () => {
  await page.getByRole('tab', { name: 'Arena' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Arena' });
  await panel.getByLabel('What to draw').selectOption('the arena');
  await panel.getByRole('button', { name: 'Rectangle', exact: true }).click();
  await drag([20, 30], [300, 210]);
  await panel.getByLabel('Name of arena').waitFor({ timeout: waitMs });
  await panel.getByLabel('What to draw').selectOption('a region');
  await panel.getByLabel('Name of the new region').fill('nest');
  await panel.getByRole('button', { name: 'Polygon', exact: true }).click();
  const nest = [
    [40, 60],
    [100, 60],
    [100, 120],
    [60, 150],
  ] as const;
  for (const [x, y] of nest) {
    const at = await placeOf(page, x, y);
    await page.mouse.click(at.x, at.y);
  }
  await page.keyboard.press('Enter');
  await panel.getByLabel('Name of nest').waitFor({ timeout: waitMs });
  const rectangle = [
    [20, 30],
    [300, 30],
    [300, 210],
    [20, 210],
  ] as const;
  await expect.poll(async () => isNear((await inFile()).arena, rectangle), { timeout: waitMs }).toBe(true);
  await expect.poll(async () => isNear((await inFile()).regions.nest, nest), { timeout: waitMs }).toBe(true);

  // By the keyboard: one corner as a number.
  await panel.getByLabel('corner 4 x').fill('70');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await inFile()).regions.nest?.corners[3]?.[0], { timeout: waitMs }).toBe(70);
  await panel.getByRole('button', { name: 'Take back the last change' }).click();
  await expect.poll(async () => isNear((await inFile()).regions.nest, nest), { timeout: waitMs }).toBe(true);

  await panel.getByRole('button', { name: 'Draw a line of known length' }).click();
  await drag([20, 100], [300, 100]);
  await panel.getByRole('textbox', { name: 'Length' }).fill('280 mm');
  await panel.getByRole('button', { name: 'Save scale' }).click();
  await expect.poll(async () => Math.round((await inFile()).pxPerCm), { timeout: waitMs }).toBe(10);
}, 120_000);

/** Returns x and y of an animal's first point in a frame of tracks, list. */
async function pointOf(tracks: string, animal: string, frame: number): Promise<number[]> {
  const project = await openProjectFolder(folder, { mode: 'read' });
  try {
    const { position, individuals, skeleton } = await project.readTracks(tracks, {
      startFrame: frame,
      endFrame: frame + 1,
    });
    return [...position.slice(individuals.indexOf(animal) * skeleton.keypoints.length * 2).slice(0, 2)];
  } finally {
    await project.close();
  }
}

test('two animals are exchanged from a frame on in a copy of the tracks, and back', async () => {
  const at = 60;
  await page.getByPlaceholder(/go to/).fill(String(at));
  await page.keyboard.press('Enter');
  await waitForFrame(page, at);
  await page.getByRole('tab', { name: 'Identities' }).click();
  const panel = page.getByRole('tabpanel', { name: 'Identities' });
  await panel.getByText(`from frame ${at} to the end`).waitFor({ timeout: waitMs });
  const [one, other] = await Promise.all(
    ['One animal', 'The other'].map((label) => panel.getByLabel(label).inputValue()),
  );
  const [first, second] = [one as string, other as string];
  await panel.getByRole('button', { name: `Exchange ${first} and ${second}` }).click();
  const done = panel.getByText(`${first} and ${second} from frame ${at} on`);
  await done.waitFor({ timeout: waitMs });
  const seen = (animal: string, frame: number) => pointOf('pair-edited', animal, frame);
  const was = (animal: string, frame: number) => pointOf('pair', animal, frame);
  for (const [frame, source] of [
    [at - 1, first],
    [at, second],
    [frameCount - 1, second],
  ] as const) {
    const expected = await was(source, frame);
    await expect.poll(() => seen(first, frame), { timeout: waitMs }).toEqual(expected);
  }
  // What was exchanged is known after a reload too.
  await page.reload();
  await page.getByRole('tab', { name: 'Identities' }).click();
  await done.waitFor({ timeout: waitMs });
  await panel.getByRole('button', { name: 'Take back' }).click();
  const before = await was(first, at);
  await expect.poll(() => seen(first, at), { timeout: waitMs }).toEqual(before);
}, 120_000);
