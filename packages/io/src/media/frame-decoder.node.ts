import { FormatError } from '@zoopraxis/core';
import type { CodecContext, Frame, SoftwareScaleContext } from 'node-av/lib';
import type { Av } from './av-binding.node.js';
import { type AvFile, openAvFile } from './av-file.node.js';
import { type Orientation, orient } from './orientation.js';
import { packetFlag } from './packet-columns.js';
import { firstFrameFrom, type PacketIndex, startPacket } from './packet-index.js';
import { PacketReader } from './packet-reader.node.js';
import { PacketVerdicts } from './packet-verdicts.js';

/** What a decoder delivers, and how it works. */
export interface DecoderOptions {
  /** Width of the picture before it is brought upright. */
  readonly storedWidthPx: number;
  /** Height of the picture before it is brought upright. */
  readonly storedHeightPx: number;
  readonly orientation: Orientation;
  /** Threads of the codec; 0 leaves the choice to FFmpeg. */
  readonly threads: number;
  /** Keeps the last pictures, for stepping backwards. */
  readonly keepsPictures: boolean;
}

/** Memory for kept pictures. */
const KEPT_BYTES = 96 * 2 ** 20;
/** Pictures that may wait for one before them. */
const MAX_WAITING = 64;

/**
 * Decodes the frames of one file, each known by the packet that holds it: packets go in under their own
 * numbers instead of their times, so every picture tells where it came from, whatever the codec reorders,
 * drops or repeats. A frame without a picture repeats the one before it, or is black where there is none.
 *
 * Damaged streams decode differently with every run while several threads work on them. So a frame leaves
 * only when all packets before its own have been judged, and from damage on, one thread decodes from the
 * last sound key frame until the next: a frame's pixels do not depend on where reading began.
 */
