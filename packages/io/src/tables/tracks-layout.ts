import { createSkeleton, FormatError, type PoseTracks } from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.js';
import { provenanceSchema, skeletonData, skeletonOf, skeletonSchema } from '../records/noun-schemas.js';
import { parseJson } from '../records/parse-record.js';
import type { TableColumn } from './table-writer.js';

/**
 * All of tracks but their arrays; `boxes` and `identity` tell whether those exist.
 *
 * In Parquet: one row for each frame and individual, frames ascending, individuals in their order within a frame.
 * Columns `frame` (int32), `time_sec` (double), `individual` (text), then for each keypoint `<keypoint>_x`, `_y`
 * (`_z`) and `_confidence` (float, empty where missing), then `box_left`, `box_top`, `box_right`, `box_bottom` and
 * `identity_score` where given. The footer's key `zoopraxis` holds the rest as JSON.
 */
export interface TracksHeader extends Omit<PoseTracks, 'position' | 'confidence' | 'boxes' | 'identity'> {
  readonly boxes: boolean;
  readonly identity: boolean;
}

/** Tracks of consecutive frames, without what the header holds. */
export interface TracksChunk {
  readonly frameCount: number;
  /** Shape `[frame, individual, keypoint, dimensions]`; NaN = missing. */
  readonly position: Float32Array;
  /** Shape `[frame, individual, keypoint]`; NaN = not given. */
  readonly confidence: Float32Array;
  /** Shape `[frame, individual, 4]`: left, top, right, bottom in px; NaN = missing. */
  readonly boxes?: Float32Array;
  /** Shape `[frame, individual]`; NaN = not given. */
  readonly identity?: Float32Array;
}

/** Arrays of a chunk by name, in the order in which files hold them. */
export const chunkArrays = ['position', 'confidence', 'boxes', 'identity'] as const;

/** Key of our JSON in the footer of a Parquet file. */
export const footerKey = 'zoopraxis';

const footerSchema = z.object({
  format: z.literal('zoopraxis tracks'),
  version: z.literal(1, { error: 'version 1; a newer file needs a newer Zoopraxis' }),
  skeleton: skeletonSchema,
  individuals: z.array(z.string()).min(1),
  space: z.enum(['image', 'arena', 'world']),
  dimensions: z.union([z.literal(2), z.literal(3)]),
  frameCount: z.int().min(0),
  fps: z.number().positive(),
  variableRate: z.boolean(),
  boxes: z.boolean(),
  identity: z.boolean(),
  provenance: provenanceSchema,
  run: z.object({ hash: z.string(), chunkCount: z.int().min(0) }).optional(),
});

/** What the footer of a tracks file holds. */
export type TracksFooter = z.output<typeof footerSchema>;

/** Returns the header of tracks. */
export function headerOf(tracks: PoseTracks): TracksHeader {
  const { position: _p, confidence: _c, boxes, identity, ...rest } = tracks;
  return { ...rest, boxes: boxes !== undefined, identity: identity !== undefined };
}

/** Returns the number of values of each array of a chunk, undefined for arrays that the header does not have. */
export function valuesPerFrame(header: TracksHeader): Record<(typeof chunkArrays)[number], number | undefined> {
  const animals = header.individuals.length;
  const points = animals * header.skeleton.keypoints.length;
  return {
    position: points * header.dimensions,
    confidence: points,
    boxes: header.boxes ? animals * 4 : undefined,
    identity: header.identity ? animals : undefined,
  };
}

/** Throws RangeError where an array of a chunk has not the shape that the header demands. */
export function checkChunk(header: TracksHeader, chunk: TracksChunk): void {
  const perFrame = valuesPerFrame(header);
  for (const name of chunkArrays) {
    const expected = perFrame[name] === undefined ? undefined : perFrame[name] * chunk.frameCount;
    const found = chunk[name]?.length;
    if (found !== expected) {
      throw new RangeError(
        `tracks chunk: ${name} must have ${expected ?? 'no'} values for ${chunk.frameCount} frames, got ${found ?? 'none'}`,
      );
    }
  }
}

/** Where the values of a column lie in the arrays of a chunk. */
export interface NumberColumn extends TableColumn {
  readonly array: (typeof chunkArrays)[number];
  /** Values of one individual in one frame. */
  readonly stride: number;
  readonly offset: number;
}

/** Returns the columns of numbers, in their order, and where their values lie. */
export function numberColumns(header: TracksHeader): NumberColumn[] {
  const { skeleton, dimensions } = header;
  const points = skeleton.keypoints.length;
  const column = (name: string, array: NumberColumn['array'], stride: number, offset: number): NumberColumn => ({
    name,
    kind: 'float32',
    optional: true,
    array,
    stride,
    offset,
  });
  const columns: NumberColumn[] = [];
  for (const [i, keypoint] of skeleton.keypoints.entries()) {
    for (const [axis, letter] of ['x', 'y', 'z'].slice(0, dimensions).entries()) {
      columns.push(column(`${keypoint}_${letter}`, 'position', points * dimensions, i * dimensions + axis));
    }
    columns.push(column(`${keypoint}_confidence`, 'confidence', points, i));
  }
  if (header.boxes) {
    for (const [i, side] of ['left', 'top', 'right', 'bottom'].entries()) {
      columns.push(column(`box_${side}`, 'boxes', 4, i));
    }
  }
  if (header.identity) columns.push(column('identity_score', 'identity', 1, 0));
  return columns;
}

/** The columns that say which frame and individual a row is. */
export const keyColumns: readonly TableColumn[] = [
  { name: 'frame', kind: 'int32', optional: false },
  { name: 'time_sec', kind: 'float64', optional: false },
  { name: 'individual', kind: 'text', optional: false },
];

/** Returns the JSON of the footer. */
export function footerText(header: TracksHeader, run?: TracksFooter['run']): string {
  const { skeleton, individuals, space, dimensions, timeBase, boxes, identity, provenance } = header;
  return canonicalJson({
    format: 'zoopraxis tracks',
    version: 1,
    skeleton: skeletonData(createSkeleton(skeleton)),
    individuals,
    space,
    dimensions,
    frameCount: timeBase.frameCount,
    fps: timeBase.fps,
    variableRate: timeBase.timesSec !== undefined,
    boxes,
    identity,
    provenance,
    run,
  });
}

/**
 * Returns the footer of a tracks file.
 * @throws FormatError where there is none, or it is not ours.
 */
export function parseFooter(metadata: ReadonlyMap<string, string>, path: string): TracksFooter {
  const text = metadata.get(footerKey);
  if (text === undefined) {
    throw new FormatError({
      format: 'zoopraxis tracks',
      path,
      where: `the footer's key ${footerKey}`,
      expected: 'the description of tracks',
      found: 'none',
      hint: 'Import tables of other programs with `zoopraxis import`.',
    });
  }
  return parseJson(footerSchema, text, { format: 'zoopraxis tracks', path });
}

/** Returns the header in a footer; the times of a variable rate are added by the reader. */
export function headerOfFooter(footer: TracksFooter): TracksHeader {
  const { individuals, space, dimensions, frameCount, fps, boxes, identity, provenance } = footer;
  return {
    skeleton: skeletonOf(footer.skeleton),
    individuals,
    space,
    dimensions,
    timeBase: { frameCount, fps },
    boxes,
    identity,
    provenance,
  };
}
