import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecording, createVideo } from '@zoopraxis/core';
import { hashFile, openProjectFolder, openVideoEncoder } from '@zoopraxis/io/node';
import { describeMachine } from '@zoopraxis/nn/node';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../test/browser/launch-browser.js';
import { longRecording, makeLongProject } from '../test/browser/long-project.test.kit.js';
import { type RunningProgram, startProgram } from '../test/cli/run-program.test.kit.js';
import { writeBetweenMarks } from './results.js';

const frameCount = 1_000_000;
const otherRecordings = 100;
const viewport = { width: 1440, height: 900 };
/** The film that is played: as many frames as are played at four times its rate. */
const hd = { id: 'hd', widthPx: 1280, heightPx: 720, fps: 50, frameCount: 1000 } as const;
/** How long it is played at each speed, seconds. */
const playSec = 4;

/** Returns the value below which a share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** Notes of the page's own clock: long tasks, and the time at which each frame came to the screen. */
interface Notes {
  readonly longTasks: number[];
  readonly shown: [number, number][];
}

type WithNotes = { notes: Notes };

/** Makes a page note its long tasks from the start. */
function noteLongTasks(): void {
  const notes: Notes = { longTasks: [], shown: [] };
  (globalThis as unknown as WithNotes).notes = notes;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) notes.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}

async function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as WithNotes).notes.longTasks.splice(0));
}

/** Opens the page, and returns it with the time until recordings are listed and the first picture is there, seconds. */
async function openPage(browser: Browser, url: string): Promise<{ page: Page; listedSec: number; firstSec: number }> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.addInitScript(noteLongTasks);
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('.recording-list li', { timeout: 60_000 });
  const listedSec = (performance.now() - start) / 1000;
  await page.waitForSelector('.video-pane[data-frame="0"]', { timeout: 60_000 });
  return { page, listedSec, firstSec: (performance.now() - start) / 1000 };
}

/** Opens the long recording; returns seconds until its first frame, and until its strips are there. */
async function openLong(page: Page): Promise<{ pictureSec: number; stripsSec: number }> {
  // The page opens the first recording by itself, which is this one: another is opened before.
  const other = page.getByRole('listitem').getByRole('button', { name: /^session-002/ });
  await other.click();
  await page.waitForSelector('.recording-list [aria-current="true"]:has-text("session-002")');
  await page.locator('.row-title', { hasText: 'bob' }).waitFor({ state: 'detached' });
  const button = page.getByRole('listitem').getByRole('button', { name: new RegExp(`^${longRecording}`) });
  const start = performance.now();
  await button.click();
  await page.waitForSelector(`[data-video="${longRecording}"][data-frame="0"]`, { timeout: 120_000 });
  const pictureSec = (performance.now() - start) / 1000;
  await page.locator('.row-title', { hasText: 'bob' }).waitFor({ timeout: 120_000 });
  return { pictureSec, stripsSec: (performance.now() - start) / 1000 };
}

/** Adds a film of 1280 x 720 px that moves everywhere to a project, in a recording of its own, behind the others. */
async function addHd(folder: string, say: (what: string, share: number) => void): Promise<void> {
  const { id, frameCount: count, ...film } = hd;
  const source = `videos/${id}.mp4`;
  const path = join(folder, source);
  const encoder = await openVideoEncoder(path, film);
  const { widthPx, heightPx } = film;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let frame = 0; frame < count; frame++) {
    for (let y = 0, at = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++, at += 3) {
        const shade = ((x + 3 * frame) ^ (y + frame)) & 255;
        rgb[at] = shade;
        rgb[at + 1] = 255 - shade;
        rgb[at + 2] = (x + y) & 255;
      }
    }
    await encoder.write({ widthPx, heightPx, rgb });
    if (frame % 20 === 0) say('film of 1280 x 720', frame / count);
  }
  await encoder.finish();
  const project = await openProjectFolder(folder, { mode: 'write' });
  try {
    const contentHash = await hashFile(path);
    await project.addVideo(createVideo({ id, source, view: 'top', ...film, frameCount: count, contentHash }));
    await project.updateRecordings((all) => [...all, createRecording({ id, videos: [id] })]);
  } finally {
    await project.close();
  }
}

