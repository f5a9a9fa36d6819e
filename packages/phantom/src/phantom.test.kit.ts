import type { Phantom } from './index.js';

/** Distance in px from a point to the nearest pixel of an animal in a mask, Infinity beyond `reach`. */
export function distanceToMask(
  mask: Uint8Array,
  phantom: Phantom,
  animal: number,
  x: number,
  y: number,
  reach: number,
): number {
  const { widthPx, heightPx } = phantom.source;
  let nearest = Number.POSITIVE_INFINITY;
  for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(heightPx - 1, y + reach); row++) {
    for (let column = Math.max(0, Math.floor(x - reach)); column <= Math.min(widthPx - 1, x + reach); column++) {
      if (mask[row * widthPx + column] !== animal + 1) continue;
      nearest = Math.min(nearest, Math.hypot(column - x, row - y));
    }
  }
  return nearest;
}

/** Position of a keypoint in cm from the left and top of the image, list of 2. */
export function pointCm(phantom: Phantom, frame: number, animal: number, name: string): [number, number] {
  const { tracks, skeleton, calibration } = phantom;
  const points = skeleton.keypoints.length;
  const at = 2 * ((frame * tracks.individuals.length + animal) * points + skeleton.keypoints.indexOf(name));
  return [tracks.position[at]! / calibration.pxPerCm, tracks.position[at + 1]! / calibration.pxPerCm];
}

/** Rows of a phantom's bouts of one behavior: first frame, frame after the last, subject and target. */
export function boutsOf(phantom: Phantom, behavior: string) {
  const { bouts, source } = phantom;
  const which = bouts.behaviors.indexOf(behavior);
  return Array.from(bouts.startSec.keys())
    .filter((bout) => bouts.behavior[bout] === which)
    .map((bout) => ({
      start: Math.round(bouts.startSec[bout]! * source.fps),
      end: Math.round(bouts.endSec[bout]! * source.fps),
      subject: bouts.subject[bout]!,
      target: bouts.target[bout]!,
    }));
}
