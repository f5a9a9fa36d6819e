import { type FrameSource, quantile } from '@zoopraxis/core';
import { type FollowOptions, seenBox } from './follow.js';
import { predictPictures } from './predict-pictures.js';
import type { PosePredictor } from './predictor.js';
import { sampleFrames } from './sample-frames.js';

/** Options of {@link measureFollow}. */
export interface MeasureFollowOptions {
  /** Frames that are looked at, 20 by default. */
  readonly frameCount?: number;
  /** A keypoint is seen from this confidence on, 0.5 by default. */
  readonly minConfidence?: number;
  /** Share of the keypoints that must be seen, 0.3 by default. */
  readonly minSeen?: number;
  /** Room around the animal as a factor of its extent, 1.8 by default. */
  readonly room?: number;
  readonly signal?: AbortSignal;
}

/**
 * Returns how a box should follow the animal of a recording, or undefined where following gains nothing (the animal fills
 * the frame) or nothing was seen. The box is a square with room around what the keypoints span in 95 of 100 of the frames
 * looked at, and at least a quarter of the frame's shorter side; its side is a multiple of what the network needs, so that nothing is padded.
 */
export async function measureFollow(
  source: FrameSource,
  predictor: PosePredictor,
  options: MeasureFollowOptions = {},
): Promise<FollowOptions | undefined> {
  const { frameCount = 20, minConfidence = 0.5, minSeen = 0.3, room = 1.8, signal } = options;
  const { card } = predictor;
  const keypoints = card.skeleton.keypoints.length;
  const spans: number[] = [];
  const frames = sampleFrames(source, frameCount, signal);
  for await (const pose of predictPictures(predictor, frames, signal ? { signal } : {})) {
    const box = seenBox(pose, 0, keypoints, { minConfidence, minSeen });
    if (box) spans.push(Math.max(box.right - box.left, box.bottom - box.top));
  }
  if (spans.length === 0) return undefined;
  const { scale, multiple } = card.preprocessing;
  const step = multiple / scale;
  const least = Math.max(room * quantile(spans, 0.95), Math.min(source.widthPx, source.heightPx) / 4);
  const side = Math.round(Math.ceil(least / step) * step);
  // Below four fifths of the frame's area a box pays for the frames in which the animal is sought.
  if (Math.min(side, source.widthPx) * Math.min(side, source.heightPx) > 0.8 * source.widthPx * source.heightPx) {
    return undefined;
  }
  return { widthPx: side, heightPx: side, minConfidence, minSeen };
}
