import { type LabeledFrames, type Skeleton, visibilities } from '@zoopraxis/core';

/** Labeled pictures as training sees them: plain data that can be sent to a worker; one row for each. */
export interface PoseSamples {
  readonly keypoints: readonly string[];
  /** Pairs of keypoint indices, left and right. */
  readonly symmetries: readonly (readonly [number, number])[];
  /** Name of each picture, `group/file`, list. */
  readonly names: readonly string[];
  /** Index of the picture in the labels' list of images, shape `[sample]`. */
  readonly image: Int32Array;
  /** Shape `[sample, keypoint, 2]`, px of the picture, center of the top-left pixel at (0, 0); NaN = absent. */
  readonly position: Float64Array;
  /** Shape `[sample, keypoint]`, values of `visibilities`. */
  readonly visibility: Uint8Array;
}

/** Returns the name of an image as messages and splits give it. */
export function imageName(labels: Pick<LabeledFrames, 'images'>, image: number): string {
  const at = labels.images[image];
  return at === undefined ? `image ${image}` : `${at.group}/${at.file}`;
}

/**
 * Returns the samples of a list of images in their order: one for each row of labels (several annotators of an image give
 * several), rows without a single point left out.
 * @throws RangeError where an image shows more than one labeled individual: that is for multi-animal training.
 */
export function poseSamples(labels: LabeledFrames, images: readonly number[]): PoseSamples {
  const { skeleton, image, individual, annotator, position, visibility } = labels;
  const points = skeleton.keypoints.length;
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < image.length; row++) {
    const at = image[row] as number;
    const isEmpty = visibility
      .subarray(row * points, (row + 1) * points)
      .every((value) => value === visibilities.absent);
    if (isEmpty) continue;
    const rows = rowsOf.get(at) ?? [];
    if (rows.some((other) => annotator[other] === annotator[row] && individual[other] !== individual[row])) {
      throw new RangeError(
        `labels: ${imageName(labels, at)} must show one labeled individual to train a single-animal model, shows several`,
      );
    }
    rowsOf.set(at, [...rows, row]);
  }
  const rows = images.flatMap((at) => rowsOf.get(at) ?? []);
  const samples: PoseSamples = {
    keypoints: skeleton.keypoints,
    symmetries: skeleton.symmetries,
    names: rows.map((row) => imageName(labels, image[row] as number)),
    image: Int32Array.from(rows, (row) => image[row] as number),
    position: new Float64Array(rows.length * points * 2),
    visibility: new Uint8Array(rows.length * points),
  };
  for (const [at, row] of rows.entries()) {
    samples.position.set(position.subarray(row * points * 2, (row + 1) * points * 2), at * points * 2);
    samples.visibility.set(visibility.subarray(row * points, (row + 1) * points), at * points);
  }
  return samples;
}

/** Returns the left and right pairs with the names, as augmentation needs them. */
export function sampleSkeleton({ keypoints, symmetries }: PoseSamples): Pick<Skeleton, 'keypoints' | 'symmetries'> {
  return { keypoints, symmetries };
}
