import { FormatError } from '@zoopraxis/core';
import type { CodecContext, Frame, Packet } from 'node-av/lib';
import type { Av } from './av-binding.node.js';
import type { AvFile } from './av-file.node.js';
import { packetFlag } from './packet-columns.js';
import type { PacketIndex } from './packet-index.js';
import { PacketVerdicts } from './packet-verdicts.js';

/** How a lane decodes. */
export interface LaneOptions {
  /** Threads of the codec; 0 leaves the choice to FFmpeg. */
  readonly threads: number;
  /** Gives no picture where the decoder meets the smallest damage, instead of mending it. */
  readonly isStrict: boolean;
}

/** Which damage a strict decoder gives no picture for. */
const strictly = 'crccheck+explode';

/** Failures in a row, one per thread and packet, after which a decoder has nothing more to give. */
const MAX_FAILURES = 256;

/** Opens a decoder for the stream of a file. */
export function openDecoder(
  av: Av,
  { codec, path, stream }: AvFile,
  { threads, isStrict }: LaneOptions,
  reorderDepth: number,
): CodecContext {
  const decoder = av.Codec.findDecoder(stream.codecpar.codecId);
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
  const context = new av.CodecContext();
  context.allocContext3(decoder);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = threads;
  context.setFlags(av.constants.AV_CODEC_FLAG_OUTPUT_CORRUPT);
  // Where the stream does not limit reordering, the H.264 decoder guesses its depth and drops pictures until it guessed right.
  if (codec === 'h264' && reorderDepth > 0) context.setOption('strict', 1);
  if (isStrict) context.setOption('err_detect', strictly);
  const status = context.open2Sync(decoder, null);
  if (status >= 0) return context;
  context.freeContext();
  throw new FormatError({
    format: 'video',
    path,
    where: `${codec} header`,
    expected: 'parameters that the decoder takes',
    found: av.FFmpegError.strerror(status),
    hint: 'The header of the file is damaged: copy the file again.',
  });
}

/**
 * One decoder and what it made of the packets it was sent. Packets go in under their own numbers instead of
 * their times, so every picture tells where it came from, whatever the codec reorders, drops or repeats.
 */
export class DecodingLane {
  readonly verdicts: PacketVerdicts;
  readonly #av: Av;
  readonly #index: PacketIndex;
  readonly #context: CodecContext;
  readonly #decoded: Frame;
  /** Packets whose checksums do not match. */
  readonly #mismatched = new Set<number>();
  #isDrained = false;
  readonly #isStrict: boolean;
  readonly #codec: string;
  /** True until the picture behind an open start was sent. */
  #isLenient = false;
  #start = 0;

  constructor(av: Av, file: AvFile, index: PacketIndex, options: LaneOptions) {
    this.#isStrict = options.isStrict;
    this.#codec = file.codec;
    this.#av = av;
    this.#index = index;
    this.#context = openDecoder(av, file, options, index.reorderDepth);
    this.verdicts = new PacketVerdicts(index);
    this.#decoded = new av.Frame();
    this.#decoded.alloc();
  }

  /** Forgets what was decoded; the next packet is this one. */
  begin(start: number): void {
    this.#context.flushBuffers();
    this.#isDrained = false;
    this.#mismatched.clear();
    this.verdicts.begin(start);
    // The first picture behind the key of an open group lets go of references from before it, which were not decoded
    // where decoding began with that key: a strict decoder takes that for damage.
    this.#beLenient(this.#isStrict && start > 0 && this.#index.hasOpenGops === true && this.#codec === 'h264', start);
  }

  #beLenient(isLenient: boolean, start: number): void {
    if (isLenient !== this.#isLenient) this.#context.setOption('err_detect', isLenient ? '0' : strictly);
    this.#isLenient = isLenient;
    this.#start = start;
  }

  /**
   * Sends a packet whose times are its number, known to be damaged where it is not intact; `show` is called with each
   * picture that comes out, whose memory is lent. Returns false where the decoder failed meanwhile.
   */
  send(packet: Packet, number: number, isIntact: boolean, show: (frame: number, picture: Frame) => void): boolean {
    if (!isIntact) this.#mismatched.add(number);
    const { columns } = this.#index;
    const isHidden = ((columns.flags[number] as number) & packetFlag.hidden) !== 0;
    if (isHidden || this.verdicts.isLeading(number)) this.verdicts.pass(number);
    // FFmpeg takes an empty packet for the end of the stream.
    const isTaken = packet.size > 0 && this.#context.sendPacketSync(packet) >= 0;
    if (packet.size === 0) this.verdicts.giveUp(number);
    if (this.#isLenient && number > this.#start && !this.verdicts.isLeading(number))
      this.#beLenient(false, this.#start);
    return this.#take(show) && isTaken;
  }

  /** Takes the pictures that wait for packets to come, when none come any more. */
  drain(show: (frame: number, picture: Frame) => void): void {
    if (!this.#isDrained) this.#context.sendPacketSync(null);
    this.#isDrained = true;
    this.#take(show);
    this.verdicts.giveUpTo(this.#index.columns.count);
  }

  close(): void {
    this.#context.freeContext();
    this.#decoded.free();
  }

  #take(show: (frame: number, picture: Frame) => void): boolean {
    const { columns, frameOfPacket } = this.#index;
    const { AVERROR_EAGAIN, AVERROR_EOF, AV_FRAME_FLAG_CORRUPT } = this.#av.constants;
    const decoded = this.#decoded;
    let failures = 0;
    while (failures < MAX_FAILURES) {
      const status = this.#context.receiveFrameSync(decoded);
      if (status === AVERROR_EAGAIN || status === AVERROR_EOF) break;
      // A thread of the decoder failed on its packet; others may have pictures.
      if (status < 0) {
        failures++;
        continue;
      }
      const packet = Number(decoded.pts);
      const frame = frameOfPacket[packet] ?? -1;
      if (frame >= 0 && !this.verdicts.isLeading(packet)) {
        const isDamaged =
          this.#mismatched.delete(packet) ||
          decoded.decodeErrorFlags !== 0 ||
          decoded.hasFlags(AV_FRAME_FLAG_CORRUPT) ||
          ((columns.flags[packet] as number) & packetFlag.corrupt) !== 0;
        show(frame, decoded);
        this.verdicts.picture(packet, isDamaged);
      }
      decoded.unref();
    }
    return failures === 0;
  }
}
