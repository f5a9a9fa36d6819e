import { FormatError } from '@zoopraxis/core';
import { type Hdf5Member, type Hdf5Reader, type Hdf5Type, numberReader } from '../hdf5/hdf5-reader.js';
import { type PickleValue, readPickle } from './pickle.js';

/** A table of numbers as pandas stores it in HDF5, open for reading row by row. */
export interface PandasFrame {
  /** Path of the group in the file, such as `/df_with_missing`. */
  readonly key: string;
  readonly layout: 'fixed' | 'table';
  readonly rowCount: number;
  /** Name of each header level; null where it has none. */
  readonly levelNames: readonly (string | null)[];
  /** Header of each column, one text for each level. */
  readonly columns: readonly (readonly string[])[];
  /** Row labels, shape `[row]`: numbers, or texts of one or several levels. */
  readonly index: { kind: 'number'; values: Float64Array } | { kind: 'text'; values: string[][] };
  /** Returns rows `start` to `end`, shape `[row, column]`, NaN = missing. */
  rows(start: number, end: number): Float64Array;
}

const resave = 'Open the file in pandas and write it again with to_hdf, or use the CSV file beside it.';

function pickleAttribute(file: Hdf5Reader, path: string, name: string): PickleValue {
  const text = file.attribute(path, name);
  if (typeof text !== 'string') return file.fail(`${path}, attribute ${name}`, 'a description of columns', 'none');
  try {
    return readPickle(text);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    return file.fail(`${path}, attribute ${name}, ${cause.where}`, cause.expected, cause.found, resave);
  }
}

/** Returns header texts of a pickled list of column labels. */
function columnLabels(file: Hdf5Reader, where: string, value: PickleValue): string[][] {
  if (!Array.isArray(value)) return file.fail(where, 'a list of columns', typeof value);
  return value.map((label) => {
    const parts = Array.isArray(label) ? label : [label];
    return parts.map((part) =>
      typeof part === 'string' || typeof part === 'number' ? String(part) : file.fail(where, 'column names', 'others'),
    );
  });
}

/** Returns the values of one level or of a plain index of the fixed layout, as texts. */
function readLevel(file: Hdf5Reader, path: string): string[] {
  const { type } = file.describe(path);
  if (type.kind === 'string' && !type.variable) return file.strings(path);
  if (numberReader(type) !== undefined) return Array.from(file.numbers(path), String);
  return file.fail(path, 'texts or numbers', 'Python objects', resave);
}

interface FixedAxis {
  readonly names: (string | null)[];
  readonly labels: string[][];
  /** The row numbers of a plain numeric index, shape `[row]`. */
  readonly numbers?: Float64Array;
}

function readLevelName(file: Hdf5Reader, path: string): string | null {
  const name = file.attribute(path, 'name');
  return typeof name !== 'string' || name === 'N.' ? null : name;
}

/** Returns one axis (`axis0`, `axis1`, `block0_items`) of the fixed layout. */
function readFixedAxis(file: Hdf5Reader, key: string, axis: string): FixedAxis {
  if (file.attribute(key, `${axis}_variety`) !== 'multi') {
    const path = `${key}/${axis}`;
    const { type } = file.describe(path);
    const numbers = numberReader(type) === undefined ? undefined : file.numbers(path);
    const labels = numbers === undefined ? readLevel(file, path) : Array.from(numbers, String);
    return {
      names: [readLevelName(file, path)],
      labels: labels.map((label) => [label]),
      ...(numbers === undefined ? {} : { numbers }),
    };
  }
  const levels = file.attribute(key, `${axis}_nlevels`);
  if (typeof levels !== 'number' || !(levels >= 1 && levels <= 16)) {
    return file.fail(`${key}, attribute ${axis}_nlevels`, 'a count of header levels', String(levels));
  }
  const names: (string | null)[] = [];
  let labels: string[][] | undefined;
  for (let level = 0; level < levels; level++) {
    const values = readLevel(file, `${key}/${axis}_level${level}`);
    names.push(readLevelName(file, `${key}/${axis}_level${level}`));
    const codes = file.numbers(`${key}/${axis}_label${level}`);
    labels ??= Array.from(codes, () => []);
    if (labels.length !== codes.length) {
      file.fail(`${key}/${axis}_label${level}`, `${labels.length} entries`, `${codes.length}`);
    }
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i] as number;
      // -1 is pandas' code for a missing label.
      const text = code === -1 ? '' : values[code];
      if (text === undefined) return file.fail(`${key}/${axis}_label${level}`, 'a code of its level', String(code));
      (labels[i] as string[]).push(text);
    }
  }
  return { names, labels: labels ?? [] };
}

