/**
 * Returns what is wrong with the global heaps of an HDF5 file, where texts of varying length lie, or undefined. HDF5
 * runs in a circle on a heap whose free space has the length 0, so heaps are walked here before it does (File Format
 * Specification 3.0, III.E; lengths of 8 bytes, which every writer uses).
 */
export function findHeapDamage(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = bytes.indexOf(0x47); start >= 0; start = bytes.indexOf(0x47, start + 1)) {
    // `GCOL`, version 1, three reserved zero bytes.
    if (start + 16 > bytes.length || view.getUint32(start) !== 0x47434f4c || view.getUint32(start + 4) !== 0x01000000) {
      continue;
    }
    const end = start + Number(view.getBigUint64(start + 8, true));
    if (end > bytes.length) return `a heap at byte ${start} that ends behind the file`;
    for (let at = start + 16; at + 16 <= end; ) {
      const size = Number(view.getBigUint64(at + 8, true));
      if (view.getUint16(at, true) === 0) {
        if (size < 16 || at + size > end) return `free space of ${size} bytes in the heap at byte ${start}`;
        at += size;
      } else {
        at += 16 + Math.ceil(size / 8) * 8;
        if (at > end) return `a text of ${size} bytes in the heap at byte ${start}`;
      }
    }
  }
  return undefined;
}
