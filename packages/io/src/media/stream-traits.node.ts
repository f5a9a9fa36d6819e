import type { Av } from './av-binding.node.js';
import { openAvFile, readVideoPacket } from './av-file.node.js';
import { DecodingLane } from './decoding-lane.node.js';
import { hasIntactSlices } from './ffv1-check.js';
import type { PacketIndex } from './packet-index.js';

/** What the first packets of a file tell of all of them. */
export interface StreamTraits {
  /** True where strict decoding, which notices more damage, takes sound packets: some cameras write streams that it never takes. */
  readonly isStrict: boolean;
  /** True where packets carry checksums. */
  readonly hasChecksums: boolean;
}

/** Packets that are tried. */
const TRIED_PACKETS = 8;

/** Returns the traits of a file's stream. */
export async function streamTraits(av: Av, path: string, index: PacketIndex): Promise<StreamTraits> {
  const file = await openAvFile(av, path);
  const packet = new av.Packet();
  packet.alloc();
  let lane: DecodingLane | undefined;
  let pictures = 0;
  let checked = 0;
  const count = Math.min(TRIED_PACKETS, index.columns.count);
  const show = (): void => void pictures++;
  try {
    lane = new DecodingLane(av, file, index, { threads: 1, isStrict: true });
    lane.begin(0);
    for (let number = 0; number < count && readVideoPacket(av, file, packet); number++) {
      if (file.codec === 'ffv1' && hasIntactSlices(packet.data ?? new Uint8Array())) checked++;
      packet.pts = BigInt(number);
      packet.dts = BigInt(number);
      lane.send(packet, number, true, show);
    }
    lane.drain(show);
  } finally {
    lane?.close();
    packet.free();
    file.format.closeInputSync();
  }
  // Some of them may be damaged; where hardly any is taken, it is the stream that is peculiar.
  return { isStrict: pictures * 2 >= count, hasChecksums: checked * 2 >= count };
}
