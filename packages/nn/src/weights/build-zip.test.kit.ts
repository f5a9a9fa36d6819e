import { deflateRawSync } from 'node:zlib';
import { crc32 } from '@zoopraxis/core';

/** A file for an archive, and the lies that the archive tells about it. */
export interface ZipPart {
  name: string;
  data: Uint8Array;
  /** Deflates `data`. */
  isDeflated?: boolean;
  /** Compression method declared; `data` is then taken as it is. */
  method?: number;
  declaredBytes?: number;
  packedBytes?: number;
  crc?: number;
  flags?: number;
  /** Name of an earlier part whose local header this one points to. */
  headerOf?: string;
}

export interface ZipForm {
  comment?: string;
  /** Moves every size and place into zip64 fields. */
  isZip64?: boolean;
  zip64Place?: number;
}

const u16 = (value: number) => [value & 255, (value >>> 8) & 255];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(Math.floor(value / 65536) & 0xffff)];
const u64 = (value: number) => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];

/** Returns a zip archive, honest or not. */
export function buildZip(parts: readonly ZipPart[], form: ZipForm = {}): Uint8Array {
  const out: number[] = [];
  const directory: number[] = [];
  const places = new Map<string, number>();
  const full = 0xffffffff;
  for (const part of parts) {
    const name = [...new TextEncoder().encode(part.name)];
    const data = part.isDeflated ? new Uint8Array(deflateRawSync(part.data)) : part.data;
    const method = part.method ?? (part.isDeflated ? 8 : 0);
    const crc = part.crc ?? crc32(part.data);
    const expanded = part.declaredBytes ?? part.data.length;
    const packed = part.packedBytes ?? data.length;
    const place = places.get(part.headerOf ?? '') ?? out.length;
    places.set(part.name, out.length);
    out.push(...u32(0x04034b50), ...u16(20), ...u16(part.flags ?? 0), ...u16(method), ...u32(0), ...u32(crc));
    out.push(
      ...u32(packed),
      ...u32(expanded),
      ...u16(name.length),
      ...u16(4),
      ...name,
      ...u16(0x4246),
      ...u16(0),
      ...data,
    );
    const sizes = form.isZip64 ? [full, full, full] : [packed, expanded, place];
    const zip64 = form.isZip64 ? [...u16(1), ...u16(24), ...u64(expanded), ...u64(packed), ...u64(place)] : [];
    const extra = [...u16(0x4246), ...u16(2), 0, 0, ...zip64];
    directory.push(
      ...u32(0x02014b50),
      ...u16(45),
      ...u16(45),
      ...u16(part.flags ?? 0),
      ...u16(method),
      ...u32(0),
      ...u32(crc),
    );
    directory.push(...u32(sizes[0]!), ...u32(sizes[1]!), ...u16(name.length), ...u16(extra.length), ...u16(0));
    directory.push(...u16(0), ...u16(0), ...u32(0), ...u32(sizes[2]!), ...name, ...extra);
  }
  const start = out.length;
  out.push(...directory);
  const count = form.isZip64 ? 0xffff : parts.length;
  if (form.isZip64) {
    const record = out.length;
    out.push(...u32(0x06064b50), ...u64(44), ...u16(45), ...u16(45), ...u32(0), ...u32(0));
    out.push(...u64(parts.length), ...u64(parts.length), ...u64(directory.length), ...u64(start));
    out.push(...u32(0x07064b50), ...u32(0), ...u64(form.zip64Place ?? record), ...u32(1));
  }
  const comment = [...new TextEncoder().encode(form.comment ?? '')];
  out.push(...u32(0x06054b50), ...u16(0), ...u16(0), ...u16(count), ...u16(count));
  out.push(
    ...u32(form.isZip64 ? full : directory.length),
    ...u32(form.isZip64 ? full : start),
    ...u16(comment.length),
    ...comment,
  );
  return Uint8Array.from(out);
}
