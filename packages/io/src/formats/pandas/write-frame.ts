// What pandas (0.15.2 to 3) and PyTables expect of a DataFrame with several header levels in HDF5: see GenericFixed and
// AppendableTable in pandas/io/pytables.py, and the attributes CLASS, VERSION, FLAVOR of PyTables' object tree. Texts
// are UTF-8 attributes, pickles ASCII ones: PyTables tells them apart by that.
import type { WrittenAttribute, WrittenDataset, WrittenGroup } from '../hdf5/hdf5-writer.js';
import { type Picklable, PickleTuple, writePickle } from './pickle.js';

/** A table of numbers to be written. */
export interface WrittenFrame {
  /** Name of the group, such as `df_with_missing`. */
  readonly key: string;
  readonly rowCount: number;
  readonly levelNames: readonly string[];
  /** Header of each column, one text for each level. */
  readonly columns: readonly (readonly string[])[];
  /** Row labels: the number of the first row (the others count on), or texts of one or several levels. */
  readonly index: { kind: 'number'; first: number } | { kind: 'text'; values: readonly (readonly string[])[] };
  /** Returns rows `start` to `end`, shape `[row, column]`. */
  rows(start: number, end: number): Float64Array;
}

/** The two ways in which pandas stores a DataFrame. */
export type PandasLayout = 'fixed' | 'table';

/** Below the 64 kB of an HDF5 attribute, its name and types included. */
const maxAttributeBytes = 64_000;

const text = (value: string): WrittenAttribute => ({ text: value });
const pickle = (value: Picklable): WrittenAttribute => ({ ascii: writePickle(value) });
const int64 = (value: number): WrittenAttribute => ({ type: 'int64', value });

const objectAttributes = (kind: string, version: string): Record<string, WrittenAttribute> => ({
  CLASS: text(kind),
  TITLE: text(''),
  VERSION: text(version),
});

