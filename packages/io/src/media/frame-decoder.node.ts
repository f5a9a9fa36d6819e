import { FormatError } from '@zoopraxis/core';
import type { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { Av } from './av-binding.node.js';
import { type AvFile, openAvFile } from './av-file.node.js';
import { DecodingLane, type LaneOptions } from './decoding-lane.node.js';
import { hasIntactSlices } from './ffv1-check.js';
import { type Orientation, orient } from './orientation.js';
import { firstFrameFrom, type PacketIndex, startPacket } from './packet-index.js';
import { PacketReader } from './packet-reader.node.js';
import type { StreamTraits } from './stream-traits.node.js';

/** What a decoder delivers, and how it works. */
export interface DecoderOptions {
  /** Width of the picture before it is brought upright. */
  readonly storedWidthPx: number;
  /** Height of the picture before it is brought upright. */
  readonly storedHeightPx: number;
  readonly orientation: Orientation;
  /** Threads of the codec; 0 leaves the choice to FFmpeg. */
  readonly threads: number;
  readonly traits: StreamTraits;
  /** Keeps the last pictures, for stepping backwards. */
  readonly keepsPictures: boolean;
}

/** Memory for kept pictures. */
const KEPT_BYTES = 96 * 2 ** 20;
/** Pictures that may wait for one before them. */
const MAX_WAITING = 64;

/**
 * Decodes the frames of one file, each known by the packet that holds it. A frame without a picture repeats
 * the one before it, or is black where there is none.
 *
 * Damaged streams decode differently with every run while several threads work on them. So a frame leaves
 * only when all packets before its own have been judged, and where there is damage, a fresh decoder of one
 * thread begins at the last key frame that is sound: pixels do not depend on where reading began, as far as
 * the decoder notices the damage. A second, strict decoder then tells which packets are damaged.
 */
export class FrameDecoder {
  readonly #av: Av;
  readonly #index: PacketIndex;
  readonly #options: DecoderOptions;
  readonly #reader: PacketReader;
  readonly #scaled: Frame;
  readonly #scaler: SoftwareScaleContext;
  readonly #keptLimit: number;
  /** The decoder whose pictures are shown. */
  #lane: DecodingLane | undefined;
  /** In careful decoding, a strict decoder of the same packets, which fails where the other one mends. */
  #witness: DecodingLane | undefined;
  #isCareful = false;
  /** In careful decoding, the packet up to which there is damage. */
  #damageEnd = -1;
  /** Key packets that gave no sound picture when decoding began with them. */
  readonly #unsoundStarts = new Set<number>();
  #start = 0;
  /** Next frame to leave. */
  #next = 0;
  /** Pictures that wait for their turn, by frame. */
  readonly #waiting = new Map<number, Frame>();
  #previous: Frame | undefined;
  readonly #kept = new Map<number, { picture: Frame; corrupt: boolean }>();

  private constructor(av: Av, file: AvFile, index: PacketIndex, options: DecoderOptions) {
    this.#av = av;
    this.#index = index;
    this.#options = options;
    this.#reader = new PacketReader(av, file, index);
    const { width, height } = file.stream.codecpar;
    this.#keptLimit = Math.max(2, Math.min(64, Math.floor(KEPT_BYTES / (width * height * 1.5))));
    this.#scaled = new av.Frame();
    this.#scaled.alloc();
    this.#scaled.width = options.storedWidthPx;
    this.#scaled.height = options.storedHeightPx;
    this.#scaled.format = av.constants.AV_PIX_FMT_RGB24;
    // Rows with room behind them: the fast converters write whole vectors, past the end of a row that has none.
    this.#scaled.getBuffer();
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#scaler.setOption('sws_flags', 'bicubic');
  }

  /** Opens a decoder on its own handle of the file. */
  static async open(av: Av, path: string, index: PacketIndex, options: DecoderOptions): Promise<FrameDecoder> {
    return new FrameDecoder(av, await openAvFile(av, path), index, options);
  }

  /**
   * Writes a frame's pixels into `target`, interleaved RGB of the upright picture (bytes), and returns whether it is
   * corrupt. Frames read in order cost one decoding each. `check` is called between packets and may throw to give up.
   */
  async read(frame: number, target: Uint8Array, check: () => void): Promise<boolean> {
    const kept = this.#kept.get(frame);
    if (kept !== undefined) {
      this.#convert(kept.picture, target);
      return kept.corrupt;
    }
    await this.#approach(frame);
    for (;;) {
      check();
      const step = this.#step();
      if (step === 'feed') this.#feed();
      else if (step === 'restart') await this.#begin(this.#startOf(this.#next), this.#next, true);
      else if (this.#leave(step, frame, target)) return step.corrupt;
    }
  }

  close(): void {
    this.#forgetPictures();
    for (const { picture } of this.#kept.values()) picture.free();
    this.#kept.clear();
    this.#closeLanes();
    this.#reader.close();
    this.#scaled.free();
    this.#scaler.freeContext();
  }

  /** Returns the packet from which a frame is decoded: the last key packet that serves it and is not known to be unsound. */
  #startOf(frame: number): number {
    let start = startPacket(this.#index, frame);
    while (this.#unsoundStarts.has(start)) {
      const earlier = startPacket(this.#index, frame, start);
      if (earlier >= start) break;
      start = earlier;
    }
    return start;
  }

  /** Goes on from where decoding is, or starts anew at the right key frame, whichever is nearer. */
  async #approach(frame: number): Promise<void> {
    const start = this.#startOf(frame);
    const isBehind = this.#lane === undefined || frame < this.#next;
    const isAnew = this.#isCareful ? start !== this.#start : start > this.#reader.next;
    if (isBehind || isAnew) await this.#begin(start, frame, this.#isCareful && start <= this.#damageEnd);
  }

  async #begin(start: number, frame: number, isCareful: boolean): Promise<void> {
    this.#forgetPictures();
    this.#damageEnd = isCareful ? Math.max(this.#damageEnd, this.#lane?.verdicts.lastDamage ?? -1) : -1;
    // Careful decoders begin with empty memory: what they leave undecoded in a picture must not show older ones.
    if (isCareful || this.#isCareful || this.#lane === undefined) {
      this.#closeLanes();
      const { threads, traits } = this.#options;
      const lane = (options: LaneOptions): DecodingLane =>
        new DecodingLane(this.#av, this.#reader.file, this.#index, options);
      this.#lane = lane(isCareful ? { threads: 1, isStrict: false } : { threads, isStrict: traits.isStrict });
      if (isCareful && traits.isStrict) this.#witness = lane({ threads: 1, isStrict: true });
      this.#isCareful = isCareful;
    }
    await this.#reader.seek(start);
    this.#lane.begin(start);
    this.#witness?.begin(start);
    this.#start = start;
    // Those before the wanted one are decoded anyway, and stand in for it where it has no picture.
    this.#next = Math.min(frame, firstFrameFrom(this.#index, start));
  }

  /** Returns the next frame where nothing can change it any more, or what has to be done first. */
  #step(): 'feed' | 'restart' | { picture: Frame; corrupt: boolean } {
    const packet = this.#index.packetOfFrame[this.#next] as number;
    const { verdicts } = this.#lane as DecodingLane;
    if (verdicts.firstUnknown <= packet) {
      if (this.#waiting.size > MAX_WAITING) verdicts.giveUp(verdicts.firstUnknown);
      if (verdicts.firstUnknown <= packet) return 'feed';
    }
    if (verdicts.firstDamage <= packet && !this.#isCareful) return 'restart';
    if (verdicts.isStartDamaged && !this.#unsoundStarts.has(this.#start)) {
      this.#unsoundStarts.add(this.#start);
      if (this.#startOf(this.#next) < this.#start) return 'restart';
    }
    const corrupt = verdicts.isDamaged(packet);
    const picture = this.#waiting.get(this.#next);
    this.#waiting.delete(this.#next);
    if (picture !== undefined) return { picture, corrupt };
    this.#previous ??= this.#black();
    return { picture: this.#previous, corrupt: true };
  }

  /** Moves on behind the next frame; writes it and returns true where it is the wanted one. */
  #leave({ picture, corrupt }: { picture: Frame; corrupt: boolean }, wanted: number, target: Uint8Array): boolean {
    const frame = this.#next++;
    if (picture !== this.#previous) {
      this.#previous?.free();
      this.#previous = picture;
    }
    if (this.#options.keepsPictures) this.#keep(frame, picture, corrupt);
    if (frame < wanted) return false;
    this.#convert(picture, target);
    return true;
  }

  #keep(frame: number, picture: Frame, corrupt: boolean): void {
    if (this.#kept.has(frame)) return;
    const copy = picture.clone();
    if (copy === null) return;
    this.#kept.set(frame, { picture: copy, corrupt });
    if (this.#kept.size <= this.#keptLimit) return;
    const [oldest] = this.#kept.keys();
    this.#kept.get(oldest as number)?.picture.free();
    this.#kept.delete(oldest as number);
  }

  /** Sends one packet, or the end, and takes what comes out. */
  #feed(): void {
    const { packet } = this.#reader;
    const number = this.#reader.next;
    const show = (frame: number, picture: Frame): void => {
      if (frame < this.#next || this.#waiting.has(frame)) return;
      const copy = picture.clone();
      if (copy !== null) this.#waiting.set(frame, copy);
    };
    const lane = this.#lane as DecodingLane;
    if (!this.#reader.read()) {
      lane.drain(show);
      return;
    }
    let isIntact = !this.#options.traits.hasChecksums || hasIntactSlices(packet.data ?? new Uint8Array());
    packet.pts = BigInt(number);
    packet.dts = BigInt(number);
    // One thread decodes a packet before it takes the next, so a failure is that of this packet.
    if (this.#witness?.send(packet, number, true, () => undefined) === false) isIntact = false;
    lane.send(packet, number, isIntact, show);
    packet.unref();
  }

  #convert(picture: Frame, target: Uint8Array): void {
    const { storedWidthPx, storedHeightPx, orientation } = this.#options;
    // As the ffmpeg program does: both fields are one picture, and color lies where the scaler assumes it.
    const { AV_FRAME_FLAG_INTERLACED, AVCHROMA_LOC_UNSPECIFIED } = this.#av.constants;
    picture.clearFlags(AV_FRAME_FLAG_INTERLACED);
    picture.chromaLocation = AVCHROMA_LOC_UNSPECIFIED;
    const status = this.#scaler.scaleFrameSync(this.#scaled, picture);
    const plane = this.#scaled.data?.[0];
    if (status < 0 || plane === undefined) {
      const { path } = this.#reader.file;
      throw new FormatError({
        format: 'video',
        path,
        where: 'pixel format',
        expected: 'one that can be turned into RGB',
        found: this.#av.FFmpegError.strerror(status),
        hint: 'Convert the file with: ffmpeg -i <file> -pix_fmt yuv420p <new>.mp4',
      });
    }
    const { rotationDeg, isMirrored } = orientation;
    const rowBytes = storedWidthPx * 3;
    const strideBytes = this.#scaled.linesize[0] as number;
    if (rotationDeg !== 0 || isMirrored) orient(plane, strideBytes, storedWidthPx, storedHeightPx, orientation, target);
    else if (strideBytes === rowBytes) target.set(plane.subarray(0, rowBytes * storedHeightPx));
    else {
      for (let y = 0; y < storedHeightPx; y++) {
        target.set(plane.subarray(y * strideBytes, y * strideBytes + rowBytes), y * rowBytes);
      }
    }
  }

  #black(): Frame {
    const { storedWidthPx: width, storedHeightPx: height } = this.#options;
    const format = this.#av.constants.AV_PIX_FMT_RGB24;
    return this.#av.Frame.fromVideoBuffer(Buffer.alloc(width * height * 3), { width, height, format });
  }

  #closeLanes(): void {
    this.#lane?.close();
    this.#witness?.close();
    this.#lane = undefined;
    this.#witness = undefined;
  }

  #forgetPictures(): void {
    for (const picture of this.#waiting.values()) picture.free();
    this.#waiting.clear();
    this.#previous?.free();
    this.#previous = undefined;
  }
}