/** Where the values of some columns lie: one dataset of numbers, row after row. */
interface Block {
  readonly path: string;
  readonly type: Hdf5Type;
  /** Bytes of one row of the dataset, and where in it the values begin. */
  readonly rowBytes: number;
  readonly offset: number;
  /** Column of the frame for each value of the row, list. */
  readonly columns: readonly number[];
}

function blockRows(file: Hdf5Reader, blocks: readonly Block[], columnCount: number) {
  return (start: number, end: number): Float64Array => {
    const out = new Float64Array(Math.max(end - start, 0) * columnCount).fill(Number.NaN);
    for (const { path, type, rowBytes, offset, columns } of blocks) {
      const get = numberReader(type) ?? file.fail(path, 'numbers', `elements of type ${type.kind}`);
      const step = Math.max(1, Math.floor(2 ** 23 / rowBytes));
      for (let from = start; from < end; from += step) {
        const to = Math.min(end, from + step);
        const data = file.bytes(path, from, to);
        const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
        const aligned =
          type.kind === 'float' && type.size === 8 && type.littleEndian && rowBytes % 8 === 0 && offset % 8 === 0;
        const doubles = aligned ? new Float64Array(data.buffer, data.byteOffset, data.byteLength / 8) : undefined;
        for (let row = from; row < to; row++) {
          const target = (row - start) * columnCount;
          const source = (row - from) * rowBytes + offset;
          for (let i = 0; i < columns.length; i++) {
            out[target + (columns[i] as number)] =
              doubles === undefined ? get(view, source + i * type.size) : (doubles[source / 8 + i] as number);
          }
        }
      }
    }
    return out;
  };
}

function columnPlaces(file: Hdf5Reader, where: string, columns: readonly (readonly string[])[]) {
  const places = new Map(columns.map((labels, column) => [labels.join('\0'), column]));
  return (labels: readonly string[]): number =>
    places.get(labels.join('\0')) ?? file.fail(where, 'a column of the header', labels.join(', '));
}

function readFixed(file: Hdf5Reader, key: string): PandasFrame {
  const header = readFixedAxis(file, key, 'axis0');
  const index = readFixedAxis(file, key, 'axis1');
  const rowCount = index.labels.length;
  const blockCount = file.attribute(key, 'nblocks');
  if (typeof blockCount !== 'number' || !(blockCount >= 0 && blockCount <= 1000)) {
    return file.fail(`${key}, attribute nblocks`, 'a count of blocks', String(blockCount));
  }
  const place = columnPlaces(file, key, header.labels);
  const blocks: Block[] = [];
  for (let i = 0; i < blockCount; i++) {
    const path = `${key}/block${i}_values`;
    const columns = readFixedAxis(file, key, `block${i}_items`).labels.map(place);
    const { shape, type } = file.describe(path);
    if (numberReader(type) === undefined) file.fail(path, 'numbers', 'Python objects', resave);
    if (rowCount === 0) continue;
    if (file.attribute(path, 'transposed') !== 1 || shape.length !== 2) {
      file.fail(path, 'values row by row', `shape [${shape}]`, resave);
    }
    if (shape[0] !== rowCount || shape[1] !== columns.length) {
      file.fail(path, `shape [${rowCount},${columns.length}]`, `[${shape}]`);
    }
    blocks.push({ path, type, rowBytes: type.size * columns.length, offset: 0, columns });
  }
  return {
    key,
    layout: 'fixed',
    rowCount,
    levelNames: header.names,
    columns: header.labels,
    index:
      index.numbers === undefined ? { kind: 'text', values: index.labels } : { kind: 'number', values: index.numbers },
    rows: blockRows(file, blocks, header.labels.length),
  };
}

