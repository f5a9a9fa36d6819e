import { FormatError, type PickleVocabulary, unpickle } from '@zoopraxis/core';
import { type PytorchVocabulary, pytorchPickle } from './pytorch-vocabulary.js';
import { elementByteCount } from './weight-set.js';

/** First bytes of the form that `torch.save` wrote before PyTorch 1.6: a pickle of this number. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

const PROTOCOL_VERSION = 1001;

const NO_NAMES: PickleVocabulary = { resolve: () => undefined };

/** Returns whether bytes begin as a PyTorch file from before version 1.6 does. */
export function isLegacyPytorch(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Returns the value and the storages of a PyTorch file in the form from before version 1.6, in which some published
 * weights still come: five pickles (a magic number, the version, the machine, the object, the keys of the storages),
 * then per storage its number of elements in 8 bytes and the elements.
 */
export function readLegacyPytorch(
  bytes: Uint8Array,
  vocabulary: PytorchVocabulary,
  path?: string,
): { value: unknown; storages: Map<string, Uint8Array> } {
  const fail = (where: string, expected: string, found: string): FormatError =>
    new FormatError({ format: 'pytorch', where, expected, found, ...(path === undefined ? {} : { path }) });
  let position = 0;
  const next = (where: string, names: PickleVocabulary = NO_NAMES): unknown => {
    const { value, end } = unpickle({ ...pytorchPickle, bytes, start: position, where, path }, names);
    position = end;
    return value;
  };
  next('magic number');
  const version = next('version');
  if (version !== PROTOCOL_VERSION) throw fail('version', `${PROTOCOL_VERSION}`, String(version));
  const machine = next('machine');
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw fail('machine', 'little-endian elements', 'big-endian');
  const value = next('object', vocabulary);
  const keys = next('storage keys');
  if (!Array.isArray(keys)) throw fail('storage keys', 'a list', typeof keys);
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? vocabulary.storages.get(key) : undefined;
    if (storage === undefined || storages.has(storage.key))
      throw fail('storage keys', 'each storage of the object once', String(key));
    const where = `storage ${storage.key}`;
    if (position + 8 > bytes.length) throw fail(where, 'its number of elements', 'the end of the file (truncated)');
    const byteCount = Number(view.getBigInt64(position, true)) * elementByteCount(storage.type);
    if (byteCount !== storage.byteCount)
      throw fail(where, `${storage.byteCount} bytes as the object says`, `${byteCount}`);
    const start = position + 8;
    position = start + byteCount;
    if (position > bytes.length) throw fail(where, `${byteCount} bytes`, `${bytes.length - start} (truncated)`);
    storages.set(storage.key, bytes.subarray(start, position));
  }
  for (const key of vocabulary.storages.keys())
    if (!storages.has(key)) throw fail('storage keys', `storage ${key}`, 'none');
  return { value, storages };
}
