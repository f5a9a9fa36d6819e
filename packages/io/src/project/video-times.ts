import { type ByteStore, FormatError } from '@zoopraxis/core';
import { openReader, writePieces } from '../bytes/piecewise.js';
import { openTable } from '../tables/table-reader.js';
import { type ColumnCells, encodeTable, rowsPerGroup, type TableColumn } from '../tables/table-writer.js';

const columns: readonly TableColumn[] = [
  { name: 'frame', kind: 'int32', optional: false },
  { name: 'time_sec', kind: 'float64', optional: false },
];

/** Returns the name of the table of times of a video whose rate varies. */
export const timesName = (id: string): string => `videos/${id}-times.parquet`;

/** Writes the times of a video's frames, shape `[frame]`, seconds: columns `frame` and `time_sec`. */
export async function writeTimes(store: ByteStore, id: string, timesSec: Float64Array): Promise<void> {
  const groups = function* (): Generator<readonly ColumnCells[]> {
    for (let start = 0; start < timesSec.length; start += rowsPerGroup) {
      const time = timesSec.slice(start, start + rowsPerGroup);
      yield [Int32Array.from(time, (_, i) => start + i), time];
    }
  };
  await writePieces(store, timesName(id), encodeTable(columns, groups(), {}));
}

/** Returns the times of a video's frames, shape `[frame]`, seconds, or undefined where their file is missing. */
export async function readTimes(store: ByteStore, name: string): Promise<Float64Array | undefined> {
  const reader = await openReader(store, name);
  if (reader === undefined) return undefined;
  try {
    const table = await openTable(reader, name);
    if (table.rowCount > reader.byteLength * 64) {
      throw new FormatError({
        format: 'Parquet',
        path: name,
        where: 'the row count',
        expected: 'times',
        found: `${table.rowCount} rows`,
      });
    }
    const times = new Float64Array(table.rowCount).fill(Number.NaN);
    await table.readRows({
      start: 0,
      end: table.rowCount,
      columns: ['time_sec'],
      onCells: (_, row, cells) => times.set(cells as ArrayLike<number>, row),
    });
    return times;
  } finally {
    await reader.close();
  }
}
