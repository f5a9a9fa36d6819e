import { type FrameTimes, frameTimes, type StreamClock } from './frame-times.js';
import { hasPresentationTimes, type PacketColumns, packetFlag } from './packet-columns.js';

/** Which packet holds which frame, and from where to decode it. Frame i is entry i for good: damage never shifts it. */
export interface PacketIndex {
  readonly columns: PacketColumns;
  readonly frameCount: number;
  /** Packet that holds each frame, shape `[frame]`. */
  readonly packetOfFrame: Uint32Array;
  /** Frame that each packet holds, -1 for hidden ones, shape `[packet]`. */
  readonly frameOfPacket: Int32Array;
  /** Place of each packet in the order of presentation, hidden ones counted, shape `[packet]`. */
  readonly rank: Uint32Array;
  /** Packets from which decoding can start, ascending, shape `[key]`. */
  readonly keys: Uint32Array;
  /** Largest number of packets that come earlier in the file but later on the screen than another. */
  readonly reorderDepth: number;
  readonly hasOpenGops: boolean | undefined;
  readonly times: FrameTimes;
}

/** Returns packet numbers in the order of presentation. */
function presentationOrder(columns: PacketColumns, given: Uint32Array | undefined): Uint32Array {
  const { count, pts } = columns;
  const order = new Uint32Array(count);
  if (given !== undefined) {
    const seen = new Uint8Array(count);
    let at = 0;
    for (const packet of given) {
      if (seen[packet]) continue;
      seen[packet] = 1;
      order[at++] = packet;
    }
    // Packets that gave no picture stand behind the one before them in the file.
    if (at === count) return order;
    const place = new Float64Array(count);
    for (let rank = 0; rank < at; rank++) place[order[rank] as number] = rank;
    for (let packet = 0; packet < count; packet++) {
      if (!seen[packet]) place[packet] = packet === 0 ? -0.5 : (place[packet - 1] as number) + 2 ** -20;
    }
    return Uint32Array.from(order.keys()).sort((a, b) => (place[a] as number) - (place[b] as number) || a - b);
  }
  for (let packet = 0; packet < count; packet++) order[packet] = packet;
  if (!hasPresentationTimes(columns)) return order;
  const keys = pts.slice(0, count);
  for (let packet = 0; packet < count; packet++) {
    if (Number.isNaN(keys[packet])) keys[packet] = Number.NEGATIVE_INFINITY;
  }
  if (sortNearby(order, keys)) return order;
  for (let packet = 0; packet < count; packet++) order[packet] = packet;
  return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

/** Places by which a packet is moved on average before sorting as if nothing were known is quicker. */
const mostMoves = 32;

/**
 * Sorts packet numbers that stand in the order of the file by their keys, equal ones by number; false, with the order spoilt,
 * where they are not nearly sorted. Codecs reorder among a few neighbors: a million take a tenth of the time.
 */
function sortNearby(order: Uint32Array, keys: Float64Array): boolean {
  let moves = order.length * mostMoves;
  for (let place = 1; place < order.length; place++) {
    const packet = order[place] as number;
    const key = keys[packet] as number;
    let at = place;
    for (; at > 0 && (keys[order[at - 1] as number] as number) > key; at--) order[at] = order[at - 1] as number;
    order[at] = packet;
    moves -= place - at;
    if (moves < 0) return false;
  }
  return true;
}

/** Returns the index of a video's packets. */
export function indexPackets(columns: PacketColumns, clock: StreamClock): PacketIndex {
  const { count, flags } = columns;
  const order = presentationOrder(columns, clock.order);
  const rank = new Uint32Array(count);
  const frameOfPacket = new Int32Array(count).fill(-1);
  const packetOfFrame = new Uint32Array(count);
  let frameCount = 0;
  for (let place = 0; place < count; place++) {
    const packet = order[place] as number;
    rank[packet] = place;
    if ((flags[packet] as number) & packetFlag.hidden) continue;
    frameOfPacket[packet] = frameCount;
    packetOfFrame[frameCount++] = packet;
  }
  const keys: number[] = [];
  let reorderDepth = 0;
  let hasOpenGops = false;
  let keyRank = 0;
  // Ranks of packets read so far that leave a gap before them: a list as long as the reordering is deep.
  const waiting = new Set<number>();
  let complete = 0;
  for (let packet = 0; packet < count; packet++) {
    const own = rank[packet] as number;
    if ((flags[packet] as number) & packetFlag.key) {
      keys.push(packet);
      keyRank = own;
    } else if (own < keyRank) hasOpenGops = true;
    if (own === complete) {
      reorderDepth = Math.max(reorderDepth, waiting.size);
      complete++;
      while (waiting.delete(complete)) complete++;
    } else waiting.add(own);
  }
  const isOrderKnown = clock.order !== undefined || hasPresentationTimes(columns);
  const frames = packetOfFrame.slice(0, frameCount);
  return {
    columns,
    frameCount,
    packetOfFrame: frames,
    frameOfPacket,
    rank,
    keys: Uint32Array.from(keys),
    reorderDepth,
    hasOpenGops: isOrderKnown ? hasOpenGops : undefined,
    times: frameTimes(columns, frames, clock, isOrderKnown && clock.order === undefined),
  };
}

/**
 * Returns the packet from which decoding must start so that this frame comes out whole: the last key
 * packet that lies neither behind the frame in the file nor after it on the screen; `before` asks for a
 * start ahead of that packet, for where the key itself is damaged. 0 where there is none.
 */
export function startPacket(index: PacketIndex, frame: number, before = Number.POSITIVE_INFINITY): number {
  const packet = index.packetOfFrame[frame] as number;
  const rank = index.rank[packet] as number;
  let [low, high] = [0, index.keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = index.keys[middle] as number;
    if (key <= packet && key < before) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0; at--) {
    const key = index.keys[at] as number;
    if ((index.rank[key] as number) <= rank) return key;
  }
  return 0;
}

/** Returns the first frame that is not shown before a packet. */
export function firstFrameFrom(index: PacketIndex, packet: number): number {
  const rank = index.rank[packet] ?? 0;
  let [low, high] = [0, index.frameCount];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index.rank[index.packetOfFrame[middle] as number] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