/** What playing at a speed shows. */
interface Played {
  readonly perSec: number;
  /** By how much pictures came later than the quickest one, ms of real time. */
  readonly lateMs: readonly number[];
}

/** Plays the film from its beginning at a speed, and returns what came to the screen. */
async function play(page: Page, speed: number): Promise<Played> {
  const pane = page.locator(`[data-video="${hd.id}"]`);
  await pane.focus();
  await page.keyboard.press('Home');
  await page.waitForSelector(`[data-video="${hd.id}"][data-frame="0"][data-waiting="false"]`, { timeout: 60_000 });
  for (let at = 1; at < speed; at *= 2) await page.keyboard.press('Shift+ArrowUp');
  await pane.evaluate((element) => {
    const { shown } = (globalThis as unknown as WithNotes).notes;
    shown.length = 0;
    new MutationObserver(() => {
      const frame = Number(element.dataset.frame);
      if (frame !== shown.at(-1)?.[0]) shown.push([frame, performance.now()]);
    }).observe(element, { attributes: true, attributeFilter: ['data-frame'] });
  });
  await page.keyboard.press('Space');
  await page.waitForTimeout(playSec * 1000);
  await page.keyboard.press('Space');
  for (let at = 1; at < speed; at *= 2) await page.keyboard.press('Shift+ArrowDown');
  const shown = await page.evaluate(() => (globalThis as unknown as WithNotes).notes.shown);
  const clocks = shown.map(([frame, ms]) => ms - (1000 * frame) / hd.fps / speed);
  const quickest = Math.min(...clocks);
  const spanSec = ((shown.at(-1)?.[1] ?? 0) - (shown[0]?.[1] ?? 0)) / 1000;
  return { perSec: (shown.length - 1) / spanSec, lateMs: clocks.map((ms) => ms - quickest) };
}

/** What a move of the pointer on the overview brings to the screen, ms after it. */
interface Scrubbed {
  /** The first picture that is not the one before. */
  readonly first: number[];
  /** The very frame under the pointer. */
  readonly exact: number[];
}

/** Returns how long after each move of the pointer on the overview pictures come; `skip` leads to other places. */
async function scrub(page: Page, moves: number, skip = 0): Promise<Scrubbed> {
  const overview = page.getByRole('slider', { name: 'Place in the recording' });
  const box = await overview.boundingBox();
  if (box === null) throw new Error('bench studio: there is no overview');
  const y = box.y + box.height / 2;
  const found: Scrubbed = { first: [], exact: [] };
  const place = (share: number) => box.x + (0.1 + 0.8 * share) * box.width;
  // Beside the window, which a press would drag.
  await page.mouse.move(place(0.5), y);
  await page.mouse.down();
  for (let i = 1; i <= moves; i++) {
    // Far jumps and near ones, each to a place that was not seen yet.
    const share = ((skip + i) * 0.618_034) % 1;
    const before = await page.locator('.video-pane').getAttribute('data-frame');
    const latency = page.evaluate((shown) => {
      const pane = document.querySelector<HTMLElement>('.video-pane') as HTMLElement;
      return new Promise<[number, number]>((done, fail) => {
        setTimeout(() => fail(new Error('no new frame came within 20 s of a move')), 20_000);
        let [movedAt, first] = [0, 0];
        addEventListener('pointermove', ({ timeStamp }) => (movedAt = timeStamp), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (movedAt === 0 || pane.dataset.frame === shown) return;
          if (first === 0) first = performance.now() - movedAt;
          if (pane.dataset.waiting === 'true') return;
          observer.disconnect();
          // The frame is on the screen with the next picture of the display.
          requestAnimationFrame(() => done([first, performance.now() - movedAt]));
        });
        observer.observe(pane, { attributes: true, attributeFilter: ['data-frame', 'data-waiting'] });
      });
    }, before);
    await page.evaluate(() => undefined);
    await page.mouse.move(place(share), y);
    const [first, exact] = await latency;
    found.first.push(first);
    found.exact.push(exact);
  }
  await page.mouse.up();
  return found;
}

