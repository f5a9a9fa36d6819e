import { afterEach, expect, test, vi } from 'vitest';
import type { Saved } from 'zoopraxis';
import { ServerRefusal } from '../server/client.js';
import { saveEdit, unsavedCount } from './saver.js';
import { studio } from './studio-store.js';

const saved = (seq: number): Saved => ({ seq, at: '2026-01-01T00:00:00.000Z', undo: 'edit', redo: null });
const refusal = (status: number) => new ServerRefusal(status, { message: 'no', hint: 'open the link' });

afterEach(() => vi.useRealTimers());

test('edits are sent one after the other, and saved is said when the last one is', async () => {
  const order: string[] = [];
  let answer = (_: Saved): void => undefined;
  const first = saveEdit(() => new Promise((done) => (answer = done)));
  const second = saveEdit(async () => {
    order.push('second');
    return saved(2);
  });
  expect(studio.getState().save).toEqual({ kind: 'saving', waiting: 2 });
  expect(order).toEqual([]);
  answer(saved(1));
  await first;
  await second;
  expect(order).toEqual(['second']);
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(2) });
});

test.each([0, 401, 500, 503])('an edit waits for a server that answers %d, and says so', async (status) => {
  vi.useFakeTimers();
  let tries = 0;
  const done = saveEdit(async () => {
    tries++;
    if (tries < 4) throw refusal(status);
    return saved(tries);
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(studio.getState().save).toEqual({ kind: 'failing', waiting: 1, message: 'no. open the link' });
  expect(unsavedCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await done).toEqual(saved(4));
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(4) });
  expect(unsavedCount()).toBe(0);
});

test('an undo whose answer was lost is not done twice', async () => {
  let tries = 0;
  const undo = saveEdit(
    async () => {
      tries++;
      throw refusal(0);
    },
    { mayRepeat: false },
  );
  await expect(undo).rejects.toThrow('no');
  expect(tries).toBe(1);
  expect(unsavedCount()).toBe(0);
});

test('an edit that is refused is given back to its maker, and those after it go on', async () => {
  const bad = saveEdit(async () => {
    throw refusal(400);
  });
  const good = saveEdit(async () => saved(7));
  await expect(bad).rejects.toThrow('no');
  expect(await good).toEqual(saved(7));
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(7) });
});
