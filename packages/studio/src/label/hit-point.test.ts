import { expect, test } from 'vitest';
import { type Handle, handlesOf, hitHandle } from './hit-point.js';

const handle = (kind: Handle['kind'], individual: string, keypoint: string, x: number, y: number): Handle => ({
  ...{ kind, individual, keypoint, x, y },
});
const options = { reach: 10, tie: 1, individual: 'm1', keypoint: 'nose' };

test('the nearest point within reach is hit, and none beyond it', () => {
  const handles = [handle('own', 'm2', 'ear', 0, 0), handle('own', 'm1', 'tail', 8, 0)];
  expect(hitHandle(handles, { x: 3, y: 0 }, options)?.handle.keypoint).toBe('ear');
  expect(hitHandle(handles, { x: 5, y: 0 }, options)).toEqual({ handle: handles[1], distance: 3 });
  expect(hitHandle(handles, { x: 30, y: 0 }, options)).toBeNull();
  expect(hitHandle([], { x: 0, y: 0 }, options)).toBeNull();
});

test('of points on one spot the chosen one is hit, then labels, then the chosen animal, then the topmost', () => {
  const spot = [
    handle('predicted', 'm1', 'nose', 5, 5),
    handle('own', 'm2', 'hip', 5.5, 5),
    handle('own', 'm1', 'hip', 5, 5),
    handle('own', 'm1', 'ear', 5, 5),
  ];
  const at = { x: 5, y: 5 };
  expect(hitHandle(spot, at, { ...options, keypoint: 'hip' })?.handle).toBe(spot[2]);
  expect(hitHandle(spot, at, { ...options, keypoint: 'paw' })?.handle).toBe(spot[3]);
  expect(hitHandle(spot, at, { ...options, individual: 'm2', keypoint: 'paw' })?.handle).toBe(spot[1]);
  expect(hitHandle(spot, at, options)?.handle).toBe(spot[0]);
});

test('a chosen point further away does not win over one that is clearly nearer', () => {
  const handles = [handle('own', 'm1', 'nose', 0, 0), handle('own', 'm1', 'ear', 4, 0)];
  expect(hitHandle(handles, { x: 4, y: 0 }, options)?.handle.keypoint).toBe('ear');
});

test('labels lie above suggestions; suggestions of unknown keypoints cannot be grabbed', () => {
  const frame = {
    own: [
      {
        ...{ frame: 0, individual: 'm1', annotator: 'ann' },
        points: { nose: { x: 1, y: 2, visibility: 'occluded' as const } },
      },
    ],
    others: [],
    predicted: [
      {
        ...{ tracks: 't', individual: 'm1' },
        points: ['nose', 'tail', 'whisker'].map((keypoint) => ({ keypoint, x: 3, y: 4, confidence: 1 })),
      },
    ],
  };
  expect(handlesOf(frame, ['nose', 'tail']).map(({ kind, keypoint }) => `${kind} ${keypoint}`)).toEqual([
    'predicted tail',
    'own nose',
  ]);
});
