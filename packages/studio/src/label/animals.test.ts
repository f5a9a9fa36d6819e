import { expect, test } from 'vitest';
import type { LabelRow } from 'zoopraxis';
import { individualsOf, matchIndividuals, openSuggestions, predictedAnimals, rowsOfFrame } from './animals.js';

const point = (x: number, y: number) => ({ x, y, visibility: 'visible' as const });
const row = (frame: number, individual: string, annotator = 'ann'): LabelRow => ({
  ...{ frame, individual, annotator },
  points: { nose: point(1, 2) },
});

test('rows of a frame are found, and none where it has none', () => {
  const rows = [row(3, 'm1'), row(3, 'm2'), row(9, 'm1')];
  expect(rowsOfFrame(rows, 3)).toEqual(rows.slice(0, 2));
  expect(rowsOfFrame(rows, 4)).toEqual([]);
});

test('animals stand in the order of their numbers; without labels those of the tracks, else one', () => {
  const rows = [row(0, 'mouse10'), row(0, 'mouse2'), row(4, 'mouse2')];
  expect(individualsOf(rows, { added: ['mouse2', 'rat'], tracked: [] })).toEqual(['mouse2', 'mouse10', 'rat']);
  expect(individualsOf([], { added: [], tracked: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(individualsOf([], { added: [], tracked: [] })).toEqual(['animal']);
});

test('animals keep the order of the tracks once they are labeled; pieces of tracks are no animals', () => {
  const tracked = ['resident', 'intruder', 'third'];
  const some = [row(0, 'intruder')];
  expect(individualsOf(some, { added: [], tracked })).toEqual(['resident', 'intruder', 'third']);
  expect(individualsOf([...some, row(1, 'white')], { added: ['x'], tracked })).toEqual(['white', 'intruder', 'x']);
  const pieces = ['track_0', 'track_1', 'track_2'];
  expect(individualsOf([row(0, 'm1'), row(0, 'm2')], { added: [], tracked: pieces })).toEqual(['m1', 'm2']);
});

test('predicted animals are taken for those of their name, the others in order', () => {
  expect(matchIndividuals(['b', 'x', 'y', 'z'], ['a', 'b', 'c'])).toEqual(['b', 'a', 'c', 'z']);
  expect(matchIndividuals(['track0'], ['animal'])).toEqual(['animal']);
});

test('missing predictions and animals without any are left out', () => {
  const tracks = { name: 't', individuals: ['m1', 'm2'], keypoints: ['nose', 'tail'] };
  const pose = Float32Array.of(1, 2, 0.5, Number.NaN, Number.NaN, 0, ...new Array<number>(6).fill(Number.NaN));
  expect(predictedAnimals(tracks, pose, [])).toEqual([
    { tracks: 't', individual: 'm1', points: [{ keypoint: 'nose', x: 1, y: 2, confidence: 0.5 }] },
  ]);
});

test('a suggestion stands only where I have no label; a second model adds what the first has not', () => {
  const suggested = (tracks: string, ...names: string[]) => ({
    ...{ tracks, individual: 'm1' },
    points: names.map((keypoint) => ({ keypoint, x: 5, y: 6, confidence: tracks === 'a' ? 0.9 : 0.4 })),
  });
  const frame = {
    own: [row(0, 'm1')],
    others: [{ ...row(0, 'm1', 'bob'), points: { hip: point(1, 1) } }],
    predicted: [suggested('a', 'nose', 'tail'), suggested('b', 'tail', 'hip')],
  };
  expect(openSuggestions(frame, 'm1').map(({ keypoint, confidence }) => [keypoint, confidence])).toEqual([
    ['tail', 0.9],
    ['hip', 0.4],
  ]);
  expect(openSuggestions(frame, 'm2')).toEqual([]);
});

test('a video without labels has the names of the animals that are labeled elsewhere, where there are as many', () => {
  const elsewhere = ['mouse1'];
  expect(individualsOf([], { added: [], tracked: ['individual1'], elsewhere })).toEqual(['mouse1']);
  expect(individualsOf([], { added: [], tracked: [], elsewhere })).toEqual(['mouse1']);
  expect(individualsOf([], { added: [], tracked: ['a', 'b'], elsewhere })).toEqual(['a', 'b']);
  expect(individualsOf([], { added: [], tracked: ['a'], elsewhere: ['a', 'b'] })).toEqual(['a']);
  expect(individualsOf([row(0, 'own')], { added: [], tracked: [], elsewhere })).toEqual(['own']);
});
