import { StorageError } from '@zoopraxis/core';
import { readTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { exchanged } from '../exchanges/exchanged.js';
import type { Exchange } from '../exchanges/exchanges.js';

/** Which frames of which tracks are read: plain data for a thread. */
export interface PointRequest {
  /** Absolute path of the project's folder. */
  readonly folder: string;
  /** Name of the file in the project. */
  readonly path: string;
  readonly exchanges: readonly Exchange[];
  /** Frames of the whole file. */
  readonly frameCount: number;
  readonly startFrame: number;
  /** Not included. */
  readonly endFrame: number;
}

/** Returns the points of frames, shape `[frame, individual, keypoint, 3]`: x, y, confidence; NaN = missing. */
export async function readPoints(request: PointRequest): Promise<Float32Array> {
  const { folder, path, exchanges, frameCount, startFrame, endFrame } = request;
  const read = await readTracksFile(new FolderStore(folder), path, { startFrame, endFrame });
  if (read === undefined) throw new StorageError(`there are no such tracks any more: ${path}`);
  if (exchanges.length > 0) exchanged(read, exchanges, { firstFrame: startFrame, frameCount });
  const { position, confidence, dimensions } = read;
  const values = new Float32Array(confidence.length * 3);
  for (let at = 0; at < confidence.length; at++) {
    values[3 * at] = position[at * dimensions] as number;
    values[3 * at + 1] = position[at * dimensions + 1] as number;
    values[3 * at + 2] = confidence[at] as number;
  }
  return values;
}