/** Returns the times between pictures of the display while the timeline is dragged by the middle button, ms. */
async function pan(page: Page, moves: number): Promise<number[]> {
  const box = await page.locator('.rows-place').boundingBox();
  if (box === null) throw new Error('bench studio: there are no rows');
  const [left, right, y] = [box.x + 0.2 * box.width, box.x + 0.8 * box.width, box.y + 30];
  await page.evaluate(() => {
    const times: number[] = [];
    const keep = globalThis as unknown as { times: number[]; isOver: boolean };
    [keep.times, keep.isOver] = [times, false];
    const tick = (now: number) => {
      times.push(now);
      if (!keep.isOver) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await page.mouse.move(left, y);
  await page.mouse.down({ button: 'middle' });
  for (let i = 0; i < moves; i++) {
    const phase = (i / 60) % 2;
    await page.mouse.move(left + (right - left) * (phase < 1 ? phase : 2 - phase), y);
  }
  await page.mouse.up({ button: 'middle' });
  const times = await page.evaluate(() => {
    const keep = globalThis as unknown as { times: number[]; isOver: boolean };
    keep.isOver = true;
    return keep.times;
  });
  return times.slice(1).map((time, i) => time - (times[i] as number));
}

/** Returns what a process holds in memory, bytes; NaN where the system does not tell. */
async function memoryOf(program: RunningProgram): Promise<number> {
  const status = await readFile(`/proc/${program.pid}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

const mark = (isMet: boolean) => (isMet ? 'met' : 'missed');

/** Measures the studio in a browser; `--write` puts the table into docs/results/studio-speed.md, `--frames n` makes it smaller. */
export async function benchStudio(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--frames');
  const frames = at < 0 ? frameCount : Number(args[at + 1]);
  if (!Number.isInteger(frames) || frames < 1000)
    throw new RangeError(`bench studio: --frames must be at least 1000, got ${frames}`);
  const parent = await mkdtemp(join(tmpdir(), 'zoopraxis-bench-studio-'));
  const folder = join(parent, 'project');
  const say = (what: string, share: number) => process.stderr.write(`\r${what} ${(100 * share).toFixed(0)} %   `);
  await makeLongProject(folder, { frameCount: frames, otherRecordings, onProgress: say });
  await addHd(folder, say);
  process.stderr.write('\n');
  const start = () => startProgram(['studio', folder, '--no-open']);
  const urlOf = async (running: RunningProgram) => (await running.said(/studio: (http:\S+)/))[1] as string;
  // Nothing is known of the films yet, as of those that came from another computer.
  process.env.ZOOPRAXIS_CACHE = join(parent, 'cache');
  let program = start();
  const browser = await launchBrowser();
  try {
    const unknown = await openPage(browser, await urlOf(program));
    await unknown.page.context().close();
    program.signal('SIGINT');
    await program.ended;
    program = start();
    const url = await urlOf(program);
    const cold = await openPage(browser, url);
    await cold.page.context().close();
    const { page, listedSec, firstSec } = await openPage(browser, url);
    await takeLongTasks(page);
    const { pictureSec, stripsSec } = await openLong(page);
    const openTasks = await takeLongTasks(page);
    const cursor = await scrub(page, 40);
    const scrubTasks = await takeLongTasks(page);
    // Curves are computed when they are first asked for; panning is measured with them on the screen.
    await page.waitForLoadState('networkidle', { timeout: 300_000 });
    const laterCursor = await scrub(page, 40, 40);
    await page.waitForLoadState('networkidle', { timeout: 300_000 });
    await pan(page, 60);
    await takeLongTasks(page);
    const intervals = await pan(page, 600);
    const panTasks = await takeLongTasks(page);
    await page
      .getByRole('listitem')
      .getByRole('button', { name: new RegExp(`^${hd.id}`) })
      .click();
    await page.waitForSelector(`[data-video="${hd.id}"][data-frame="0"]`, { timeout: 60_000 });
    const played = [await play(page, 1), await play(page, 2), await play(page, 4)];
    await page.keyboard.press('Home');
    // The window of the overview, which a press would drag, is made small.
    for (let i = 0; i < 8; i++) await page.keyboard.press('Alt+Equal');
    await page.waitForTimeout(1000);
    const hdCursor = await scrub(page, 20);
    const [heap, memory] = [await heapOf(page), await memoryOf(program)];
    const longest = (tasks: readonly number[]) => (tasks.length === 0 ? 'none above 50 ms' : ms(Math.max(...tasks)));
    const machine = describeMachine();
    const text = `- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${machine.node}; Chromium ${browser.version()} without a GPU
- Project: one recording of ${frames.toLocaleString('en-US')} frames (h264, 128 x 96, two mice with tracks, bouts of two people and a model), one film of ${hd.widthPx} x ${hd.heightPx} px at ${hd.fps} frames a second, ${otherRecordings} others

| | measured | aim | |
|---|---|---|---|
| first useful view, server just started, film never looked at before: recordings listed | ${unknown.listedSec.toFixed(2)} s | | |
| the same: first picture | ${unknown.firstSec.toFixed(2)} s | 2 s | ${mark(unknown.firstSec <= 2)} |
| first useful view, server just started: recordings listed | ${cold.listedSec.toFixed(2)} s | | |
| the same: first picture | ${cold.firstSec.toFixed(2)} s | 2 s | ${mark(cold.firstSec <= 2)} |
| first useful view later: recordings listed | ${listedSec.toFixed(2)} s | | |
| the same: first picture | ${firstSec.toFixed(2)} s | 2 s | ${mark(firstSec <= 2)} |
| the long recording opened from another (the first view opens it as well): first picture | ${pictureSec.toFixed(2)} s | 2 s | ${mark(pictureSec <= 2)} |
| the same: strips of all annotators | ${stripsSec.toFixed(2)} s | 2 s | ${mark(stripsSec <= 2)} |
| longest task of the main thread while opening | ${longest(openTasks)} | | |
| scrub while its curves are computed for the first time: pointer to newest frame on the screen, median of ${cursor.exact.length} | ${ms(quantile(cursor.exact, 0.5))} | 100 ms | ${mark(quantile(cursor.exact, 0.5) <= 100)} |
| the same: 95th percentile | ${ms(quantile(cursor.exact, 0.95))} | | |
| the same: pointer to a picture near it, median | ${ms(quantile(cursor.first, 0.5))} | | |
| scrub later: pointer to newest frame on the screen, median of ${laterCursor.exact.length} | ${ms(quantile(laterCursor.exact, 0.5))} | 100 ms | ${mark(quantile(laterCursor.exact, 0.5) <= 100)} |
| the same: 95th percentile | ${ms(quantile(laterCursor.exact, 0.95))} | | |
| the same: pointer to a picture near it, median | ${ms(quantile(laterCursor.first, 0.5))} | | |
| longest task while scrubbing | ${longest(scrubTasks)} | | |
| pan of the timeline: time between pictures, median of ${intervals.length} | ${ms(quantile(intervals, 0.5))} | 16.7 ms | ${mark(quantile(intervals, 0.5) <= 17)} |
| the same: 95th percentile | ${ms(quantile(intervals, 0.95))} | | |
| longest task while panning | ${longest(panTasks)} | | |
| playing ${hd.widthPx} x ${hd.heightPx} px at 1x, 2x, 4x: pictures a second (50 are shown of each) | ${played.map(({ perSec }) => perSec.toFixed(0)).join(', ')} | | |
| the same: later than the quickest picture, 95th percentile | ${played.map(({ lateMs }) => ms(quantile(lateMs, 0.95))).join(', ')} | | |
| scrub of that film: pointer to newest frame, median of ${hdCursor.exact.length} | ${ms(quantile(hdCursor.exact, 0.5))} | 100 ms | ${mark(quantile(hdCursor.exact, 0.5) <= 100)} |
| the same: pointer to a picture near it, median | ${ms(quantile(hdCursor.first, 0.5))} | | |
| memory of the page (JavaScript, after a collection) | ${mb(heap)} | | |
| memory of the server | ${mb(memory)} | | |
`;
    process.stdout.write(text);
    if (args.includes('--write') && frames === frameCount)
      await writeBetweenMarks('docs/results/studio-speed.md', text);
  } finally {
    await browser.close();
    program.signal('SIGINT');
    await program.ended;
    await rm(parent, { recursive: true, force: true });
  }
}
