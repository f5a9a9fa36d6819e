import { expect, test } from 'vitest';
import { createLearningLog } from './learning-log.js';
import { createProgressView } from './progress-view.js';
import { createRate } from './rate.js';
import { textChart } from './text-chart.js';

/** A view whose clock is set by hand, and all it wrote. */
function viewOf({ live, columns = 60 }: { live: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { sec: 0 };
  const view = createProgressView({ live, columns, write: (text) => void written.push(text) }, () => clock.sec);
  return { view, clock, written, text: () => written.join('') };
}

test('without a terminal there is a line every five seconds and one at the end', () => {
  const { view, clock, text } = viewOf({ live: false });
  for (let done = 0; done <= 120; done++) {
    clock.sec = done / 10;
    view.show({ kind: 'work', task: 'tracking a.mp4', done, total: 1200, unit: 'frames' });
  }
  view.close();
  expect(text().split('\n')).toEqual([
    'tracking a.mp4: 4 % · 50 of 1,200 frames · 10.0 frames/s · 1:55 left',
    'tracking a.mp4: 8 % · 100 of 1,200 frames · 10.0 frames/s · 1:50 left',
    'tracking a.mp4: 10 % · 120 of 1,200 frames · 10.0 frames/s · 1:48 left',
    '',
  ]);
});

test('on a terminal the line is drawn over itself and notes stay above it', () => {
  const { view, clock, written } = viewOf({ live: true });
  view.show({ kind: 'work', task: 'copying', done: 1, total: 4, unit: 'images' });
  clock.sec = 1;
  view.show({ kind: 'work', task: 'copying', done: 2, total: 4, unit: 'images' });
  view.show({ kind: 'note', text: 'img3.png is missing' });
  view.close();
  expect(written[0]).toContain('copying · 1 of 4 images\n███████');
  expect(written[1]).toBe('\u001b[2A\u001b[0J');
  expect(written[2]).toContain('copying · 2 of 4 images · 1.00 images/s · 2 s left\n');
  expect(written.slice(3, 5)).toEqual(['\u001b[2A\u001b[0J', 'img3.png is missing\n']);
  expect(written.every((text) => text.split('\n').every((line) => line.length < 60))).toBe(true);
});

test('shares of different works have one rate, and say what is being done', () => {
  const { view, clock, text } = viewOf({ live: false });
  for (let done = 0; done <= 100; done++) {
    clock.sec = done / 10;
    const detail = done < 60 ? 'test fold 1 of 5' : 'test fold 2 of 5';
    view.show({ kind: 'work', task: 'training', done: done / 10, total: 100, unit: '%', detail });
  }
  view.close();
  expect(text().split('\n')).toEqual([
    'training: 5 % · 1:35 left · test fold 1 of 5',
    'training: 10 % · 1:30 left · test fold 2 of 5',
    '',
  ]);
});

test('work without a known end shows its count alone', () => {
  const { view, text } = viewOf({ live: true });
  view.show({ kind: 'work', task: 'reading', done: 12345, unit: 'rows' });
  view.close();
  expect(text()).toBe('reading · 12,345 rows\n');
});

test('training shows both curves with their newest and best numbers', () => {
  const { view, clock, text } = viewOf({ live: true, columns: 100 });
  for (let step = 1; step <= 200; step++) {
    clock.sec = step / 5;
    view.show({ kind: 'work', task: 'training', done: step, total: 400, unit: 'steps' });
    view.show({ kind: 'learning', step, loss: Math.exp(-step / 50) });
    if (step % 50 === 0) view.show({ kind: 'learning', step, heldOutErrorPx: step === 150 ? 3.21 : 400 / step });
  }
  view.close();
  const last = text().split('\u001b[0J').at(-1) as string;
  expect(last).toContain('held-out error 2.00 px (best 2.00 at step 200)');
  expect(last.split('\n').length).toBe(10);
  expect(last).toMatch(/[\u2801-\u28ff]/);
});

test('a chart of the loss goes from the top left to the bottom right', () => {
  const lines = textChart(
    [1, 2, 3, 4].map((x) => ({ x, y: 10 ** -x })),
    { columns: 13, rows: 3, endX: 4 },
  );
  expect(lines.map((line) => line.length)).toEqual([13, 13, 13]);
  expect(lines[0]?.[6]).not.toBe('\u2800');
  expect(lines[0]?.at(-1)).toBe('\u2800');
  expect(lines[2]?.[6]).toBe('\u2800');
  expect(lines[2]?.at(-1)).not.toBe('\u2800');
});

test('curves of nothing, of one point and of not-a-number are drawn', () => {
  expect(textChart([], { columns: 7, rows: 2 })).toEqual(['    │  ', '    │  ']);
  const lone = textChart(
    [
      { x: 5, y: 1 },
      { x: 6, y: Number.NaN },
    ],
    { columns: 20, rows: 2 },
  ).join('');
  expect(lone).toMatch(/[\u2801-\u28ff]/);
});

test('a log of a million steps stays small and keeps the mean of the loss', () => {
  const log = createLearningLog();
  for (let step = 1; step <= 1_000_000; step++) log.add({ step, loss: 2 });
  expect(log.summary()).toBe('loss 2.00, held-out error: not measured yet');
  expect(log.lines(100).length).toBe(7);
});

test('the rate is that of the last seconds, and begins anew with a new work', () => {
  const rate = createRate(10);
  expect(rate.perSec()).toBeNaN();
  for (let sec = 0; sec <= 100; sec++) rate.add(sec < 50 ? sec : 50 + (sec - 50) * 4, sec);
  expect(rate.perSec()).toBeCloseTo(4, 6);
  expect(rate.leftSec(290)).toBeCloseTo(10, 6);
  rate.add(0, 101);
  expect(rate.perSec()).toBeNaN();
});
