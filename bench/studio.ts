import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine } from '@zoopraxis/nn/node';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../test/browser/launch-browser.js';
import { longRecording, makeLongProject } from '../test/browser/long-project.test.kit.js';
import { type RunningProgram, startProgram } from '../test/cli/run-program.test.kit.js';
import { writeBetweenMarks } from './results.js';

const frameCount = 1_000_000;
const otherRecordings = 100;
const viewport = { width: 1440, height: 900 };

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

/** Returns the time from each move of the pointer on the overview to the frame under it on the screen, ms. */
async function scrub(page: Page, moves: number): Promise<number[]> {
  const overview = page.getByRole('slider', { name: 'Place in the recording' });
  const box = await overview.boundingBox();
  if (box === null) throw new Error('bench studio: there is no overview');
  const y = box.y + box.height / 2;
  const latencies: number[] = [];
  const place = (share: number) => box.x + (0.1 + 0.8 * share) * box.width;
  // Beside the window, which a press would drag.
  await page.mouse.move(place(0.5), y);
  await page.mouse.down();
  for (let i = 1; i <= moves; i++) {
    // Far jumps and near ones, each to a place that was not seen yet.
    const share = (i * 0.618_034) % 1;
    const before = await page.locator('.video-pane').getAttribute('data-frame');
    const latency = page.evaluate((shown) => {
      const pane = document.querySelector<HTMLElement>('.video-pane') as HTMLElement;
      return new Promise<number>((done, fail) => {
        setTimeout(() => fail(new Error('no new frame came within 20 s of a move')), 20_000);
        let movedAt = 0;
        addEventListener('pointermove', ({ timeStamp }) => (movedAt = timeStamp), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (movedAt === 0 || pane.dataset.frame === shown || pane.dataset.waiting === 'true') return;
          observer.disconnect();
          // The frame is on the screen with the next picture of the display.
          requestAnimationFrame(() => done(performance.now() - movedAt));
        });
        observer.observe(pane, { attributes: true, attributeFilter: ['data-frame', 'data-waiting'] });
      });
    }, before);
    await page.evaluate(() => undefined);
    await page.mouse.move(place(share), y);
    latencies.push(await latency);
  }
  await page.mouse.up();
  return latencies;
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
  process.stderr.write('\n');
  const program = startProgram(['studio', folder, '--no-open']);
  const browser = await launchBrowser();
  try {
    const url = (await program.said(/studio: (http:\S+)/))[1] as string;
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
    await pan(page, 60);
    await takeLongTasks(page);
    const intervals = await pan(page, 600);
    const panTasks = await takeLongTasks(page);
    const [heap, memory] = [await heapOf(page), await memoryOf(program)];
    const longest = (tasks: readonly number[]) => (tasks.length === 0 ? 'none above 50 ms' : ms(Math.max(...tasks)));
    const machine = describeMachine();
    const text = `- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${machine.node}; Chromium ${browser.version()} without a GPU
- Project: one recording of ${frames.toLocaleString('en-US')} frames (h264, 128 x 96, two mice with tracks, bouts of two people and a model), ${otherRecordings} others

| | measured | aim | |
|---|---|---|---|
| first useful view, server just started: recordings listed | ${cold.listedSec.toFixed(2)} s | | |
| the same: first picture | ${cold.firstSec.toFixed(2)} s | 2 s | ${mark(cold.firstSec <= 2)} |
| first useful view later: recordings listed | ${listedSec.toFixed(2)} s | | |
| the same: first picture | ${firstSec.toFixed(2)} s | 2 s | ${mark(firstSec <= 2)} |
| the long recording opened from another (the first view opens it as well): first picture | ${pictureSec.toFixed(2)} s | 2 s | ${mark(pictureSec <= 2)} |
| the same: strips of all annotators | ${stripsSec.toFixed(2)} s | 2 s | ${mark(stripsSec <= 2)} |
| longest task of the main thread while opening | ${longest(openTasks)} | | |
| scrub: pointer to newest frame on the screen, median of ${cursor.length} | ${ms(quantile(cursor, 0.5))} | 100 ms | ${mark(quantile(cursor, 0.5) <= 100)} |
| the same: 95th percentile | ${ms(quantile(cursor, 0.95))} | | |
| longest task while scrubbing | ${longest(scrubTasks)} | | |
| pan of the timeline: time between pictures, median of ${intervals.length} | ${ms(quantile(intervals, 0.5))} | 16.7 ms | ${mark(quantile(intervals, 0.5) <= 17)} |
| the same: 95th percentile | ${ms(quantile(intervals, 0.95))} | | |
| longest task while panning | ${longest(panTasks)} | | |
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
