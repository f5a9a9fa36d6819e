import { crc32 } from './crc32.js';

/** Bytes of one file, and the name that it gets in the archive. */
export interface ZipContent {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Day zero of the times that archives have, so that the same files give the same bytes. */
const firstDay = 0x21;

/**
 * Returns a zip archive with files stored as they are, in their order, and without times: the same files give the same
 * bytes. Names are UTF-8.
 * @throws RangeError where a name comes twice, or the whole reaches 4 GiB, from where on zip64 would be needed.
 */
export function writeZip(files: readonly ZipContent[]): Uint8Array {
  const entries: { name: Uint8Array; bytes: Uint8Array; crc: number; start: number }[] = [];
  const names = new Set<string>();
  let [start, directoryBytes] = [0, 0];
  for (const { name, bytes } of files) {
    if (names.has(name)) throw new RangeError(`zip: names must differ, got ${name} twice`);
    names.add(name);
    const encoded = new TextEncoder().encode(name);
    entries.push({ name: encoded, bytes, crc: crc32(bytes), start });
    start += 30 + encoded.length + bytes.length;
    directoryBytes += 46 + encoded.length;
  }
  const size = start + directoryBytes + 22;
  if (size >= 2 ** 32 || files.length >= 0xffff) throw new RangeError(`zip: must stay below 4 GiB, got ${size} bytes`);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  /** Writes what a local header and an entry of the directory share. */
  const describe = (at: number, { name, bytes, crc }: (typeof entries)[number]) => {
    view.setUint16(at, 20, true);
    view.setUint16(at + 2, 0x0800, true);
    view.setUint16(at + 8, firstDay, true);
    view.setUint32(at + 10, crc, true);
    view.setUint32(at + 14, bytes.length, true);
    view.setUint32(at + 18, bytes.length, true);
    view.setUint16(at + 22, name.length, true);
  };
  let at = start;
  for (const entry of entries) {
    view.setUint32(entry.start, 0x04034b50, true);
    describe(entry.start + 4, entry);
    out.set(entry.name, entry.start + 30);
    out.set(entry.bytes, entry.start + 30 + entry.name.length);
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 4, 20, true);
    describe(at + 6, entry);
    view.setUint32(at + 42, entry.start, true);
    out.set(entry.name, at + 46);
    at += 46 + entry.name.length;
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, directoryBytes, true);
  view.setUint32(at + 16, start, true);
  return out;
}
