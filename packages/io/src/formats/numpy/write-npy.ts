import { writeZip } from '@zoopraxis/core';

/** Values that numpy's files are written from: shape `[...shape]`, row-major. */
export interface NpyContent {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array | readonly string[];
}

/**
 * Returns the bytes of an `.npy` file (format version 1.0): little-endian numbers, or texts of one width.
 *
 * Source: numpy.lib.format.
 * @throws RangeError where shape and number of values differ.
 */
export function writeNpy({ shape, values }: NpyContent): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (values.length !== count) {
    throw new RangeError(`npy: values must be ${count} for shape [${shape.join(', ')}], got ${values.length}`);
  }
  const [descr, data] = packed(values);
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const out = new Uint8Array(10 + length + data.length);
  out.set([0x93, 78, 85, 77, 80, 89, 1, 0, length & 255, length >> 8]);
  out.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  out.set(data, 10 + length);
  return out;
}

function packed(values: NpyContent['values']): [descr: string, data: Uint8Array] {
  if (values instanceof Uint8Array) return ['|u1', values];
  if (values instanceof Float32Array)
    return ['<f4', littleEndian(values, (view, at, value) => view.setFloat32(at, value, true))];
  if (values instanceof Float64Array)
    return ['<f8', littleEndian(values, (view, at, value) => view.setFloat64(at, value, true))];
  if (values instanceof Int32Array)
    return ['<i4', littleEndian(values, (view, at, value) => view.setInt32(at, value, true))];
  const texts = (values as readonly string[]).map((text) =>
    Array.from(text, (letter) => letter.codePointAt(0) as number),
  );
  const width = Math.max(1, ...texts.map((codes) => codes.length));
  const data = new Uint8Array(texts.length * width * 4);
  const view = new DataView(data.buffer);
  for (const [i, codes] of texts.entries()) {
    for (const [k, code] of codes.entries()) view.setUint32((i * width + k) * 4, code, true);
  }
  return [`<U${width}`, data];
}

function littleEndian(
  values: Float32Array | Float64Array | Int32Array,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  // All machines that run JavaScript today are little-endian; the others are written value by value.
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const data = new Uint8Array(values.byteLength);
  const view = new DataView(data.buffer);
  for (let i = 0; i < values.length; i++) set(view, i * values.BYTES_PER_ELEMENT, values[i] as number);
  return data;
}

/** Returns the bytes of an `.npz` archive (not compressed, as numpy.savez) with arrays by name, in their order. */
export function writeNpz(arrays: Readonly<Record<string, NpyContent>>): Uint8Array {
  return writeZip(Object.entries(arrays).map(([name, content]) => ({ name: `${name}.npy`, bytes: writeNpy(content) })));
}
