import type { Skeleton } from './skeleton.js';

/** How a labeled point is to be seen; the values of `LabeledFrames.visibility`. */
export const visibilities = { absent: 0, occluded: 1, visible: 2 } as const;

/** An image that carries labels. */
export interface LabeledImage {
  /** Video or folder it comes from: what splits keep together unless told otherwise. */
  readonly group: string;
  /** File name inside the group, such as `img0123.png`. */
  readonly file: string;
  /** Frame index in the video, where it is known. */
  readonly frame?: number;
}

/** Sparse human labels: one row for each labeled animal in each labeled image and annotator. */
export interface LabeledFrames {
  readonly skeleton: Skeleton;
  readonly individuals: readonly string[];
  readonly annotators: readonly string[];
  readonly images: readonly LabeledImage[];
  /** Index into `images`, shape `[row]`. */
  readonly image: Int32Array;
  /** Index into `individuals`, shape `[row]`. */
  readonly individual: Int32Array;
  /** Index into `annotators`, shape `[row]`. */
  readonly annotator: Int32Array;
  /** Shape `[row, keypoint, 2]` in px of the image, center of the top-left pixel at (0, 0); NaN = absent. */
  readonly position: Float64Array;
  /** Shape `[row, keypoint]`, values of `visibilities`; absent exactly where the position is NaN. */
  readonly visibility: Uint8Array;
}

/**
 * Returns labels after checking them.
 * @throws RangeError naming the array, row and value that cannot be.
 */
export function createLabeledFrames(labels: LabeledFrames): LabeledFrames {
  const { skeleton, individuals, annotators, images, image, individual, annotator, position, visibility } = labels;
  const [rows, points] = [image.length, skeleton.keypoints.length];
  const files = new Set<string>();
  for (const { group, file } of images) {
    const name = `${group}/${file}`;
    if (files.has(name)) throw new RangeError(`labeled frames: image ${name} is listed twice`);
    files.add(name);
  }
  for (const [name, index, names] of [
    ['image', image, images],
    ['individual', individual, individuals],
    ['annotator', annotator, annotators],
  ] as const) {
    if (index.length !== rows)
      throw new RangeError(`labeled frames: ${name} must have ${rows} rows, got ${index.length}`);
    const bad = index.findIndex((value) => value < 0 || value >= names.length);
    if (bad >= 0) {
      throw new RangeError(`labeled frames: ${name} must be below ${names.length}, got ${index[bad]} in row ${bad}`);
    }
  }
  if (position.length !== rows * points * 2) {
    throw new RangeError(
      `labeled frames: position must have shape [${rows},${points},2], got ${position.length} values`,
    );
  }
  if (visibility.length !== rows * points) {
    throw new RangeError(
      `labeled frames: visibility must have shape [${rows},${points}], got ${visibility.length} values`,
    );
  }
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const key = `${image[row]} ${individual[row]} ${annotator[row]}`;
    if (seen.has(key)) {
      const at = images[image[row] as number];
      throw new RangeError(
        `labeled frames: ${individuals[individual[row] as number]} has two rows of one annotator in ${at?.group}/${at?.file}`,
      );
    }
    seen.add(key);
    for (let keypoint = 0; keypoint < points; keypoint++) {
      const at = row * points + keypoint;
      const [x, y] = [position[2 * at] as number, position[2 * at + 1] as number];
      const absent = Number.isNaN(x) && Number.isNaN(y);
      const seenAs = visibility[at] as number;
      if (!(absent || (Number.isFinite(x) && Number.isFinite(y))) || seenAs > 2 || absent !== (seenAs === 0)) {
        throw new RangeError(
          `labeled frames: ${skeleton.keypoints[keypoint]} in row ${row} must be a point, or NaN and absent, got (${x}, ${y}) with visibility ${seenAs}`,
        );
      }
    }
  }
  return labels;
}
