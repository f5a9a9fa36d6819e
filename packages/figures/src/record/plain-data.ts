import { Sha256 } from '@zoopraxis/core';

/** Arrays of numbers that figures take, by the name that a record gives them. */
const listTypes = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u16: Uint16Array,
  i8: Int8Array,
  u8: Uint8Array,
} as const;

type ListName = keyof typeof listTypes;
type NumberList = InstanceType<(typeof listTypes)[ListName]>;

function listName(value: unknown): ListName | undefined {
  return (Object.keys(listTypes) as ListName[]).find((name) => value instanceof listTypes[name]);
}

const wordOf = (value: number) => (Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf');
const numberOf: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** Returns about how many letters data take as JSON; it stops counting beyond `most`. */
export function jsonSize(data: unknown, most: number): number {
  let size = 0;
  const visit = (value: unknown): void => {
    if (size > most) return;
    if (typeof value === 'string') size += value.startsWith('data:image/') ? 20 : value.length + 3;
    else if (typeof value !== 'object' || value === null) size += 9;
    else if (ArrayBuffer.isView(value)) size += 9 * (value as NumberList).length + 30;
    else if (Array.isArray(value)) {
      size += 2;
      for (const item of value) {
        visit(item);
        if (size > most) return;
      }
    } else {
      for (const [key, item] of Object.entries(value)) {
        size += key.length + 4;
        visit(item);
        if (size > most) return;
      }
    }
  };
  visit(data);
  return size;
}

/**
 * Returns data as JSON can hold them: arrays of numbers, NaN and infinities as marked objects, and pictures that the
 * figure shows as their number in `pictures`.
 */
export function toPlain(data: unknown, pictures: readonly string[] = []): unknown {
  if (typeof data === 'number') return Number.isFinite(data) ? data : { $number: wordOf(data) };
  if (typeof data === 'string') {
    const picture = data.startsWith('data:image/') ? pictures.indexOf(data) : -1;
    return picture < 0 ? data : { $picture: picture };
  }
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => toPlain(item, pictures));
  const name = listName(data);
  if (name !== undefined) {
    const values = Array.from(data as NumberList, (value) =>
      Number.isFinite(value) ? (name === 'f32' ? Number(value.toPrecision(9)) : value) : wordOf(value),
    );
    return { $list: name, values };
  }
  return Object.fromEntries(
    Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, toPlain(value, pictures)]),
  );
}

/** Returns the data that {@link toPlain} made plain. */
export function fromPlain(plain: unknown, pictures: readonly string[] = []): unknown {
  if (typeof plain !== 'object' || plain === null) return plain;
  if (Array.isArray(plain)) return plain.map((item) => fromPlain(item, pictures));
  const { $number, $picture, $list, values } = plain as Record<string, unknown>;
  if (typeof $number === 'string') return numberOf[$number] ?? Number.NaN;
  if (typeof $picture === 'number') return pictures[$picture];
  if (typeof $list === 'string' && Array.isArray(values)) {
    const type = listTypes[$list as ListName] as typeof Float64Array | undefined;
    if (type !== undefined) {
      return type.from(values, (value) =>
        typeof value === 'number' ? value : (numberOf[String(value)] ?? Number.NaN),
      );
    }
  }
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, fromPlain(value, pictures)]));
}

/**
 * Returns the SHA-256 in hex of data too large to be carried: of their JSON text, in which typed arrays stand as their
 * bytes, low byte first.
 */
export function dataHash(data: unknown): string {
  const sum = new Sha256();
  const encoder = new TextEncoder();
  let pieces = '';
  const flush = () => {
    sum.update(encoder.encode(pieces));
    pieces = '';
  };
  const visit = (value: unknown): void => {
    if (pieces.length > 60_000) flush();
    if (typeof value === 'number') pieces += Number.isFinite(value) ? String(value) : `"${wordOf(value)}"`;
    else if (typeof value === 'string') pieces += JSON.stringify(value);
    else if (typeof value !== 'object' || value === null) pieces += String(value);
    else if (Array.isArray(value)) {
      pieces += '[';
      for (let i = 0; i < value.length; i++) {
        if (i > 0) pieces += ',';
        visit(value[i]);
      }
      pieces += ']';
    } else if (ArrayBuffer.isView(value)) {
      flush();
      sum.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else {
      pieces += '{';
      for (const [key, item] of Object.entries(value)) {
        if (item === undefined) continue;
        pieces += `${JSON.stringify(key)}:`;
        visit(item);
        pieces += ',';
      }
      pieces += '}';
    }
  };
  visit(data);
  flush();
  return sum.digest();
}
