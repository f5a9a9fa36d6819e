import { type ByteStore, createPoseTracks, FormatError, type PoseTracks } from '@zoopraxis/core';
import { openReader } from '../bytes/piecewise.js';
import { openTable } from './table-reader.js';
import {
  headerOfFooter,
  keyColumns,
  type NumberColumn,
  numberColumns,
  parseFooter,
  type TracksFooter,
  type TracksHeader,
  valuesPerFrame,
} from './tracks-layout.js';

/** Which part of a tracks file is read; by default all of it. */
export interface ReadTracksOptions {
  /** First frame. */
  readonly startFrame?: number;
  /** Frame after the last. */
  readonly endFrame?: number;
  readonly signal?: AbortSignal;
}

/** Values that one read may hold: 8 GiB of float32. */
const maximumValues = 2 ** 31;

/** Returns the footer of a tracks file without its rows, or undefined where the file does not exist. */
export async function readTracksFooter(store: ByteStore, path: string): Promise<TracksFooter | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  try {
    return parseFooter((await openTable(reader, path)).metadata, path);
  } finally {
    await reader.close();
  }
}

/**
 * Returns the frames at which row groups of a tracks file begin, ascending list from 0, or undefined where the file does not
 * exist: parts that are read between two of them decode no row twice.
 */
export async function readTracksGroups(store: ByteStore, path: string): Promise<number[] | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  try {
    const { groupRows, metadata } = await openTable(reader, path);
    const animals = Math.max(1, parseFooter(metadata, path).individuals.length);
    const starts: number[] = [];
    let row = 0;
    for (const rows of groupRows) {
      const frame = Math.ceil(row / animals);
      if (frame !== starts.at(-1)) starts.push(frame);
      row += rows;
    }
    return starts;
  } finally {
    await reader.close();
  }
}

function emptyArrays(header: TracksHeader, frames: number): Record<NumberColumn['array'], Float32Array | undefined> {
  const perFrame = valuesPerFrame(header);
  const make = (values: number | undefined) =>
    values === undefined ? undefined : new Float32Array(values * frames).fill(Number.NaN);
  return {
    position: make(perFrame.position),
    confidence: make(perFrame.confidence),
    boxes: make(perFrame.boxes),
    identity: make(perFrame.identity),
  };
}

/**
 * Returns the tracks in a Parquet file that {@link writeTracksFile} or a tracks sink wrote, or undefined where the file
 * does not exist. Of a part, frame 0 is its first frame, and where that is not the file's, times are kept as a list.
 *
 * @throws FormatError where the file is damaged, or its rows are not those of its description.
 */
export async function readTracksFile(
  store: ByteStore,
  path: string,
  options: ReadTracksOptions = {},
): Promise<PoseTracks | undefined> {
  const reader = await openReader(store, path);
  if (reader === undefined) return undefined;
  try {
    const table = await openTable(reader, path);
    const footer = parseFooter(table.metadata, path);
    const header = headerOfFooter(footer);
    const fail = (where: string, expected: string, found: unknown): FormatError =>
      new FormatError({ format: 'zoopraxis tracks', path, where, expected, found: String(found) });
    const animals = footer.individuals.length;
    if (table.rowCount !== footer.frameCount * animals) {
      throw fail('the row count', `${footer.frameCount} frames of ${animals} individuals`, `${table.rowCount} rows`);
    }
    const columns = new Map(numberColumns(header).map((column) => [column.name, column]));
    for (const name of [...keyColumns.map((column) => column.name), ...columns.keys()]) {
      if (!table.columns.includes(name)) throw fail('the columns', name, table.columns.slice(0, 8).join(', '));
    }
    const start = Math.min(Math.max(options.startFrame ?? 0, 0), footer.frameCount);
    const end = Math.min(Math.max(options.endFrame ?? footer.frameCount, start), footer.frameCount);
    const frames = end - start;
    if (frames * (valuesPerFrame(header).position ?? 0) > maximumValues) {
      throw new RangeError(`tracks: ${frames} frames are too many to read at once; read a part with endFrame: ${path}`);
    }
    const arrays = emptyArrays(header, frames);
    const times = new Float64Array(frames);
    const firstRow = start * animals;
    await table.readRows({
      start: firstRow,
      end: end * animals,
      columns: [...keyColumns.map((column) => column.name), ...columns.keys()],
      signal: options.signal,
      onCells(name, row, cells) {
        const column = columns.get(name);
        for (let i = 0; i < cells.length; i++) {
          const at = row + i;
          if (column !== undefined) {
            const cell = cells[i];
            if (cell === null || cell === undefined) continue;
            if (typeof cell !== 'number') throw fail(`column ${name}, row ${at}`, 'a number', cell);
            (arrays[column.array] as Float32Array)[(at - firstRow) * column.stride + column.offset] = cell;
          } else if (name === 'frame') {
            if (cells[i] !== Math.floor(at / animals)) {
              throw fail(`column frame, row ${at}`, String(Math.floor(at / animals)), cells[i]);
            }
          } else if (name === 'time_sec') {
            times[Math.floor(at / animals) - start] = cells[i] as number;
          } else if (cells[i] !== footer.individuals[at % animals]) {
            throw fail(`column individual, row ${at}`, String(footer.individuals[at % animals]), cells[i]);
          }
        }
      },
    });
    const keepTimes = footer.variableRate || start > 0;
    const { boxes: _b, identity: _i, ...rest } = header;
    return createPoseTracks({
      ...rest,
      timeBase: { frameCount: frames, fps: footer.fps, ...(keepTimes ? { timesSec: times } : {}) },
      position: arrays.position as Float32Array,
      confidence: arrays.confidence as Float32Array,
      ...(arrays.boxes === undefined ? {} : { boxes: arrays.boxes }),
      ...(arrays.identity === undefined ? {} : { identity: arrays.identity }),
    });
  } finally {
    await reader.close();
  }
}
