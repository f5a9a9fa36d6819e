import { FormatError } from '@zoopraxis/core';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import type { ByteReader } from '../bytes/piecewise.js';

/** A Parquet file opened for reading. */
export interface OpenTable {
  /** Column names in their order. */
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Rows of each row group, list: reading a part of one decodes all of it. */
  readonly groupRows: readonly number[];
  /** Texts kept in the file's footer. */
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * Calls back with the cells of columns for the rows from `start` to `end`, row group by row group, in pieces of
   * consecutive rows: `cells[i]` is the cell of row `row + i`, null where it is empty.
   */
  readRows(options: {
    readonly start: number;
    readonly end: number;
    readonly columns: readonly string[];
    readonly signal?: AbortSignal | undefined;
    readonly onCells: (column: string, row: number, cells: ArrayLike<unknown>) => void;
  }): Promise<void>;
}

function problem(path: string, cause: unknown): FormatError {
  return new FormatError({
    format: 'Parquet',
    path,
    where: 'the footer or a page',
    expected: 'a whole Parquet file',
    found: cause instanceof Error ? cause.message : String(cause),
    hint: 'Restore the file from a copy, or make it again.',
    cause,
  });
}

/**
 * Returns a Parquet file opened for reading.
 * @throws FormatError where it is none, or is cut off.
 */
export async function openTable(reader: ByteReader, path: string): Promise<OpenTable> {
  const file: AsyncBuffer = {
    byteLength: reader.byteLength,
    slice: async (start, end = reader.byteLength) => (await reader.read(start, end)).buffer as ArrayBuffer,
  };
  if (reader.byteLength < 12) throw problem(path, `${reader.byteLength} bytes`);
  let footer: FileMetaData;
  try {
    footer = await parquetMetadataAsync(file, { geoparquet: false });
  } catch (cause) {
    throw problem(path, cause);
  }
  const groups = footer.row_groups.map((group) => Number(group.num_rows));
  const rowCount = Number(footer.num_rows);
  if (groups.reduce((total, rows) => total + rows, 0) !== rowCount || groups.some((rows) => !(rows >= 0))) {
    throw problem(path, `${rowCount} rows but row groups of ${groups.join(', ')}`);
  }
  return {
    columns: footer.schema.slice(1).map((element) => element.name),
    rowCount,
    groupRows: groups,
    metadata: new Map((footer.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
    async readRows({ start, end, columns, signal, onCells }) {
      let groupStart = 0;
      for (const rows of groups) {
        const [from, to] = [Math.max(start, groupStart), Math.min(end, groupStart + rows)];
        groupStart += rows;
        if (from >= to) continue;
        signal?.throwIfAborted();
        const counts = new Map(columns.map((name) => [name, 0]));
        // What is thrown inside a callback of the reader would be an unhandled rejection.
        let refused: unknown;
        try {
          await parquetRead({
            file,
            metadata: footer,
            columns: [...columns],
            rowStart: from,
            rowEnd: to,
            geoparquet: false,
            onChunk({ columnName, columnData, rowStart }) {
              const first = Math.max(from - rowStart, 0);
              const last = Math.min(to - rowStart, columnData.length);
              if (first >= last) return;
              const whole = first === 0 && last === columnData.length;
              counts.set(columnName, (counts.get(columnName) ?? 0) + last - first);
              try {
                if (refused === undefined)
                  onCells(columnName, rowStart + first, whole ? columnData : columnData.slice(first, last));
              } catch (cause) {
                refused = cause;
              }
            },
          });
        } catch (cause) {
          throw problem(path, cause);
        }
        if (refused !== undefined) throw refused;
        for (const [name, count] of counts) {
          if (count !== to - from) throw problem(path, `${count} of ${to - from} rows of column ${name}`);
        }
      }
    },
  };
}
