import { DomainError, FormatError } from '@zoopraxis/core';
import type { Dataset, File, Group } from 'h5wasm';
import { findHeapDamage } from './global-heaps.js';

/** How the elements of a dataset, a member or an attribute lie in the file. */
export interface Hdf5Type {
  readonly kind: 'integer' | 'float' | 'string' | 'compound' | 'array' | 'other';
  /** Bytes of one element. */
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** True for strings whose length differs from element to element. */
  readonly variable: boolean;
  /** Members of a compound. */
  readonly members: readonly Hdf5Member[];
  /** Element and shape of an array. */
  readonly element?: Hdf5Type;
  readonly shape: readonly number[];
}

/** A named part of a compound element. */
export interface Hdf5Member {
  readonly name: string;
  /** Byte offset inside the element. */
  readonly offset: number;
  readonly type: Hdf5Type;
}

/** An open HDF5 file, read-only. Every method throws FormatError where something is missing or damaged. */
export interface Hdf5Reader {
  /** Returns the names below a group, sorted; empty where there is no such group. */
  list(group: string): string[];
  /** Tells what lies at a path. */
  kind(path: string): 'group' | 'dataset' | undefined;
  /** Returns an attribute: text, a number, or undefined where it is missing or neither. */
  attribute(path: string, name: string): string | number | undefined;
  /** Returns shape and element type of a dataset. */
  describe(path: string): { shape: number[]; type: Hdf5Type };
  /** Returns elements `start` to `end` along the first axis, as the bytes of the file. */
  bytes(path: string, start: number, end: number): Uint8Array;
  /** Returns a dataset of numbers, flat in the order of its shape `[...shape]`. */
  numbers(path: string): Float64Array;
  /** Returns a dataset of strings, of fixed or varying length. */
  strings(path: string): string[];
  /** Returns the byte strings of a dataset: of varying length, or rows of bytes with zeros behind. */
  blobs(path: string): Uint8Array[];
  /** Checks the size of every dataset and the heaps of texts, for libraries that trust them and read by themselves. */
  checkAll(): void;
  /** Throws the FormatError of this file. */
  fail(where: string, expected: string, found: string, hint?: string): never;
}

/** The interface of HDF5's C library. */
type H5Module = Awaited<typeof import('h5wasm')['ready']>;

const damagedHint =
  'The file may be incomplete or damaged: copy it again, or write it again with the program it is from.';

interface RawType {
  type: number;
  size: number;
  signed: boolean;
  littleEndian: boolean;
  vlen: boolean;
  compound_type?: { members: (RawType & { name: string; offset: number })[] };
  array_type?: RawType;
  shape?: number[] | null;
}

function readType(raw: RawType): Hdf5Type {
  // PyTables stores booleans as bit fields (class 4), h5py as enumerations of bytes (class 8).
  const kinds = [
    'integer',
    'float',
    'other',
    'string',
    'integer',
    'other',
    'compound',
    'other',
    'integer',
    'other',
    'array',
  ];
  const kind = (kinds[raw.type] ?? 'other') as Hdf5Type['kind'];
  const members = (raw.compound_type?.members ?? []).map((member) => ({
    name: member.name,
    offset: member.offset,
    type: readType(member),
  }));
  return {
    kind,
    size: raw.size,
    signed: raw.signed,
    littleEndian: raw.littleEndian,
    variable: raw.vlen,
    members,
    ...(raw.array_type === undefined ? {} : { element: readType(raw.array_type) }),
    shape: (kind === 'array' ? raw.array_type?.shape : undefined) ?? [],
  };
}

/** Returns a function that reads the number at a byte offset, or undefined where the type is no plain number. */
export function numberReader(type: Hdf5Type): ((view: DataView, offset: number) => number) | undefined {
  const { kind, size, signed, littleEndian } = type;
  if (kind === 'float' && size === 8) return (view, offset) => view.getFloat64(offset, littleEndian);
  if (kind === 'float' && size === 4) return (view, offset) => view.getFloat32(offset, littleEndian);
  if (kind !== 'integer') return undefined;
  if (size === 1) return (view, offset) => (signed ? view.getInt8(offset) : view.getUint8(offset));
  if (size === 2) {
    return (view, offset) => (signed ? view.getInt16(offset, littleEndian) : view.getUint16(offset, littleEndian));
  }
  if (size === 4) {
    return (view, offset) => (signed ? view.getInt32(offset, littleEndian) : view.getUint32(offset, littleEndian));
  }
  if (size === 8) {
    return (view, offset) =>
      Number(signed ? view.getBigInt64(offset, littleEndian) : view.getBigUint64(offset, littleEndian));
  }
  return undefined;
}

