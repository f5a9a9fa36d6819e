import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { evaluateBehavior } from '@zoopraxis/behavior';
import type { Frame, FrameSource } from '@zoopraxis/core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseExamples, writeBehaviorReport, writeExampleClips } from 'zoopraxis/node';
import { launchBrowser } from './launch-browser.js';

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoopraxis-behavior-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Gray frames with a bright square that moves to the right. */
function movingSquare(): FrameSource {
  const [widthPx, heightPx, frameCount, fps] = [160, 120, 60, 20];
  const frame = async (index: number): Promise<Frame> => {
    const rgb = new Uint8Array(widthPx * heightPx * 3).fill(70);
    for (let y = 40; y < 70; y++) rgb.fill(220, (y * widthPx + 2 * index) * 3, (y * widthPx + 2 * index + 30) * 3);
    return { index, timeSec: index / fps, corrupt: false, widthPx, heightPx, rgb };
  };
  return {
    ...{ widthPx, heightPx, frameCount, fps, frame, close: async () => {} },
    async *frames(start = 0, end = frameCount) {
      for (let index = start; index < end; index++) yield await frame(index);
    },
  };
}

test('the page of a classifier plays its clips and loads nothing', async () => {
  const behaviors = ['rear', 'other'];
  const label = (...bouts: [number, number][]) =>
    Uint8Array.from({ length: 60 }, (_, i) => (bouts.some(([from, to]) => i >= from && i < to) ? 0 : 1));
  const truth = { behaviors, label: label([5, 15], [40, 50]) };
  const predicted = { behaviors, label: label([6, 16], [25, 33]) };
  const recordings = ['m1', 'm2'].map((name) => ({
    name,
    truth,
    predicted,
    fps: 20,
    open: async () => movingSquare(),
  }));
  const evaluation = evaluateBehavior([truth, truth], [predicted, predicted], {
    ...{ recordings: ['m1', 'm2'], fps: 20, background: ['other'], resampleCount: 20 },
  });
  const examples = chooseExamples(recordings, { behaviors: ['rear'], perKind: 1 });
  expect(examples.map(({ kind }) => kind)).toEqual(['true positive', 'false positive', 'false negative']);
  const clips = await writeExampleClips(examples, recordings, {
    folder: join(folder, 'clips'),
    beforeSec: 0.2,
    afterSec: 0.2,
  });
  const path = await writeBehaviorReport(join(folder, 'report.html'), {
    ...{ title: 'Rearing', lead: 'Two sessions.', synthetic: true, evaluation, clips },
  });
  const page = await browser.newPage();
  const [requests, faults]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(pathToFileURL(path).href);
  const shown = await page.evaluate(async () => {
    const videos = [...document.querySelectorAll('video')];
    const played = await Promise.all(
      videos.map(async (video) => {
        await video.play();
        await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
        video.pause();
        return {
          width: video.videoWidth,
          isLong: video.duration > 0.5,
          isSeen: video.getBoundingClientRect().width > 100,
        };
      }),
    );
    return { played, captions: [...document.querySelectorAll('.clips figcaption')].map((text) => text.textContent) };
  });
  expect(shown.played).toEqual(new Array(3).fill({ width: 160, isLong: true, isSeen: true }));
  expect(shown.captions).toEqual(['m1, frames 5–15', 'm1, frames 25–32', 'm1, frames 40–49']);
  expect(faults).toEqual([]);
  expect(requests.filter((url) => !url.startsWith('data:') && url !== pathToFileURL(path).href)).toEqual([]);
});
