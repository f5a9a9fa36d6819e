import type { Skeleton } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import {
  addKeypoint,
  draftOf,
  layoutOf,
  moveKeypoint,
  problemsOf,
  removedFrom,
  removeKeypoint,
  renameKeypoint,
  renamesOf,
  setRole,
  setSymmetry,
  skeletonOf,
  toggleEdge,
  uprightAnimal,
} from './skeleton-draft.js';

const mouse: Skeleton = {
  name: 'mouse',
  keypoints: ['nose', 'earL', 'earR', 'tail'],
  edges: [
    [0, 1],
    [0, 2],
    [1, 3],
  ],
  symmetries: [[1, 2]],
  roles: { nose: 0, tailBase: 3 },
  oksSigma: { values: [0.1, 0.2, 0.3, 0.4], convention: 'coco' },
};

test('an untouched draft is the skeleton', () => {
  expect(skeletonOf(draftOf(mouse))).toEqual(mouse);
  expect(renamesOf(draftOf(mouse))).toEqual({});
});

test('edges, pairs, roles and spreads follow a keypoint that is moved', () => {
  const moved = skeletonOf(moveKeypoint(moveKeypoint(draftOf(mouse), 3, -1), 3, -1));
  expect(moved.keypoints).toEqual(['nose', 'tail', 'earL', 'earR']);
  expect(moved.edges).toEqual([
    [0, 2],
    [0, 3],
    [2, 1],
  ]);
  expect(moved.symmetries).toEqual([[2, 3]]);
  expect(moved.roles).toEqual({ nose: 0, tailBase: 1 });
  expect(moved.oksSigma?.values).toEqual([0.1, 0.4, 0.2, 0.3]);
  expect(moveKeypoint(draftOf(mouse), 0, -1)).toEqual(draftOf(mouse));
});

test('a renamed keypoint is told by its old name, a removed and an added one are not taken for it', () => {
  let draft = renameKeypoint(draftOf(mouse), 0, ' snout ');
  draft = addKeypoint(removeKeypoint(draft, 1), 'paw');
  expect(renamesOf(draft)).toEqual({ nose: 'snout' });
  expect(removedFrom(draft)).toEqual(['earL']);
  const { keypoints, edges, symmetries, oksSigma } = skeletonOf(draft);
  expect(keypoints).toEqual(['snout', 'earR', 'tail', 'paw']);
  expect(edges).toEqual([[0, 1]]);
  expect(symmetries).toEqual([]);
  expect(oksSigma?.values).toEqual([0.1, 0.3, 0.4, 0.3]);
  const [last] = addKeypoint(removeKeypoint(draft, 4), 'hand').keypoints.slice(-1);
  expect(last).toEqual({ id: 4, name: 'hand', was: null });
});

test('an edge is drawn and taken away by the same two points, in any order', () => {
  const drawn = toggleEdge(draftOf(mouse), 3, 2);
  expect(drawn.edges).toContainEqual([3, 2]);
  expect(toggleEdge(drawn, 2, 3).edges).toEqual(mouse.edges);
  expect(toggleEdge(drawn, 2, 2)).toBe(drawn);
});

test('a keypoint has one other side, and a role one keypoint', () => {
  const paired = setSymmetry(draftOf(mouse), 1, 3);
  expect(paired.symmetries).toEqual([[1, 3]]);
  expect(setSymmetry(paired, 3, null).symmetries).toEqual([]);
  expect(setRole(draftOf(mouse), 'nose', 2).roles.nose).toBe(2);
  expect(setRole(draftOf(mouse), 'nose', null).roles).toEqual({ tailBase: 3 });
});

test('empty and double names keep it from being saved', () => {
  expect(problemsOf(draftOf(mouse))).toEqual([]);
  expect(problemsOf(renameKeypoint(draftOf(mouse), 0, ' '))).toEqual(['Each keypoint needs a name.']);
  expect(problemsOf(renameKeypoint(draftOf(mouse), 0, 'tail '))).toEqual(['Two keypoints are named tail.']);
  const empty = [0, 1, 2, 3].reduce(removeKeypoint, draftOf(mouse));
  expect(problemsOf(empty)).toEqual(['A skeleton needs at least one keypoint.']);
});

test('the picture keeps the animal inside, and what it lacks at the right', () => {
  const animal = { nose: { x: 500, y: 10 }, earL: { x: 540, y: 10 }, earR: { x: 520, y: 30 } };
  const layout = layoutOf(mouse.keypoints, animal);
  for (const { x, y } of layout) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(1);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(1);
  }
  expect(layout[3]?.x).toBe(0.92);
  // One scale in both directions: the ears' distance stays twice their depth.
  const [nose, left, right] = layout;
  expect(((left?.x ?? 0) - (nose?.x ?? 0)) / ((right?.y ?? 0) - (nose?.y ?? 0))).toBeCloseTo(2);
  const circle = layoutOf(mouse.keypoints, {});
  expect(new Set(circle.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size).toBe(4);
});

test('an upright animal has its first keypoint at the top, and is as wide as long', () => {
  for (const angle of [0, 1, 2, 3, 4, 5, 6]) {
    const at = (along: number, across: number) => ({
      x: 40 + along * Math.cos(angle) - across * Math.sin(angle),
      y: 70 + along * Math.sin(angle) + across * Math.cos(angle),
    });
    const animal = { nose: at(30, 0), earL: at(20, -5), earR: at(20, 5), tail: at(-40, 0) };
    const upright = uprightAnimal(mouse.keypoints, animal);
    const ys = mouse.keypoints.map((name) => upright[name]?.y ?? Number.NaN);
    expect(Math.min(...ys)).toBe(ys[0]);
    expect(Math.max(...ys)).toBe(ys[3]);
    expect(ys[1]).toBeCloseTo(ys[2] as number);
    expect(Math.abs((upright.earL?.x ?? 0) - (upright.earR?.x ?? 0))).toBeCloseTo(60);
    expect(Math.sign((upright.earR?.x ?? 0) - (upright.earL?.x ?? 0))).toBe(1);
  }
  const two = { nose: { x: 1, y: 2 }, tail: { x: 3, y: 4 } };
  expect(uprightAnimal(mouse.keypoints, two)).toBe(two);
});
