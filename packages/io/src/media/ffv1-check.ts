/** Bytes behind each slice: its length (3), an error mark (1), its checksum (4). */
const TRAILER_BYTES = 8;

/** Four tables of the checksum of FFV1: CRC-32 with polynomial 0x04C11DB7, highest bit first, starting at 0. */
const tables: readonly Uint32Array[] = (() => {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
    return value >>> 0;
  });
  const all = [first];
  for (let step = 1; step < 4; step++) {
    const before = all[step - 1] as Uint32Array;
    all.push(before.map((value) => ((value << 8) ^ (first[value >>> 24] as number)) >>> 0));
  }
  return all;
})();

function checksum(bytes: Uint8Array, start: number, end: number): number {
  const [one, two, three, four] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let value = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    value ^=
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
    value =
      (four[value >>> 24] as number) ^
      (three[(value >>> 16) & 255] as number) ^
      (two[(value >>> 8) & 255] as number) ^
      (one[value & 255] as number);
  }
  for (; at < end; at++) value = (value << 8) ^ (one[((value >>> 24) ^ (bytes[at] as number)) & 255] as number);
  return value >>> 0;
}

/**
 * Tells whether the slices of an FFV1 packet (bytes) fill it and match their checksums (RFC 9043, 4.6 to 4.9);
 * FFmpeg's decoder checks them too, but reports a mismatch in its log alone. False for packets without checksums.
 */
export function hasIntactSlices(bytes: Uint8Array): boolean {
  for (let end = bytes.length; end > 0; ) {
    if (end < TRAILER_BYTES) return false;
    const at = end - TRAILER_BYTES;
    const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    const start = at - length;
    if (start < 0 || checksum(bytes, start, end) !== 0) return false;
    end = start;
  }
  return bytes.length > 0;
}
