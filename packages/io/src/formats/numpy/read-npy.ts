import { FormatError, PickleRefusal, readZip, readZipEntry, unpickle } from '@zoopraxis/core';
import { decodeElements, fromFortranOrder, parseElementType } from './element-type.js';
import { asNumpyArray, countOf, type NumpyArray, numpyVocabulary } from './numpy-vocabulary.js';
import { parsePythonLiteral } from './python-literal.js';

/** How a file of numpy is read. */
export interface NumpyReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  /** Unpacked bytes that are read. Default 1 GiB. */
  readonly maxBytes?: number;
}

const pickleHint = (): string => 'Nothing was run. Save plain numbers instead: numpy.save with allow_pickle=False.';

/**
 * Returns the array of an `.npy` file (format versions 1.0 to 3.0): numbers, truth values and texts; Python objects
 * through the restricted unpickler, which knows numpy's arrays and no other class. The header is parsed, not evaluated.
 *
 * Source: numpy.lib.format.
 * @throws FormatError for records, dates and complex numbers, for damage and for whatever pickles must not name.
 */
export function readNpy(bytes: Uint8Array, options: NumpyReadOptions = {}): NumpyArray {
  return readArray(bytes, options.path, '');
}

/**
 * Returns the arrays of an `.npz` archive by name, in its order.
 * @throws FormatError as {@link readNpy}, or where more comes out of the archive than `maxBytes`.
 */
export async function readNpz(
  bytes: Uint8Array,
  options: NumpyReadOptions = {},
): Promise<ReadonlyMap<string, NumpyArray>> {
  const { path, maxBytes = 2 ** 30 } = options;
  const entries = [...readZip(bytes, path).values()].filter(({ name }) => name.endsWith('.npy'));
  const total = entries.reduce((sum, { byteCount }) => sum + byteCount, 0);
  if (total > maxBytes) throw problem(path, '', 'the archive', `at most ${maxBytes} unpacked bytes`, `${total}`);
  const arrays = new Map<string, NumpyArray>();
  for (const entry of entries) {
    arrays.set(entry.name.slice(0, -'.npy'.length), readArray(await readZipEntry(entry, path), path, entry.name));
  }
  return arrays;
}

function problem(path: string | undefined, entry: string, where: string, expected: string, found: string): FormatError {
  return new FormatError({
    format: 'numpy',
    ...(path === undefined ? {} : { path }),
    where: entry === '' ? where : `${entry}, ${where}`,
    expected,
    found,
  });
}

function readArray(bytes: Uint8Array, path: string | undefined, entry: string): NumpyArray {
  const fail = (where: string, expected: string, found: string) => problem(path, entry, where, expected, found);
  if (bytes.length < 10 || [0x93, 78, 85, 77, 80, 89].some((byte, i) => bytes[i] !== byte)) {
    throw fail('byte 0', 'an array of numpy', bytes.length < 10 ? `${bytes.length} bytes` : 'other bytes');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) throw fail('byte 6', 'format version 1 to 3', `${version}`);
  const start = version === 1 ? 10 : 12;
  const length =
    start > bytes.length ? Number.POSITIVE_INFINITY : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw fail('the header', `${length} bytes`, `${bytes.length - start} (truncated)`);
  if (length > 65_536) throw fail('the header', 'at most 65536 bytes', `${length}`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, start + length));
  const header = parsePythonLiteral(text);
  if (!(header instanceof Map)) throw fail('the header', 'a description', JSON.stringify(text.slice(0, 60)));
  const [descr, isFortran, shape] = ['descr', 'fortran_order', 'shape'].map((key) => header.get(key));
  const type = typeof descr === 'string' ? parseElementType(descr) : undefined;
  if (type === undefined || typeof isFortran !== 'boolean') {
    const found = typeof descr === 'string' ? descr : Array.isArray(descr) ? 'records' : 'none';
    throw fail('the header', 'elements that are numbers, texts or objects', found);
  }
  let count: number;
  try {
    count = countOf(shape);
  } catch (cause) {
    if (!(cause instanceof PickleRefusal)) throw cause;
    throw fail('the header', cause.expected, cause.found);
  }
  const data = bytes.subarray(start + length);
  if (type.kind === 'O') {
    const where = entry === '' ? 'the objects' : entry;
    const allowed = 'numpy arrays, numbers, texts, lists and dicts';
    const { value } = unpickle(
      { bytes: data, where, path, format: 'numpy', allowed, hint: pickleHint },
      numpyVocabulary,
    );
    const array = asNumpyArray(value);
    if (array === undefined || array.shape.join() !== (shape as number[]).join()) {
      throw fail('the objects', `an array of shape [${(shape as number[]).join(', ')}]`, 'another value');
    }
    return { shape: array.shape, values: array.values };
  }
  if (data.length !== count * type.size || (type.size === 0 && count > 0)) {
    throw fail('the data', `${count} elements of ${type.size} bytes`, `${data.length} bytes`);
  }
  const values = decodeElements(type, data);
  const dimensions = [...(shape as number[])];
  return {
    shape: dimensions,
    values: isFortran && dimensions.length > 1 ? fromFortranOrder(values, dimensions) : values,
  };
}
