import { FormatError } from '../errors.js';
import { treeProblem } from './bounded-tree.js';
import { PickleBytes } from './pickle-bytes.js';
import { PickleCallable, PickleObject, PickleRefusal, type PickleVocabulary } from './vocabulary.js';

/** Where the pickle lies and what to call it in errors. */
export interface PickleSource {
  readonly bytes: Uint8Array;
  /** First byte of the pickle. Default 0. */
  readonly start?: number;
  /** Name of the part of the file, such as `data.pkl`; empty where the file is the pickle. */
  readonly where: string;
  readonly path?: string | undefined;
  /** Format name of errors. Default `pickle`. */
  readonly format?: string;
  /** What the vocabulary is for, in words: `tensors, numbers, texts, lists and dicts`. */
  readonly allowed?: string;
  /** Returns what mends a refusal, given the full name of the global that was refused, if it was one. */
  readonly hint?: (global: string | undefined) => string;
}

/** The value of a pickle and the byte after it. */
export interface Unpickled {
  /** Python's dict is a Map; list and tuple are arrays; set is a Set; int is number or bigint; bytes is Uint8Array. */
  readonly value: unknown;
  readonly end: number;
}

/** Names of opcodes that are never run, for messages (pickletools of Python): they reach beyond the bytes given. */
const refusedOpcodes: Readonly<Record<number, string>> = {
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
};

/** Values that one may find by going through a pickle, for each of its bytes: shared ones count where they appear. */
const valuesPerByte = 16;

/**
 * Returns the value of a pickle of protocol 0 to 5, executing nothing: a global can only stand for what the vocabulary
 * gives for it, others are refused by name, and so are opcodes that reach beyond the bytes. Work and memory grow
 * linearly with the bytes read, and so does the size of the value, however it is gone through: nested at most 256
 * deep, never inside itself.
 *
 * Source: pickletools of Python's library.
 * @throws FormatError naming the byte.
 */
export function unpickle(source: PickleSource, vocabulary: PickleVocabulary): Unpickled {
  return new Unpickler(source, vocabulary).run();
}

