import type { ReadOptions } from '../file-problem.js';
import { type DeepLabCutLabels, joinLabelTables, readLabelRows } from './label-table.js';
import { readLabelTable } from './read-label-table.js';

/**
 * Returns the labels of one `CollectedData_<scorer>` file, CSV or HDF5, plain or gzipped; the content tells which.
 * @throws FormatError naming the first place that is not such a table.
 */
export async function readDeepLabCutLabels(
  bytes: Uint8Array,
  options: ReadOptions & {
    /** Folder of labeled-data the file lies in; default: the folder that each row names. */
    readonly group?: string;
  },
): Promise<DeepLabCutLabels> {
  const table = readLabelRows(await readLabelTable(bytes, options), options);
  return joinLabelTables([{ path: options.path ?? '', table }], { report: options.report });
}