const bytesOf = (values: Float64Array | Int32Array | BigInt64Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Returns texts as one block of equally long ones, padded with zero bytes. */
function fixedTexts(texts: readonly string[]): { size: number; bytes: Uint8Array } {
  const encoded = texts.map((value) => new TextEncoder().encode(value));
  const size = encoded.reduce((longest, bytes) => Math.max(longest, bytes.length), 1);
  const bytes = new Uint8Array(size * texts.length);
  for (const [i, value] of encoded.entries()) bytes.set(value, i * size);
  return { size, bytes };
}

/** Returns a dataset with PyTables' attributes of an array. */
function pytablesArray(
  dataset: Pick<WrittenDataset, 'type' | 'shape' | 'bytes'>,
  attributes: Record<string, WrittenAttribute> = {},
): WrittenDataset {
  const own = { FLAVOR: text('numpy'), transposed: { type: 'uint8', value: 1 } as const };
  return { ...dataset, attributes: { ...objectAttributes('ARRAY', '2.4'), ...own, ...attributes } };
}

function textArray(texts: readonly string[], attributes: Record<string, WrittenAttribute>): WrittenDataset {
  const { size, bytes } = fixedTexts(texts);
  return pytablesArray(
    {
      type: { textBytes: size },
      shape: [texts.length],
      bytes: (start, end) => bytes.subarray(start * size, end * size),
    },
    { kind: text('string'), ...attributes },
  );
}

function countingBytes(first: number, start: number, end: number): Uint8Array {
  const values = new BigInt64Array(end - start);
  for (let i = 0; i < values.length; i++) values[i] = BigInt(first + start + i);
  return bytesOf(values);
}

interface Axis {
  readonly attributes: Record<string, WrittenAttribute>;
  readonly datasets: Record<string, WrittenDataset>;
}

/** Returns the labels of an axis as levels with codes (pandas' MultiIndex). */
function levelAxis(axis: string, names: readonly (string | null)[], labels: readonly (readonly string[])[]): Axis {
  const datasets: Record<string, WrittenDataset> = {};
  for (const [level, name] of names.entries()) {
    // pandas looks labels up by bisection: it needs sorted levels to select by name at full speed.
    const values = [...new Set(labels.map((label) => label[level] as string))].sort();
    const code = new Map(values.map((value, i) => [value, i]));
    const nameAttribute = name === null ? pickle(null) : text(name);
    datasets[`${axis}_level${level}`] = textArray(values, {
      name: nameAttribute,
      [`${axis}_name${name ?? 'None'}`]: nameAttribute,
    });
    const codes = Int32Array.from(labels, (label) => code.get(label[level] as string) as number);
    datasets[`${axis}_label${level}`] = pytablesArray({
      type: 'int32',
      shape: [codes.length],
      bytes: (start, end) => bytesOf(codes.subarray(start, end)),
    });
  }
  return {
    attributes: { [`${axis}_variety`]: text('multi'), [`${axis}_nlevels`]: int64(names.length) },
    datasets,
  };
}

function rowAxis({ index, rowCount }: WrittenFrame): Axis {
  if (index.kind === 'text' && index.values.some((label) => label.length > 1)) {
    const levels = index.values[0] as readonly string[];
    return levelAxis(
      'axis1',
      levels.map(() => null),
      index.values,
    );
  }
  const none = { name: pickle(null) };
  const dataset =
    index.kind === 'text'
      ? textArray(
          index.values.map((label) => label.join('/')),
          none,
        )
      : pytablesArray(
          { type: 'int64', shape: [rowCount], bytes: (start, end) => countingBytes(index.first, start, end) },
          { kind: text('integer'), ...none },
        );
  return { attributes: { axis1_variety: text('regular') }, datasets: { axis1: dataset } };
}

function fixedGroup(frame: WrittenFrame, attributes: Record<string, WrittenAttribute>): WrittenGroup {
  const { columns, levelNames, rowCount } = frame;
  const header = levelAxis('axis0', levelNames, columns);
  const items = levelAxis('block0_items', levelNames, columns);
  const rows = rowAxis(frame);
  const values = pytablesArray({
    type: 'float64',
    shape: [rowCount, columns.length],
    bytes: (start, end) => bytesOf(frame.rows(start, end)),
  });
  return {
    attributes: {
      ...attributes,
      ...header.attributes,
      ...rows.attributes,
      ...items.attributes,
      nblocks: int64(1),
      ndim: int64(2),
      pandas_type: text('frame'),
    },
    datasets: { ...header.datasets, ...rows.datasets, ...items.datasets, block0_values: values },
  };
}

const columnTuples = (frame: WrittenFrame): Picklable => frame.columns.map((labels) => new PickleTuple(labels));

function tableGroup(frame: WrittenFrame, attributes: Record<string, WrittenAttribute>): WrittenGroup {
  const { index, columns, rowCount } = frame;
  const width = columns.length;
  const texts = index.kind === 'text' ? fixedTexts(index.values.map((label) => label.join('/'))) : undefined;
  const indexBytes = texts?.size ?? 8;
  const rowBytes = indexBytes + width * 8;
  const table: WrittenDataset = {
    type: {
      members: [
        ['index', texts === undefined ? 'int64' : { textBytes: texts.size }],
        ['values_block_0', { of: 'float64', length: width }],
      ],
    },
    shape: [rowCount],
    attributes: {
      ...objectAttributes('TABLE', '2.7'),
      FIELD_0_FILL: texts === undefined ? int64(0) : { ascii: '' },
      FIELD_0_NAME: text('index'),
      FIELD_1_FILL: { type: 'float64', value: 0 },
      FIELD_1_NAME: text('values_block_0'),
      NROWS: int64(rowCount),
      index_kind: text(texts === undefined ? 'integer' : 'string'),
      values_block_0_dtype: text('float64'),
      values_block_0_kind: pickle(columnTuples(frame)),
      values_block_0_meta: pickle(null),
    },
    bytes(start, end) {
      const out = new Uint8Array((end - start) * rowBytes);
      const values = bytesOf(frame.rows(start, end));
      const labels =
        index.kind === 'number'
          ? countingBytes(index.first, start, end)
          : (texts?.bytes.subarray(start * indexBytes, end * indexBytes) ?? new Uint8Array());
      for (let row = 0; row < end - start; row++) {
        out.set(labels.subarray(row * indexBytes, (row + 1) * indexBytes), row * rowBytes);
        out.set(values.subarray(row * width * 8, (row + 1) * width * 8), row * rowBytes + indexBytes);
      }
      return out;
    },
  };
  const names = new Map<string, Picklable>([
    ['names', frame.levelNames],
    ['type', 'MultiIndex'],
  ]);
  const info = new Map<string | number, Picklable>([
    [1, names],
    ['index', new Map()],
    ['values_block_0', new Map()],
  ]);
  return {
    attributes: {
      ...attributes,
      data_columns: pickle([]),
      index_cols: pickle([new PickleTuple([0, 'index'])]),
      info: pickle(info),
      levels: int64(1),
      nan_rep: text('nan'),
      non_index_axes: pickle([new PickleTuple([1, columnTuples(frame)])]),
      pandas_type: text('frame_table'),
      table_type: text('appendable_frame'),
      values_cols: pickle(['values_block_0']),
    },
    datasets: { table },
  };
}

/**
 * Returns the content of an HDF5 file that `pandas.read_hdf` opens as this table. The layout wanted gives way to
 * `fixed` where the column names do not fit into the attributes of a table (64 kB, about 2500 columns): there pandas
 * itself fails.
 */
export function pandasFile(frame: WrittenFrame, wanted: PandasLayout): WrittenGroup {
  const fits = writePickle(columnTuples(frame)).length <= maxAttributeBytes;
  const attributes = {
    ...objectAttributes('GROUP', '1.0'),
    encoding: text('UTF-8'),
    errors: text('strict'),
    pandas_version: text('0.15.2'),
  };
  const build = wanted === 'table' && fits ? tableGroup : fixedGroup;
  return {
    attributes: { ...objectAttributes('GROUP', '1.0'), PYTABLES_FORMAT_VERSION: text('2.1') },
    groups: { [frame.key]: build(frame, attributes) },
  };
}
