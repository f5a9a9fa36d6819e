import { createLabeledFrames, createSkeleton, type LabeledFrames } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { compareAnnotators, consensusLabels } from './annotators.js';

const nan = Number.NaN;

/** One image, one animal, two keypoints: a point of each annotator for each, undefined = did not label the animal. */
function label(rows: readonly (readonly (readonly [number, number, number])[] | undefined)[]): LabeledFrames {
  const own = rows.flatMap((points, annotator) => (points === undefined ? [] : [{ points, annotator }]));
  return createLabeledFrames({
    skeleton: createSkeleton({ name: 'm', keypoints: ['nose', 'tail'] }),
    individuals: ['a'],
    annotators: rows.map((_, i) => `ann ${i}`),
    images: [{ group: 'g', file: 'i.png' }],
    image: new Int32Array(own.length),
    individual: new Int32Array(own.length),
    annotator: Int32Array.from(own, ({ annotator }) => annotator),
    position: Float64Array.from(own.flatMap(({ points }) => points.flatMap(([x, y, _]) => [x, y]))),
    visibility: Uint8Array.from(own.flatMap(({ points }) => points.map(([, , how]) => how))),
  });
}

const three = label([
  [
    [0, 0, 2],
    [50, 0, 1],
  ],
  [
    [3, 4, 2],
    [nan, nan, 0],
  ],
  undefined,
  [
    [0, 1, 2],
    [nan, nan, 0],
  ],
]);

test('the consensus is the middle of the points; what most left out is absent', () => {
  const consensus = consensusLabels(three);
  expect(consensus.annotators).toEqual(['consensus']);
  expect([...consensus.position]).toEqual([0, 1, nan, nan]);
  expect([...consensus.visibility]).toEqual([2, 0]);
  expect([...consensusLabels(three, { method: 'mean' }).position.subarray(0, 2)]).toEqual([1, 5 / 3]);
  const half = consensusLabels(
    label([
      [
        [0, 0, 1],
        [9, 9, 1],
      ],
      [
        [2, 2, 2],
        [nan, nan, 0],
      ],
    ]),
  );
  expect([...half.position]).toEqual([1, 1, 9, 9]);
  // One of two is no majority: visible; the only one who placed the tail says occluded.
  expect([...half.visibility]).toEqual([2, 1]);
});

test('each annotator is measured against the middle of the others', () => {
  const { perAnnotator, sharedPoints, curve } = compareAnnotators(three, { radiiPx: [0, 2, 5] });
  expect(sharedPoints).toBe(1);
  // Others of the first: (3, 4) and (0, 1), median (1.5, 2.5).
  expect(perAnnotator['ann 0']?.perKeypoint.nose).toEqual({
    points: 1,
    medianPx: Math.hypot(1.5, 2.5),
    meanPx: Math.hypot(1.5, 2.5),
  });
  expect(perAnnotator['ann 1']?.medianPx).toBe(Math.hypot(3, 3.5));
  expect(perAnnotator['ann 3']?.medianPx).toBe(Math.hypot(1.5, 1));
  expect(perAnnotator['ann 2']).toEqual({
    points: 0,
    medianPx: null,
    meanPx: null,
    perKeypoint: {
      nose: { points: 0, medianPx: null, meanPx: null },
      tail: { points: 0, medianPx: null, meanPx: null },
    },
  });
  expect(perAnnotator['ann 0']?.perKeypoint.tail?.points).toBe(0);
  expect(curve).toEqual({ radiusPx: [0, 2, 5], best: [0, 1, 1], mean: [0, 0, 1], worst: [0, 0, 1] });
});

test('a single annotator has nobody to agree with', () => {
  const alone = compareAnnotators(
    label([
      [
        [0, 0, 2],
        [1, 1, 2],
      ],
    ]),
  );
  expect(alone).toMatchObject({ sharedPoints: 0, curve: null });
});
