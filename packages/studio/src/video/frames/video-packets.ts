import { type EncodedPacket, EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import type { FrameClock } from '../../state/clock.js';
import { frameOfPacket, packetTimeOf, tolerance } from './packet-frames.js';

/** One packet of a video: what a decoder takes at once. */
export interface VideoPacket {
  /** Place in the order of decoding; larger = later. */
  readonly place: number;
  /** The frame that it shows, -1 for a hidden picture. */
  readonly frame: number;
  /** Microseconds, different for each packet of a video. */
  readonly timestamp: number;
  chunk(): EncodedVideoChunk;
}

/** The packets of one video in the order of decoding. */
export interface VideoPackets {
  /** Returns the packet from which a frame is decoded, null where there is none within `farthest` frames before it. */
  keyFor(frame: number, farthest: number): Promise<VideoPacket | null>;
  /** Returns the packet after another, null at the end. */
  next(packet: VideoPacket): Promise<VideoPacket | null>;
  /** Returns the next packet after another from which decoding can begin, null where there is none. */
  nextKey(packet: VideoPacket): Promise<VideoPacket | null>;
}

/** A packet that mediabunny read. */
interface SunkPacket extends VideoPacket {
  readonly packet: EncodedPacket;
}

/** Returns the packets of a track as mediabunny reads them. */
export function sinkPackets(
  track: InputVideoTrack,
  { clock, startSec }: { readonly clock: FrameClock; readonly startSec: number },
): VideoPackets {
  const sink = new EncodedPacketSink(track);
  const frameOf = (packet: EncodedPacket) => frameOfPacket(packet.timestamp, startSec, clock);
  const sunk = (packet: EncodedPacket): SunkPacket => ({
    packet,
    place: packet.sequenceNumber,
    frame: frameOf(packet),
    timestamp: packet.microsecondTimestamp,
    chunk: () => packet.toEncodedVideoChunk(),
  });
  return {
    async keyFor(frame, farthest) {
      // Times of an index may be rounded: the frame's own packet is looked for a little later.
      let key = await sink.getKeyPacket(packetTimeOf(frame, startSec, clock) + tolerance / clock.fps);
      while (key !== null) {
        const at = frameOf(key);
        if (at <= frame && (await track.determinePacketType(key)) === 'key') return sunk(key);
        // A picture from which decoding may begin elsewhere, but not by the rules of this browser.
        key = at >= 0 && frame - at > farthest ? null : await sink.getKeyPacket(key.timestamp - 1e-6);
      }
      return null;
    },
    async next(packet) {
      const next = await sink.getNextPacket((packet as SunkPacket).packet);
      return next && sunk(next);
    },
    async nextKey(packet) {
      const next = await sink.getNextKeyPacket((packet as SunkPacket).packet, { verifyKeyPackets: true });
      return next && sunk(next);
    },
  };
}

/** Rejects where a track counts the frames of its file otherwise than the server: first and last time must be those of its frames. */
export async function checkAgreement(
  track: InputVideoTrack,
  { clock, startSec }: { readonly clock: FrameClock; readonly startSec: number },
): Promise<void> {
  const sink = new EncodedPacketSink(track);
  const options = { metadataOnly: true };
  const first = await sink.getPacket(startSec + tolerance / clock.fps, options);
  const last = await sink.getPacket(Number.POSITIVE_INFINITY, options);
  const isSame =
    first !== null &&
    last !== null &&
    frameOfPacket(first.timestamp, startSec, clock) === 0 &&
    frameOfPacket(last.timestamp, startSec, clock) === clock.frameCount - 1;
  if (!isSame) throw new Error('the page counts the frames of the file otherwise than the server');
}