/** Returns the text of `size` bytes: up to the first zero byte, UTF-8. */
function textOf(bytes: Uint8Array, offset: number, size: number): string {
  const end = bytes.indexOf(0, offset);
  const stop = end < 0 || end > offset + size ? offset + size : end;
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(offset, stop));
}

function createReader(
  module: H5Module,
  file: File,
  fileContent: Uint8Array,
  { format, path }: { format: string; path?: string | undefined },
): Hdf5Reader {
  const fileBytes = fileContent.length;
  const fail = (where: string, expected: string, found: string, hint = damagedHint): never => {
    throw new FormatError({ format, ...(path === undefined ? {} : { path }), where, expected, found, hint });
  };
  let heapsAreChecked = false;
  const checkHeaps = (): void => {
    if (heapsAreChecked) return;
    const damage = findHeapDamage(fileContent);
    if (damage !== undefined) fail('its texts', 'heaps of texts in order', damage);
    heapsAreChecked = true;
  };
  const kind = (name: string): 'group' | 'dataset' | undefined => {
    let type: number;
    try {
      type = module.get_type(file.file_id, name);
    } catch {
      // A path that runs through a dataset, or to a damaged object: there is nothing to read.
      return undefined;
    }
    return type === module.H5G_GROUP ? 'group' : type === module.H5G_DATASET ? 'dataset' : undefined;
  };
  const describe = (name: string) => {
    if (kind(name) !== 'dataset') fail(name, 'a dataset', 'nothing of that name');
    const raw = module.get_dataset_metadata(file.file_id, name);
    if (!raw.shape) fail(name, 'a dataset with values', 'an empty one');
    const shape = [...(raw.shape as number[])].map(Number);
    const type = readType(raw as unknown as RawType);
    const total = shape.reduce((product, size) => product * size, type.size);
    // Deflate packs at most 1032 to 1, and what is not packed must lie in the file: a damaged or prepared shape that
    // claims more would fill the memory with nothing.
    const packed = total > fileBytes && module.get_dataset_filters(file.file_id, name).length > 0;
    if (!(total <= fileBytes * (packed ? 1100 : 1))) {
      fail(name, 'no more values than the file can hold', `shape [${shape}] of ${type.size} bytes each`);
    }
    return { shape, type };
  };
  const read = (name: string, shape: readonly number[], size: number, start: number, end: number): Uint8Array => {
    const count = [end - start, ...shape.slice(1)];
    const total = count.reduce((product, value) => product * value, size);
    if (total === 0) return new Uint8Array();
    if (total > 2 ** 30) fail(name, 'at most 1 GiB at a time', `${total} bytes`);
    const pointer = module._malloc(total);
    if (pointer === 0) fail(name, 'memory for the values', `none for ${total} bytes`);
    try {
      const offset = [start, ...shape.slice(1).map(() => 0)];
      const ones = shape.map(() => 1n);
      const scalar = shape.length === 0;
      module.get_dataset_data(
        file.file_id,
        name,
        scalar ? null : count.map(BigInt),
        scalar ? null : offset.map(BigInt),
        scalar ? null : ones,
        BigInt(pointer),
      );
      return module.HEAPU8.slice(pointer, pointer + total);
    } finally {
      module._free(pointer);
    }
  };
  const bytes = (name: string, start: number, end: number): Uint8Array => {
    const { shape, type } = describe(name);
    if (type.variable || type.kind === 'other') fail(name, 'values of a fixed size', 'values of other types');
    const rows = shape.length === 0 ? 1 : (shape[0] as number);
    return read(name, shape, type.size, Math.min(start, rows), Math.min(end, rows));
  };
  const list = (group: string): string[] =>
    kind(group) === 'group' ? module.get_names(file.file_id, group, false).sort() : [];
  return {
    kind,
    describe,
    bytes,
    fail,
    list,
    checkAll() {
      checkHeaps();
      const paths = list('/').map((name) => `/${name}`);
      for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
        if (kind(path) === 'group') {
          // Groups can hold themselves; no format nests as deep as this.
          if (path.split('/').length > 20 || paths.length > 1_000_000)
            fail(path, 'groups of at most 20 levels', 'more');
          for (const name of list(path)) paths.push(`${path}/${name}`);
        } else if (kind(path) === 'dataset' && module.get_dataset_metadata(file.file_id, path).shape) describe(path);
      }
    },
    attribute(name, attribute) {
      if (kind(name) === undefined || !module.get_attribute_names(file.file_id, name).includes(attribute)) {
        return undefined;
      }
      const raw = module.get_attribute_metadata(file.file_id, name, attribute);
      if (!raw.shape || raw.size * raw.total_size > 2 ** 26) return undefined;
      const type = readType(raw as unknown as RawType);
      if (raw.total_size !== 1 || raw.size === 0) return undefined;
      if (type.variable) {
        checkHeaps();
        const value = (file.get(name) as Group | Dataset).get_attribute(attribute, true);
        return typeof value === 'string' ? value : undefined;
      }
      const pointer = module._malloc(raw.size);
      try {
        module.get_attribute_data(file.file_id, name, attribute, BigInt(pointer));
        const data = module.HEAPU8.slice(pointer, pointer + raw.size);
        if (type.kind === 'string') return textOf(data, 0, data.length);
        return numberReader(type)?.(new DataView(data.buffer), 0);
      } finally {
        module._free(pointer);
      }
    },
    numbers(name) {
      const { shape, type } = describe(name);
      const get = numberReader(type);
      if (get === undefined) return fail(name, 'numbers', `elements of type ${type.kind}`);
      const data = bytes(name, 0, shape[0] ?? 1);
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      return Float64Array.from({ length: data.length / type.size }, (_, i) => get(view, i * type.size));
    },
    strings(name) {
      const { shape, type } = describe(name);
      if (type.kind === 'string' && type.variable) {
        checkHeaps();
        const value = (file.get(name) as Dataset).value;
        const list = Array.isArray(value) ? value : [value];
        return list.map((text) => (typeof text === 'string' ? text : fail(name, 'texts', typeof text)));
      }
      if (type.kind !== 'string') return fail(name, 'fixed-length strings', `type ${type.kind}`);
      const data = bytes(name, 0, shape[0] ?? 1);
      return Array.from({ length: data.length / type.size }, (_, i) => textOf(data, i * type.size, type.size));
    },
    blobs(name) {
      const { shape, type } = describe(name);
      const [count, width] = [shape[0] ?? 0, shape[1] ?? 0];
      if (type.kind === 'integer' && type.size === 1 && shape.length === 2) {
        return Array.from({ length: count }, (_, i) => {
          const row = bytes(name, i, i + 1);
          let end = width;
          while (end > 0 && row[end - 1] === 0) end--;
          return row.slice(0, end);
        });
      }
      if (type.kind !== 'other' || shape.length !== 1) return fail(name, 'byte strings', `type ${type.kind}`);
      checkHeaps();
      const dataset = file.get(name) as Dataset;
      return Array.from({ length: count }, (_, i) => {
        const [value] = dataset.slice([[i, i + 1]]) as unknown[];
        if (!(value instanceof Int8Array || value instanceof Uint8Array))
          return fail(name, 'byte strings', typeof value);
        return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
      });
    },
  };
}

