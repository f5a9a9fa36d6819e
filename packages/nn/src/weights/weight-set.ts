/** Typed array that holds the elements of each {@link WeightType}, row-major, `[element]`. */
export interface ArrayOfWeightType {
  /** `[element]`, 0 or 1. */
  bool: Uint8Array;
  /** `[element]` */
  uint8: Uint8Array;
  /** `[element]` */
  int8: Int8Array;
  /** `[element]` */
  uint16: Uint16Array;
  /** `[element]` */
  int16: Int16Array;
  /** `[element]` */
  uint32: Uint32Array;
  /** `[element]` */
  int32: Int32Array;
  /** `[element]` */
  uint64: BigUint64Array;
  /** `[element]` */
  int64: BigInt64Array;
  /** `[element]`, the bits of IEEE 754 binary16. */
  float16: Uint16Array;
  /** `[element]`, the upper 16 bits of a float32. */
  bfloat16: Uint16Array;
  /** `[element]` */
  float32: Float32Array;
  /** `[element]` */
  float64: Float64Array;
}

/** Element type of a stored tensor. */
export type WeightType = keyof ArrayOfWeightType;

/** A stored tensor; `data` is row-major over `shape` and its kind follows `type`. */
export type WeightTensor = {
  [Type in WeightType]: {
    readonly shape: readonly number[];
    readonly type: Type;
    readonly data: ArrayOfWeightType[Type];
  };
}[WeightType];

/** Tensors by name, as a weight file holds them. */
export type WeightSet = ReadonlyMap<string, WeightTensor>;

const ARRAYS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Returns the number of bytes of one element. */
export function elementByteCount(type: WeightType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** Returns the number of elements of a shape, NaN where that is beyond 2^53. */
export function elementCount(shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(count) ? count : Number.NaN;
}

/**
 * Returns a tensor over little-endian bytes: a view of them, or a copy where they are not aligned to the element type.
 * The number of bytes must be that of the shape, or RangeError is thrown.
 */
export function tensorFromBytes(type: WeightType, shape: readonly number[], bytes: Uint8Array): WeightTensor {
  const size = elementByteCount(type);
  const count = elementCount(shape);
  if (bytes.byteLength !== count * size) {
    throw new RangeError(`bytes: ${type} [${shape.join(', ')}] takes ${count * size}, got ${bytes.byteLength}`);
  }
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const data = new ARRAYS[type](aligned.buffer as ArrayBuffer, aligned.byteOffset, count);
  return { shape, type, data } as WeightTensor;
}

/** Returns the bytes of a tensor, little-endian `[byte]`: a view, not a copy. */
export function tensorBytes(tensor: WeightTensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

/** Returns a float32 tensor of a shape; throws RangeError where the number of elements differs. */
export function float32Tensor(shape: readonly number[], data: Float32Array): WeightTensor {
  if (elementCount(shape) !== data.length) {
    throw new RangeError(`data: shape [${shape.join(', ')}] takes ${elementCount(shape)} elements, got ${data.length}`);
  }
  return { shape, type: 'float32', data };
}

/** Returns whether elements of a type are floating-point numbers. */
export function isFloatType(type: WeightType): type is 'float16' | 'bfloat16' | 'float32' | 'float64' {
  return type === 'float32' || type === 'float16' || type === 'bfloat16' || type === 'float64';
}

/**
 * Returns the elements as float32, row-major over the tensor's shape: the tensor's own array where it is float32
 * already, else a new one. float16 and bfloat16 convert exactly (NaN keeps its payload), float64 rounds to nearest.
 * Integers and booleans are refused with TypeError: they are counters, indices or quantized codes, not weights.
 */
export function toFloat32(tensor: WeightTensor): Float32Array {
  switch (tensor.type) {
    case 'float32':
      return tensor.data;
    case 'float64':
      return Float32Array.from(tensor.data);
    case 'bfloat16': {
      const bits = new Uint32Array(tensor.data.length);
      for (let i = 0; i < bits.length; i++) bits[i] = (tensor.data[i] as number) << 16;
      return new Float32Array(bits.buffer);
    }
    case 'float16': {
      const bits = new Uint32Array(tensor.data.length);
      for (let i = 0; i < bits.length; i++) bits[i] = float32BitsOfFloat16(tensor.data[i] as number);
      return new Float32Array(bits.buffer);
    }
    default:
      throw new TypeError(`tensor: must have a floating-point type to become float32, got ${tensor.type}`);
  }
}

function float32BitsOfFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal halves are normal in float32: shift until the leading bit is the implicit one.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
