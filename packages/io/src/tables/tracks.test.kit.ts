import {
  createPoseTracks,
  createSkeleton,
  type PoseSpace,
  type PoseTracks,
  Random,
  type Skeleton,
} from '@zoopraxis/core';
import type { TracksChunk } from './tracks-layout.js';

/** Returns random tracks with some missing points. */
export function makeTracks(options: {
  frames?: number;
  animals?: number;
  dimensions?: 2 | 3;
  extras?: boolean;
  variable?: boolean;
  space?: PoseSpace;
  skeleton?: Skeleton;
}): PoseTracks {
  const { frames = 40, animals = 1, dimensions = 2, extras = false, variable = false, space = 'image' } = options;
  const skeleton =
    options.skeleton ??
    createSkeleton({ name: 'mouse', keypoints: ['nose', 'left.ear', 'right ear'], edges: [[0, 1]] });
  const random = new Random(7);
  const array = (length: number) =>
    Float32Array.from({ length }, () => (random.uniform() < 0.1 ? Number.NaN : random.uniform() * 640));
  const points = frames * animals * skeleton.keypoints.length;
  let time = 0;
  return createPoseTracks({
    skeleton,
    individuals: Array.from({ length: animals }, (_, i) => `mouse ${i}`),
    space,
    dimensions,
    timeBase: {
      frameCount: frames,
      fps: 30,
      ...(variable ? { timesSec: Float64Array.from({ length: frames }, () => (time += 0.01 + random.uniform())) } : {}),
    },
    position: array(points * dimensions),
    confidence: array(points),
    ...(extras ? { boxes: array(frames * animals * 4), identity: array(frames * animals) } : {}),
    provenance: {
      operation: 'track',
      versions: { zoopraxis: '0.1.0' },
      inputs: [{ name: 'a.mp4', contentHash: 'ab' }],
      parameters: { scale: 1, crop: { left: 0 } },
    },
  });
}

/** Returns some frames of tracks as a chunk. */
export function sliceChunk(tracks: PoseTracks, start: number, end: number): TracksChunk {
  const animals = tracks.individuals.length;
  const points = animals * tracks.skeleton.keypoints.length;
  const cut = (array: Float32Array, perFrame: number) => array.slice(start * perFrame, end * perFrame);
  return {
    frameCount: end - start,
    position: cut(tracks.position, points * tracks.dimensions),
    confidence: cut(tracks.confidence, points),
    ...(tracks.boxes === undefined ? {} : { boxes: cut(tracks.boxes, animals * 4) }),
    ...(tracks.identity === undefined ? {} : { identity: cut(tracks.identity, animals) }),
  };
}
