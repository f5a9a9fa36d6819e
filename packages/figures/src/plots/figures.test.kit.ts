import { Random } from '@zoopraxis/core';
import type { ErrorData } from './error-distribution.js';
import type { PathData } from './trajectory.js';

/** A wandering point in an image of 320 by 240 px, 25 frames a second, with a gap of ten frames. */
export function wanderingPath(frames: number, seed = 1): PathData & { readonly speed: Float64Array } {
  const random = new Random(seed);
  const position = new Float32Array(2 * frames);
  const [timeSec, speed] = [new Float64Array(frames), new Float64Array(frames)];
  let [x, y, heading] = [160, 120, 0];
  for (let frame = 0; frame < frames; frame++) {
    heading += 0.3 * random.normal();
    const step = 2 + 1.5 * Math.sin(frame / 20);
    [x, y] = [x + step * Math.cos(heading), y + step * Math.sin(heading)];
    if (x < 10 || x > 310) [x, heading] = [Math.min(Math.max(x, 10), 310), Math.PI - heading];
    if (y < 10 || y > 230) [y, heading] = [Math.min(Math.max(y, 10), 230), -heading];
    position.set(frame >= 50 && frame < 60 ? [Number.NaN, Number.NaN] : [x, y], 2 * frame);
    timeSec[frame] = frame / 25;
    speed[frame] = frame >= 50 && frame < 60 ? Number.NaN : step * 25;
  }
  return { position, timeSec, speed, widthPx: 320, heightPx: 240 };
}

/** Names of three keypoints. */
export const keypoints = ['nose', 'neck', 'tail base'];

/** Errors of three keypoints, 60 points each, the third with a missing one and an outlier. */
export function someErrors(): ErrorData {
  const random = new Random(5);
  const errors = keypoints.map((_, keypoint) =>
    Float64Array.from({ length: 60 }, () => Math.hypot(random.normal(), random.normal()) * (1 + keypoint)),
  );
  errors[2]?.set([Number.NaN, 120]);
  return { keypoints, errors };
}

/** Confidence of three keypoints, shape `[frame, keypoint]`, the last one mostly unsure. */
export function someConfidence(frames: number): Float32Array {
  const random = new Random(9);
  return Float32Array.from({ length: frames * 3 }, (_, i) =>
    i % 3 === 2 ? random.uniform() * 0.8 : Math.min(1, 0.9 + 0.1 * random.uniform()),
  );
}

/** A picture of one gray px as a data address. */
export const grayPicture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
