import { FormatError } from '../errors.js';
import { crc32 } from './crc32.js';

/** Best compression that deflate can reach (zlib's documentation): more is a lie about the size. */
const MAX_DEFLATE_RATIO = 1032;

/** One file inside a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Size once expanded, as the archive declares it; what is read is checked against it. */
  readonly byteCount: number;
  readonly method: 'stored' | 'deflated';
  /** Bytes as they lie in the archive: a view. */
  readonly packed: Uint8Array;
  /** CRC-32 that the archive declares. */
  readonly crc: number;
}

type Fail = (where: string, expected: string, found: string) => FormatError;

function failIn(path: string | undefined): Fail {
  return (where, expected, found) =>
    new FormatError({ format: 'zip', where, expected, found, ...(path === undefined ? {} : { path }) });
}

/**
 * Returns the files of a zip archive by name, in the archive's order, none expanded yet.
 * Reads zip64; refuses encryption, several volumes, overlapping or repeated entries and sizes beyond the file.
 * Source: the APPNOTE of PKWARE, 4.3 to 4.5.
 */
export function readZip(bytes: Uint8Array, path?: string): ReadonlyMap<string, ZipEntry> {
  const fail = failIn(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view, fail);
  const entries = new Map<string, ZipEntry>();
  const extents: { name: string; start: number; end: number }[] = [];
  let at = directory.start;
  for (let index = 0; index < directory.entryCount; index++) {
    const where = `entry ${index} of the directory`;
    if (at + 46 > directory.end || view.getUint32(at, true) !== 0x02014b50)
      throw fail(where, 'its signature', 'something else');
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > directory.end) throw fail(where, 'an entry inside the directory', 'one that reaches beyond');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = readSizes(view, at, at + 46 + nameLength, extraLength, fail);
    if (flags & 0x2041) throw fail(name, 'plain data', 'an encrypted entry');
    if (method !== 0 && method !== 8) throw fail(name, 'stored or deflated data', `compression method ${method}`);
    const start = packedStart(view, sizes.header, name, fail);
    const end = start + sizes.packed;
    if (end > directory.start)
      throw fail(name, `${sizes.packed} bytes before the directory`, `${directory.start - start}`);
    if (method === 0 && sizes.packed !== sizes.expanded) {
      throw fail(name, `${sizes.packed} bytes for a stored entry`, `a declared size of ${sizes.expanded}`);
    }
    if (sizes.expanded > (sizes.packed + 1) * MAX_DEFLATE_RATIO) {
      throw fail(name, 'a size that deflate can reach', `${sizes.expanded} bytes out of ${sizes.packed}`);
    }
    if (entries.has(name)) throw fail(name, 'one entry of this name', 'two');
    entries.set(name, {
      name,
      byteCount: sizes.expanded,
      method: method === 0 ? 'stored' : 'deflated',
      packed: bytes.subarray(start, end),
      crc: view.getUint32(at + 16, true),
    });
    extents.push({ name, start: sizes.header, end });
    at = next;
  }
  extents.sort((a, b) => a.start - b.start);
  for (const [index, extent] of extents.entries()) {
    const before = extents[index - 1];
    if (before && extent.start < before.end)
      throw fail(extent.name, 'an entry of its own', `one that overlaps ${before.name}`);
  }
  return entries;
}

/**
 * Returns the expanded bytes of an entry: a view of the archive where it is stored, else new bytes.
 * Expanding stops as soon as more comes out than was declared. The checksum is compared for deflated entries only:
 * PyTorch can leave it out of those that it stores.
 */
