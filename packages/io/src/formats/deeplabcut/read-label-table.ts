import { FormatError } from '@zoopraxis/core';
import { isGzip, wholeBytes } from '../byte-source.js';
import { createCsvParser } from '../csv/csv-parser.js';
import { readCsvNumber } from '../csv/csv-text.js';
import type { ReadOptions } from '../file-problem.js';
import { isHdf5, readHdf5 } from '../hdf5/hdf5-reader.js';
import { readPandasFrame } from '../pandas/read-frame.js';
import { readDeepLabCutColumns } from './columns.js';
import { createHeaderReader } from './csv-header.js';
import type { LabelTable } from './label-table.js';

const csvFormat = 'DeepLabCut CSV';
const hdf5Format = 'DeepLabCut HDF5';

/**
 * Returns a table of labels from CSV text: three or four header rows, rows named by one path or by three columns
 * (labeled-data, video, image).
 * @throws FormatError naming the line of the first thing that is not such a table.
 */
export function readLabelTableCsv(bytes: Uint8Array, options: ReadOptions): LabelTable {
  const { path } = options;
  const fail = (where: string, expected: string, found: string, hint?: string): never => {
    throw new FormatError({
      format: csvFormat,
      ...(path === undefined ? {} : { path }),
      where,
      expected,
      found,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const header = createHeaderReader({ format: csvFormat, path });
  const rowNames: string[][] = [];
  const lines: number[] = [];
  const rows: Float64Array[] = [];
  const parser = createCsvParser(
    (fields, line) => {
      if (header.push(fields, line)) return;
      const { indexWidth, columns } = header.get();
      if (fields.length !== indexWidth + columns.length) {
        fail(`line ${line}`, `${indexWidth + columns.length} fields`, `${fields.length}`);
      }
      rowNames.push(fields.slice(0, indexWidth));
      lines.push(line);
      const values = new Float64Array(columns.length);
      for (let column = 0; column < values.length; column++) {
        const text = fields[indexWidth + column] as string;
        values[column] =
          readCsvNumber(text) ??
          fail(`line ${line}, column ${indexWidth + column + 1}`, 'a number', JSON.stringify(text.slice(0, 40)));
      }
      rows.push(values);
    },
    { path },
  );
  parser.push(bytes);
  parser.end();
  const { columns: raw, levelNames } = header.get();
  const values = new Float64Array(rows.length * raw.length);
  for (const [row, numbers] of rows.entries()) values.set(numbers, row * raw.length);
  return {
    columns: readDeepLabCutColumns({ columns: raw, levelNames }, { ...options, format: csvFormat }),
    rowNames,
    values,
    place: (row) => `line ${lines[row]}`,
  };
}

/**
 * Returns a table of labels from the HDF5 that pandas writes, in either layout.
 * @throws FormatError naming the first place that is not such a table.
 */
export function readLabelTableHdf5(bytes: Uint8Array, options: ReadOptions): Promise<LabelTable> {
  return readHdf5(bytes, { format: hdf5Format, path: options.path }, (file) => {
    const frame = readPandasFrame(file);
    const columns = readDeepLabCutColumns(frame, { ...options, format: hdf5Format });
    if (frame.index.kind === 'number') {
      return file.fail(
        `${frame.key}, its index`,
        'names of images',
        'numbers',
        'This is a file of tracks; labels are in CollectedData_<scorer>.h5.',
      );
    }
    return {
      columns,
      rowNames: frame.index.values,
      values: frame.rows(0, frame.rowCount),
      place: (row) => `row ${row + 1}`,
    };
  });
}

/** Returns a table of labels from CSV or HDF5, plain or gzipped; the content tells which. */
export async function readLabelTable(bytes: Uint8Array, options: ReadOptions): Promise<LabelTable> {
  const plain = isGzip(bytes) ? await wholeBytes(bytes, { path: options.path, maxBytes: 2 ** 30 }) : bytes;
  return isHdf5(plain) ? readLabelTableHdf5(plain, options) : readLabelTableCsv(plain, options);
}
