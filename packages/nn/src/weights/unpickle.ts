import { FormatError } from '@zoopraxis/core';

/** What a pickle may name; everything else is refused. */
export interface PickleVocabulary {
  /** Returns what stands for a global such as `collections.OrderedDict`, or undefined to refuse it. */
  resolve(name: string): unknown;
  /** Returns what stands for a persistent id (in PyTorch's files: a storage). Throws {@link PickleRefusal} on others. */
  persistent(id: unknown): unknown;
}

/** A function or class of the vocabulary: our own code, run in place of what the pickle names. */
export class PickleCallable {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {}
}

/** Thrown by a vocabulary on arguments that it does not accept; becomes a FormatError with the place in the file. */
export class PickleRefusal extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

/** Where the pickle lies and what to call it in errors. */
export interface PickleSource {
  bytes: Uint8Array;
  /** First byte of the pickle. Default 0. */
  start?: number;
  /** Name of the part of the file, such as `data.pkl`. */
  where: string;
  path?: string | undefined;
}

/** The value of a pickle and the byte after it. */
export interface Unpickled {
  /** Python's dict is a Map; list and tuple are arrays; int is number or bigint; bytes is Uint8Array. */
  value: unknown;
  end: number;
}

/** Names of opcodes that are refused, for error messages (pickletools of Python). */
const REFUSED: Readonly<Record<number, string>> = {
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  70: 'FLOAT',
  73: 'INT',
  76: 'LONG',
  80: 'PERSID',
  83: 'STRING',
  86: 'UNICODE',
  100: 'DICT',
  103: 'GET',
  105: 'INST',
  108: 'LIST',
  111: 'OBJ',
  112: 'PUT',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  139: 'LONG4',
  143: 'EMPTY_SET',
  144: 'ADDITEMS',
  145: 'FROZENSET',
  146: 'NEWOBJ_EX',
  150: 'BYTEARRAY8',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
};

const SAVE_WEIGHTS =
  "Nothing was run. In PyTorch, save the weights alone: torch.save(model.state_dict(), 'weights.pt').";

/**
 * Returns the value of a pickle, executing nothing: a machine for the opcodes that PyTorch writes (protocols 2 to 5),
 * in which a global can only stand for what the vocabulary gives for it. Other opcodes and globals are refused by
 * name. Work and memory grow linearly with the bytes read. Source: pickletools of Python's library.
 */