export async function readZipEntry(entry: ZipEntry, path?: string): Promise<Uint8Array> {
  if (entry.method === 'stored') return entry.packed;
  const fail = failIn(path);
  const out = new Uint8Array(entry.byteCount);
  let length = 0;
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const written = writer.write(entry.packed as Uint8Array<ArrayBuffer>).then(() => writer.close());
  // The reader below reports what goes wrong; this only keeps the rejection from being unhandled.
  written.catch(() => undefined);
  const reader = stream.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > out.length) throw fail(entry.name, `${out.length} bytes once expanded`, 'more');
      out.set(value, length);
      length += value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    if (cause instanceof FormatError) throw cause;
    throw fail(entry.name, 'deflated data', cause instanceof Error ? cause.message : String(cause));
  }
  if (length !== out.length) throw fail(entry.name, `${out.length} bytes once expanded`, `${length}`);
  if (crc32(out) !== entry.crc) throw fail(entry.name, 'the checksum declared', 'another one');
  return out;
}

interface Directory {
  start: number;
  end: number;
  entryCount: number;
}

/** Longest comment after the end record. */
const MAX_COMMENT_BYTES = 0xffff;

function findDirectory(view: DataView, fail: Fail): Directory {
  let end = -1;
  const lowest = Math.max(0, view.byteLength - 22 - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === view.byteLength) {
      end = at;
      break;
    }
  }
  if (end < 0) throw fail('the end', 'the end record of a zip archive', 'none (truncated?)');
  let entryCount = view.getUint16(end + 10, true);
  let byteCount = view.getUint32(end + 12, true);
  let start = view.getUint32(end + 16, true);
  let limit = end;
  if (view.getUint16(end + 8, true) !== entryCount) throw fail('the end record', 'one volume', 'several');
  if (entryCount === 0xffff || byteCount === 0xffffffff || start === 0xffffffff) {
    const locator = end - 20;
    if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50)
      throw fail('the end record', 'a zip64 locator', 'none');
    const record = readUint64(view, locator + 8, 'the zip64 locator', fail);
    if (record + 56 > locator || view.getUint32(record, true) !== 0x06064b50) {
      throw fail('the zip64 locator', 'the place of the zip64 end record', `${record}`);
    }
    entryCount = readUint64(view, record + 32, 'the zip64 end record', fail);
    byteCount = readUint64(view, record + 40, 'the zip64 end record', fail);
    start = readUint64(view, record + 48, 'the zip64 end record', fail);
    limit = record;
  }
  if (start + byteCount > limit)
    throw fail('the end record', `a directory before byte ${limit}`, `one up to ${start + byteCount}`);
  if (entryCount * 46 > byteCount) throw fail('the end record', `room for ${entryCount} entries`, `${byteCount} bytes`);
  return { start, end: start + byteCount, entryCount };
}

function readUint64(view: DataView, at: number, where: string, fail: Fail): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw fail(where, 'a number within 2^53', `${value}`);
  return value;
}

/** Sizes and place of an entry, out of its zip64 field where the 32-bit fields are full. */
function readSizes(
  view: DataView,
  at: number,
  extraStart: number,
  extraLength: number,
  fail: Fail,
): { expanded: number; packed: number; header: number } {
  const fields = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  if (fields.includes(0xffffffff)) {
    const extraEnd = extraStart + extraLength;
    for (let extra = extraStart; extra + 4 <= extraEnd; ) {
      const size = view.getUint16(extra + 2, true);
      if (extra + 4 + size > extraEnd) break;
      if (view.getUint16(extra, true) === 1) {
        let place = extra + 4;
        for (const [index, field] of fields.entries()) {
          if (field !== 0xffffffff || place + 8 > extra + 4 + size) continue;
          fields[index] = readUint64(view, place, 'a zip64 field', fail);
          place += 8;
        }
        break;
      }
      extra += 4 + size;
    }
  }
  const [expanded = 0, packed = 0, header = 0] = fields;
  return { expanded, packed, header };
}

function packedStart(view: DataView, header: number, name: string, fail: Fail): number {
  if (header + 30 > view.byteLength || view.getUint32(header, true) !== 0x04034b50) {
    throw fail(name, `a local header at byte ${header}`, 'something else');
  }
  return header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
}
