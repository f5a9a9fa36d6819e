import type { TracksView } from 'zoopraxis';
import type { LayerPointer, PictureView } from '../page/layer.js';
import type { FramePose } from '../state/track-windows.js';
import { pointAt } from './draw-pose.js';

/** A predicted point under the pointer. */
export interface PoseHit {
  readonly tracks: string;
  readonly individual: string;
  readonly keypoint: string;
  /** CSS px. */
  readonly distance: number;
}

/** How far from a point the pointer still means it, CSS px. */
const reachPx = 10;

/** Returns the point of a pose (shape `[individual, keypoint, 3]`) that is nearest to the pointer, null where none is near. */
export function hitPose(
  tracks: TracksView,
  pose: FramePose,
  { scale }: PictureView,
  pointer: Pick<LayerPointer, 'x' | 'y'>,
): PoseHit | null {
  let best: PoseHit | null = null;
  for (const [i, individual] of tracks.individuals.entries()) {
    for (const [k, keypoint] of tracks.keypoints.entries()) {
      const point = pointAt(pose, i, k, tracks.keypoints.length);
      if (point === null) continue;
      const distance = Math.hypot(point.x - pointer.x, point.y - pointer.y) * scale;
      if (distance <= reachPx && (best === null || distance < best.distance)) {
        best = { tracks: tracks.name, individual, keypoint, distance };
      }
    }
  }
  return best;
}
