import { createLabeledFrames, type LabeledFrames, StorageError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { ofAnnotators, ofOneAnimal } from './labeled-images.js';

/** One row for each of `image/individual/annotator`; a point at the row's number, absent where the row ends with `-`. */
function labelsOf(rows: readonly string[]): LabeledFrames {
  const parts = rows.map((row) => row.replace('-', '').split('/'));
  const names = (at: number) => [...new Set(parts.map((part) => part[at] as string))];
  const column = (at: number) => Int32Array.from(parts, (part) => names(at).indexOf(part[at] as string));
  const isAbsent = rows.map((row) => row.endsWith('-'));
  return createLabeledFrames({
    skeleton: { name: 'one', keypoints: ['nose'], edges: [], symmetries: [], roles: {} },
    individuals: names(1),
    annotators: names(2),
    images: names(0).map((file) => ({ group: 'v', file })),
    image: column(0),
    individual: column(1),
    annotator: column(2),
    position: Float64Array.from(rows.flatMap((_, row) => (isAbsent[row] ? [Number.NaN, Number.NaN] : [row, row]))),
    visibility: Uint8Array.from(isAbsent, (absent) => (absent ? 0 : 2)),
  });
}

const rowsOf = ({ images, image, individual, individuals, annotator, annotators, position }: LabeledFrames) =>
  [...image].map(
    (at, row) =>
      `${images[at]?.file}/${individuals[individual[row] as number]}/${annotators[annotator[row] as number]} ${position[2 * row]}`,
  );

const mixed = labelsOf(['a/m1/ann', 'a/m1/truth', 'b/m1/truth', 'c/m1/ann-', 'c/m1/truth', 'd/m1/zoe']);

test('of several annotators each image counts as the first of them labeled it; an empty row is no label', () => {
  expect(rowsOf(ofAnnotators(mixed, ['ann', 'truth']))).toEqual([
    'a/m1/ann, truth 0',
    'b/m1/ann, truth 2',
    'c/m1/ann, truth 4',
  ]);
  expect(rowsOf(ofAnnotators(mixed, ['truth', 'ann'])).map((row) => row.slice(-1))).toEqual(['1', '2', '4']);
  expect(rowsOf(ofAnnotators(mixed, ['zoe']))).toEqual(['d/m1/zoe 5']);
});

test('without a name the labels must be of one', () => {
  expect(() => ofAnnotators(mixed, undefined)).toThrow(/several annotators: ann, truth, zoe/);
  expect(rowsOf(ofAnnotators(labelsOf(['a/m1/ann']), undefined))).toEqual(['a/m1/ann 0']);
  expect(() => ofAnnotators(mixed, ['ann', 'bob'])).toThrow(/no labels of bob, only of ann, truth, zoe/);
});

test('images with several labeled animals are left out by name, and refused where there are no others', () => {
  const { labels, leftOut } = ofOneAnimal(labelsOf(['a/m1/ann', 'a/m2/ann', 'b/m1/ann', 'b/m2/ann-']));
  expect(rowsOf(labels)).toEqual(['b/m1/ann 2', 'b/m2/ann NaN']);
  expect(leftOut).toEqual(['v/a']);
  expect(() => ofOneAnimal(labelsOf(['a/m1/ann', 'a/m2/ann']))).toThrow(StorageError);
});