/** Returns the level names of the columns from the `info` attribute; unknown ones where it holds other objects. */
function tableLevelNames(file: Hdf5Reader, key: string, levels: number): (string | null)[] {
  const unknown = Array.from({ length: levels }, () => null);
  const text = file.attribute(key, 'info');
  if (typeof text !== 'string') return unknown;
  let info: PickleValue;
  try {
    info = readPickle(text);
  } catch {
    // Names are a convenience: the header levels are told by their count as well.
    return unknown;
  }
  const axis = info instanceof Map ? info.get(1) : undefined;
  const names = axis instanceof Map ? axis.get('names') : undefined;
  if (!Array.isArray(names) || names.length !== levels) return unknown;
  return names.map((name) => (typeof name === 'string' ? name : null));
}

/** Returns the row labels of the table layout, or undefined where they are neither numbers nor texts. */
function readTableIndex(file: Hdf5Reader, path: string, rowCount: number, rowBytes: number, member: Hdf5Member) {
  const { type, offset } = member;
  const get = numberReader(type);
  if (get === undefined && (type.kind !== 'string' || type.variable)) return undefined;
  const numbers = new Float64Array(get === undefined ? 0 : rowCount);
  const texts: string[][] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const step = Math.max(1, Math.floor(2 ** 23 / rowBytes));
  for (let from = 0; from < rowCount; from += step) {
    const to = Math.min(rowCount, from + step);
    const data = file.bytes(path, from, to);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = from; row < to; row++) {
      const at = (row - from) * rowBytes + offset;
      if (get !== undefined) numbers[row] = get(view, at);
      else {
        const bytes = data.subarray(at, at + type.size);
        const end = bytes.indexOf(0);
        texts.push([decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))]);
      }
    }
  }
  return get === undefined
    ? ({ kind: 'text', values: texts } as const)
    : ({ kind: 'number', values: numbers } as const);
}

function readTable(file: Hdf5Reader, key: string): PandasFrame {
  const path = `${key}/table`;
  const axes = pickleAttribute(file, key, 'non_index_axes');
  const where = `${key}, attribute non_index_axes`;
  const axis = Array.isArray(axes) && axes.length === 1 ? axes[0] : undefined;
  if (!Array.isArray(axis) || axis[0] !== 1) return file.fail(where, 'one axis of columns', 'others', resave);
  const columns = columnLabels(file, where, axis[1] as PickleValue);
  const { shape, type } = file.describe(path);
  if (type.kind !== 'compound' || shape.length !== 1) file.fail(path, 'a table', `type ${type.kind}`);
  const rowCount = shape[0] as number;
  const place = columnPlaces(file, path, columns);
  const blocks: Block[] = [];
  let index: PandasFrame['index'] | undefined;
  for (const member of type.members) {
    const element = member.type.element ?? member.type;
    const length = member.type.shape.reduce((product, size) => product * size, 1);
    if (member.offset + member.type.size > type.size) file.fail(path, 'members inside the row', member.name);
    if (member.name === 'index') {
      index = readTableIndex(file, path, rowCount, type.size, { ...member, type: element });
    } else {
      const labels = columnLabels(file, path, pickleAttribute(file, path, `${member.name}_kind`));
      if (labels.length !== length) file.fail(`${path}, ${member.name}`, `${length} columns`, `${labels.length}`);
      blocks.push({
        path,
        type: element,
        rowBytes: type.size,
        offset: member.offset,
        columns: labels.map(place),
      });
    }
  }
  if (index === undefined) return file.fail(path, 'an index of numbers or texts', 'none', resave);
  return {
    key,
    layout: 'table',
    rowCount,
    levelNames: tableLevelNames(file, key, columns[0]?.length ?? 0),
    columns,
    index,
    rows: blockRows(file, blocks, columns.length),
  };
}

/**
 * Returns the first table that pandas wrote into an HDF5 file, in either of its layouts (`fixed` and `table`, pandas
 * 0.15 and later). Attributes that hold pickles are parsed as plain data, never executed.
 * @throws FormatError where there is none, or one that holds Python objects.
 */
export function readPandasFrame(file: Hdf5Reader): PandasFrame {
  const seen: string[] = [];
  for (const name of file.list('/')) {
    const key = `/${name}`;
    const type = file.attribute(key, 'pandas_type');
    seen.push(name);
    if (type === 'frame') return readFixed(file, key);
    if (type === 'frame_table') return readTable(file, key);
  }
  return file.fail(
    'the root group',
    'a table written by pandas',
    seen.length === 0 ? 'an empty file' : `only ${seen.slice(0, 5).join(', ')}`,
    'Choose the .h5 file that DeepLabCut wrote beside the CSV.',
  );
}
