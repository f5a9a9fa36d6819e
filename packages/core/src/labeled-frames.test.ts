import { expect, test } from 'vitest';
import { createLabeledFrames, type LabeledFrames } from './labeled-frames.js';
import { createSkeleton } from './skeleton.js';

const nan = Number.NaN;
const labels: LabeledFrames = {
  skeleton: createSkeleton({ name: 'm', keypoints: ['nose', 'tail'] }),
  individuals: ['a', 'b'],
  annotators: ['ann', 'bob'],
  images: [
    { group: 's1', file: 'img1.png' },
    { group: 's2', file: 'img1.png', frame: 12 },
  ],
  image: Int32Array.of(0, 0, 0, 1),
  individual: Int32Array.of(0, 1, 0, 0),
  annotator: Int32Array.of(0, 0, 1, 0),
  position: Float64Array.of(1, 2, nan, nan, 3, 4, 5, 6, 1, 2, 3, 4, -0.5, 0, 7, 8),
  visibility: Uint8Array.of(2, 0, 2, 1, 2, 2, 2, 2),
};

test('labels that fit come back as they are, outside the picture too', () => {
  expect(createLabeledFrames(labels)).toBe(labels);
});

test('labels that contradict themselves are refused with their place', () => {
  const make = (change: Partial<LabeledFrames>) => () => createLabeledFrames({ ...labels, ...change });
  const point = (at: number, value: number) => labels.position.map((old, i) => (i === at ? value : old));
  const seen = (at: number, value: number) => labels.visibility.map((old, i) => (i === at ? value : old));
  expect(make({ images: [labels.images[0], labels.images[0]] as LabeledFrames['images'] })).toThrow(
    /s1\/img1.png is listed twice/,
  );
  expect(make({ image: Int32Array.of(0, 0, 0, 2) })).toThrow(/image must be below 2, got 2 in row 3/);
  expect(make({ individual: Int32Array.of(0, -1, 0, 0) })).toThrow(/individual must be below 2, got -1 in row 1/);
  expect(make({ annotator: Int32Array.of(0) })).toThrow(/annotator must have 4 rows, got 1/);
  expect(make({ annotator: Int32Array.of(0, 0, 0, 0) })).toThrow(/a has two rows of one annotator in s1\/img1.png/);
  expect(make({ position: new Float64Array(3) })).toThrow(/position must have shape \[4,2,2\]/);
  expect(make({ visibility: new Uint8Array(3) })).toThrow(/visibility must have shape \[4,2\]/);
  expect(make({ position: point(0, nan) })).toThrow(/nose in row 0 must be a point, .* got \(NaN, 2\)/);
  expect(make({ position: point(0, Number.POSITIVE_INFINITY) })).toThrow(/nose in row 0/);
  expect(make({ visibility: seen(1, 2) })).toThrow(/tail in row 0 .* with visibility 2/);
  expect(make({ visibility: seen(0, 0) })).toThrow(/nose in row 0/);
  expect(make({ visibility: seen(0, 3) })).toThrow(/with visibility 3/);
});
