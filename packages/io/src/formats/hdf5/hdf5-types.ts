/** An element of a dataset that is written: numbers are little-endian, texts are of a fixed count of bytes. */
export type WrittenType =
  | 'int8'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'float32'
  | 'float64'
  | { readonly textBytes: number }
  | { readonly of: 'int64' | 'float64'; readonly length: number }
  | { readonly members: readonly (readonly [string, WrittenType])[] };

const numbers = { int8: 1, int32: 4, int64: 8, uint8: 1, float32: 4, float64: 8 } as const;

/** Returns the count of bytes of one element. */
export function sizeOfType(type: WrittenType): number {
  if (typeof type === 'string') return numbers[type];
  if ('textBytes' in type) return type.textBytes;
  if ('of' in type) return numbers[type.of] * type.length;
  return type.members.reduce((total, [, member]) => total + sizeOfType(member), 0);
}

function head(version: number, kind: number, bits: readonly [number, number, number], size: number): number[] {
  return [(version << 4) | kind, ...bits, size & 255, (size >> 8) & 255, (size >> 16) & 255, (size >>> 24) & 255];
}

/**
 * Returns the bytes of a datatype message (HDF5 File Format Specification 3.0, IV.A.2.d): class 0 integers, 1 floats,
 * 3 strings, 6 compounds and 10 arrays, the last two in version 2.
 */
export function datatypeMessage(type: WrittenType, options: { utf8?: boolean } = {}): number[] {
  const size = sizeOfType(type);
  if (typeof type === 'string') {
    if (type === 'float64') return [...head(1, 1, [0x20, 63, 0], 8), 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0];
    if (type === 'float32') return [...head(1, 1, [0x20, 31, 0], 4), 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
    return [...head(1, 0, [type === 'uint8' ? 0 : 8, 0, 0], size), 0, 0, size * 8, 0];
  }
  if ('textBytes' in type) return head(1, 3, [options.utf8 ? 0x10 : 0, 0, 0], size);
  const word = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
  if ('of' in type) {
    return [...head(2, 10, [0, 0, 0], size), 1, 0, 0, 0, ...word(type.length), ...word(0), ...datatypeMessage(type.of)];
  }
  const out = head(2, 6, [type.members.length, 0, 0], size);
  let offset = 0;
  for (const [name, member] of type.members) {
    const text = new TextEncoder().encode(name);
    out.push(...text, ...new Array(8 - (text.length % 8)).fill(0), ...word(offset), ...datatypeMessage(member));
    offset += sizeOfType(member);
  }
  return out;
}
