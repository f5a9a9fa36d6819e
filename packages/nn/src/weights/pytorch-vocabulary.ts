import { PickleCallable, PickleRefusal, type PickleVocabulary } from '@zoopraxis/core';
import { elementByteCount, elementCount, type WeightTensor, type WeightType } from './weight-set.js';

/** What errors about a pickle of PyTorch say. */
export const pytorchPickle = {
  format: 'pytorch',
  allowed: 'tensors, numbers, texts, lists and dicts',
  hint: (global: string | undefined): string =>
    global?.startsWith('__torch__.')
      ? 'This is a TorchScript archive. In PyTorch: torch.save(torch.jit.load(file).state_dict(), "weights.pt").'
      : "Nothing was run. In PyTorch, save the weights alone: torch.save(model.state_dict(), 'weights.pt').",
} as const;

/** A block of elements that tensors of the file view. */
export interface StorageReference {
  readonly key: string;
  /** Type that the storage was declared with; uint8 where it has none. */
  readonly type: WeightType;
  readonly byteCount: number;
}

/** A tensor whose elements are not read yet: `fillTensor` sets `data` on it. */
export interface PendingTensor {
  readonly tensor: WeightTensor;
  readonly storage: StorageReference;
  /** First element, in elements of the tensor's type. */
  readonly offset: number;
  /** Elements between neighbors along each dimension, `[dimension]`. */
  readonly stride: readonly number[];
}

/** Most dimensions of a tensor that are read (PyTorch itself allows 64). */
const MAX_RANK = 64;

const STORAGE_TYPES: Readonly<Record<string, WeightType>> = {
  BFloat16Storage: 'bfloat16',
  BoolStorage: 'bool',
  ByteStorage: 'uint8',
  CharStorage: 'int8',
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  ShortStorage: 'int16',
};

/** Element types by the names that PyTorch gives them, `torch.` left out. */
const DTYPES: readonly WeightType[] = [
  'bfloat16',
  'bool',
  'float16',
  'float32',
  'float64',
  'int16',
  'int32',
  'int64',
  'int8',
  'uint16',
  'uint32',
  'uint64',
  'uint8',
];

/** Classes that a tensor may have; they make no difference to its elements. */
const TENSOR_CLASSES: ReadonlySet<string> = new Set(['torch.Tensor', 'torch.nn.parameter.Parameter']);

class StorageType {
  constructor(readonly type: WeightType) {}
}

/**
 * The names that PyTorch writes for tensors, and what each stands for here. Nothing of them is executed: a rebuild
 * function only notes which elements of which storage a tensor shows.
 */
export class PytorchVocabulary implements PickleVocabulary {
  /** Storages that the file refers to, by key. */
  readonly storages = new Map<string, StorageReference>();
  /** Tensors in the order in which they were met. */
  readonly pending: PendingTensor[] = [];
  readonly #globals = new Map<string, unknown>();

