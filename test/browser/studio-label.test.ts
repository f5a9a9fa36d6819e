import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visibilities } from '@zoopraxis/core';
import { openProjectFolder } from '@zoopraxis/io/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import {
  makeStudioProject,
  openStudioPage,
  placeOf,
  type StudioProcess,
  startMs,
  startStudioProcess,
  waitForFrame,
  waitUntilSaved,
} from './studio.test.kit.js';

let parent: string;
let folder: string;
let browser: Browser;
let studio: StudioProcess;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'zoopraxis-studio-'));
  browser = await launchBrowser();
  // One project for all: each test has frames of its own.
  folder = join(parent, 'project');
  await makeStudioProject(folder);
}, startMs);
afterEach(async () => {
  await studio?.kill();
});
afterAll(async () => {
  await browser?.close();
  await rm(parent, { recursive: true, force: true });
});

/** A point as the project holds it: x and y in px, and whether it is visible. */
type Point = readonly [x: number, y: number, isVisible: boolean];

/** Returns the points of a frame by one annotator, by keypoint. */
async function pointsOf(group: string, frame: number, annotator = 'ann'): Promise<Record<string, Point>> {
  const project = await openProjectFolder(folder, { mode: 'read' });
  const labels = await project.readLabels();
  await project.close();
  const points: Record<string, Point> = {};
  for (const [row, image] of labels.image.entries()) {
    const at = labels.images[image];
    if (at?.group !== group || at.frame !== frame) continue;
    if (labels.annotators[labels.annotator[row] as number] !== annotator) continue;
    for (const [k, name] of labels.skeleton.keypoints.entries()) {
      const index = row * labels.skeleton.keypoints.length + k;
      if (labels.visibility[index] === visibilities.absent) continue;
      const [x, y] = labels.position.subarray(2 * index, 2 * index + 2);
      points[name] = [x as number, y as number, labels.visibility[index] === visibilities.visible];
    }
  }
  return points;
}

async function goToLabel(page: Page, frame: number): Promise<void> {
  await page.keyboard.press('Shift+Digit2');
  await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Keypoints")');
  for (let at = 0; at < frame; at += 10) await page.keyboard.press('Shift+ArrowRight');
  await waitForFrame(page, frame);
  await page.getByText(`Frame ${frame}:`).waitFor();
}

async function pressAll(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function dragTo(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const [start, end] = [await placeOf(page, ...from), await placeOf(page, ...to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

test('a frame is labeled by keys alone, to the tenth of a px', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'ann');
  const page = await openStudioPage(browser, studio.url, 'bare');
  await goToLabel(page, 10);
  // The crosshair begins in the middle of the picture.
  await pressAll(page, 'c', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'ArrowDown', 'Control+ArrowRight', 'Enter');
  await pressAll(page, 'Shift+ArrowUp', 'Enter', 'Shift+ArrowUp', 'Enter');
  // The third is taken away again; the first is marked as occluded.
  await pressAll(page, 'Escape', 'w', 'Backspace', 'w', 'w', 'o');
  await page.getByText('Frame 10: 2 of 9').waitFor();
  await waitUntilSaved(page);
  await page.context().close();
  await studio.stop();
  const { nose, leftear, ...rest } = await pointsOf('bare', 10);
  expect(nose?.[0]).toBeCloseTo(139.6, 6);
  expect(nose?.[1]).toBeCloseTo(120.5, 6);
  expect(nose?.[2]).toBe(false);
  expect(leftear?.[1]).toBeCloseTo(110.5, 6);
  expect(leftear?.[2]).toBe(true);
  expect(rest).toEqual({});
});

test('suggestions are accepted, points dragged and occluded, each one step of undo', async () => {
  const project = await openProjectFolder(folder, { mode: 'read' });
  const tracks = await project.readTracks('alone');
  await project.close();
  const { keypoints } = tracks.skeleton;
  const placeIn = (keypoint: string): [number, number] => {
    const at = 2 * (20 * keypoints.length + keypoints.indexOf(keypoint));
    return [tracks.position[at] as number, tracks.position[at + 1] as number];
  };
  studio = await startStudioProcess(folder, '--annotator', 'ann');
  const page = await openStudioPage(browser, studio.url, 'alone');
  await goToLabel(page, 20);
  // Without suggestions, which come a moment after the frame, a click would place the first keypoint.
  await page.getByRole('button', { name: 'Accept suggestion of tailtip' }).waitFor();
  const tail = placeIn('tailtip');
  const at = await placeOf(page, ...tail);
  await page.mouse.dblclick(at.x, at.y);
  await page.getByText('Frame 20: 1 of 9').waitFor();
  // A place that keeps clear of the other points.
  const [to, further] = [
    [tail[0] + 12, tail[1] + 12],
    [tail[0] + 12, tail[1] + 20],
  ] as const;
  await dragTo(page, tail, to);
  await dragTo(page, to, further);
  const spot = await placeOf(page, ...further);
  await page.mouse.click(spot.x, spot.y, { button: 'right' });
  await page.getByRole('button', { name: 'tailtip is occluded', pressed: true }).waitFor();
  await waitUntilSaved(page);
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'tailtip is occluded', pressed: false }).waitFor();
  await page.keyboard.press('Control+z');
  await waitUntilSaved(page);
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);
  await page.context().close();
  await studio.stop();
  const points = await pointsOf('alone', 20);
  // Two drags, one of them taken back; half a px is what the screen can tell.
  expect(Math.abs((points.tailtip?.[0] ?? 0) - to[0])).toBeLessThan(0.6);
  expect(Math.abs((points.tailtip?.[1] ?? 0) - to[1])).toBeLessThan(0.6);
  expect(points.tailtip?.[2]).toBe(true);
  for (const name of Object.keys(points)) {
    if (name === 'tailtip') continue;
    const [x, y] = placeIn(name);
    // Labels keep thousandths of a px of a suggestion.
    expect(Math.hypot((points[name]?.[0] ?? 0) - x, (points[name]?.[1] ?? 0) - y), name).toBeLessThan(0.001);
  }
  expect(Object.keys(points).length).toBeGreaterThan(5);
});

test('points that are placed while the server is dead are saved once it is started and its link opened', async () => {
  studio = await startStudioProcess(folder, '--annotator', 'ann');
  const { port } = new URL(studio.url);
  const page = await openStudioPage(browser, studio.url, 'bare');
  await goToLabel(page, 30);
  await pressAll(page, 'c', 'Enter');
  await waitUntilSaved(page);
  await studio.kill();
  await pressAll(page, 'Shift+ArrowRight', 'Enter', 'Shift+ArrowRight', 'Enter');
  await page.waitForSelector('.save-state[data-kind="failing"]');
  await page.getByText('Frame 30: 3 of 9').waitFor();
  expect(Object.keys(await pointsOf('bare', 30))).toEqual(['nose']);
  studio = await startStudioProcess(folder, '--annotator', 'ann', '--port', port);
  const other = await page.context().newPage();
  await other.goto(studio.url);
  await page.bringToFront();
  await waitUntilSaved(page);
  await page.waitForSelector('.trouble', { state: 'detached' });
  await page.context().close();
  await studio.stop();
  const points = await pointsOf('bare', 30);
  expect(Object.entries(points).map(([name, [x, y]]) => [name, x, y])).toEqual([
    ['nose', 159.5, 119.5],
    ['leftear', 169.5, 119.5],
    ['rightear', 179.5, 119.5],
  ]);
});
