import { FormatError, readZip, readZipEntry, unpickle, type ZipEntry } from '@zoopraxis/core';
import { fillTensor, isContiguous } from './fill-tensor.js';
import { isLegacyPytorch, readLegacyPytorch } from './pytorch-legacy.js';
import { flattenTree, type PytorchValue, treeOf } from './pytorch-tree.js';
import { PytorchVocabulary, pytorchPickle } from './pytorch-vocabulary.js';
import { elementByteCount, elementCount, type WeightSet } from './weight-set.js';

/** What a PyTorch file holds. */
export interface PytorchFile {
  /** Tensors by dotted path. */
  tensors: WeightSet;
  /** Key of the dict that `tensors` was taken from (`state_dict`...), or undefined where it is the whole file. */
  part: string | undefined;
  /** Everything in the file: a dict is a Map, a list or tuple an array, a dtype or device its name. */
  tree: PytorchValue;
}

/** Largest pickle (not tensors) that is read. */
const MAX_PICKLE_BYTES = 256 * 2 ** 20;

/** Memory beyond the file's own that expanding and reordering may take: 256 MiB and 16 times the file. */
function extraBytesAllowed(fileByteCount: number): number {
  return 256 * 2 ** 20 + 16 * fileByteCount;
}

/**
 * Returns the tensors of a PyTorch file (`.pt`, `.pth`) as `torch.save` writes it, in the zip form or the one from
 * before PyTorch 1.6. Nothing in the file is executed: opcodes and classes outside the vocabulary of tensors are
 * refused by name with FormatError.
 *
 * `tensors` are flattened with dotted paths. Where the file is a dict with exactly one of the keys `state_dict`,
 * `model_state_dict` and `model` holding tensors, and no tensor of its own, only that part is flattened (named in
 * `part`); else the whole file is. A tensor saved alone has the name ''.
 * Elements are views of `bytes` where they lie row-major and aligned, else copies. Tensors that share a storage in
 * the file may share memory. Attributes on dicts and tensors are dropped.
 */
export async function readPytorch(bytes: Uint8Array, path?: string): Promise<PytorchFile> {
  const vocabulary = new PytorchVocabulary();
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!isZip && !isLegacyPytorch(bytes)) {
    throw failIn(path)(
      'byte 0',
      'a zip archive or a pickle as torch.save writes it',
      `bytes ${[...bytes.subarray(0, 4)].join(' ')}`,
    );
  }
  const { value, storages } = isZip
    ? await readArchive(bytes, vocabulary, path)
    : readLegacyPytorch(bytes, vocabulary, path);
  const tree = treeOf(value, vocabulary, path);
  // Aligned once per storage, so that every tensor on it is a view and a hostile file cannot multiply copies.
  for (const [key, storage] of storages) if (storage.byteOffset % 8 !== 0) storages.set(key, storage.slice());
  const allowed = extraBytesAllowed(bytes.length);
  let copied = 0;
  for (const { tensor, stride } of vocabulary.pending) {
    if (!isContiguous(tensor.shape, stride)) copied += elementCount(tensor.shape) * elementByteCount(tensor.type);
    if (copied > allowed) {
      throw failIn(path)(
        `tensor of shape [${tensor.shape.join(', ')}]`,
        `at most ${allowed} bytes of reordered tensors`,
        'more',
      );
    }
  }
  for (const pending of vocabulary.pending) fillTensor(pending, storages.get(pending.storage.key) as Uint8Array);
  return { ...flattenTree(tree, vocabulary, path), tree };
}

type Fail = (where: string, expected: string, found: string, hint?: string) => FormatError;

function failIn(path: string | undefined): Fail {
  return (where, expected, found, hint) =>
    new FormatError({
      format: 'pytorch',
      where,
      expected,
      found,
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    });
}

async function readArchive(
  bytes: Uint8Array,
  vocabulary: PytorchVocabulary,
  path: string | undefined,
): Promise<{ value: unknown; storages: Map<string, Uint8Array> }> {
  const fail = failIn(path);
  const entries = readZip(bytes, path);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickleName] = pickles;
  if (pickleName === undefined || pickles.length > 1) {
    throw fail(
      'the archive',
      'one data.pkl in its top folder',
      `${pickles.length}`,
      'Is this a file that torch.save wrote?',
    );
  }
  const folder = pickleName.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && order.byteCount <= 16) {
    const text = new TextDecoder().decode(await readZipEntry(order, path)).trim();
    if (text !== 'little')
      throw fail('byteorder', 'little', JSON.stringify(text), 'Save the file on a little-endian machine.');
  }
  const pickle = entries.get(pickleName) as ZipEntry;
  if (pickle.byteCount > MAX_PICKLE_BYTES)
    throw fail('data.pkl', `at most ${MAX_PICKLE_BYTES} bytes`, `${pickle.byteCount}`);
  const { value } = unpickle(
    { ...pytorchPickle, bytes: await readZipEntry(pickle, path), where: 'data.pkl', path },
    vocabulary,
  );
  const storages = new Map<string, Uint8Array>();
  let expanded = 0;
  for (const storage of vocabulary.storages.values()) {
    const name = `${folder}data/${storage.key}`;
    const entry = entries.get(name);
    if (entry === undefined) throw fail(name, 'a storage that data.pkl refers to', 'none');
    if (entry.byteCount !== storage.byteCount)
      throw fail(name, `${storage.byteCount} bytes as data.pkl says`, `${entry.byteCount}`);
    if (entry.method === 'deflated') expanded += entry.byteCount;
    if (expanded > extraBytesAllowed(bytes.length)) {
      throw fail(name, `at most ${extraBytesAllowed(bytes.length)} bytes once expanded`, 'more');
    }
    storages.set(storage.key, await readZipEntry(entry, path));
  }
  return { value, storages };
}
