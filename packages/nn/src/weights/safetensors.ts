import { FormatError, joinBytes } from '@zoopraxis/core';
import { duplicateKey } from './duplicate-key.js';
import {
  elementByteCount,
  elementCount,
  tensorBytes,
  tensorFromBytes,
  type WeightSet,
  type WeightTensor,
  type WeightType,
} from './weight-set.js';

/** Largest header accepted, as in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

const METADATA_KEY = '__metadata__';

const CODES: Readonly<Record<WeightType, string>> = {
  bool: 'BOOL',
  uint8: 'U8',
  int8: 'I8',
  uint16: 'U16',
  int16: 'I16',
  uint32: 'U32',
  int32: 'I32',
  uint64: 'U64',
  int64: 'I64',
  float16: 'F16',
  bfloat16: 'BF16',
  float32: 'F32',
  float64: 'F64',
};

const TYPES = new Map(Object.entries(CODES).map(([type, code]) => [code, type as WeightType]));

/** What a safetensors file holds. */
export interface Safetensors {
  tensors: WeightSet;
  /** Texts that the writer added, such as the program's name. */
  metadata: Readonly<Record<string, string>>;
}

/** A safetensors file as pieces to be written one after another: the header, then each tensor's own memory. */
export interface SafetensorsPieces {
  byteCount: number;
  /** List of views of the tensors' memory, not copies: write them before the tensors change. */
  pieces: readonly Uint8Array[];
}

/**
 * Returns the tensors and metadata of a safetensors file, in the file's order of bytes.
 * Tensors are views of `bytes` where their place is aligned to their element type (as in files that this or the
 * reference implementation wrote), else copies. Throws FormatError on anything the format forbids.
 * Source: the format section of the safetensors documentation.
 */
export function readSafetensors(bytes: Uint8Array, path?: string): Safetensors {
  const fail: Fail = (where, expected, found) =>
    new FormatError({
      format: 'safetensors',
      where: clip(where),
      expected,
      found: clip(found),
      ...(path === undefined ? {} : { path }),
    });
  if (bytes.length < 8) throw fail('byte 0', 'the length of the header in 8 bytes', `${bytes.length} bytes in all`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw fail('byte 0', `a header of at most ${MAX_HEADER_BYTES} bytes`, `${length}`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length)
    throw fail('byte 0', `a header of ${length} bytes`, `only ${bytes.length - 8} (truncated)`);
  const data = bytes.subarray(dataStart);
  const { entries, metadata } = readHeader(bytes.subarray(8, dataStart), fail);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, WeightTensor>();
  let position = 0;
  for (const { name, type, shape, begin, end } of entries) {
    const where = `tensor ${JSON.stringify(name)}`;
    if (begin !== position) {
      const problem = begin < position ? 'overlaps the tensor before' : 'leaves a gap after the tensor before';
      throw fail(where, `data that begin at offset ${position}`, `${begin}, which ${problem}`);
    }
    const byteCount = elementCount(shape) * elementByteCount(type);
    if (end - begin !== byteCount) {
      throw fail(where, `${byteCount} bytes for ${CODES[type]} [${shape.join(', ')}]`, `${end - begin}`);
    }
    if (end > data.length) throw fail(where, `data up to offset ${end}`, `only ${data.length} bytes (truncated)`);
    tensors.set(name, tensorFromBytes(type, shape, data.subarray(begin, end)));
    position = end;
  }
  if (position !== data.length) throw fail('the end', `${position} bytes of data`, `${data.length}`);
  return { tensors, metadata };
}

interface Entry {
  name: string;
  type: WeightType;
  shape: number[];
  begin: number;
  end: number;
}

type Fail = (where: string, expected: string, found: string) => FormatError;

/** A header may be 100 MB; what an error quotes of it stays short. */
function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function readHeader(bytes: Uint8Array, fail: Fail): { entries: Entry[]; metadata: Record<string, string> } {
  if (bytes[0] !== 0x7b)
    throw fail('the header', 'JSON that begins with {', bytes.length === 0 ? 'nothing' : `byte ${bytes[0]}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fail('the header', 'UTF-8', 'other bytes');
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw fail('the header', 'JSON', cause instanceof Error ? cause.message : String(cause));
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw fail('the header', 'each key once', `${JSON.stringify(twice)} twice`);
  const entries: Entry[] = [];
  let metadata: [string, string][] = [];
  for (const [name, value] of Object.entries(header as Record<string, unknown>)) {
    const where = `tensor ${JSON.stringify(name)}`;
    if (typeof value !== 'object' || value === null) throw fail(where, 'an object', JSON.stringify(value));
    if (name === METADATA_KEY) {
      metadata = Object.entries(value as Record<string, unknown>).map(([key, item]) => {
        if (typeof item !== 'string')
          throw fail(METADATA_KEY, `a text for ${JSON.stringify(key)}`, JSON.stringify(item));
        return [key, item];
      });
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
    const type = typeof dtype === 'string' ? TYPES.get(dtype) : undefined;
    if (type === undefined)
      throw fail(where, `a dtype among ${[...TYPES.keys()].join(', ')}`, JSON.stringify(dtype) ?? 'none');
    if (!isSizes(shape)) throw fail(where, 'a shape of whole numbers', JSON.stringify(shape) ?? 'none');
    if (!isSizes(offsets) || offsets.length !== 2)
      throw fail(where, 'two data_offsets', JSON.stringify(offsets) ?? 'none');
    const [begin, end] = offsets as [number, number];
    if (begin > end) throw fail(where, 'data_offsets in order', `${begin}, ${end}`);
    entries.push({ name, type, shape, begin, end });
  }
  return { entries, metadata: Object.fromEntries(metadata) };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/**
 * Returns the bytes of a safetensors file. Tensors are ordered by element size (largest first) and name, so that
 * each is aligned and the same tensors always give the same bytes.
 */
export function writeSafetensors(tensors: WeightSet, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return joinBytes(safetensorsPieces(tensors, metadata).pieces);
}

/** Returns what {@link writeSafetensors} does as pieces, so that a checkpoint can be written without a second copy in memory. */
export function safetensorsPieces(
  tensors: WeightSet,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsPieces {
  const order = [...tensors].sort(
    ([nameA, a], [nameB, b]) => elementByteCount(b.type) - elementByteCount(a.type) || (nameA < nameB ? -1 : 1),
  );
  const header: [string, unknown][] = [];
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) header.push([METADATA_KEY, Object.fromEntries(keys.map((key) => [key, metadata[key]]))]);
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of order) {
    if (name === METADATA_KEY) throw new RangeError(`tensor name: must not be ${METADATA_KEY}`);
    const piece = tensorBytes(tensor);
    if (elementCount(tensor.shape) !== tensor.data.length) {
      throw new RangeError(`${name}: shape [${tensor.shape.join(', ')}] does not hold ${tensor.data.length} elements`);
    }
    const end = offset + piece.length;
    header.push([name, { dtype: CODES[tensor.type], shape: tensor.shape, data_offsets: [offset, end] }]);
    pieces.push(piece);
    offset = end;
  }
  // Object.fromEntries would move names that look like numbers to the front.
  const text = `{${header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  return { byteCount: head.length + offset, pieces: [head, ...pieces] };
}
