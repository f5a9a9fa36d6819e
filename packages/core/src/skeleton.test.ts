import { expect, test } from 'vitest';
import { createSkeleton, guessRoles, guessSymmetries } from './skeleton.js';

const mouse = ['snout', 'leftear', 'rightear', 'tailbase'];

test('roles and symmetries come from the names where none are given', () => {
  const skeleton = createSkeleton({ name: 'mouse', keypoints: mouse });
  expect(skeleton.roles).toEqual({ nose: 0, leftEar: 1, rightEar: 2, tailBase: 3 });
  expect(skeleton.symmetries).toEqual([[1, 2]]);
  expect(skeleton.edges).toEqual([]);
  expect('oksSigma' in skeleton).toBe(false);
  const own = createSkeleton({ name: 'mouse', keypoints: mouse, roles: {}, symmetries: [], edges: [[0, 3]] });
  expect(own).toMatchObject({ roles: {}, symmetries: [], edges: [[0, 3]] });
});

test('left and right are found in the spellings that laboratories use', () => {
  for (const [left, right] of [
    ['leftEar', 'rightEar'],
    ['ear_left', 'ear_right'],
    ['Left_ear', 'Right_ear'],
    ['ear_L', 'ear_R'],
    ['L_ear', 'R_ear'],
    ['l_ear', 'r_ear'],
    ['earL', 'earR'],
    ['LEar', 'REar'],
    ['hip.l', 'hip.r'],
  ] as const) {
    expect(guessSymmetries([right, 'tail', left]), left).toEqual([[2, 0]]);
  }
  for (const names of [['tail', 'nose'], ['left'], ['leftEar', 'leftHip'], ['objectL'], ['Finger1', 'Finger2']]) {
    expect(guessSymmetries(names), names.join()).toEqual([]);
  }
});

test('roles are those of the spellings that laboratories use', () => {
  expect(guessRoles(['NOSE', 'HEAD', 'TAIL', 'objectA'])).toEqual({ nose: 0, head: 1, tailBase: 2 });
  expect(guessRoles(['Nose', 'Ear_left', 'Ear_right', 'Tail_base', 'Tail_end'])).toEqual({
    nose: 0,
    leftEar: 1,
    rightEar: 2,
    tailBase: 3,
    tailTip: 4,
  });
  expect(guessRoles(['tail', 'tail_base'])).toEqual({ tailBase: 1 });
  expect(guessRoles(['Hand', 'Joystick1'])).toEqual({});
});

test('skeletons that cannot be are refused', () => {
  const make = (options: object) => () => createSkeleton({ name: 'm', keypoints: mouse, ...options });
  expect(make({ keypoints: [] })).toThrow(/at least one keypoint/);
  expect(make({ keypoints: ['a', ' '] })).toThrow(/must not be empty/);
  expect(make({ keypoints: ['a', 'a'] })).toThrow(/a is listed twice/);
  expect(make({ edges: [[0, 4]] })).toThrow(/edges must be a keypoint index below 4, got 4/);
  expect(make({ symmetries: [[0, 0]] })).toThrow(/snout is in two symmetries/);
  expect(
    make({
      symmetries: [
        [1, 2],
        [2, 3],
      ],
    }),
  ).toThrow(/rightear is in two/);
  expect(make({ roles: { nose: -1 } })).toThrow(/role nose .* got -1/);
  expect(make({ oksSigma: { values: [0.1], convention: 'coco' } })).toThrow(/oksSigma needs 4 values/);
  expect(make({ oksSigma: { values: [0.1, 0, 0.1, 0.1], convention: 'coco' } })).toThrow(/above 0/);
});
