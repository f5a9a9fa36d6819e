import { PickleCallable, PickleObject, PickleRefusal, type PickleVocabulary } from '@zoopraxis/core';
import {
  decodeElements,
  type ElementType,
  fromFortranOrder,
  type NumpyValues,
  parseElementType,
} from './element-type.js';

/** An array of numpy. */
export interface NumpyArray {
  /** Shape `[...shape]`; empty for a single value. */
  readonly shape: readonly number[];
  /** Row-major, flat. */
  readonly values: NumpyValues;
}

/** Most dimensions of an array (numpy's own limit). */
const maximumRank = 64;

/** Returns how many elements a shape has; throws {@link PickleRefusal} where it is none. */
export function countOf(shape: unknown): number {
  const isShape =
    Array.isArray(shape) &&
    shape.length <= maximumRank &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape)
    throw new PickleRefusal('the shape of an array', Array.isArray(shape) ? shape.join(' x ') : typeof shape);
  const count = (shape as number[]).reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count)) throw new PickleRefusal('an array that fits into memory', shape.join(' x '));
  return count;
}

class PickledType extends PickleObject {
  constructor(public type: ElementType) {
    super();
  }

  build(state: unknown): void {
    const [, order, subtype, names, fields] = Array.isArray(state) ? (state as unknown[]) : [];
    if (typeof order !== 'string') throw new PickleRefusal('the byte order of a type', typeof order);
    for (const part of [subtype, names, fields]) {
      if (part !== null && part !== undefined) throw new PickleRefusal('an array of plain elements', 'records');
    }
    this.type = { ...this.type, littleEndian: order !== '>' };
  }

  contents(): readonly unknown[] {
    return [];
  }
}

class PickledArray extends PickleObject implements NumpyArray {
  shape: readonly number[] = [0];
  values: NumpyValues = [];

  fill(shape: unknown, type: unknown, isFortran: unknown, data: unknown): void {
    const count = countOf(shape);
    if (!(type instanceof PickledType)) throw new PickleRefusal('the element type of an array', typeof type);
    const { kind, size } = type.type;
    let values: NumpyValues;
    if (kind === 'O') {
      if (!Array.isArray(data) || data.length !== count) {
        throw new PickleRefusal(`${count} objects`, Array.isArray(data) ? `${data.length}` : typeof data);
      }
      values = data;
    } else {
      if (!(data instanceof Uint8Array) || data.length !== count * size || (size === 0 && count > 0)) {
        const found = data instanceof Uint8Array ? `${data.length} bytes` : typeof data;
        throw new PickleRefusal(`${count} elements of ${size} bytes`, found);
      }
      values = decodeElements(type.type, data);
    }
    this.shape = [...(shape as number[])];
    this.values = isFortran === true && this.shape.length > 1 ? fromFortranOrder(values, this.shape) : values;
  }

  build(state: unknown): void {
    const [, shape, type, isFortran, data] = Array.isArray(state) ? (state as unknown[]) : [];
    this.fill(shape, type, isFortran, data);
  }

  contents(): readonly unknown[] {
    return Array.isArray(this.values) ? this.values : [];
  }
}

/** Returns a value as an array of numpy, or undefined where it is none. */
export function asNumpyArray(value: unknown): NumpyArray | undefined {
  return value instanceof PickledArray ? value : undefined;
}

const arrayClasses = new Set(['numpy.ndarray', 'sleap.instance.PointArray', 'sleap.instance.PredictedPointArray']);

const define = (name: string, call: (args: readonly unknown[]) => unknown): [string, unknown] => [
  name,
  new PickleCallable(name, call),
];

function makeType([name]: readonly unknown[]): PickledType {
  const type = typeof name === 'string' ? parseElementType(name) : undefined;
  if (type === undefined) throw new PickleRefusal('a type of numbers, texts or objects', String(name).slice(0, 40));
  return new PickledType(type);
}

function makeArray([arrayClass]: readonly unknown[]): PickledArray {
  if (typeof arrayClass !== 'string' || !arrayClasses.has(arrayClass)) {
    throw new PickleRefusal('the class of an array', 'another value');
  }
  return new PickledArray();
}

function makeScalar([type, data]: readonly unknown[]): unknown {
  const array = new PickledArray();
  if (type instanceof PickledType && type.type.kind === 'O') throw new PickleRefusal('a number or text', 'an object');
  array.fill([], type, false, data);
  const value = array.values[0];
  return type instanceof PickledType && type.type.kind === 'b' ? value === 1 : value;
}

function fromBuffer([data, type, shape, order]: readonly unknown[]): PickledArray {
  const array = new PickledArray();
  array.fill(shape, type, order === 'F', data);
  return array;
}

/** Python 3 writes bytes so into pickles of protocol 2 and below. */
function encodeText([text, encoding]: readonly unknown[]): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1' || /[^\0-\xff]/.test(text)) {
    throw new PickleRefusal('bytes as latin1 text', typeof text);
  }
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Globals of numpy by full name: arrays, their types and single numbers. */
export const numpyGlobals: ReadonlyMap<string, unknown> = new Map([
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) => [
    define(`${module}._reconstruct`, makeArray),
    define(`${module}.scalar`, makeScalar),
  ]),
  ...['numpy.core.numeric', 'numpy._core.numeric'].map((module) => define(`${module}._frombuffer`, fromBuffer)),
  define('numpy.dtype', makeType),
  define('_codecs.encode', encodeText),
  ...[...arrayClasses].map((name): [string, unknown] => [name, name]),
]);

/** The names that pickles of numpy arrays may use; nothing of numpy is run. */
export const numpyVocabulary: PickleVocabulary = { resolve: (name) => numpyGlobals.get(name) };
