import { type PickleVocabulary, unpickle } from '@zoopraxis/core';

/** Plain data that a protocol-0 pickle of pandas' table descriptions holds. */
export type PickleValue = string | number | boolean | null | PickleValue[] | Map<PickleValue, PickleValue>;

const nothing: PickleVocabulary = { resolve: () => undefined };

/**
 * Returns the plain data of a pickle that PyTables wrote into an attribute: text, numbers, booleans, None, lists, tuples
 * (as lists) and dictionaries. Nothing can be named, called or imported.
 * @throws FormatError for anything else.
 */
export function readPickle(text: string): PickleValue {
  // Attributes come as text; pickles are bytes, in which Python escapes what latin1 lacks.
  const latin1 = text.replace(/[^\0-\xff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = Uint8Array.from(latin1, (letter) => letter.charCodeAt(0));
  const hint = (): string => 'Open the file in pandas and write it again, or use the CSV file beside it.';
  return unpickle({ bytes, where: '', hint }, nothing).value as PickleValue;
}

/** Returns text with everything but plain ASCII as `\uXXXX`, which `raw-unicode-escape` reads. */
const escapeText = (text: string): string =>
  [...text]
    .map((character) => {
      const code = character.codePointAt(0) as number;
      if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
      return code < 0x20 || code > 0x7e || character === '\\' ? `\\u${code.toString(16).padStart(4, '0')}` : character;
    })
    .join('');

/** A tuple: Python tells it from a list, JavaScript does not. */
export class PickleTuple {
  constructor(readonly items: readonly Picklable[]) {}
}

/** What {@link writePickle} writes. */
export type Picklable =
  | string
  | number
  | null
  | readonly Picklable[]
  | PickleTuple
  | ReadonlyMap<string | number, Picklable>;

/**
 * Returns plain data as an ASCII pickle of protocol 0, byte for byte what Python's pickle module reads; equal texts are
 * stored once. Numbers must be whole.
 */
export function writePickle(value: Picklable): string {
  const memo = new Map<string, number>();
  let count = 0;
  const out: string[] = [];
  const write = (item: Picklable): void => {
    if (item === null) out.push('N');
    else if (typeof item === 'number') {
      if (!Number.isSafeInteger(item)) throw new RangeError(`pickle: numbers must be whole, got ${item}`);
      out.push(`I${item}\n`);
    } else if (typeof item === 'string') {
      const known = memo.get(item);
      if (known !== undefined) out.push(`g${known}\n`);
      else {
        memo.set(item, count);
        out.push(`V${escapeText(item)}\np${count++}\n`);
      }
    } else if (item instanceof PickleTuple) {
      out.push('(');
      for (const entry of item.items) write(entry);
      out.push(`tp${count++}\n`);
    } else if (item instanceof Map) {
      out.push(`(dp${count++}\n`);
      for (const [key, entry] of item) {
        write(key);
        write(entry);
        out.push('s');
      }
    } else {
      out.push(`(lp${count++}\n`);
      for (const entry of item as readonly Picklable[]) {
        write(entry);
        out.push('a');
      }
    }
  };
  write(value);
  return `${out.join('')}.`;
}
