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

/** Packets by which a file is found fit for strict decoding. */
const TRIED_PACKETS = 8;
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
  if (isStrict) context.setOption('err_detect', 'crccheck+explode');
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
  #isDrained = false;

  constructor(av: Av, file: AvFile, index: PacketIndex, options: LaneOptions) {
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
    this.verdicts.begin(start);
  }

  /** Sends a packet whose times are its number; `show` is called with each picture that comes out, whose memory is lent. */
  send(packet: Packet, number: number, show: (frame: number, picture: Frame) => void): void {
    const { columns } = this.#index;
    const isHidden = ((columns.flags[number] as number) & packetFlag.hidden) !== 0;
    if (isHidden || this.verdicts.isLeading(number)) this.verdicts.pass(number);
    // FFmpeg takes an empty packet for the end of the stream.
    if (packet.size === 0) this.verdicts.giveUp(number);
    else this.#context.sendPacketSync(packet);
    this.#take(show);
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

  #take(show: (frame: number, picture: Frame) => void): void {
    const { columns, frameOfPacket } = this.#index;
    const { AVERROR_EAGAIN, AVERROR_EOF, AV_FRAME_FLAG_CORRUPT } = this.#av.constants;
    const decoded = this.#decoded;
    for (let failures = 0; failures < MAX_FAILURES; ) {
      const status = this.#context.receiveFrameSync(decoded);
      if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return;
      // A thread of the decoder failed on its packet; others may have pictures.
      if (status < 0) {
        failures++;
        continue;
      }
      const packet = Number(decoded.pts);
      const frame = frameOfPacket[packet] ?? -1;
      if (frame >= 0 && !this.verdicts.isLeading(packet)) {
        const isDamaged =
          decoded.decodeErrorFlags !== 0 ||
          decoded.hasFlags(AV_FRAME_FLAG_CORRUPT) ||
          ((columns.flags[packet] as number) & packetFlag.corrupt) !== 0;
        show(frame, decoded);
        this.verdicts.picture(packet, isDamaged);
      }
      decoded.unref();
    }
  }
}

/** Tells whether strict decoding takes the first packets of a file that is open at its beginning: some cameras write streams that it never takes. */
export function takesStrictly(
  av: Av,
  file: AvFile,
  index: PacketIndex,
  readPacket: (packet: Packet) => boolean,
): boolean {
  const lane = new DecodingLane(av, file, index, { threads: 1, isStrict: true });
  const packet = new av.Packet();
  packet.alloc();
  try {
    lane.begin(0);
    const count = Math.min(TRIED_PACKETS, index.columns.count);
    let pictures = 0;
    const show = (): void => void pictures++;
    for (let number = 0; number < count && readPacket(packet); number++) {
      packet.pts = BigInt(number);
      packet.dts = BigInt(number);
      lane.send(packet, number, show);
    }
    lane.drain(show);
    // Some may be damaged; where it takes hardly any, it is the stream that is peculiar.
    return pictures * 2 >= count;
  } finally {
    packet.free();
    lane.close();
  }
}
