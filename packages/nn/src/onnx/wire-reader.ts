import { FormatError } from '@zoopraxis/core';

/** How the value of a protobuf field lies in the file. */
export type WireType = 'varint' | 'fixed64' | 'bytes' | 'fixed32';

const WIRE_TYPES: readonly (WireType | undefined)[] = ['varint', 'fixed64', 'bytes', undefined, undefined, 'fixed32'];

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the fields of one protobuf message out of a range of bytes, copying nothing.
 * Every length is checked against the range, so a hostile file can only end in FormatError.
 * Source: the protobuf encoding guide.
 */
export class WireReader {
  /** Field number read last by {@link next}. */
  field = 0;
  /** Wire type read last by {@link next}. */
  wire: WireType = 'varint';
  /** Low 32 bits of the varint or fixed64 read last, signed. */
  low = 0;
  /** High 32 bits of the varint or fixed64 read last, signed. */
  high = 0;
  /** Next byte to be read, counted from the start of the file. */
  position: number;
  readonly #view: DataView;

  /** A reader of the file's bytes from `start` (included) to `end` (excluded); `where` names the message in errors. */
  constructor(
    readonly bytes: Uint8Array,
    readonly where: string,
    readonly path: string | undefined,
    readonly start = 0,
    readonly end = bytes.length,
  ) {
    this.position = start;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Returns the error to throw for this message. */
  error(expected: string, found: string, hint?: string): FormatError {
    const where = `${this.where === '' ? '' : `${this.where}, `}byte ${this.position}`;
    return new FormatError({
      format: 'onnx',
      where,
      expected,
      found,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Returns whether another field follows, and reads its number and wire type. */
  next(): boolean {
    if (this.position >= this.end) return false;
    this.#varint();
    if (this.high !== 0) throw this.error('a field number', 'one beyond 32 bits');
    const wire = WIRE_TYPES[this.low & 7];
    this.field = this.low >>> 3;
    if (wire === undefined) throw this.error('wire type 0, 1, 2 or 5', `${this.low & 7}`);
    if (this.field === 0) throw this.error('a field number of at least 1', '0');
    this.wire = wire;
    return true;
  }

  /** Skips the value of the current field. */
  skip(): void {
    if (this.wire === 'varint') this.#varint();
    else if (this.wire === 'bytes') this.#length();
    else this.#take(this.wire === 'fixed64' ? 8 : 4);
  }

  /** Returns the current integer field, signed; one beyond 2^53 is refused. */
  integer(): number {
    this.#expect('varint');
    this.#varint();
    const value = this.high * 0x100000000 + (this.low >>> 0);
    if (!Number.isSafeInteger(value)) throw this.error('an integer within 2^53', `${value}`);
    return value;
  }

  /** Returns the current integer field, which must lie in 0..2^53. */
  count(what: string): number {
    const value = this.integer();
    if (value < 0) throw this.error(`a ${what} of at least 0`, `${value}`);
    return value;
  }

  /** Returns the current float32 field. */
  float(): number {
    this.#expect('fixed32');
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** Returns the bytes of the current field: a view, not a copy. */
  slice(): Uint8Array {
    this.#expect('bytes');
    const start = this.#length();
    return this.bytes.subarray(start, this.position);
  }

  /** Returns the current field as text; bytes that are not UTF-8 are refused. */
  text(): string {
    const bytes = this.slice();
    try {
      return UTF8.decode(bytes);
    } catch {
      throw this.error(`text in field ${this.field}`, 'bytes that are not UTF-8');
    }
  }

  /** Returns a reader of the message in the current field. */
  message(name: string): WireReader {
    this.#expect('bytes');
    const start = this.#length();
    return new WireReader(
      this.bytes,
      this.where === '' ? name : `${this.where}.${name}`,
      this.path,
      start,
      this.position,
    );
  }

  /**
   * Calls `item` for each element of a repeated number field, packed or not.
   * For `varint` and `fixed64` the element is in {@link low} and {@link high}, for `fixed32` in {@link low}.
   */
  repeated(wire: 'varint' | 'fixed32' | 'fixed64', item: () => void): void {
    if (this.wire !== 'bytes') {
      this.#expect(wire);
      this.#number(wire);
      item();
      return;
    }
    const end = this.#lengthEnd();
    while (this.position < end) {
      this.#number(wire);
      if (this.position > end) throw this.error(`elements that end at byte ${end}`, 'one that ends beyond');
      item();
    }
  }

  #number(wire: 'varint' | 'fixed32' | 'fixed64'): void {
    if (wire === 'varint') {
      this.#varint();
      return;
    }
    const at = this.#take(wire === 'fixed32' ? 4 : 8);
    this.low = this.#view.getInt32(at, true);
    this.high = wire === 'fixed32' ? 0 : this.#view.getInt32(at + 4, true);
  }

  #expect(wire: WireType): void {
    if (this.wire !== wire) throw this.error(`field ${this.field} as ${wire}`, this.wire);
  }

  /** Moves past `count` bytes and returns where they began. */
  #take(count: number): number {
    const start = this.position;
    if (count > this.end - start) throw this.error(`${count} more bytes`, `${this.end - start}`);
    this.position = start + count;
    return start;
  }

  #lengthEnd(): number {
    this.#varint();
    const length = (this.high >>> 0) * 0x100000000 + (this.low >>> 0);
    if (length > this.end - this.position) throw this.error(`${length} more bytes`, `${this.end - this.position}`);
    return this.position + length;
  }

  #length(): number {
    const end = this.#lengthEnd();
    const start = this.position;
    this.position = end;
    return start;
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (this.position >= this.end) throw this.error('the rest of a varint', 'the end');
      const byte = this.bytes[this.position++] as number;
      const bits = byte & 127;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 128) {
        if (index === 9 && byte > 1) throw this.error('a varint of at most 64 bits', 'a longer one');
        this.low = low;
        this.high = high;
        return;
      }
    }
    throw this.error('a varint of at most 10 bytes', 'a longer one');
  }
}
