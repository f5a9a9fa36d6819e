import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Saved } from 'zoopraxis';
import { isOwnEdit, keepUnsent, saveEdit, unsavedCount } from './saver.js';
import { studio } from './studio-store.js';
import { type EditStorage, unsentEdits } from './unsent.js';

const saved = (seq: number): Saved => ({ seq, at: '2026-01-01T00:00:00.000Z', undo: 'edit', redo: null });

type Sent = { readonly path: string; readonly body: { readonly edit: string; readonly title?: string } };

const sent: Sent[] = [];
/** What the server answers, one after the other: what is saved, a status, or nothing. */
let answers: ((request: Sent) => Promise<Saved> | Saved | number)[] = [];

beforeEach(() => {
  sent.length = 0;
  answers = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    const request = { path, body: JSON.parse(body) };
    sent.push(request);
    const answer = await answers.shift()?.(request);
    if (answer === undefined) throw new TypeError('fetch failed');
    if (typeof answer !== 'number') return new Response(JSON.stringify(answer));
    return new Response(JSON.stringify({ message: 'no', hint: 'open the link' }), { status: answer });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const edit = (title: string) => saveEdit('POST /api/bouts', { body: { annotator: 'ann', title, edits: [] } });

function memoryStorage(): EditStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    get length() {
      return items.size;
    },
    key: (i) => [...items.keys()][i] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

test('edits are sent one after the other, and saved is said when the last one is', async () => {
  let answer = (_: Saved): void => undefined;
  answers = [() => new Promise((done) => (answer = done)), () => saved(2)];
  const first = edit('first');
  const second = edit('second');
  expect(studio.getState().save).toEqual({ kind: 'saving', waiting: 2 });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  answer(saved(1));
  expect(await first).toEqual(saved(1));
  await second;
  expect(sent.map(({ body }) => body.title)).toEqual(['first', 'second']);
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(2) });
});

test.each([0, 401, 500, 503, 507])('an edit waits for a server that answers %d, under one name', async (status) => {
  vi.useFakeTimers();
  const no = () => status;
  if (status === 0) vi.stubGlobal('fetch', vi.fn().mockRejectedValueOnce(new TypeError('fetch failed')));
  answers = [no, no, no, () => saved(4)];
  const done = edit('kept');
  await vi.advanceTimersByTimeAsync(100);
  expect(studio.getState().save).toMatchObject({ kind: 'failing', waiting: 1 });
  expect(unsavedCount()).toBe(1);
  if (status === 0) vi.stubGlobal('fetch', async () => new Response(JSON.stringify(saved(4))));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await done).toEqual(saved(4));
  expect(new Set(sent.map(({ body }) => body.edit)).size).toBe(status === 0 ? 0 : 1);
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(4) });
  expect(unsavedCount()).toBe(0);
});

test('an undo whose answer was lost is sent again under its name', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    sent.push({ path, body: JSON.parse(body) });
    // The connection breaks in the midst of the answer.
    if (sent.length === 1) return new Response('{"seq":');
    return new Response(JSON.stringify(saved(3)));
  });
  const undo = saveEdit('POST /api/bouts-undo', { body: { annotator: 'ann', direction: 'undo' } });
  await vi.advanceTimersByTimeAsync(1000);
  expect(await undo).toEqual(saved(3));
  expect(sent).toHaveLength(2);
  expect(sent[0]?.body.edit).toMatch(/^[0-9a-f]{32}$/);
  expect(sent[1]?.body).toEqual(sent[0]?.body);
  expect(isOwnEdit(sent[0]?.body.edit ?? '')).toBe(true);
  expect(isOwnEdit('of another')).toBe(false);
});

test('an edit that is refused is given back to its maker, and those after it go on', async () => {
  answers = [() => 400, () => saved(7)];
  const bad = edit('bad');
  const good = edit('good');
  await expect(bad).rejects.toThrow('no');
  expect(await good).toEqual(saved(7));
  expect(studio.getState().save).toEqual({ kind: 'saved', last: saved(7) });
});

test('a fault of the server that stays does not hold up the edits after it for ever', async () => {
  vi.useFakeTimers();
  answers = [...Array.from({ length: 6 }, () => () => 500), () => saved(8)];
  const bad = edit('bad');
  const failed = expect(bad).rejects.toThrow('no');
  const good = edit('good');
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  expect(await good).toEqual(saved(8));
});

test('edits of a page that was closed before they were saved are sent by the next, in their order and under their names', async () => {
  vi.useFakeTimers();
  const storage = memoryStorage();
  await keepUnsent(unsentEdits(storage, { place: 'here', tab: 'old' }), new Set());
  answers = [() => 401];
  const lost = [edit('first'), edit('second')];
  await vi.advanceTimersByTimeAsync(50);
  expect(storage.items.size).toBe(2);
  const kept = new Map(storage.items);
  answers = [() => saved(1), () => saved(2)];
  await vi.advanceTimersByTimeAsync(5000);
  await Promise.all(lost);
  expect(storage.items.size).toBe(0);
  const names = [sent.at(-2), sent.at(-1)].map((request) => request?.body.edit);

  for (const [key, value] of kept) storage.items.set(key, value);
  storage.items.set('zoopraxis unsent there 1 old', [...kept.values()][0] as string);
  storage.items.set('zoopraxis unsent here 2 hostile', '{"edit":3}');
  expect(unsentEdits(storage, { place: 'here', tab: 'new' }).left(new Set(['old']))).toEqual([]);
  sent.length = 0;
  answers = [() => saved(3), () => 400];
  const result = await keepUnsent(unsentEdits(storage, { place: 'here', tab: 'new' }), new Set(['other']));
  expect(result).toMatchObject({ savedCount: 1, refused: [{ status: 400 }] });
  expect(sent.map(({ body }) => body)).toMatchObject([{ title: 'first' }, { title: 'second' }]);
  expect(sent.map(({ body }) => body.edit)).toEqual(names);
  expect([...storage.items.keys()].filter((key) => key.startsWith('zoopraxis unsent here'))).toHaveLength(1);
});

test('a storage that refuses keeps no edit from being sent', async () => {
  const refuse = () => {
    throw new Error('quota exceeded');
  };
  const full: EditStorage = { ...memoryStorage(), setItem: refuse, removeItem: refuse, key: refuse };
  expect(await keepUnsent(unsentEdits(full, { place: 'here', tab: 'a' }), new Set())).toEqual({
    savedCount: 0,
    refused: [],
  });
  answers = [() => saved(9)];
  expect(await edit('sent')).toEqual(saved(9));
});
