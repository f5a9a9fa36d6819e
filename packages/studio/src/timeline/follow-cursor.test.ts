import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProjectView } from 'zoopraxis';
import { studio } from '../state/studio-store.js';
import { startFollowing } from './follow-cursor.js';
import { timeline } from './timeline-store.js';

let stop: () => void;
beforeEach(() => {
  const recording = {
    ...{ id: 'r', videos: [], offsetsSec: {}, subjects: [], conditions: {}, tracks: [] },
    ...{ arena: null, regions: [], durationSec: 900 },
  };
  const project = { recordings: [recording], videos: [], tracks: [] } as unknown as ProjectView;
  studio.setState({ project, recordingId: 'r', timeSec: 0, isPlaying: false, range: { fromSec: 0, toSec: 20 } });
  timeline.setState({ follow: 'page' });
  stop = startFollowing();
});
afterEach(() => stop());

const fromSec = () => studio.getState().range.fromSec;

test('while it plays a new page begins each time the cursor leaves', () => {
  studio.setState({ isPlaying: true });
  for (let timeSec = 0; timeSec < 45; timeSec += 0.1) {
    studio.setState({ timeSec });
    const { range } = studio.getState();
    expect(timeSec >= range.fromSec && timeSec < range.toSec).toBe(true);
  }
  expect(fromSec()).toBeGreaterThan(35);
});

test('who looks elsewhere while it plays is not torn away, until the cursor is met again', () => {
  studio.setState({ isPlaying: true, timeSec: 5 });
  studio.setState({ range: { fromSec: 100, toSec: 120 } });
  for (let timeSec = 5; timeSec < 30; timeSec += 0.1) studio.setState({ timeSec });
  expect(fromSec()).toBe(100);
  studio.setState({ range: { fromSec: 20, toSec: 40 } });
  for (let timeSec = 30; timeSec < 50; timeSec += 0.1) studio.setState({ timeSec });
  expect(fromSec()).toBeGreaterThan(35);
});

test('a jump is always shown, and so is a step after looking elsewhere', () => {
  studio.setState({ isPlaying: true, timeSec: 5 });
  studio.setState({ range: { fromSec: 100, toSec: 120 } });
  studio.setState({ timeSec: 500 });
  expect(fromSec()).toBe(490);
  studio.setState({ isPlaying: false });
  studio.setState({ range: { fromSec: 0, toSec: 20 } });
  studio.setState({ timeSec: 500.1 });
  expect(fromSec()).toBeCloseTo(490.1);
});

test('centered the cursor stays in the middle, at any length of the window', () => {
  timeline.setState({ follow: 'center' });
  studio.setState({ isPlaying: true, timeSec: 100 });
  expect(fromSec()).toBe(90);
  studio.setState({ range: { fromSec: 95, toSec: 105 } });
  studio.setState({ timeSec: 101 });
  expect(studio.getState().range).toEqual({ fromSec: 96, toSec: 106 });
});
