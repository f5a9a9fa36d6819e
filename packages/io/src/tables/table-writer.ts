import type { SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';

/** What a column of a table holds; every kind but text has a fixed width. */
export type ColumnKind = 'int32' | 'float32' | 'float64' | 'text';

/** A column of a Parquet table. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether cells may be empty: NaN of numbers is stored as an empty cell, so that SQL leaves it out of means. */
  readonly optional: boolean;
}

/** Cells of one column, list with one entry a row; NaN and null are empty cells of an optional column. */
export type ColumnCells = Int32Array | Float32Array | Float64Array | readonly string[] | readonly (string | null)[];

/** Rows in one row group of the tables that we write: what is read and written at once. */
export const rowsPerGroup = 65_536;

const physical = {
  int32: { type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
  float32: { type: 'FLOAT', encoding: 'BYTE_STREAM_SPLIT' },
  float64: { type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' },
  text: { type: 'BYTE_ARRAY', encoding: 'RLE_DICTIONARY' },
} as const;

function schemaOf(columns: readonly TableColumn[]): SchemaElement[] {
  return [
    { name: 'table', num_children: columns.length },
    ...columns.map(({ name, kind, optional }): SchemaElement => {
      const element: SchemaElement = {
        name,
        type: physical[kind].type,
        repetition_type: optional ? 'OPTIONAL' : 'REQUIRED',
      };
      return kind === 'text' ? { ...element, converted_type: 'UTF8', logical_type: { type: 'STRING' } } : element;
    }),
  ];
}

/** Returns cells as the writer wants them: a list with null for NaN where cells may be empty. */
function sourceOf({ name, kind, optional }: TableColumn, cells: ColumnCells): ColumnSource {
  const { encoding } = physical[kind];
  if (!optional) return { name, data: cells as ColumnSource['data'], encoding };
  const data = new Array<unknown>(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    data[row] = typeof cell === 'number' && Number.isNaN(cell) ? null : cell;
  }
  return { name, data, encoding };
}

/**
 * Yields the bytes of a Parquet file (format version 2, Snappy) piece by piece, one row group held in memory: equal
 * input gives equal bytes.
 *
 * @param groups cells of all columns, in their order, for up to {@link rowsPerGroup} rows each
 * @param metadata texts kept in the file's footer by key, or a function called after the last group
 */
export async function* encodeTable(
  columns: readonly TableColumn[],
  groups: AsyncIterable<readonly ColumnCells[]> | Iterable<readonly ColumnCells[]>,
  metadata: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>),
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter(1 << 20);
  const taken = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  const file = new ParquetWriter({ writer, schema: schemaOf(columns), createdBy: 'zoopraxis' });
  for await (const cells of groups) {
    const rows = cells[0]?.length ?? 0;
    if (rows === 0) continue;
    file.write({ columnData: columns.map((column, i) => sourceOf(column, cells[i] ?? [])), rowGroupSize: rows });
    yield taken();
  }
  const texts = typeof metadata === 'function' ? metadata() : metadata;
  file.kvMetadata = Object.entries(texts).map(([key, value]) => ({ key, value }));
  file.finish();
  yield taken();
}
