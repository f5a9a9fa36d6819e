import { createLabeledFrames, IntegrityError } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { imageNames, splitImages } from './split.js';

/** One point in each image, `group/file`. */
const labelsOf = (names: readonly string[]) =>
  createLabeledFrames({
    skeleton: { name: 'one', keypoints: ['nose'], edges: [], symmetries: [], roles: {} },
    individuals: ['animal'],
    annotators: ['ann'],
    images: names.map((name) => ({ group: name.split('/')[0] as string, file: name.split('/')[1] as string })),
    image: Int32Array.from(names.keys()),
    individual: new Int32Array(names.length),
    annotator: new Int32Array(names.length),
    position: new Float64Array(2 * names.length),
    visibility: new Uint8Array(names.length).fill(2),
  });

test('what another model held out is held out again, with what was labeled in its groups since', () => {
  const labels = labelsOf(['a/1.png', 'b/1.png', 'b/2.png', 'c/1.png']);
  const split = splitImages(labels, { seed: 1, heldOutLike: { images: ['b/1.png', 'gone/1.png'], groups: ['b'] } });
  expect(imageNames(labels, split.heldOut)).toEqual(['b/1.png', 'b/2.png']);
  expect(imageNames(labels, split.train)).toEqual(['a/1.png', 'c/1.png']);
  expect(split).toMatchObject({ kind: 'groups', heldOutGroups: ['b'], warnings: [] });
});

test('single frames that another model held out are held out again, and the warning of near frames stays', () => {
  const labels = labelsOf(['a/1.png', 'a/2.png', 'b/9.png']);
  const split = splitImages(labels, { seed: 1, heldOutLike: { images: ['a/2.png'], groups: [] } });
  expect(imageNames(labels, split.heldOut)).toEqual(['a/2.png']);
  expect(split).toMatchObject({ kind: 'frames', heldOutGroups: [], neighborShare: 1 });
  expect(split.warnings[0]).toContain('of recordings that are also trained on');
});

test('where none or all of the images were held out by the other model, nothing is trained', () => {
  const labels = labelsOf(['a/1.png', 'a/2.png']);
  const like = (images: string[]) => () => splitImages(labels, { seed: 1, heldOutLike: { images, groups: [] } });
  expect(like(['x/1.png'])).toThrow(IntegrityError);
  expect(like(['a/1.png', 'a/2.png'])).toThrow(/all were held out/);
  expect(() => splitImages(labels, { seed: 1, testGroups: ['a'], heldOutLike: { images: [], groups: [] } })).toThrow(
    RangeError,
  );
});
