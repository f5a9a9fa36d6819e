// Pixel centers: as in read-tracks.ts, nothing is shifted.
import { joinBytes, type PoseTracks } from '@zoopraxis/core';
import { csvField, csvNumber, firstRowNumbers } from '../csv/csv-text.js';
import type { Report } from '../file-problem.js';
import { hdf5Pieces } from '../hdf5/hdf5-writer.js';
import { type PandasLayout, pandasFile } from '../pandas/write-frame.js';
import { reportUnstoredParts } from '../unstored-parts.js';
import { type WrittenColumns, writtenColumns } from './columns.js';

/** What a predictions file says beside the tracks. */
export interface TrackWriteOptions {
  /** Name of the model, such as DeepLabCut puts into the first header row. */
  readonly scorer: string;
  /** True for a header with individuals; default: where there are several. */
  readonly multiAnimal?: boolean;
  /** Keypoints that only the individual `single` has. */
  readonly uniqueKeypoints?: readonly string[];
  /** Number of the first row; default 0. */
  readonly firstFrame?: number;
  /** Takes what the format cannot hold. */
  readonly report: Report;
}

interface TrackTable extends WrittenColumns {
  /** Returns rows `start` to `end`, shape `[row, column]`. */
  rows(start: number, end: number): Float64Array;
}

function trackTable(tracks: PoseTracks, options: TrackWriteOptions): TrackTable {
  const { skeleton, individuals, dimensions, position, confidence } = tracks;
  const { firstFrame = 0 } = options;
  if (!Number.isSafeInteger(firstFrame) || firstFrame < 0) {
    throw new RangeError(`DeepLabCut tracks: firstFrame must be a whole number from 0, got ${firstFrame}`);
  }
  reportUnstoredParts(tracks, 'DeepLabCut tables', options.report);
  const written = writtenColumns({
    scorer: options.scorer,
    individuals,
    keypoints: skeleton.keypoints,
    multiAnimal: options.multiAnimal ?? individuals.length > 1,
    uniqueKeypoints: options.uniqueKeypoints ?? [],
    // DeepLabCut's 3-D files have no likelihood; a column is added only where there is one to keep.
    coordinates:
      dimensions === 2
        ? ['x', 'y', 'likelihood']
        : ['x', 'y', 'z', ...(confidence.some((value) => !Number.isNaN(value)) ? ['likelihood'] : [])],
  });
  const withLikelihood = written.columns.length > written.points.length * dimensions;
  const points = written.points.map(([i, k]) => i * skeleton.keypoints.length + k);
  const pointCount = individuals.length * skeleton.keypoints.length;
  return {
    ...written,
    rows(start, end) {
      const out = new Float64Array((end - start) * written.columns.length);
      let to = 0;
      for (let frame = start; frame < end; frame++) {
        for (const point of points) {
          const at = frame * pointCount + point;
          for (let d = 0; d < dimensions; d++) out[to++] = position[at * dimensions + d] as number;
          if (withLikelihood) out[to++] = confidence[at] as number;
        }
      }
      return out;
    },
  };
}

/** Yields the bytes of a predictions CSV in pieces, for recordings whose text is too long for memory. */
export function* deepLabCutTracksCsvPieces(tracks: PoseTracks, options: TrackWriteOptions): Generator<Uint8Array> {
  const table = trackTable(tracks, options);
  const encoder = new TextEncoder();
  const { levelNames, columns } = table;
  const header = levelNames.map((name, level) =>
    [name, ...columns.map((labels) => csvField(labels[level] as string))].join(','),
  );
  yield encoder.encode(`${header.join('\n')}\n`);
  const { frameCount } = tracks.timeBase;
  const step = Math.max(1, Math.floor(2 ** 16 / columns.length));
  for (let start = 0; start < frameCount; start += step) {
    const end = Math.min(frameCount, start + step);
    const values = table.rows(start, end);
    const lines: string[] = [];
    for (let row = 0; row < end - start; row++) {
      if (start + row === 0) {
        lines.push([options.firstFrame ?? 0, ...firstRowNumbers(values.subarray(0, columns.length))].join(','));
        continue;
      }
      let line = String((options.firstFrame ?? 0) + start + row);
      for (let column = 0; column < columns.length; column++) {
        line += `,${csvNumber(values[row * columns.length + column] as number)}`;
      }
      lines.push(line);
    }
    yield encoder.encode(`${lines.join('\n')}\n`);
  }
}

/**
 * Returns the bytes of a predictions CSV as DeepLabCut writes it: x, y, likelihood (x, y, z in 3-D), blank where
 * missing. Numbers are those of the tracks exactly.
 */
export function writeDeepLabCutTracksCsv(tracks: PoseTracks, options: TrackWriteOptions): Uint8Array {
  return joinBytes([...deepLabCutTracksCsvPieces(tracks, options)]);
}

/** What a predictions HDF5 takes beside. */
export type TrackHdf5Options = TrackWriteOptions & {
  /** How pandas stores the table; default `table`, as DeepLabCut does. */
  readonly layout?: PandasLayout;
};

/** Yields the bytes of a predictions HDF5 in pieces, for recordings that are too long for memory. */
export function deepLabCutTracksHdf5Pieces(tracks: PoseTracks, options: TrackHdf5Options): Generator<Uint8Array> {
  const table = trackTable(tracks, options);
  const frame = {
    key: 'df_with_missing',
    rowCount: tracks.timeBase.frameCount,
    levelNames: table.levelNames,
    columns: table.columns,
    index: { kind: 'number', first: options.firstFrame ?? 0 },
    rows: table.rows,
  } as const;
  return hdf5Pieces(pandasFile(frame, options.layout ?? 'table'));
}

/**
 * Returns the bytes of a predictions HDF5 that `pandas.read_hdf(path)` and DeepLabCut open (key `df_with_missing`), in
 * the layout `table` as DeepLabCut's own unless another is asked for or the column names need the other.
 */
export function writeDeepLabCutTracksHdf5(tracks: PoseTracks, options: TrackHdf5Options): Uint8Array {
  return joinBytes([...deepLabCutTracksHdf5Pieces(tracks, options)]);
}
