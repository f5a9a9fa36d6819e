/** Thrown inside the machine on bytes that cannot be; it knows the place. */
export type PickleFail = (expected: string, found: string) => Error;

/** Longest whole number that is read, in bytes or decimal digits. */
const maximumIntegerLength = 4096;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
};

/** Reads the arguments of opcodes; never beyond the end. */
export class PickleBytes {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly fail: PickleFail,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) {
      throw this.fail(`${count} more bytes`, `${this.bytes.length - start} (truncated)`);
    }
    this.position = start + count;
    return start;
  }

  skip(count: number): void {
    this.#take(count);
  }

  uint8(): number {
    return this.bytes[this.#take(1)] as number;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** Returns the next bytes. */
  slice(count: number): Uint8Array {
    const start = this.#take(count);
    return this.bytes.subarray(start, start + count);
  }

  text(count: number): string {
    const bytes = this.slice(count);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.fail('text', 'bytes that are not UTF-8');
    }
  }

  /** Returns the bytes up to the end of the line, without it, each as one character. */
  line(): string {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) throw this.fail('a line', 'no end of one');
    const text = latin1(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }

  /** Returns a line of UTF-8 text. */
  nameLine(): string {
    const text = this.line();
    try {
      return utf8.decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    } catch {
      throw this.fail('text', 'bytes that are not UTF-8');
    }
  }

  /** Returns Python's int as two's complement, little-endian. */
  integer(count: number): number | bigint {
    if (count > maximumIntegerLength) {
      throw this.fail(`a whole number of at most ${maximumIntegerLength} bytes`, `${count} bytes`);
    }
    const hex = Array.from(this.slice(count), (byte) => byte.toString(16).padStart(2, '0')).reverse();
    return narrowed(BigInt.asIntN(8 * count, BigInt(`0x0${hex.join('')}`)));
  }

  /** Returns the whole number of a line; `01` and `00` are what protocol 0 writes for true and false. */
  decimal(): number | bigint {
    const word = this.line().replace(/L$/, '');
    if (word.length > maximumIntegerLength || !/^[+-]?\d+$/.test(word)) {
      throw this.fail('a whole number', JSON.stringify(word.slice(0, 40)));
    }
    return word.length < 16 ? Number(word) : narrowed(BigInt(word.replace(/^\+/, '')));
  }

  /** Returns the number of a line. */
  float(): number {
    const word = this.line();
    if (/^[+-]?nan$/.test(word)) return Number.NaN;
    if (/^[+-]?inf$/.test(word)) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) {
      throw this.fail('a number', JSON.stringify(word.slice(0, 40)));
    }
    return Number(word);
  }

  /** Returns the text of a Python string literal as `repr` writes it. */
  literal(): string {
    const line = this.line();
    const body = /^'(.*)'$|^"(.*)"$/s.exec(line);
    if (body === null) throw this.fail('a quoted string', JSON.stringify(line.slice(0, 40)));
    return ((body[1] ?? body[2]) as string).replace(/\\(x[0-9a-fA-F]{2}|.)/gs, (_, code: string) =>
      code.startsWith('x') && code.length === 3
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : (plainEscapes[code] ?? `\\${code}`),
    );
  }

  /** Returns text of Python's `raw-unicode-escape`. */
  escapedText(): string {
    return this.line().replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
      const code = Number.parseInt((short ?? long) as string, 16);
      if (code > 0x10ffff) throw this.fail('a character', `code ${code}`);
      return String.fromCodePoint(code);
    });
  }
}

const plainEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
