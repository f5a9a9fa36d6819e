import { expect, test } from 'vitest';
import { keypointAfter, keypointToPlace, loopStep, type PlacingMode, stepKeypoint } from './keypoint-order.js';

const keypoints = ['nose', 'ear', 'hip', 'tail'];
const state = (mode: PlacingMode, current: string | null, ...placed: string[]) => ({
  ...{ keypoints, mode, current },
  placed: new Set(placed),
});

test('sequential places what is missing, from the chosen keypoint on, and at last nothing', () => {
  expect(keypointToPlace(state('sequential', null))).toBe('nose');
  expect(keypointToPlace(state('sequential', 'ear', 'ear'))).toBe('hip');
  expect(keypointToPlace(state('sequential', 'tail', 'tail', 'nose'))).toBe('ear');
  expect(keypointToPlace(state('sequential', 'nose', ...keypoints))).toBeNull();
  expect(keypointAfter('ear', state('sequential', 'ear', 'hip'))).toBe('tail');
  expect(keypointAfter('tail', state('sequential', 'tail', 'ear', 'hip'))).toBe('nose');
  expect(keypointAfter('tail', state('sequential', 'tail', 'nose', 'ear', 'hip'))).toBe('tail');
});

test('quick moves what is there, and ends at the last keypoint', () => {
  expect(keypointToPlace(state('quick', 'ear', ...keypoints))).toBe('ear');
  expect(keypointAfter('ear', state('quick', 'ear', 'hip'))).toBe('hip');
  expect(keypointAfter('tail', state('quick', 'tail'))).toBe('tail');
});

test('loop keeps its keypoint through the frames, then takes the next one from the first frame', () => {
  expect(keypointToPlace(state('loop', 'ear', 'ear'))).toBe('ear');
  expect(keypointAfter('ear', state('loop', 'ear'))).toBe('ear');
  expect(loopStep({ frame: 3, keypoint: 'ear' }, [3, 8, 20], keypoints)).toEqual({ frame: 8, keypoint: 'ear' });
  expect(loopStep({ frame: 20, keypoint: 'ear' }, [3, 8, 20], keypoints)).toEqual({ frame: 3, keypoint: 'hip' });
  expect(loopStep({ frame: 20, keypoint: 'tail' }, [3, 8, 20], keypoints)).toBeNull();
  expect(loopStep({ frame: 5, keypoint: 'nose' }, [], keypoints)).toBeNull();
});

test('keys step through the skeleton and around its end; another skeleton begins at its end or start', () => {
  expect(stepKeypoint(1, { keypoints, current: 'tail' })).toBe('nose');
  expect(stepKeypoint(-1, { keypoints, current: 'nose' })).toBe('tail');
  expect(stepKeypoint(1, { keypoints, current: 'paw' })).toBe('nose');
  expect(stepKeypoint(-1, { keypoints, current: null })).toBe('tail');
  expect(stepKeypoint(1, { keypoints: [], current: null })).toBeNull();
});
