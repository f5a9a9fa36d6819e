/** Type of the elements of a numpy array. */
export interface ElementType {
  /** numpy's letter: `b` truth, `i` and `u` whole numbers, `f` floats, `S` bytes, `U` text, `O` Python objects. */
  readonly kind: 'b' | 'i' | 'u' | 'f' | 'S' | 'U' | 'O';
  /** Bytes of one element. */
  readonly size: number;
  readonly littleEndian: boolean;
}

/** List of the elements of a numpy array in row-major order: truth as 0 and 1, int64 as doubles where those hold them exactly. */
export type NumpyValues =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | readonly unknown[];

const sizes: Readonly<Record<string, readonly number[]>> = { b: [1], i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8] };

/** Longest element of text or bytes. */
const maximumTextBytes = 1 << 24;

/** Returns the element type of numpy's short text such as `<f8` or `|O`, or undefined where it is another one. */
export function parseElementType(text: string): ElementType | undefined {
  const match = /^([<>|=]?)([biufSUO])(\d{0,8})$/.exec(text);
  if (match === null) return undefined;
  const kind = match[2] as ElementType['kind'];
  const littleEndian = match[1] !== '>';
  if (kind === 'O') return { kind, size: 8, littleEndian };
  if (match[3] === '') return undefined;
  const size = Number(match[3]) * (kind === 'U' ? 4 : 1);
  const isKnown = kind === 'S' || kind === 'U' ? size <= maximumTextBytes : sizes[kind]?.includes(size);
  return isKnown ? { kind, size, littleEndian } : undefined;
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function textOf(view: DataView, at: number, { kind, size, littleEndian }: ElementType): string {
  let text = '';
  for (let offset = 0; offset < size; offset += kind === 'U' ? 4 : 1) {
    const code = kind === 'U' ? view.getUint32(at + offset, littleEndian) : view.getUint8(at + offset);
    text += String.fromCodePoint(code > 0x10ffff ? 0xfffd : code);
  }
  return text.replace(/\0+$/, '');
}

/** Returns the elements of packed bytes, as many as there are; all types but `O`. */
export function decodeElements(type: ElementType, bytes: Uint8Array): NumpyValues {
  const { kind, size, littleEndian } = type;
  const count = size === 0 ? 0 : Math.floor(bytes.length / size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fill = <Values extends { [index: number]: Item }, Item>(values: Values, get: (at: number) => Item): Values => {
    for (let i = 0; i < count; i++) values[i] = get(i * size);
    return values;
  };
  switch (`${kind}${size}`) {
    case 'b1':
      return Uint8Array.from(bytes.subarray(0, count), (byte) => (byte === 0 ? 0 : 1));
    case 'i1':
      return fill(new Int8Array(count), (at) => view.getInt8(at));
    case 'u1':
      return bytes.slice(0, count);
    case 'i2':
      return fill(new Int16Array(count), (at) => view.getInt16(at, littleEndian));
    case 'u2':
      return fill(new Uint16Array(count), (at) => view.getUint16(at, littleEndian));
    case 'i4':
      return fill(new Int32Array(count), (at) => view.getInt32(at, littleEndian));
    case 'u4':
      return fill(new Uint32Array(count), (at) => view.getUint32(at, littleEndian));
    case 'i8':
      return narrowed(fill(new BigInt64Array(count), (at) => view.getBigInt64(at, littleEndian)));
    case 'u8':
      return narrowed(fill(new BigUint64Array(count), (at) => view.getBigUint64(at, littleEndian)));
    case 'f2':
      return fill(new Float32Array(count), (at) => halfOf(view.getUint16(at, littleEndian)));
    case 'f4':
      return fill(new Float32Array(count), (at) => view.getFloat32(at, littleEndian));
    case 'f8':
      return fill(new Float64Array(count), (at) => view.getFloat64(at, littleEndian));
    default:
      return fill(new Array<string>(count), (at) => textOf(view, at, type));
  }
}

function narrowed(values: BigInt64Array | BigUint64Array): Float64Array | BigInt64Array | BigUint64Array {
  const doubles = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value)) return values;
    doubles[i] = value;
  }
  return doubles;
}

/** Returns elements that lie column by column in row-major order. */
export function fromFortranOrder(values: NumpyValues, shape: readonly number[]): NumpyValues {
  const out = values.slice() as unknown as { [index: number]: unknown };
  const strides: number[] = [];
  for (let axis = 0, stride = 1; axis < shape.length; axis++) {
    strides.push(stride);
    stride *= shape[axis] as number;
  }
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0, source = 0; i < values.length; i++) {
    out[i] = values[source];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis] as number;
      at[axis] = (at[axis] as number) + 1;
      if ((at[axis] as number) < (shape[axis] as number)) break;
      source -= (at[axis] as number) * (strides[axis] as number);
      at[axis] = 0;
    }
  }
  return out as unknown as NumpyValues;
}
