import { expect, test } from 'vitest';
import type { JobView } from 'zoopraxis';
import { endsBetween } from './tell-ends.js';

const job = (id: string, state: JobView['state'], error: JobView['error'] = null): JobView => ({
  ...{ id, state, error, recipe: 'track', title: `Track ${id}`, input: {}, startedAt: '', endedAt: null },
  ...{ progress: {}, share: null, secondsLeft: null, output: null },
});

test('a job is told once, when it ends, and not those that ended before the page was opened', () => {
  const before = [job('a', 'running'), job('b', 'waiting'), job('c', 'done'), job('d', 'running')];
  const failed = job('d', 'failed', { message: 'the disk is full', hint: null });
  const now = [job('a', 'done'), job('b', 'running'), job('c', 'done'), failed, job('e', 'done')];
  expect(endsBetween(before, now)).toEqual(['Track a: done', 'Track d failed: the disk is full']);
  expect(endsBetween(now, now)).toEqual([]);
});
