import { createPoseTracks, createSkeleton, createTimeBase, type PoseTracks } from '@zoopraxis/core';

/** Returns tracks of individuals `a`, `b`, ... with points given by a formula: undefined is a missing point. */
export function madeTracks(options: {
  frameCount: number;
  individualCount?: number;
  keypoints?: string[];
  fps?: number;
  timesSec?: Float64Array;
  point: (frame: number, keypoint: number, individual: number) => readonly number[] | undefined;
  confidence?: (frame: number, keypoint: number, individual: number) => number;
}): PoseTracks {
  const { frameCount, individualCount = 1, keypoints = ['nose'], fps = 30, timesSec, point } = options;
  const count = frameCount * individualCount * keypoints.length;
  const position = new Float32Array(count * 2).fill(Number.NaN);
  const confidence = new Float32Array(count);
  for (let at = 0; at < count; at++) {
    const keypoint = at % keypoints.length;
    const individual = Math.floor(at / keypoints.length) % individualCount;
    const frame = Math.floor(at / keypoints.length / individualCount);
    position.set(point(frame, keypoint, individual) ?? [Number.NaN, Number.NaN], at * 2);
    confidence[at] = options.confidence?.(frame, keypoint, individual) ?? 1;
  }
  return createPoseTracks({
    skeleton: createSkeleton({ name: 'made', keypoints }),
    individuals: Array.from({ length: individualCount }, (_, i) => String.fromCharCode(97 + i)),
    space: 'image',
    dimensions: 2,
    timeBase: createTimeBase({ frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) }),
    position,
    confidence,
    provenance: { operation: 'made', versions: {}, inputs: [], parameters: {}, synthetic: true },
  });
}

/** Returns the x coordinates of one keypoint, shape `[frame]`. */
export function xOf(tracks: PoseTracks, keypoint = 0, individual = 0): number[] {
  const points = tracks.skeleton.keypoints.length;
  return Array.from({ length: tracks.timeBase.frameCount }, (_, frame) => {
    const at = (frame * tracks.individuals.length + individual) * points + keypoint;
    return tracks.position[at * 2] as number;
  });
}
