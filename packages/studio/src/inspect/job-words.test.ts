import { expect, test } from 'vitest';
import type { JobView } from 'zoopraxis';
import { elapsedSec, jobResults, shareText, spanText, workText } from './job-words.js';

const job: JobView = {
  id: 'j',
  recipe: 'train pose',
  title: 'Train first',
  input: { name: 'first' },
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  progress: {},
  share: null,
  secondsLeft: null,
  error: null,
  output: null,
};

test('spans are said to about two digits', () => {
  expect([0, 59.6, 99, 101, 5940, 6000, 7200, 172_800].map(spanText)).toEqual([
    '0 s',
    '60 s',
    '99 s',
    '2 min',
    '99 min',
    '1 h 40 min',
    '2 h',
    '2 days',
  ]);
});

test('what a job does is said with and without an end', () => {
  const work = { kind: 'work' as const, task: 'training first', done: 1200, total: 5000, unit: 'steps' };
  expect(workText({ progress: { work } })).toBe('training first: 1,200 of 5,000 steps');
  const fast = (ratePerSec: number) => workText({ progress: { work }, ratePerSec }).replace(/^.* steps, /, '');
  expect([1234.5, 9.87, 0.25, 0.001].map(fast)).toEqual([
    '1,230 steps/s',
    '9.9 steps/s',
    '15 steps/min',
    '3.6 steps/h',
  ]);
  const { total: _, ...open } = work;
  expect(workText({ progress: { work: open } })).toBe('training first: 1,200 steps');
  const shares = { ...work, task: 'training', done: 12, total: 100, unit: '%', detail: 'test fold 1 of 5' };
  expect(workText({ progress: { work: shares } })).toBe('training: test fold 1 of 5');
  expect(workText({ progress: { stage: { kind: 'stage', text: 'reading images' } } })).toBe('reading images');
  expect(workText(job)).toBe('');
});

test('a share never says 100 % before the end, and a stopped job has no time left', () => {
  expect(shareText({ share: 0.999, secondsLeft: 3, state: 'running' })).toBe('99 %, 3 s left');
  expect(shareText({ share: 0.5, secondsLeft: 3, state: 'stopped' })).toBe('50 %');
  expect(shareText({ share: null, secondsLeft: null, state: 'waiting' })).toContain('waits');
});

test('elapsed time runs until the end of the job alone', () => {
  const now = Date.parse('2026-01-01T00:01:00.000Z');
  expect(elapsedSec(job, now)).toBe(60);
  expect(elapsedSec({ ...job, endedAt: '2026-01-01T00:00:30.000Z' }, now)).toBe(30);
});

test('results lead to models, recordings and reports, and to nothing before the end', () => {
  expect(jobResults(job)).toEqual([]);
  expect(jobResults({ ...job, state: 'done', output: { model: '/data/p/models/first' } })).toEqual([
    { kind: 'model', model: 'first' },
  ]);
  expect(jobResults({ ...job, recipe: 'track', state: 'done', input: { recordings: ['m1', 'm2'] } })).toEqual([
    { kind: 'recording', recording: 'm1' },
  ]);
  expect(jobResults({ ...job, recipe: 'track', state: 'done', input: { model: 'm', videos: ['v1'] } })).toEqual([
    { kind: 'video', video: 'v1' },
  ]);
  const evaluated = { ...job, recipe: 'evaluate pose', state: 'done' as const, input: { model: 'first' } };
  expect(jobResults({ ...evaluated, output: { report: 'models/first/evaluation.html' } })).toEqual([
    { kind: 'report', model: 'first', file: 'evaluation.html' },
    { kind: 'model', model: 'first' },
  ]);
});