/** Returns what HDF5 says of its trouble: the innermost reason of its list of calls. */
function troubleOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : '';
  const reasons = [...text.matchAll(/^ *#\d+: .* in \w+\(\): (.+)$/gm)];
  return reasons.at(-1)?.[1] ?? (text.split('\n')[0] || 'damaged data');
}

let opened = 0;

/**
 * Returns what `read` returns for the bytes of an HDF5 file; everything is closed afterwards.
 * @throws FormatError for a file that HDF5 cannot open or read; whatever else HDF5 throws becomes its cause.
 */
export async function readHdf5<T>(
  bytes: Uint8Array,
  options: { format: string; path?: string | undefined },
  read: (file: Hdf5Reader) => T,
): Promise<T> {
  // Loaded on the first use: the library is 4 MB, and most of what imports this package never opens HDF5.
  const h5wasm = await import('h5wasm');
  const module = await h5wasm.ready;
  const name = `read-${opened++}.h5`;
  const problem = (where: string, cause: unknown) =>
    new FormatError({
      format: options.format,
      ...(options.path === undefined ? {} : { path: options.path }),
      where,
      expected: 'an HDF5 file',
      found: troubleOf(cause),
      hint: damagedHint,
      cause,
    });
  const files = module.FS;
  // HDF5 would print every trouble to the console and hand out invalid handles; so it throws instead.
  module.activate_throwing_error_handler();
  try {
    files.writeFile(name, bytes, { canOwn: true } as never);
    let file: File;
    try {
      file = new h5wasm.File(name, 'r');
    } catch (cause) {
      throw problem('the start of the file', cause);
    }
    try {
      return read(createReader(module, file, bytes, options));
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      throw problem('its structure', cause);
    } finally {
      try {
        file.close();
      } catch {
        // A damaged file may not close; nothing of it is kept, and the first trouble is the one to tell.
      }
    }
  } finally {
    module.deactivate_throwing_error_handler();
    files.unlink(name);
  }
}

/** Tells whether bytes begin as HDF5 does: its signature at 0 (or at 512, 1024, ... behind a user block). */
export function isHdf5(bytes: Uint8Array): boolean {
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  for (let at = 0; at + 8 <= bytes.length; at = at === 0 ? 512 : at * 2) {
    if (signature.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}