class Unpickler {
  readonly #in: PickleBytes;
  #opStart = 0;
  #stack: unknown[] = [];
  readonly #marked: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(
    readonly source: PickleSource,
    readonly vocabulary: PickleVocabulary,
  ) {
    this.#in = new PickleBytes(source.bytes, source.start ?? 0, (expected, found) => this.#error(expected, found));
  }

  run(): Unpickled {
    for (;;) {
      this.#opStart = this.#in.position;
      const opcode = this.#in.uint8();
      if (opcode === 46) return this.#stop();
      try {
        this.#step(opcode);
      } catch (error) {
        if (error instanceof PickleRefusal) {
          throw this.#error(error.expected, error.found, this.source.hint?.(undefined));
        }
        throw error;
      }
    }
  }

  #stop(): Unpickled {
    const value = this.#pop();
    const left = this.#stack.length + this.#marked.length;
    if (left > 0) throw this.#error('one value', `${left + 1} values or marks`);
    const { start = 0 } = this.source;
    const problem = treeProblem(value, 1024 + valuesPerByte * (this.#in.position - start));
    if (problem !== undefined) throw this.#error(problem.expected, problem.found);
    return { value, end: this.#in.position };
  }

  #error(expected: string, found: string, hint?: string): FormatError {
    const { path, where, format = 'pickle' } = this.source;
    return new FormatError({
      format,
      where: `${where === '' ? '' : `${where}, `}byte ${this.#opStart}`,
      expected,
      found: found.length > 200 ? `${found.slice(0, 197)}...` : found,
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #step(opcode: number): void {
    const bytes = this.#in;
    switch (opcode) {
      // PROTO
      case 0x80: {
        const protocol = bytes.uint8();
        if (protocol > 5) throw this.#error('pickle protocol 0 to 5', `${protocol}`);
        break;
      }
      case 0x95: // FRAME: only a hint for buffering
        bytes.skip(8);
        break;
      case 40: // MARK
        this.#marked.push(this.#stack);
        this.#stack = [];
        break;
      case 48: // POP: also takes back a mark
        if (this.#stack.length === 0 && this.#marked.length > 0) this.#popMark();
        else this.#pop();
        break;
      case 49: // POP_MARK
        this.#popMark();
        break;
      case 50: // DUP
        this.#push(this.#top());
        break;
      case 78: // NONE
        this.#push(null);
        break;
      case 0x88: // NEWTRUE
        this.#push(true);
        break;
      case 0x89: // NEWFALSE
        this.#push(false);
        break;
      // INT: protocol 0 writes true and false as 01 and 00
      case 73: {
        const [first, second, third] = bytes.bytes.subarray(bytes.position, bytes.position + 3);
        const value = bytes.decimal();
        this.#push(first === 48 && (second === 48 || second === 49) && third === 10 ? value === 1 : value);
        break;
      }
      case 74: // BININT
        this.#push(bytes.int32());
        break;
      case 75: // BININT1
        this.#push(bytes.uint8());
        break;
      case 77: // BININT2
        this.#push(bytes.uint16());
        break;
      case 76: // LONG
        this.#push(bytes.decimal());
        break;
      case 0x8a: // LONG1
        this.#push(bytes.integer(bytes.uint8()));
        break;
      case 0x8b: // LONG4
        this.#push(bytes.integer(bytes.uint32()));
        break;
      case 70: // FLOAT
        this.#push(bytes.float());
        break;
      case 71: // BINFLOAT
        this.#push(bytes.float64());
        break;
      case 83: // STRING
        this.#push(bytes.literal());
        break;
      case 86: // UNICODE
        this.#push(bytes.escapedText());
        break;
      case 88: // BINUNICODE
      case 84: // BINSTRING
        this.#push(bytes.text(bytes.uint32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 85: // SHORT_BINSTRING
        this.#push(bytes.text(bytes.uint8()));
        break;
      case 0x8d: // BINUNICODE8
        this.#push(bytes.text(bytes.uint64()));
        break;
      case 66: // BINBYTES
        this.#push(bytes.slice(bytes.uint32()));
        break;
      case 67: // SHORT_BINBYTES
        this.#push(bytes.slice(bytes.uint8()));
        break;
      case 0x8e: // BINBYTES8
      case 150: // BYTEARRAY8
        this.#push(bytes.slice(bytes.uint64()));
        break;
      case 93: // EMPTY_LIST
      case 41: // EMPTY_TUPLE
        this.#push([]);
        break;
      case 125: // EMPTY_DICT
        this.#push(new Map());
        break;
      case 143: // EMPTY_SET
        this.#push(new Set());
        break;
      case 97: // APPEND
        this.#append([this.#pop()]);
        break;
      case 101: // APPENDS
        this.#append(this.#popMark());
        break;
      case 108: // LIST
      case 116: // TUPLE
        this.#push(this.#popMark());
        break;
      // DICT
      case 100: {
        const items = this.#popMark();
        this.#push(new Map());
        this.#setItems(items);
        break;
      }
      // SETITEM
      case 115: {
        const value = this.#pop();
        this.#setItems([this.#pop(), value]);
        break;
      }
      case 117: // SETITEMS
        this.#setItems(this.#popMark());
        break;
      // ADDITEMS
      case 144: {
        const items = this.#popMark();
        const set = this.#top();
        if (!(set instanceof Set)) throw this.#error('a set to fill', 'another value');
        for (const item of items) set.add(item);
        break;
      }
      case 145: // FROZENSET
        this.#push(new Set(this.#popMark()));
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const items: unknown[] = [];
        for (let count = opcode - 0x84; count > 0; count--) items.unshift(this.#pop());
        this.#push(items);
        break;
      }
      case 112: // PUT
        this.#remember(this.#index());
        break;
      case 113: // BINPUT
        this.#remember(bytes.uint8());
        break;
      case 114: // LONG_BINPUT
        this.#remember(bytes.uint32());
        break;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        break;
      case 103: // GET
        this.#push(this.#recall(this.#index()));
        break;
      case 104: // BINGET
        this.#push(this.#recall(bytes.uint8()));
        break;
      case 106: // LONG_BINGET
        this.#push(this.#recall(bytes.uint32()));
        break;
      case 99: // GLOBAL
        this.#push(this.#global(bytes.nameLine(), bytes.nameLine()));
        break;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#pop();
        const module = this.#pop();
        if (typeof module !== 'string' || typeof name !== 'string') {
          throw this.#error('the name of a global', 'another value');
        }
        this.#push(this.#global(module, name));
        break;
      }
      case 82: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.#pop();
        this.#call(this.#pop(), args);
        break;
      }
      // NEWOBJ_EX
      case 146: {
        const named = this.#pop();
        const args = this.#pop();
        if (!(named instanceof Map) || named.size > 0) throw this.#error('no named arguments', 'some');
        this.#call(this.#pop(), args);
        break;
      }
      case 105: // INST
        this.#call(this.#global(bytes.nameLine(), bytes.nameLine()), this.#popMark());
        break;
      // OBJ
      case 111: {
        const [callable, ...args] = this.#popMark();
        this.#call(callable, args);
        break;
      }
      case 98: // BUILD
        this.#build(this.#pop());
        break;
      case 80: // PERSID
        this.#persistent(bytes.nameLine());
        break;
      case 81: // BINPERSID
        this.#persistent(this.#pop());
        break;
      default:
        throw this.#error(
          'an opcode of pickle protocols 0 to 5 for plain data',
          `${refusedOpcodes[opcode] ?? 'an unknown one'} (0x${opcode.toString(16).padStart(2, '0')})`,
          this.source.hint?.(undefined),
        );
    }
  }

  #global(module: string, name: string): unknown {
    const full = `${module}.${name}`;
    const value = this.vocabulary.resolve(full);
    if (value === undefined) {
      throw this.#error(
        `only ${this.source.allowed ?? 'numbers, texts, lists and dicts'}`,
        `a request to run or make ${full}, which was refused`,
        this.source.hint?.(full),
      );
    }
    return value;
  }

  #call(callable: unknown, args: unknown): void {
    if (!(callable instanceof PickleCallable)) throw this.#error('a function to call', 'another value');
    if (!Array.isArray(args)) throw this.#error(`a tuple of arguments for ${callable.name}`, 'another value');
    this.#push(callable.call(args));
  }

  #build(state: unknown): void {
    const target = this.#top();
    if (target instanceof PickleObject) target.build(state);
    // PyTorch's state_dict() hangs its version table on the dict as an attribute, which holds no data.
    else if (!(target instanceof Map)) {
      throw this.#error('attributes of a dict', 'those of another object', this.source.hint?.(undefined));
    }
  }

  #persistent(id: unknown): void {
    if (this.vocabulary.persistent === undefined) throw this.#error('no persistent ids', 'one');
    this.#push(this.vocabulary.persistent(id));
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

  #index(): number {
    const index = this.#in.decimal();
    if (typeof index !== 'number' || index < 0) throw this.#error('the number of a memo', String(index));
    return index;
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
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
}
