import { findMp4Header, type Mp4Packets, packetFlag, readMp4Packets } from '@zoopraxis/io/web';
import { EncodedPacket, type InputVideoTrack } from 'mediabunny';
import type { FrameClock } from '../../state/clock.js';
import type { ByteBlocks } from './byte-blocks.js';
import { frameOfPacket } from './packet-frames.js';
import type { VideoPacket, VideoPackets } from './video-packets.js';

/** Bytes of a group of pictures that are asked for at once, when decoding begins with it. */
const mostGroupBytes = 2 ** 21;

/** Packets behind that of a frame which a decoder may ask for before it gives the frame out. */
const behind = 8;

/** Where the packets of a plain MP4 film are, by its tables. */
export interface PacketTable {
  readonly columns: Pick<Mp4Packets['columns'], 'count' | 'position' | 'size' | 'flags'>;
  /** Frame of each packet, shape `[packet]`. */
  readonly frameOfPacket: Int32Array;
  /** Packets from which decoding may begin, ascending in the file and on the screen, shape `[key]`. */
  readonly keys: Uint32Array;
  /** Microseconds of each packet, shape `[packet]`. */
  readonly timestamps: Float64Array;
}

/**
 * Returns the packets of a plain MP4 film by frame; undefined where they are not, one to one, the frames that the server counts.
 */
export function packetTable({ columns, secPerTick }: Mp4Packets, clock: FrameClock): PacketTable | undefined {
  const { count, pts, flags } = columns;
  if (count !== clock.frameCount) return undefined;
  let first = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) first = Math.min(first, pts[i] as number);
  const frames = new Int32Array(count);
  const timestamps = new Float64Array(count);
  const isTaken = new Uint8Array(count);
  const keys: number[] = [];
  let lastKey = -1;
  for (let i = 0; i < count; i++) {
    const sec = ((pts[i] as number) - first) * secPerTick;
    const frame = frameOfPacket(sec, 0, clock);
    if (frame < 0 || isTaken[frame]) return undefined;
    isTaken[frame] = 1;
    frames[i] = frame;
    timestamps[i] = Math.round(sec * 1e6);
    if (((flags[i] as number) & packetFlag.key) === 0) continue;
    if (frame < lastKey) return undefined;
    lastKey = frame;
    keys.push(i);
  }
  const { position, size } = columns;
  return { columns: { count, position, size, flags }, frameOfPacket: frames, keys: Uint32Array.from(keys), timestamps };
}

/** Returns the place in `keys` of the last key packet that is shown up to a frame, -1 where there is none. */
export function lastKeyUpTo({ keys, frameOfPacket: frames }: PacketTable, frame: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[keys[middle] as number] as number) <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Returns the packets of a film by the tables in its header, which are read in one go; undefined where the file is not of the
 * plain kind. Reading with mediabunny takes seconds for a million frames.
 */
export async function tablePackets(
  track: InputVideoTrack,
  bytes: ByteBlocks,
  clock: FrameClock,
): Promise<VideoPackets | undefined> {
  const header = await findMp4Header(bytes);
  const packets = header && readMp4Packets(header, { trackId: track.id, sizeBytes: bytes.sizeBytes });
  const table = packets && packetTable(packets, clock);
  return table && packetsOf(table, track, bytes);
}

function packetsOf(table: PacketTable, track: InputVideoTrack, bytes: ByteBlocks): VideoPackets {
  const { columns, frameOfPacket: frames, keys, timestamps } = table;
  const { count, position, size, flags } = columns;
  /** By key: whether decoding may begin there by the rules of browsers. */
  const isTrueKey = new Map<number, boolean>();

  async function read(place: number): Promise<VideoPacket> {
    const start = position[place] as number;
    const data = await bytes.read(start, start + (size[place] as number));
    const timestamp = timestamps[place] as number;
    const type = ((flags[place] as number) & packetFlag.key) !== 0 ? 'key' : 'delta';
    return {
      place,
      frame: frames[place] as number,
      timestamp,
      chunk: () => new EncodedVideoChunk({ type, timestamp, data }),
    };
  }
  /** Asks for the bytes from a key packet to a frame that lies at most so far behind it in the file. */
  function readAhead(key: number, frame: number): void {
    let last = Math.min(count - 1, key + (frame - (frames[key] as number)) + behind);
    const start = position[key] as number;
    while (last > key && (position[last] as number) + (size[last] as number) - start > mostGroupBytes) last--;
    bytes.ahead(start, (position[last] as number) + (size[last] as number));
  }
  async function isTrue(place: number): Promise<boolean> {
    const known = isTrueKey.get(place);
    if (known !== undefined) return known;
    const start = position[place] as number;
    const data = await bytes.read(start, start + (size[place] as number));
    const packet = new EncodedPacket(data, 'key', (timestamps[place] as number) / 1e6, 0);
    const found = (await track.determinePacketType(packet)) === 'key';
    isTrueKey.set(place, found);
    return found;
  }
  return {
    async keyFor(frame, farthest) {
      for (let at = lastKeyUpTo(table, frame); at >= 0; at--) {
        const place = keys[at] as number;
        if (frame - (frames[place] as number) > farthest) return null;
        readAhead(place, frame);
        if (await isTrue(place)) return read(place);
      }
      return null;
    },
    async next({ place }) {
      return place + 1 < count ? read(place + 1) : null;
    },
    async nextKey({ place }) {
      for (const key of keys) if (key > place && (await isTrue(key))) return read(key);
      return null;
    },
  };
}
