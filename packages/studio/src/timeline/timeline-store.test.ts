import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProjectView } from 'zoopraxis';
import { studio } from '../state/studio-store.js';
import { noChoice } from './row-order.js';
import { choose, rememberChoices, timeline } from './timeline-store.js';

const project = (name: string) => ({ name, folder: 'f' }) as unknown as ProjectView;

function makeStorage(limit = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      if (kept.size >= limit) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
  };
}

let stop: () => void = () => undefined;
beforeEach(() => {
  studio.setState({ project: null });
  timeline.setState({ choice: noChoice, follow: 'page', ruler: 'time', namesPx: 190 });
});
afterEach(() => stop());

test('each project keeps its own rows', () => {
  const storage = makeStorage();
  stop = rememberChoices(storage);
  studio.setState({ project: project('a') });
  choose({ hidden: ['x'], heights: { y: 50 } });
  studio.setState({ project: project('b') });
  expect(timeline.getState().choice).toEqual(noChoice);
  choose({ traces: ['speed'] });
  studio.setState({ project: project('a') });
  expect(timeline.getState().choice).toMatchObject({ hidden: ['x'], heights: { y: 50 }, traces: null });
  stop();
  timeline.setState({ choice: noChoice });
  stop = rememberChoices(storage);
  expect(timeline.getState().choice.hidden).toEqual(['x']);
});

test('how rows follow and what the ruler counts hold for all projects', () => {
  const storage = makeStorage();
  stop = rememberChoices(storage);
  timeline.setState({ follow: 'center', ruler: 'frames', namesPx: 260 });
  stop();
  timeline.setState({ follow: 'page', ruler: 'time', namesPx: 190 });
  stop = rememberChoices(storage);
  expect(timeline.getState()).toMatchObject({ follow: 'center', ruler: 'frames', namesPx: 260 });
  stop();
  storage.setItem('zoopraxis.timeline.names', '-5');
  stop = rememberChoices(storage);
  expect(timeline.getState().namesPx).toBe(110);
});

test('a full storage costs no more than the memory', () => {
  stop = rememberChoices(makeStorage(0));
  studio.setState({ project: project('a') });
  choose({ hidden: ['x'] });
  expect(timeline.getState().choice.hidden).toEqual(['x']);
});
