import { describe, expect, it } from 'vitest';
import { float32Tensor, tensorBytes, tensorFromBytes, toFloat32, type WeightTensor } from './weight-set.js';

/** Value of the bits of a float16 by its definition (IEEE 754), without bit tricks. */
function valueOfFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('toFloat32', () => {
  it('converts every float16 exactly', () => {
    const data = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const converted = toFloat32({ shape: [65536], type: 'float16', data });
    const wrong = data.filter((bits) => !Object.is(converted[bits], valueOfFloat16(bits)));
    expect([...wrong]).toEqual([]);
  });

  it('converts bfloat16 by appending zero bits', () => {
    const data = Uint16Array.of(0x3f80, 0xc020, 0x7f80, 0x0001, 0x8000);
    const converted = toFloat32({ shape: [5], type: 'bfloat16', data });
    expect([...converted]).toEqual([1, -2.5, Number.POSITIVE_INFINITY, 2 ** -133, -0]);
  });

  it('rounds float64 and passes float32 on without a copy', () => {
    expect(toFloat32({ shape: [2], type: 'float64', data: Float64Array.of(0.1, 1e300) })).toEqual(
      Float32Array.of(0.1, Number.POSITIVE_INFINITY),
    );
    const data = Float32Array.of(1, 2);
    expect(toFloat32({ shape: [2], type: 'float32', data })).toBe(data);
  });

  it('refuses integers', () => {
    expect(() => toFloat32({ shape: [1], type: 'int64', data: BigInt64Array.of(1n) })).toThrow(
      /floating-point.*got int64/,
    );
  });
});

describe('tensorFromBytes', () => {
  it('views aligned bytes and copies others', () => {
    const bytes = new Uint8Array(Float32Array.of(0, 1, 2).buffer);
    const view = tensorFromBytes('float32', [2], bytes.subarray(4)) as WeightTensor & { type: 'float32' };
    expect(view.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(13);
    shifted.set(bytes, 1);
    const copy = tensorFromBytes('float32', [3], shifted.subarray(1));
    expect(copy.data).toEqual(Float32Array.of(0, 1, 2));
    expect(tensorBytes(copy)).toEqual(bytes);
  });

  it('refuses bytes that do not fit the shape', () => {
    expect(() => tensorFromBytes('int64', [2], new Uint8Array(15))).toThrow(RangeError);
    expect(() => float32Tensor([2, 2], new Float32Array(3))).toThrow(/takes 4 elements, got 3/);
  });
});
