import { expect, test } from 'vitest';
import { exampleBouts } from './examples.js';
import { rangeAround } from './go-to.js';
import { frameOfImage, recordingOfGroup } from './worst-place.js';

const stream = { set: 's', recording: 'r', subject: 'm', annotator: 'model', channel: 'default' };
const bout = (id: string, length: number, probability?: number) => ({
  id,
  behavior: 'attack',
  startSec: 10,
  endSec: 10 + length,
  ...(probability === undefined ? {} : { probability }),
});

test('the surest and the least sure bouts stand for a behavior, each once', () => {
  const bouts = ['a', 'b', 'c', 'd', 'e'].map((id, i) => bout(id, 1, 0.5 + i / 10));
  const [group] = exampleBouts([{ ...stream, bouts }], 2);
  expect(group).toMatchObject({ behavior: 'attack', boutCount: 5 });
  expect(group?.examples.map((one) => `${one.bout.id} ${one.why}`)).toEqual([
    'e most sure, 0.90',
    'd most sure, 0.80',
    'b least sure, 0.60',
    'a least sure, 0.50',
  ]);
  const [few] = exampleBouts([{ ...stream, bouts: bouts.slice(0, 3) }], 2);
  expect(few?.examples.map((one) => one.bout.id)).toEqual(['c', 'b', 'a']);
});

test('without probabilities length stands for sureness', () => {
  const [group] = exampleBouts([{ ...stream, bouts: [bout('a', 1), bout('b', 3)] }], 1);
  expect(group?.examples.map((one) => `${one.bout.id} ${one.why}`)).toEqual(['b long', 'a short']);
});

test('the timeline stays where a time is visible, else it moves around it and stays inside', () => {
  const range = { fromSec: 10, toSec: 30 };
  expect(rangeAround(range, 29.9, 100)).toEqual(range);
  expect(rangeAround(range, 50, 100)).toEqual({ fromSec: 40, toSec: 60 });
  expect(rangeAround(range, 99, 100)).toEqual({ fromSec: 80, toSec: 100 });
  expect(rangeAround(range, 1, 100)).toEqual({ fromSec: 0, toSec: 20 });
});

test('a group of images leads to the recording of its video', () => {
  const project = {
    videos: [{ id: 'v1', fileName: 'mouse day 1.mp4' }],
    recordings: [
      { id: 'r1', videos: ['v1'] },
      { id: 'alone', videos: [] },
    ],
  } as unknown as Parameters<typeof recordingOfGroup>[0];
  expect(['v1', 'mouse day 1', 'alone', 'stranger'].map((group) => recordingOfGroup(project, group))).toEqual([
    'r1',
    'r1',
    'alone',
    undefined,
  ]);
});

test('an image leads to its frame: its place in a folder of images, else the number that its name bears', () => {
  const images = [{ group: 'g', file: 'img0453.png', frame: 3 }];
  expect(frameOfImage(images, { group: 'g', file: 'img0453.png', frame: 453 })).toBe(3);
  expect(frameOfImage(images, { group: 'h', file: 'img0453.png', frame: 453 })).toBe(453);
  expect(frameOfImage([], { group: 'h', file: 'a.png', frame: null })).toBeNull();
});
