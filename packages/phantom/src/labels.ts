import { createLabeledFrames, type LabeledFrames, truthAnnotator } from '@zoopraxis/core';
import type { Phantom } from './recording.js';

/** Names that labels of a phantom carry. */
export interface PhantomLabelOptions {
  /** Group of the images, default `phantom`. */
  readonly group?: string;
  /** Default `truth`. */
  readonly annotator?: string;
}

/** Returns the file name of a frame's image, such as `img0000012.png`. */
export const phantomImageName = (frame: number): string => `img${String(frame).padStart(7, '0')}.png`;

/**
 * Returns the truth of some frames as if a person had labeled them without error: occluded points keep their place
 * and are marked so, points outside the image are absent. `frames` is a list of frame indices.
 * @throws RangeError for a frame that is listed twice or does not exist.
 */
export function labelPhantom(
  phantom: Phantom,
  frames: readonly number[],
  options: PhantomLabelOptions = {},
): LabeledFrames {
  const { group = 'phantom', annotator = truthAnnotator } = options;
  const { tracks, visibility, skeleton } = phantom;
  const [animals, points] = [tracks.individuals.length, skeleton.keypoints.length];
  const rows = frames.length * animals;
  const position = new Float64Array(rows * points * 2);
  const seen = new Uint8Array(rows * points);
  for (const [index, frame] of frames.entries()) {
    if (!Number.isSafeInteger(frame) || frame < 0 || frame >= tracks.timeBase.frameCount) {
      throw new RangeError(`frames: must be whole numbers below ${tracks.timeBase.frameCount}, got ${frame}`);
    }
    const [from, to, count] = [frame * animals * points, index * animals * points, animals * points];
    position.set(tracks.position.subarray(2 * from, 2 * (from + count)), 2 * to);
    seen.set(visibility.subarray(from, from + count), to);
  }
  return createLabeledFrames({
    skeleton,
    individuals: tracks.individuals,
    annotators: [annotator],
    images: frames.map((frame) => ({ group, file: phantomImageName(frame), frame })),
    image: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / animals)),
    individual: Int32Array.from({ length: rows }, (_, row) => row % animals),
    annotator: new Int32Array(rows),
    position,
    visibility: seen,
  });
}
