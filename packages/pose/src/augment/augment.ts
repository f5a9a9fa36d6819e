import type { Random, Skeleton } from '@zoopraxis/core';
import { mapPoints } from './affine.js';
import { blurred, motionBlurred } from './blur.js';
import type { Augmentation } from './draw.js';
import { compressAsJpeg } from './jpeg.js';
import { addNoise } from './noise.js';
import { occlude } from './occlude.js';
import type { Planes } from './planes.js';
import { changeTone } from './tone.js';
import { type Pyramid, warp } from './warp.js';

/** Returns one sample's pixels; `rng` gives the noise. */
export function augmentPicture(
  pyramid: Pyramid,
  augmentation: Augmentation,
  size: { readonly widthPx: number; readonly heightPx: number },
  rng: Random,
): Planes {
  const { outputFromSource, fill, occluders, blurPx, motionBlur, tone, noise, jpegQuality } = augmentation;
  let planes = warp(pyramid, outputFromSource, { ...size, fill });
  if (occluders.length > 0) occlude(planes, occluders);
  if (blurPx > 0) planes = blurred(planes, blurPx);
  if (motionBlur) planes = motionBlurred(planes, motionBlur.lengthPx, motionBlur.angleRad);
  if (tone) changeTone(planes, tone);
  if (noise) addNoise(planes, noise.std, noise.gray, rng);
  if (jpegQuality !== undefined) compressAsJpeg(planes, jpegQuality);
  return planes;
}

/** Returns for each keypoint (list) where its values are found in a mirrored picture: left and right change places. */
export function mirroredOrder(skeleton: Pick<Skeleton, 'keypoints' | 'symmetries'>): number[] {
  const order = skeleton.keypoints.map((_, index) => index);
  for (const [left, right] of skeleton.symmetries) [order[left], order[right]] = [right, left];
  return order;
}

/**
 * Returns points `[keypoint, 2]` of the source as they lie in the sample; where it is mirrored, left and right
 * keypoints have changed their places in the list.
 */
export function augmentPoints(
  points: ArrayLike<number>,
  { outputFromSource, mirrored }: Pick<Augmentation, 'outputFromSource' | 'mirrored'>,
  skeleton: Pick<Skeleton, 'keypoints' | 'symmetries'>,
): Float64Array {
  const mapped = mapPoints(outputFromSource, points);
  if (!mirrored) return mapped;
  const out = new Float64Array(mapped.length);
  for (const [keypoint, from] of mirroredOrder(skeleton).entries()) {
    out[2 * keypoint] = mapped[2 * from] as number;
    out[2 * keypoint + 1] = mapped[2 * from + 1] as number;
  }
  return out;
}
