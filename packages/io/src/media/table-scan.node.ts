import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Av } from './av-binding.node.js';
import { type AvFile, openAvFile, readVideoPacket, type Scan, scanPackets, ticks } from './av-file.node.js';
import { findMp4Header, readMp4Packets } from './mp4-packets.js';
import { type PacketColumns, packetFlag } from './packet-columns.js';

/** Packets at the beginning by which tables and demuxer are compared. */
const comparedFirst = 64;
/** Most packets behind the last key frame that are read to compare the end. */
const comparedLast = 4096;

/** Shortest film whose tables are worth reading, packets: shorter ones are read through in no time. */
const leastCount = 2048;

/**
 * Returns one row per packet of the video stream, and the file, which may have been opened anew. Where a plain MP4 file
 * lists its samples in tables, these are taken instead of reading the file through, which takes seconds for a million
 * frames. They count only where they agree with what the demuxer reads at the beginning and at the end. `least` is the
 * shortest film, in packets, whose tables are read.
 */
export async function findPackets(
  av: Av,
  file: AvFile,
  { check, least = leastCount }: { readonly check: () => void; readonly least?: number },
): Promise<{ readonly file: AvFile; readonly scan: Scan; readonly isFromTables: boolean }> {
  const isListed = file.container.startsWith('mov,') && file.codec !== 'vp8' && file.codec !== 'vp9';
  const columns = isListed ? await columnsOf(file) : undefined;
  if (columns === undefined || columns.count < least)
    return { file, scan: scanPackets(av, file, check), isFromTables: false };
  check();
  if (isSame(av, file, columns)) return { file, scan: { columns, isTruncated: false }, isFromTables: true };
  file.format.closeInputSync();
  const again = await openAvFile(av, file.path);
  return { file: again, scan: scanPackets(av, again, check), isFromTables: false };
}

async function columnsOf({ path, stream }: AvFile): Promise<PacketColumns | undefined> {
  const handle = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(handle).size;
    const read = (start: number, end: number): Uint8Array => {
      const bytes = new Uint8Array(end - start);
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(handle, bytes, done, bytes.length - done, start + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    };
    const header = await findMp4Header({ sizeBytes, read });
    return header && readMp4Packets(header, { trackId: stream.id, sizeBytes })?.columns;
  } finally {
    closeSync(handle);
  }
}

/** Moves times to the demuxer's zero, and tells whether it reads the same at both ends. */
function isSame(av: Av, file: AvFile, columns: PacketColumns): boolean {
  const { count, pts, dts, position, size, flags } = columns;
  const { AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_DISCARD, AVSEEK_FLAG_BACKWARD } = av.constants;
  const packet = new av.Packet();
  packet.alloc();
  const isHere = (number: number): boolean =>
    ticks(av, packet.pts) === pts[number] &&
    ticks(av, packet.dts) === dts[number] &&
    Number(packet.pos) === position[number] &&
    packet.size === size[number] &&
    (packet.isKeyframe ? packetFlag.key : 0) === flags[number] &&
    (packet.flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD)) === 0;
  const isNext = (number: number): boolean => readVideoPacket(av, file, packet) && isHere(number);
  try {
    if (!readVideoPacket(av, file, packet)) return false;
    const [first, firstDecoded] = [ticks(av, packet.pts), ticks(av, packet.dts)];
    if (Number.isNaN(first) || Number.isNaN(firstDecoded)) return false;
    const [late, lateDecoded] = [first - (pts[0] as number), firstDecoded - (dts[0] as number)];
    for (let i = 0; i < count; i++) {
      (pts[i] as number) += late;
      (dts[i] as number) += lateDecoded;
    }
    if (Number(packet.pos) !== position[0] || packet.size !== size[0] || flags[0] !== packetFlag.key) return false;
    for (let number = 1; number < Math.min(comparedFirst, count); number++) if (!isNext(number)) return false;
    const last = flags.lastIndexOf(packetFlag.key);
    if (file.format.seekFrameSync(file.streamIndex, BigInt(pts[last] as number), AVSEEK_FLAG_BACKWARD) < 0)
      return false;
    if (!readVideoPacket(av, file, packet)) return false;
    const landed = position.lastIndexOf(Number(packet.pos));
    if (landed < 0 || count - landed > comparedLast || !isHere(landed)) return false;
    for (let number = landed + 1; number < count; number++) if (!isNext(number)) return false;
    return !readVideoPacket(av, file, packet);
  } finally {
    packet.free();
  }
}
