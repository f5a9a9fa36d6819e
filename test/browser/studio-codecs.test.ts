import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording, createVideo, type Picture } from '@zoopraxis/core';
import { createProjectFolder, hashFile, openVideo, readPicture } from '@zoopraxis/io/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch-browser.js';
import { type StudioProcess, startMs, startStudioProcess, waitMs } from './studio.test.kit.js';

/** Makers of clips whose pictures show their own number; they lie among the tests of `io`. */
interface ClipKit {
  makeClip(path: string, recipe: Readonly<Record<string, unknown>>): Promise<string | undefined>;
  damageFile(from: string, to: string, seed: number, count: number): Promise<number[]>;
  numberIn(picture: Picture): number;
}

const kitAt = new URL('../../../packages/io/dist/media/clips.test.kit.js', import.meta.url).href;
const frameCount = 60;
const [widthPx, heightPx] = [64, 48];
/** Ticks of 1/300 s at which frames begin, list: a rate that varies, and a gap. */
const uneven = Array.from(
  { length: frameCount },
  (_, frame) => frame * 10 + ((frame * 3) % 7) + (frame > 30 ? 400 : 0),
);
const plain = { encoder: 'libx264', container: 'mp4', frameCount, gopSize: 12, bFrames: 2 };

const clips: readonly {
  readonly id: string;
  readonly decode: 'page' | 'server';
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly isTurned?: boolean;
}[] = [
  { id: 'reordered.mp4', decode: 'page', recipe: plain },
  { id: 'uneven.mp4', decode: 'page', recipe: { ...plain, ticks: uneven } },
  { id: 'open-groups.mp4', decode: 'page', recipe: { ...plain, options: { 'x264-params': 'open-gop=1:scenecut=0' } } },
  { id: 'turned.mp4', decode: 'page', recipe: { ...plain, rotationDeg: 180 }, isTurned: true },
  { id: 'matroska.mkv', decode: 'page', recipe: { ...plain, container: 'matroska' } },
  { id: 'old.avi', decode: 'server', recipe: { ...plain, encoder: 'ffv1', container: 'avi', bFrames: 0 } },
  { id: 'new.mp4', decode: 'server', recipe: { ...plain, encoder: 'libx265', bFrames: 0 } },
];

let folder: string;
let kit: ClipKit;
let browser: Browser;
let studio: StudioProcess;
let page: Page;
/** Frames of `damaged.mp4` that no damage touches, list. */
let sound: number[];
const made = new Set<string>();

beforeAll(async () => {
  kit = (await import(kitAt)) as ClipKit;
  folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-studio-')), 'project');
  await mkdir(join(folder, 'videos'), { recursive: true });
  const project = await createProjectFolder(folder, { name: 'clips' });
  const path = (id: string) => join(folder, 'videos', id);
  for (const { id, recipe } of clips) if ((await kit.makeClip(path(id), recipe)) !== undefined) made.add(id);
  sound = await kit.damageFile(path('reordered.mp4'), path('damaged.mp4'), 3, 4);
  made.add('damaged.mp4');
  for (const id of made) {
    const { information, close } = await openVideo(path(id)).then(async (video) => ({
      information: video.information,
      close: () => video.close(),
    }));
    await close();
    await project.addVideo(
      createVideo({
        id,
        source: `videos/${id}`,
        view: 'top',
        widthPx: information.widthPx,
        heightPx: information.heightPx,
        frameCount: information.frameCount,
        fps: information.fps,
        ...(information.timesSec === undefined ? {} : { timesSec: information.timesSec }),
        contentHash: await hashFile(path(id)),
      }),
    );
  }
  await project.updateRecordings(() => [...made].map((id) => createRecording({ id, videos: [id] })));
  await project.close();
  [browser, studio] = await Promise.all([launchBrowser(), startStudioProcess(folder)]);
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  await page.goto(studio.url);
}, startMs);
afterAll(async () => {
  await browser?.close();
  await studio?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

async function open(id: string): Promise<void> {
  await page.getByRole('tab', { name: 'Recordings' }).click();
  await page.getByRole('listitem').getByRole('button', { name: id }).click();
  await page.waitForSelector(`[data-video="${id}"][data-frame^="0"][data-waiting="false"]`, { timeout: waitMs });
  await page.locator('.video-pane').focus();
  await page.keyboard.press('1');
}

/** Goes to a frame by its number, and returns what the pane says is on the screen: the frame, and `missing` where it is none. */
async function goTo(frame: number): Promise<string> {
  await page.keyboard.press('j');
  await page.keyboard.type(String(frame));
  await page.keyboard.press('Enter');
  return shownAt(frame);
}

async function shownAt(frame: number): Promise<string> {
  await page.waitForSelector(`.video-pane[data-frame^="${frame}"][data-waiting="false"]`, { timeout: waitMs });
  return (await page.locator('.video-pane').getAttribute('data-frame')) ?? '';
}

/** Returns the number that the picture on the screen shows, -1 where it shows none. */
async function numberOnScreen(isTurned = false): Promise<number> {
  const box = await page.locator('.video-pane').boundingBox();
  if (box === null) throw new Error('the page shows no video');
  const x = box.x + Math.round(box.width / 2 - widthPx / 2);
  const y = box.y + Math.round(box.height / 2 - heightPx / 2);
  const shot = await page.screenshot({ clip: { x, y, width: widthPx, height: heightPx } });
  const picture = await readPicture(shot);
  if (!isTurned) return kit.numberIn(picture);
  const rgb = new Uint8Array(picture.rgb.length);
  const pixels = widthPx * heightPx;
  for (let i = 0; i < pixels; i++) rgb.set(picture.rgb.subarray(3 * i, 3 * i + 3), 3 * (pixels - 1 - i));
  return kit.numberIn({ ...picture, rgb });
}

for (const { id, decode, isTurned } of clips) {
  test(`${id}: the picture of every frame shows its own number, after jumps and steps both ways`, async (context) => {
    if (!made.has(id)) context.skip(`this build of FFmpeg has no encoder for ${id}`);
    await open(id);
    expect(await page.locator('.video-pane').getAttribute('data-decode')).toBe(decode);
    const shown: [number, number][] = [];
    for (const frame of [0, 59, 13, 11, 47, 36, 35]) {
      await goTo(frame);
      shown.push([frame, await numberOnScreen(isTurned)]);
    }
    for (let frame = 34; frame > 31; frame--) {
      await page.keyboard.press('ArrowLeft');
      await shownAt(frame);
      shown.push([frame, await numberOnScreen(isTurned)]);
    }
    for (let frame = 33; frame < 38; frame++) {
      await page.keyboard.press('ArrowRight');
      await shownAt(frame);
      shown.push([frame, await numberOnScreen(isTurned)]);
    }
    expect(shown).toEqual(shown.map(([frame]) => [frame, frame]));
  });
}

test('damaged.mp4: sound frames show their own number, frames that cannot be decoded a word', async () => {
  await open('damaged.mp4');
  const wrong: [number, string, number][] = [];
  for (let frame = 0; frame < frameCount; frame += 2) {
    const words = await goTo(frame);
    const number = words.includes('missing') ? -1 : await numberOnScreen();
    if (sound.includes(frame) ? number !== frame : number >= 0 && number !== frame) wrong.push([frame, words, number]);
  }
  expect(wrong).toEqual([]);
});
