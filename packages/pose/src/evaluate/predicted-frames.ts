import type { LabeledFrames, PoseTracks } from '@zoopraxis/core';

/** Predicted animals in labeled images: one row for each animal found in an image. */
export interface PredictedFrames {
  /** Names in the order in which arrays hold them; those that the labels know are compared, whatever their order. */
  readonly keypoints: readonly string[];
  /** Index into the images of the labels, shape `[row]`. */
  readonly image: Int32Array;
  /** Index into the individuals of the labels, shape `[row]`; only where the prediction says who is who. */
  readonly individual?: Int32Array;
  /** Shape `[row, keypoint, 2]`, px of the image; NaN = missing. */
  readonly position: Float32Array | Float64Array;
  /** Shape `[row, keypoint]`, 0..1; NaN = not given. */
  readonly confidence: Float32Array;
  /** How sure it is that there is an animal, shape `[row]`, any scale; default the mean confidence of its points. */
  readonly score?: Float32Array | Float64Array;
}

/**
 * Returns predictions after checking lengths and indices against the labels.
 * @throws RangeError naming the array and its required shape or bound.
 */
export function checkPredictedFrames(predicted: PredictedFrames, labels: LabeledFrames): PredictedFrames {
  const { keypoints, image, individual, position, confidence, score } = predicted;
  const [rows, points] = [image.length, keypoints.length];
  const shapes: [string, ArrayLike<number> | undefined, number[]][] = [
    ['individual', individual, [rows]],
    ['position', position, [rows, points, 2]],
    ['confidence', confidence, [rows, points]],
    ['score', score, [rows]],
  ];
  for (const [name, array, shape] of shapes) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (array !== undefined && array.length !== length) {
      throw new RangeError(`predicted frames: ${name} must have shape [${shape}], got ${array.length} values`);
    }
  }
  for (const [name, index, count] of [
    ['image', image, labels.images.length],
    ['individual', individual ?? [], labels.individuals.length],
  ] as const) {
    const bad = index.findIndex((value) => value < 0 || value >= count);
    if (bad >= 0) throw new RangeError(`predicted frames: ${name} must be below ${count}, got ${index[bad]}`);
  }
  return predicted;
}

/**
 * Returns predictions of one animal an image, as `predictPictures` gives them, in the order of `images`.
 * @param poses Points of each image: position shape `[keypoint, 2]`, confidence shape `[keypoint]`.
 * @param options `images`: list of indices into the images of the labels; default the first, the second, ...
 */
export function predictedFromPictures(
  poses: readonly { readonly position: ArrayLike<number>; readonly confidence: ArrayLike<number> }[],
  options: { keypoints: readonly string[]; images?: readonly number[] },
): PredictedFrames {
  const { keypoints, images = poses.map((_, i) => i) } = options;
  if (images.length !== poses.length) {
    throw new RangeError(`predicted frames: images must have ${poses.length} entries, got ${images.length}`);
  }
  const position = new Float64Array(poses.length * keypoints.length * 2);
  const confidence = new Float32Array(poses.length * keypoints.length);
  for (const [row, pose] of poses.entries()) {
    if (pose.position.length !== keypoints.length * 2 || pose.confidence.length !== keypoints.length) {
      throw new RangeError(`predicted frames: pose ${row} must have ${keypoints.length} keypoints`);
    }
    position.set(pose.position, row * keypoints.length * 2);
    confidence.set(pose.confidence, row * keypoints.length);
  }
  return { keypoints, image: Int32Array.from(images), position, confidence };
}

/**
 * Returns what tracks say about the labeled images of one video (`group`, all groups if left out) whose frame is known.
 * Individuals without any point in a frame give no row; images without a frame are counted in `unknownFrames`.
 * @throws RangeError for tracks that are not in image px or a labeled frame past their end.
 */
export function predictedFromTracks(
  tracks: PoseTracks,
  labels: LabeledFrames,
  options: { group?: string } = {},
): { predicted: PredictedFrames; unknownFrames: number } {
  const { group } = options;
  if (tracks.space !== 'image' || tracks.dimensions !== 2) {
    throw new RangeError(`predicted frames: tracks must be in image px, got ${tracks.dimensions}-D ${tracks.space}`);
  }
  const points = tracks.skeleton.keypoints.length;
  const animals = tracks.individuals.length;
  const rows: { image: number; at: number; individual: number }[] = [];
  let unknownFrames = 0;
  for (const [image, { group: of, file, frame }] of labels.images.entries()) {
    if (group !== undefined && of !== group) continue;
    if (frame === undefined) {
      unknownFrames++;
      continue;
    }
    if (frame >= tracks.timeBase.frameCount) {
      throw new RangeError(
        `predicted frames: tracks have ${tracks.timeBase.frameCount} frames, but frame ${frame} is labeled in ${of}/${file}`,
      );
    }
    for (let animal = 0; animal < animals; animal++) {
      const at = (frame * animals + animal) * points;
      const isThere = tracks.position.subarray(at * 2, (at + points) * 2).some((value) => !Number.isNaN(value));
      if (isThere) {
        rows.push({ image, at, individual: labels.individuals.indexOf(tracks.individuals[animal] as string) });
      }
    }
  }
  const position = new Float32Array(rows.length * points * 2);
  const confidence = new Float32Array(rows.length * points);
  for (const [row, { at }] of rows.entries()) {
    position.set(tracks.position.subarray(at * 2, (at + points) * 2), row * points * 2);
    confidence.set(tracks.confidence.subarray(at, at + points), row * points);
  }
  const named = rows.every((row) => row.individual >= 0);
  return {
    predicted: {
      keypoints: tracks.skeleton.keypoints,
      image: Int32Array.from(rows, (row) => row.image),
      ...(named && { individual: Int32Array.from(rows, (row) => row.individual) }),
      position,
      confidence,
    },
    unknownFrames,
  };
}
