import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createPoseTracks, createSkeleton, type Frame, type FrameSource, type PoseTracks } from '@zoopraxis/core';
import type { ExactFeatureSource } from '../windows.js';
import { marsPoints } from './names.js';

/** What `test/reference/mars/make-mars-references.py` writes. */
export interface MarsReference {
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  readonly pxPerCm: number;
  /** Frames whose values are given. */
  readonly frames: readonly number[];
  /** Flat [frame, mouse, point, axis]. */
  readonly points: readonly number[];
  /** Places in `points` that are missing for the corrected mode. */
  readonly missing: readonly number[];
  readonly windowed: readonly string[];
  /** Flat [mouse, frame] by feature; null = not known. */
  readonly mars: Readonly<Record<string, readonly (number | null)[]>>;
  readonly corrected: Readonly<Record<string, readonly (number | null)[]>>;
  /** Flat [window and statistic, frame] of mouse 1 by feature. */
  readonly marsWindows: Readonly<Record<string, readonly (number | null)[]>>;
  readonly correctedWindows: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Returns the committed numbers of NumPy. */
export function readMarsReference(): MarsReference {
  return JSON.parse(readFileSync(resolve('test/reference/mars/mars.json'), 'utf8')) as MarsReference;
}

/** Returns tracks of two mice with MARS's points from flat [frame, mouse, point, axis]. */
export function twoMice(points: readonly number[] | Float64Array, change: Partial<PoseTracks> = {}): PoseTracks {
  const position = Float32Array.from(points);
  return createPoseTracks({
    skeleton: createSkeleton({ name: 'MARS top', keypoints: [...marsPoints] }),
    individuals: ['resident', 'intruder'],
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount: position.length / 28, fps: 30 },
    position,
    confidence: new Float32Array(position.length / 2).fill(1),
    provenance: { operation: 'test', versions: {}, inputs: [], parameters: {} },
    ...change,
  });
}

/** Returns the pictures of the reference as a recording, and how many of its frames are not given back. */
export function paintedFrames({ width, height }: MarsReference, frameCount: number): FrameSource & { out(): number } {
  let out = 0;
  const make = (index: number): Frame => {
    const rgb = new Uint8Array(3 * width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          const step = (Math.floor(x / 9) + Math.floor(y / 7)) % 4;
          rgb[3 * (y * width + x) + c] = (x * 7 + y * 13 + c * 29 + index * step) % 251;
        }
      }
    }
    return { index, timeSec: index / 30, widthPx: width, heightPx: height, rgb, corrupt: false };
  };
  return {
    frameCount,
    widthPx: width,
    heightPx: height,
    fps: 30,
    frame: async (index) => make(index),
    async *frames(start = 0, end = frameCount, signal) {
      for (let index = start; index < end; index++) {
        signal?.throwIfAborted();
        out++;
        yield make(index);
      }
    },
    recycle: () => {
      out--;
    },
    close: async () => {},
    out: () => out,
  };
}

/** Returns the values of each column by name before they are rounded, shape `[frame]`. */
export async function exactColumns(source: ExactFeatureSource): Promise<Map<string, Float64Array>> {
  const lines = source.columns.map(() => new Float64Array(source.timeBase.frameCount));
  for await (const { firstFrame, frameCount, values } of source.exactBlocks()) {
    for (const [at, line] of lines.entries()) {
      line.set(values.subarray(at * frameCount, (at + 1) * frameCount), firstFrame);
    }
  }
  return new Map(source.columns.map(({ name }, at) => [name, lines[at] as Float64Array]));
}