export class FrameDecoder {
  readonly #av: Av;
  readonly #index: PacketIndex;
  readonly #options: DecoderOptions;
  readonly #reader: PacketReader;
  readonly #verdicts: PacketVerdicts;
  readonly #decoded: Frame;
  readonly #scaled: Frame;
  readonly #scaler: SoftwareScaleContext;
  readonly #keptLimit: number;
  #context: CodecContext | undefined;
  #isCareful = false;
  /** In careful decoding, the packet up to which there is damage. */
  #damageEnd = -1;
  /** Key frames to go back when the one that decoding began with is damaged. */
  #stepsBack = 1;
  #start = 0;
  #isDrained = false;
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
    this.#verdicts = new PacketVerdicts(index);
    const { width, height } = file.stream.codecpar;
    this.#keptLimit = Math.max(2, Math.min(64, Math.floor(KEPT_BYTES / (width * height * 1.5))));
    this.#decoded = new av.Frame();
    this.#decoded.alloc();
    this.#scaled = new av.Frame();
    this.#scaled.alloc();
    this.#scaled.width = options.storedWidthPx;
    this.#scaled.height = options.storedHeightPx;
    this.#scaled.format = av.constants.AV_PIX_FMT_RGB24;
    this.#scaled.getBuffer(1);
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
      else if (step === 'restart') await this.#restart();
      else if (this.#leave(step, frame, target)) return step.corrupt;
    }
  }

  close(): void {
    this.#forgetPictures();
    for (const { picture } of this.#kept.values()) picture.free();
    this.#kept.clear();
    this.#context?.freeContext();
    this.#context = undefined;
    this.#reader.close();
    this.#decoded.free();
    this.#scaled.free();
    this.#scaler.freeContext();
  }

  /** Goes on from where decoding is, or starts anew at the right key frame, whichever is nearer. */
  async #approach(frame: number): Promise<void> {
    const start = startPacket(this.#index, frame);
    const isBehind = this.#context === undefined || frame < this.#next;
    const isPastDamage = this.#isCareful && start > this.#damageEnd;
    if (isBehind || isPastDamage || start > this.#reader.next) await this.#begin(start, frame, false);
  }

  /** Decodes with care from a sound key frame, so that the next frame to leave is the same in every run. */
  async #restart(): Promise<void> {
    const { keys } = this.#index;
    let start = startPacket(this.#index, this.#next);
    this.#damageEnd = Math.max(this.#damageEnd, this.#verdicts.lastDamage);
    if (this.#isCareful) {
      const before = keys[Math.max(0, keys.indexOf(this.#start) - this.#stepsBack + 1)] ?? 0;
      start = startPacket(this.#index, this.#next, Math.min(before, this.#start));
      this.#stepsBack *= 2;
    }
    await this.#begin(start, this.#next, true);
  }

  async #begin(start: number, frame: number, isCareful: boolean): Promise<void> {
    this.#forgetPictures();
    if (!isCareful) {
      this.#damageEnd = -1;
      this.#stepsBack = 1;
    }
    this.#openContext(isCareful);
    await this.#reader.seek(start);
    this.#verdicts.begin(start);
    this.#start = start;
    this.#isDrained = false;
    // Those before the wanted one are decoded anyway, and stand in for it where it has no picture.
    this.#next = Math.min(frame, firstFrameFrom(this.#index, start));
  }

  #openContext(isCareful: boolean): void {
    if (this.#context !== undefined && this.#isCareful === isCareful) {
      this.#context.flushBuffers();
      return;
    }
    this.#context?.freeContext();
    this.#context = undefined;
    const { codec, path, stream } = this.#reader.file;
    const decoder = this.#av.Codec.findDecoder(stream.codecpar.codecId);
    if (decoder === null) {
      throw new FormatError({
        format: 'video',
        path,
        where: 'codec',
        expected: 'a codec that FFmpeg decodes',
        found: codec,
        hint: 'Convert the file with a program of the maker of the camera.',
      });
    }
    const context = new this.#av.CodecContext();
    context.allocContext3(decoder);
    context.parametersToContext(stream.codecpar);
    context.pktTimebase = stream.timeBase;
    context.threadCount = isCareful ? 1 : this.#options.threads;
    context.setFlags(this.#av.constants.AV_CODEC_FLAG_OUTPUT_CORRUPT);
    // Where the stream does not limit reordering, the H.264 decoder guesses its depth and drops pictures until it guessed right.
    const isGuessing = codec === 'h264' && this.#index.reorderDepth > 0;
    if (isGuessing) context.setOption('strict', 1);
    const status = context.open2Sync(decoder, null);
    if (status < 0) {
      context.freeContext();
      throw new FormatError({
        format: 'video',
        path,
        where: `${codec} header`,
        expected: 'parameters that the decoder takes',
        found: this.#av.FFmpegError.strerror(status),
        hint: 'The header of the file is damaged: copy the file again.',
      });
    }
    this.#context = context;
    this.#isCareful = isCareful;
  }

  /** Returns the next frame where nothing can change it any more, or what has to be done first. */
  #step(): 'feed' | 'restart' | { picture: Frame; corrupt: boolean } {
    const verdicts = this.#verdicts;
    const packet = this.#index.packetOfFrame[this.#next] as number;
    if (verdicts.firstUnknown <= packet) {
      if (this.#waiting.size > MAX_WAITING) verdicts.giveUp(verdicts.firstUnknown);
      if (verdicts.firstUnknown <= packet) return 'feed';
    }
    const isTainted = verdicts.firstDamage <= packet;
    if (isTainted && !this.#isCareful) return 'restart';
    if (this.#isCareful) {
      if (verdicts.isStartDamaged && startPacket(this.#index, this.#next, this.#start) < this.#start) return 'restart';
      this.#stepsBack = 1;
    }
    const picture = this.#waiting.get(this.#next);
    this.#waiting.delete(this.#next);
    if (picture !== undefined) return { picture, corrupt: verdicts.isDamaged(packet) };
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
    const context = this.#context as CodecContext;
    if (!this.#reader.read()) {
      if (!this.#isDrained) context.sendPacketSync(null);
      this.#isDrained = true;
      this.#take(context);
      this.#verdicts.giveUpTo(this.#index.columns.count);
      return;
    }
    const isHidden = ((this.#index.columns.flags[number] as number) & packetFlag.hidden) !== 0;
    // FFmpeg takes an empty packet for the end of the stream.
    if (packet.size === 0) this.#verdicts.giveUp(number);
    else {
      if (isHidden || this.#verdicts.isLeading(number)) this.#verdicts.pass(number);
      packet.pts = BigInt(number);
      packet.dts = BigInt(number);
      context.sendPacketSync(packet);
    }
    packet.unref();
    this.#take(context);
  }

  #take(context: CodecContext): void {
    const { columns, frameOfPacket } = this.#index;
    const decoded = this.#decoded;
    while (context.receiveFrameSync(decoded) >= 0) {
      const packet = Number(decoded.pts);
      const frame = frameOfPacket[packet] ?? -1;
      if (frame >= 0 && !this.#verdicts.isLeading(packet)) {
        const isDamaged =
          decoded.decodeErrorFlags !== 0 ||
          decoded.hasFlags(this.#av.constants.AV_FRAME_FLAG_CORRUPT) ||
          ((columns.flags[packet] as number) & packetFlag.corrupt) !== 0;
        if (frame >= this.#next && !this.#waiting.has(frame)) {
          const picture = decoded.clone();
          if (picture !== null) this.#waiting.set(frame, picture);
        }
        this.#verdicts.picture(packet, isDamaged);
      }
      decoded.unref();
    }
  }

  #convert(picture: Frame, target: Uint8Array): void {
    const { storedWidthPx, storedHeightPx, orientation } = this.#options;
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
    const bytes = storedWidthPx * storedHeightPx * 3;
    const { rotationDeg, isMirrored } = orientation;
    if (rotationDeg === 0 && !isMirrored) target.set(plane.subarray(0, bytes));
    else orient(plane, storedWidthPx, storedHeightPx, orientation, target);
  }

  #black(): Frame {
    const { storedWidthPx, storedHeightPx } = this.#options;
    const bytes = Buffer.alloc(storedWidthPx * storedHeightPx * 3);
    const format = this.#av.constants.AV_PIX_FMT_RGB24;
    return this.#av.Frame.fromVideoBuffer(bytes, { width: storedWidthPx, height: storedHeightPx, format });
  }

  #forgetPictures(): void {
    for (const picture of this.#waiting.values()) picture.free();
    this.#waiting.clear();
    this.#previous?.free();
    this.#previous = undefined;
  }
}
