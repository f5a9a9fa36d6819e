import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabelRow, LabelsView, ProjectView } from 'zoopraxis';
import { editLabels, labels, loadLabels, mergeLabels } from './labels.js';
import { studio } from './studio-store.js';

const point = (x: number) => ({ x, y: 0, visibility: 'visible' as const });
const row = (points: LabelRow['points']): LabelRow => ({ frame: 4, individual: 'm1', annotator: 'ann', points });
const view = (...rows: LabelRow[]): LabelsView => ({
  skeleton: 'mouse',
  images: [{ frame: 4, group: 'clip', file: 'img4.png' }],
  rows,
  version: 'v1',
});

/** Requests that wait for their answer, in order. */
let asked: { readonly what: string; readonly answer: (body: unknown, status?: number) => void }[];

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  asked = [];
  const fetch = (url: string, { method, signal }: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      asked.push({
        what: `${method} ${url}`,
        answer: (body, status = 200) => resolve(new Response(JSON.stringify(body), { status })),
      });
    });
  vi.stubGlobal('fetch', fetch);
  const project = {
    skeletons: [{ name: 'mouse' }],
    videos: [{ id: 'clip' }],
    recordings: [{ id: 'one', videos: ['clip'] }],
  } as unknown as ProjectView;
  studio.setState({ project, recordingId: 'one', annotator: 'ann' });
  labels.setState({ ...view(), video: 'clip', isLoading: false });
});

afterEach(() => vi.unstubAllGlobals());

const points = () => labels.getState().rows[0]?.points;
const place = (keypoint: string, x: number) =>
  editLabels('place', [{ frame: 4, individual: 'm1', points: { [keypoint]: point(x) } }]);

test('an answer from before an edit does not take the edit off the page', async () => {
  const loaded = loadLabels();
  const edited = place('nose', 1);
  asked[0]?.answer(view(row({ tail: point(9) })));
  await loaded;
  expect(points()).toEqual({ tail: point(9), nose: point(1) });
  asked[1]?.answer({ seq: 1, at: '', undo: null, redo: null });
  await edited;
  // What the server says after the edit was saved counts as it is.
  const again = loadLabels();
  asked[2]?.answer(view(row({ nose: point(2) })));
  await again;
  expect(points()).toEqual({ nose: point(2) });
});

test('an edit that was saved while an older answer was on its way stays', async () => {
  const edited = place('nose', 1);
  await settle();
  const loaded = loadLabels();
  asked[0]?.answer({ seq: 1, at: '', undo: null, redo: null });
  await edited;
  asked[1]?.answer(view());
  await loaded;
  expect(points()).toEqual({ nose: point(1) });
});

test('an edit that is refused is taken off the page, those after it stay', async () => {
  const bad = place('nose', 1);
  const good = place('tail', 2);
  bad.catch(() => undefined);
  await settle();
  asked[0]?.answer({ message: 'no', hint: null }, 400);
  await settle();
  await settle();
  asked.find(({ what }) => what.startsWith('GET'))?.answer(view());
  await expect(bad).rejects.toThrow('no');
  expect(points()).toEqual({ tail: point(2) });
  asked.findLast(({ what }) => what.startsWith('POST'))?.answer({ seq: 2, at: '', undo: null, redo: null });
  await good;
});

test('after the first answer only what changed is asked for, and added', async () => {
  const other: LabelRow = { ...row({ nose: point(7) }), frame: 2, annotator: 'bob' };
  labels.setState({ video: null });
  const first = loadLabels();
  asked[0]?.answer(view(other, row({ nose: point(1) })));
  await first;
  const next = loadLabels();
  expect(asked[1]?.what).toBe('GET /api/labels/clip?since=v1');
  const more: LabelRow = { ...row({ nose: point(3) }), frame: 3 };
  asked[1]?.answer({
    ...{ skeleton: 'mouse', version: 'v2', changedSince: 'v1' },
    images: [{ frame: 3, group: 'clip', file: 'img3.png' }],
    rows: [more],
    removed: [{ frame: 4, individual: 'm1', annotator: 'ann' }],
  });
  await next;
  expect(labels.getState().rows).toEqual([other, more]);
  expect(labels.getState().images.map(({ frame }) => frame)).toEqual([3, 4]);
  const last = loadLabels();
  expect(asked[2]?.what).toBe('GET /api/labels/clip?since=v2');
  asked[2]?.answer({ skeleton: 'mouse', version: 'v2', changedSince: 'v2', images: [], rows: [], removed: [] });
  await last;
  expect(labels.getState().rows).toEqual([other, more]);
});

test('an answer that holds all replaces what was known', () => {
  expect(mergeLabels(view(row({ nose: point(1) })), view())).toEqual(view());
});
