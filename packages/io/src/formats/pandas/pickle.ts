import { FormatError } from '@zoopraxis/core';

/** Plain data that a protocol-0 pickle of pandas' table descriptions holds. */
export type PickleValue = string | number | boolean | null | PickleValue[] | Map<PickleValue, PickleValue>;

/** Thrown inside: the caller knows the place. */
const fail = (at: number, expected: string, found: string): never => {
  throw new FormatError({
    format: 'pickle',
    where: `byte ${at}`,
    expected,
    found,
    hint: 'Open the file in pandas and write it again, or use the CSV file beside it.',
  });
};

/** Returns the text of a Python string literal as `repr` writes it. */
function readLiteral(text: string, at: number): string {
  const body = /^'([\s\S]*)'$|^"([\s\S]*)"$/.exec(text);
  if (body === null) return fail(at, 'a quoted string', text.slice(0, 40));
  const plain: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };
  return ((body[1] ?? body[2]) as string).replace(/\\(x[0-9a-fA-F]{2}|[\s\S])/g, (_, code: string) =>
    code.startsWith('x') && code.length === 3
      ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
      : (plain[code] ?? `\\${code}`),
  );
}

/** Returns text of Python's `raw-unicode-escape`. */
const readEscaped = (text: string, at: number): string =>
  text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const code = Number.parseInt((short ?? long) as string, 16);
    return code > 0x10ffff ? fail(at, 'a character', `code ${code}`) : String.fromCodePoint(code);
  });

/**
 * Returns the plain data of a pickle in protocol 0, the only one that PyTables writes into attributes: text, numbers,
 * booleans, None, lists, tuples (as lists) and dictionaries. Nothing is ever called or imported: an instruction that
 * would is refused, so a prepared file can do no more than be refused.
 * @throws FormatError for other instructions and for damaged ones.
 */
export function readPickle(text: string): PickleValue {
  const mark = Symbol('mark');
  const stack: (PickleValue | typeof mark)[] = [];
  const memo = new Map<string, PickleValue>();
  let at = 0;
  const line = (): string => {
    const end = text.indexOf('\n', at);
    if (end < 0) return fail(at, 'the end of a line', 'the end of the data');
    const value = text.slice(at, end);
    at = end + 1;
    return value;
  };
  const pop = (): PickleValue => {
    const value = stack.pop();
    return value === undefined || value === mark ? fail(at, 'a value on the stack', 'none') : (value as PickleValue);
  };
  const top = (): PickleValue => {
    const value = stack[stack.length - 1];
    return value === undefined || value === mark ? fail(at, 'a value on the stack', 'none') : (value as PickleValue);
  };
  const popToMark = (): PickleValue[] => {
    const start = stack.lastIndexOf(mark);
    if (start < 0) return fail(at, 'a mark on the stack', 'none');
    return stack.splice(start).slice(1) as PickleValue[];
  };
  const integer = (word: string): number => {
    const value = /^[+-]?\d{1,16}$/.test(word) ? Number(word) : Number.NaN;
    return Number.isSafeInteger(value) ? value : fail(at, 'a whole number', word.slice(0, 40));
  };
  while (at < text.length) {
    const code = text[at++];
    if (code === '.') {
      const value = pop();
      return stack.length > 0 ? fail(at, 'one value', `${stack.length + 1} values`) : value;
    }
    if (code === '(') stack.push(mark);
    else if (code === 'N') stack.push(null);
    else if (code === 'I') {
      const word = line();
      stack.push(word === '00' ? false : word === '01' ? true : integer(word));
    } else if (code === 'L') stack.push(integer(line().replace(/L$/, '')));
    else if (code === 'F') {
      const word = line();
      const value = word === 'nan' ? Number.NaN : Number(word);
      if (word !== 'nan' && Number.isNaN(value)) fail(at, 'a number', word.slice(0, 40));
      stack.push(value);
    } else if (code === 'S') stack.push(readLiteral(line(), at));
    else if (code === 'V') stack.push(readEscaped(line(), at));
    else if (code === 'l' || code === 't') stack.push(popToMark());
    else if (code === 'd') {
      const values = popToMark();
      const map = new Map<PickleValue, PickleValue>();
      if (values.length % 2 !== 0) fail(at, 'keys with values', 'a key without one');
      for (let i = 0; i < values.length; i += 2) map.set(values[i] as PickleValue, values[i + 1] as PickleValue);
      stack.push(map);
    } else if (code === 'a') {
      const value = pop();
      const list = top();
      if (!Array.isArray(list)) fail(at, 'a list to add to', typeof list);
      else list.push(value);
    } else if (code === 's') {
      const value = pop();
      const key = pop();
      const map = top();
      if (!(map instanceof Map)) fail(at, 'a dictionary to add to', typeof map);
      else map.set(key, value);
    } else if (code === 'p') memo.set(line(), top());
    else if (code === 'g') {
      const name = line();
      const value = memo.get(name);
      stack.push(value === undefined ? fail(at, 'a stored value', `no value ${name.slice(0, 20)}`) : value);
    } else if (code === '0') pop();
    else fail(at - 1, 'an instruction for plain data', `${JSON.stringify(code)}, which is not read`);
  }
  return fail(at, 'the end of a pickle', 'the end of the data');
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