export function unpickle(source: PickleSource, vocabulary: PickleVocabulary): Unpickled {
  return new Unpickler(source, vocabulary).run();
}

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;
  #opStart = 0;
  #stack: unknown[] = [];
  readonly #marked: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(
    readonly source: PickleSource,
    readonly vocabulary: PickleVocabulary,
  ) {
    this.#bytes = source.bytes;
    this.#view = new DataView(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength);
    this.#position = source.start ?? 0;
  }

  run(): Unpickled {
    for (;;) {
      this.#opStart = this.#position;
      const opcode = this.#uint8();
      if (opcode === 46) return { value: this.#pop(), end: this.#position };
      try {
        this.#step(opcode);
      } catch (error) {
        if (error instanceof PickleRefusal) throw this.#error(error.expected, error.found, SAVE_WEIGHTS);
        throw error;
      }
    }
  }

  #error(expected: string, found: string, hint?: string): FormatError {
    const { path, where } = this.source;
    return new FormatError({
      format: 'pytorch',
      where: `${where}, byte ${this.#opStart}`,
      expected,
      found: found.length > 200 ? `${found.slice(0, 197)}...` : found,
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #step(opcode: number): void {
    switch (opcode) {
      // PROTO
      case 0x80: {
        const protocol = this.#uint8();
        if (protocol < 2 || protocol > 5) throw this.#error('pickle protocol 2 to 5', `${protocol}`);
        return;
      }
      case 0x95: // FRAME: only a hint for buffering
        this.#take(8);
        return;
      case 40: // MARK
        this.#marked.push(this.#stack);
        this.#stack = [];
        return;
      case 78: // NONE
        this.#push(null);
        return;
      case 0x88: // NEWTRUE
        this.#push(true);
        return;
      case 0x89: // NEWFALSE
        this.#push(false);
        return;
      case 74: // BININT
        this.#push(this.#view.getInt32(this.#take(4), true));
        return;
      case 75: // BININT1
        this.#push(this.#uint8());
        return;
      case 77: // BININT2
        this.#push(this.#view.getUint16(this.#take(2), true));
        return;
      case 0x8a: // LONG1
        this.#push(this.#long(this.#uint8()));
        return;
      case 71: // BINFLOAT
        this.#push(this.#view.getFloat64(this.#take(8), false));
        return;
      case 88: // BINUNICODE
      case 84: // BINSTRING
        this.#push(this.#text(this.#uint32()));
        return;
      case 0x8c: // SHORT_BINUNICODE
      case 85: // SHORT_BINSTRING
        this.#push(this.#text(this.#uint8()));
        return;
      case 0x8d: // BINUNICODE8
        this.#push(this.#text(this.#uint64()));
        return;
      case 66: // BINBYTES
        this.#push(this.#slice(this.#uint32()));
        return;
      case 67: // SHORT_BINBYTES
        this.#push(this.#slice(this.#uint8()));
        return;
      case 0x8e: // BINBYTES8
        this.#push(this.#slice(this.#uint64()));
        return;
      case 93: // EMPTY_LIST
      case 41: // EMPTY_TUPLE
        this.#push([]);
        return;
      case 125: // EMPTY_DICT
        this.#push(new Map());
        return;
      case 97: // APPEND
        this.#append([this.#pop()]);
        return;
      case 101: // APPENDS
        this.#append(this.#popMark());
        return;
      // SETITEM
      case 115: {
        const value = this.#pop();
        this.#setItems([this.#pop(), value]);
        return;
      }
      case 117: // SETITEMS
        this.#setItems(this.#popMark());
        return;
      case 116: // TUPLE
        this.#push(this.#popMark());
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const items: unknown[] = [];
        for (let count = opcode - 0x84; count > 0; count--) items.unshift(this.#pop());
        this.#push(items);
        return;
      }
      case 113: // BINPUT
        this.#memo.set(this.#uint8(), this.#top());
        return;
      case 114: // LONG_BINPUT
        this.#memo.set(this.#uint32(), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 104: // BINGET
        this.#push(this.#recall(this.#uint8()));
        return;
      case 106: // LONG_BINGET
        this.#push(this.#recall(this.#uint32()));
        return;
      case 99: // GLOBAL
        this.#push(this.#global(this.#line(), this.#line()));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#pop();
        const module = this.#pop();
        if (typeof module !== 'string' || typeof name !== 'string')
          throw this.#error('the name of a global', 'another value');
        this.#push(this.#global(module, name));
        return;
      }
      case 82: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.#pop();
        const callable = this.#pop();
        if (!(callable instanceof PickleCallable)) throw this.#error('a function to call', 'another value');
        if (!Array.isArray(args)) throw this.#error(`a tuple of arguments for ${callable.name}`, 'another value');
        this.#push(callable.call(args));
        return;
      }
      case 98: // BUILD: state_dict() hangs its version table on the dict as an attribute, which has no tensors
        this.#pop();
        if (!(this.#top() instanceof Map))
          throw this.#error('attributes of a dict', 'those of another object', SAVE_WEIGHTS);
        return;
      case 81: // BINPERSID
        this.#push(this.vocabulary.persistent(this.#pop()));
        return;
      default:
        throw this.#error(
          'an opcode that PyTorch writes for tensors',
          `${REFUSED[opcode] ?? 'an unknown one'} (0x${opcode.toString(16).padStart(2, '0')})`,
          SAVE_WEIGHTS,
        );
    }
  }

  #global(module: string, name: string): unknown {
    const full = `${module}.${name}`;
    const value = this.vocabulary.resolve(full);
    if (value === undefined) {
      throw this.#error(
        'only tensors, numbers, texts, lists and dicts',
        `a request to run or make ${full}, which was refused`,
        full.startsWith('__torch__.')
          ? 'This is a TorchScript archive. In PyTorch: torch.save(torch.jit.load(file).state_dict(), "weights.pt").'
          : SAVE_WEIGHTS,
      );
    }
    return value;
  }

  #push(value: unknown): void {
    this.#stack.push(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw this.#error('a value on the stack', 'none');
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length === 0) throw this.#error('a value on the stack', 'none');
    return this.#stack[this.#stack.length - 1];
  }

  #popMark(): unknown[] {
    const below = this.#marked.pop();
    if (below === undefined) throw this.#error('a mark on the stack', 'none');
    const items = this.#stack;
    this.#stack = below;
    return items;
  }

  #recall(index: number): unknown {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#error(`memo ${index} set before`, 'none');
    return value;
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#error('a list to append to', 'another value');
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly unknown[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map)) throw this.#error('a dict to fill', 'another value');
    if (items.length % 2 !== 0) throw this.#error('pairs of key and value', 'a key without value');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  #take(count: number): number {
    const start = this.#position;
    if (count > this.#bytes.length - start) {
      throw this.#error(`${count} more bytes`, `${this.#bytes.length - start} (truncated)`);
    }
    this.#position = start + count;
    return start;
  }

  #uint8(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  #slice(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  #text(count: number): string {
    try {
      return UTF8.decode(this.#slice(count));
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      throw this.#error('text', 'bytes that are not UTF-8');
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#position);
    if (end < 0) throw this.#error('a line', 'no end of one');
    const text = this.#text(end - this.#position);
    this.#position = end + 1;
    return text;
  }

  /** Python's int as two's complement, little-endian. */
  #long(count: number): number | bigint {
    let value = 0n;
    for (const [index, byte] of this.#slice(count).entries()) value |= BigInt(byte) << BigInt(8 * index);
    value = BigInt.asIntN(8 * count, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