  constructor() {
    const define = (name: string, call: (args: readonly unknown[]) => unknown) =>
      this.#globals.set(name, new PickleCallable(name, call));
    define('collections.OrderedDict', (args) => {
      if (args.length > 0) throw new PickleRefusal('an empty OrderedDict to be filled', 'one with arguments');
      return new Map();
    });
    define('torch.Size', ([sizes]) => this.#sizes(sizes, 'sizes'));
    define('torch.device', ([type, index]) => {
      if (typeof type !== 'string') throw new PickleRefusal('the name of a device', typeof type);
      return typeof index === 'number' ? `${type}:${index}` : type;
    });
    define('torch._utils._rebuild_tensor', (args) => this.#tensor(args));
    define('torch._utils._rebuild_tensor_v2', (args) => this.#tensor(args, undefined, args[6]));
    define('torch._utils._rebuild_tensor_v3', (args) => this.#tensor(args, dtypeOf(args[6]), args[7]));
    define('torch._utils._rebuild_parameter', ([tensor]) => this.#known(tensor));
    define('torch._utils._rebuild_parameter_with_state', ([tensor]) => this.#known(tensor));
    define('torch._tensor._rebuild_from_type_v2', ([rebuild, type, args]) => {
      if (
        !(rebuild instanceof PickleCallable) ||
        typeof type !== 'string' ||
        !TENSOR_CLASSES.has(type) ||
        !Array.isArray(args)
      ) {
        throw new PickleRefusal('a tensor with attributes', 'another object');
      }
      return this.#known(rebuild.call(args));
    });
    for (const name of TENSOR_CLASSES) this.#globals.set(name, name);
    for (const name of DTYPES) this.#globals.set(`torch.${name}`, `torch.${name}`);
    for (const [name, type] of Object.entries(STORAGE_TYPES)) {
      this.#globals.set(`torch.${name}`, new StorageType(type));
      this.#globals.set(`torch.cuda.${name}`, new StorageType(type));
    }
    this.#globals.set('torch.storage.UntypedStorage', new StorageType('uint8'));
  }

  resolve(name: string): unknown {
    return this.#globals.get(name);
  }

  persistent(id: unknown): StorageReference {
    const [kind, storageType, key, , size, view] = Array.isArray(id) ? (id as unknown[]) : [];
    if (kind !== 'storage' || !(storageType instanceof StorageType)) {
      throw new PickleRefusal('a storage', typeof kind === 'string' ? JSON.stringify(kind) : 'another persistent id');
    }
    if (typeof key !== 'string') throw new PickleRefusal('the key of a storage as text', typeof key);
    if (!isCount(size)) throw new PickleRefusal('the number of elements of a storage', String(size));
    if (view !== undefined && view !== null) throw new PickleRefusal('a whole storage', 'a view of one');
    const { type } = storageType;
    const byteCount = size * elementByteCount(type);
    const known = this.storages.get(key);
    if (known) {
      if (known.byteCount === byteCount && known.type === type) return known;
      throw new PickleRefusal(
        `storage ${key} as ${known.type} of ${known.byteCount} bytes`,
        `${type} of ${byteCount} bytes`,
      );
    }
    const storage: StorageReference = { key, type, byteCount };
    this.storages.set(key, storage);
    return storage;
  }

  #tensor(args: readonly unknown[], dtype?: WeightType, metadata?: unknown): WeightTensor {
    const storage = args[0];
    if (
      typeof storage !== 'object' ||
      storage === null ||
      this.storages.get((storage as StorageReference).key) !== storage
    ) {
      throw new PickleRefusal('a storage for a tensor', 'another value');
    }
    const offset = args[1];
    if (!isCount(offset)) throw new PickleRefusal('the first element of a tensor', String(offset));
    const shape = this.#sizes(args[2], 'sizes');
    const stride = this.#sizes(args[3], 'strides');
    if (shape.length !== stride.length) throw new PickleRefusal(`${shape.length} strides`, `${stride.length}`);
    if (metadata instanceof Map && [...metadata.values()].some((value) => value === true)) {
      throw new PickleRefusal('a plain tensor', `one that is ${[...metadata.keys()].join(', ')}`);
    }
    const reference = storage as StorageReference;
    const type = dtype ?? reference.type;
    const last = shape.reduce((index, size, axis) => index + (size - 1) * (stride[axis] as number), offset);
    const byteCount = (last + 1) * elementByteCount(type);
    if (!(elementCount(shape) >= 0)) throw new PickleRefusal('a shape that fits into memory', `[${shape.join(', ')}]`);
    if (!shape.includes(0) && !(byteCount <= reference.byteCount)) {
      throw new PickleRefusal(
        `elements inside storage ${reference.key} of ${reference.byteCount} bytes`,
        `one up to byte ${byteCount}`,
      );
    }
    // The elements come later: a deflated storage can only be expanded asynchronously.
    const tensor = { shape, type, data: undefined } as unknown as WeightTensor;
    this.pending.push({ tensor, storage: reference, offset, stride });
    this.#tensors.add(tensor);
    return tensor;
  }

  readonly #tensors = new Set<unknown>();

  #known(tensor: unknown): WeightTensor {
    if (!this.#tensors.has(tensor)) throw new PickleRefusal('a tensor', 'another value');
    return tensor as WeightTensor;
  }

  #sizes(value: unknown, what: string): number[] {
    if (!Array.isArray(value) || value.length > MAX_RANK || !value.every(isCount)) {
      throw new PickleRefusal(
        `at most ${MAX_RANK} ${what} of at least 0`,
        Array.isArray(value) ? `${value.length} others` : 'another value',
      );
    }
    // A copy, because the pickle could go on to change its list after the bounds are checked.
    return [...(value as number[])];
  }

  /** Returns whether a value of the tree is one of the tensors. */
  isTensor(value: unknown): value is WeightTensor {
    return this.#tensors.has(value);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function dtypeOf(value: unknown): WeightType {
  const type = DTYPES.find((name) => value === `torch.${name}`);
  if (type === undefined) throw new PickleRefusal('the element type of a tensor', String(value));
  return type;
}
