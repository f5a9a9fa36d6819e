import { expect, test } from 'vitest';
import type { LabelRow } from 'zoopraxis';
import { applyLabelEdits } from '../state/labels.js';
import type { FrameAnimals } from './animals.js';
import {
  acceptSuggestions,
  copyFromOthers,
  copyPoints,
  labeledFrameBefore,
  placePoint,
  removeIndividual,
  removePoint,
  renameIndividual,
  toggleOccluded,
} from './label-edits.js';

const point = (x: number, y: number, visibility: 'visible' | 'occluded' = 'visible') => ({ x, y, visibility });
const row = (frame: number, individual: string, points: LabelRow['points'], annotator = 'ann'): LabelRow => ({
  ...{ frame, individual, annotator, points },
});
const nose = { frame: 4, individual: 'm1', keypoint: 'nose' };

test('a new point is visible, a moved one stays as it was', () => {
  expect(placePoint(nose, { x: 1.5, y: 2 }, undefined)).toEqual({
    title: 'Place nose of m1',
    edits: [{ frame: 4, individual: 'm1', points: { nose: point(1.5, 2) } }],
  });
  const moved = placePoint(nose, { x: 3, y: 4 }, point(1, 2, 'occluded'));
  expect(moved.title).toBe('Move nose of m1');
  expect(moved.edits[0]?.points).toEqual({ nose: point(3, 4, 'occluded') });
});

test('occluded is taken back by the same key', () => {
  const once = toggleOccluded(nose, point(1, 2)).edits[0]?.points?.nose;
  expect(once).toEqual(point(1, 2, 'occluded'));
  expect(toggleOccluded(nose, point(1, 2, 'occluded')).edits[0]?.points?.nose).toEqual(point(1, 2));
});

test('with its last point the row goes', () => {
  const frame = (points: LabelRow['points']): FrameAnimals => ({
    own: [row(4, 'm1', points)],
    others: [],
    predicted: [],
  });
  expect(removePoint(nose, frame({ nose: point(1, 2), tail: point(3, 4) })).edits[0]?.points).toEqual({ nose: null });
  expect(removePoint(nose, frame({ nose: point(1, 2) })).edits[0]?.points).toBeNull();
});

test('accepting takes what is sure and known, and nothing that I have placed', () => {
  const suggestion = (keypoint: string, confidence: number) => ({ keypoint, x: 1.23456, y: 2, confidence });
  const frame: FrameAnimals = {
    own: [row(4, 'm1', { nose: point(9, 9) })],
    others: [],
    predicted: [
      {
        ...{ tracks: 't', individual: 'm1' },
        points: [suggestion('nose', 1), suggestion('tail', 0.9), suggestion('hip', 0.2), suggestion('whisker', 1)],
      },
      { tracks: 't', individual: 'm2', points: [suggestion('nose', Number.NaN)] },
    ],
  };
  const keypoints = ['nose', 'tail', 'hip'];
  const all = acceptSuggestions(4, frame, { individuals: ['m1', 'm2'], keypoints, cutoff: 0.6 });
  expect(all).toEqual({
    title: 'Accept 2 suggestions of 2 animals',
    edits: [
      { frame: 4, individual: 'm1', points: { tail: point(1.235, 2) } },
      { frame: 4, individual: 'm2', points: { nose: point(1.235, 2) } },
    ],
  });
  expect(acceptSuggestions(4, frame, { individuals: ['m1'], keypoints: ['hip'], cutoff: 0.6 })).toBeNull();
  expect(acceptSuggestions(4, frame, { individuals: ['m1'], keypoints: ['hip'], cutoff: 0 })?.title).toBe(
    'Accept 1 suggestion of m1',
  );
});

test('copying fills what is missing from the nearest earlier frame of mine', () => {
  const rows = [
    row(2, 'm1', { nose: point(1, 1), tail: point(2, 2, 'occluded') }),
    row(2, 'm2', { nose: point(3, 3) }),
    row(3, 'm1', { nose: point(7, 7) }, 'bob'),
    row(5, 'm1', { nose: point(8, 8) }),
  ];
  expect(labeledFrameBefore(rows, 'ann', 5)).toBe(2);
  expect(labeledFrameBefore(rows, 'ann', 2)).toBeNull();
  const frame: FrameAnimals = { own: [row(4, 'm1', { nose: point(9, 9) })], others: [], predicted: [] };
  expect(copyPoints(4, frame, rows.slice(0, 2))).toEqual({
    title: 'Copy points of frame 2',
    edits: [
      { frame: 4, individual: 'm1', points: { tail: point(2, 2, 'occluded') } },
      { frame: 4, individual: 'm2', points: { nose: point(3, 3) } },
    ],
  });
  expect(copyPoints(4, frame, [row(2, 'm1', { nose: point(1, 1) })])).toBeNull();
});

test('a renamed animal keeps all its points, and undone by the reverse it is as before', () => {
  const rows = [row(1, 'm1', { nose: point(1, 1) }), row(2, 'm1', { nose: point(2, 2) }), row(2, 'm3', {})];
  const there = renameIndividual(rows, 'ann', { from: 'm1', to: 'm2' });
  const after = applyLabelEdits(rows, 'ann', there?.edits ?? []);
  expect(after.filter(({ individual }) => individual === 'm2').map(({ frame }) => frame)).toEqual([1, 2]);
  const back = renameIndividual(after, 'ann', { from: 'm2', to: 'm1' });
  const sorted = (list: readonly LabelRow[]) => [...list].sort((a, b) => a.individual.localeCompare(b.individual));
  expect(sorted(applyLabelEdits(after, 'ann', back?.edits ?? []))).toEqual(sorted(rows));
  expect(() => renameIndividual(rows, 'ann', { from: 'm1', to: 'm3' })).toThrow(/frame 2/);
  expect(renameIndividual(rows, 'bob', { from: 'm1', to: 'm2' })).toBeNull();
});

test('removing an animal touches my labels alone', () => {
  const rows = [row(1, 'm1', { nose: point(1, 1) }), row(1, 'm1', { nose: point(5, 5) }, 'bob')];
  const after = applyLabelEdits(rows, 'ann', removeIndividual(rows, 'ann', 'm1')?.edits ?? []);
  expect(after).toEqual([rows[1]]);
  expect(removeIndividual(rows, 'ann', 'm2')).toBeNull();
});

test('points of others are copied to where one has none, of several people those of the first', () => {
  const at = (x: number) => ({ x, y: 0, visibility: 'visible' as const });
  const label = (annotator: string, points: Record<string, ReturnType<typeof at>>, individual = 'm1') => ({
    ...{ frame: 3, individual, annotator, points },
  });
  const animals = {
    own: [label('ann', { nose: at(1) })],
    others: [
      label('bob', { nose: at(2), tail: at(3) }),
      label('eve', { tail: at(4), ear: at(5) }),
      label('bob', { nose: at(6) }, 'm2'),
    ],
    predicted: [],
  };
  expect(copyFromOthers(3, animals)).toEqual({
    title: 'Copy points of bob, eve',
    edits: [
      { frame: 3, individual: 'm1', points: { tail: at(3), ear: at(5) } },
      { frame: 3, individual: 'm2', points: { nose: at(6) } },
    ],
  });
  expect(copyFromOthers(3, { ...animals, others: [label('bob', { nose: at(2) })] })).toBeNull();
});
