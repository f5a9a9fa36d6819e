import { createSkeleton, type FrameSource } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { marsFeatures } from './mars-features.js';
import { keypointsOfMars, residentAndIntruder } from './mice.js';
import { twoMice } from './two-mice.test.kit.js';

test('the seven points are found by name, by role, or by what the user says', () => {
  const skeleton = createSkeleton({
    name: 's',
    keypoints: ['tail', 'snout', 'earL', 'earR', 'nape', 'hip_l', 'hip_r', 'tail_base'],
    roles: { nose: 1, leftEar: 2, rightEar: 3 },
  });
  expect(keypointsOfMars({ skeleton }, { neck: 'nape', leftHip: 'hip_l', rightHip: 'hip_r' })).toEqual([
    1, 3, 2, 4, 6, 5, 7,
  ]);
  expect(() => keypointsOfMars({ skeleton }, { neck: 'neck' })).toThrow(
    /missing: neck \(neck is no keypoint\), rightHip, leftHip/,
  );
  expect(() => keypointsOfMars({ skeleton }, { tailTip: 'tail' })).toThrow(/roles must be of nose, .* got tailTip/);
  const named = { neck: 'snout', leftHip: 'hip_l', rightHip: 'hip_r' };
  expect(() => keypointsOfMars({ skeleton }, named)).toThrow(/its own keypoint, got snout twice/);
});

test('resident and intruder are who the user says, or who is called so', () => {
  expect(residentAndIntruder({ individuals: ['Intruder', 'Resident'] })).toEqual([1, 0]);
  expect(residentAndIntruder({ individuals: ['a', 'b'] }, { intruder: 'a' })).toEqual([1, 0]);
  expect(residentAndIntruder({ individuals: ['a', 'b', 'c'] }, { resident: 'c', intruder: 'a' })).toEqual([2, 0]);
  expect(() => residentAndIntruder({ individuals: ['a', 'b'] })).toThrow(/which mouse is the resident/);
  expect(() => residentAndIntruder({ individuals: ['a', 'b', 'c'] }, { resident: 'c' })).toThrow(/which mouse/);
  expect(() => residentAndIntruder({ individuals: ['a', 'b'] }, { resident: 'x' })).toThrow(/resident is to be x/);
  expect(() => residentAndIntruder({ individuals: ['a', 'b'] }, { resident: 'a', intruder: 'a' })).toThrow(
    /must differ/,
  );
  expect(() => residentAndIntruder({ individuals: ['a'] })).toThrow(/two mice/);
});

test('options that cannot be are refused', () => {
  const tracks = twoMice(new Array(28 * 3).fill(1));
  const make = (options: Parameters<typeof marsFeatures>[1]) => () => marsFeatures(tracks, options);
  expect(make({ pxPerCm: 0 })).toThrow(/pxPerCm must be above 0, got 0/);
  expect(make({ blockFrames: 0 })).toThrow(/blockFrames must be a whole number from 1, got 0/);
  expect(make({ lengthUnit: 'cm' })).toThrow(/lengthUnit cm needs pxPerCm/);
  expect(make({ position: new Float64Array(3) })).toThrow(/position must have 84 values/);
  expect(make({ arena: { left: 3, top: 0, right: 3, bottom: 1 } })).toThrow(/left < right/);
  expect(make({ mode: 'mars', lengthUnit: 'px' })).toThrow(/its own units/);
  expect(() => marsFeatures({ ...tracks, space: 'arena' }, { mode: 'mars' })).toThrow(/px of the image, got arena/);
  const short = { frameCount: 2 } as FrameSource;
  expect(make({ pxPerCm: 1, frames: short })).toThrow(/as many frames in it as in the tracks, 3, and it has 2/);
  // Mice without length have no body length.
  expect(make({})).toThrow(/body length/);
});
