import { FormatError } from '@zoopraxis/core';
import type { Av } from './av-binding.node.js';
import { declaredRates, openAvFile, storedOrientation } from './av-file.node.js';
import { decodedOrder } from './decoded-order.node.js';
import { type DecoderOptions, FrameDecoder } from './frame-decoder.node.js';
import { orientedSize } from './orientation.js';
import { outputSize, type WantedSize } from './output-size.js';
import { hasPresentationTimes } from './packet-columns.js';
import { firstFrameFrom, indexPackets, type PacketIndex, startPacket } from './packet-index.js';
import { type StreamTraits, streamTraits } from './stream-traits.node.js';
import { findPackets } from './table-scan.node.js';
import type { VideoInformation } from './video-information.js';
import { pictureless } from './video-problem.node.js';

/** Opens a file; answered by {@link OpenedVideo}. */
export interface OpenRequest extends WantedSize {
  readonly kind: 'open';
  readonly path: string;
  readonly threads: number;
  /** One number; anything but 0 gives up. */
  readonly cancel: SharedArrayBuffer;
}

/** Decodes one frame; answered by {@link ReadReply}. */
export interface ReadRequest {
  readonly kind: 'read';
  /** Reader 0 serves single frames; others read in order. */
  readonly reader: number;
  readonly frame: number;
  /** Memory to write into, where some is at hand. */
  readonly buffer?: ArrayBuffer;
  readonly cancel: SharedArrayBuffer;
}

/** What the decoding thread is asked; `key` is answered by the frame from which decoding of another begins. */
export type DecodeRequest =
  | OpenRequest
  | ReadRequest
  | { readonly kind: 'key'; readonly frame: number }
  | { readonly kind: 'release'; readonly reader: number }
  | { readonly kind: 'close' };

/** An open file. */
export interface OpenedVideo {
  readonly information: VideoInformation;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Pixels of one frame. */
export interface ReadReply {
  readonly buffer: ArrayBuffer;
  readonly corrupt: boolean;
}

function checker(cancel: SharedArrayBuffer): () => void {
  const flag = new Int32Array(cancel);
  return () => {
    if (Atomics.load(flag, 0) !== 0) throw new DOMException('decoding was given up', 'AbortError');
  };
}

/** All that reads one file: its index, and one decoder per reader. */
export class VideoReaders {
  readonly opened: OpenedVideo;
  readonly #av: Av;
  readonly #path: string;
  readonly #index: PacketIndex;
  readonly #decoding: Omit<DecoderOptions, 'keepsPictures' | 'traits'>;
  /** Found out when the first frame is read: who asks only what a file is waits for less. */
  #traits: Promise<StreamTraits> | undefined;
  readonly #decoders = new Map<number, FrameDecoder>();

  private constructor(
    av: Av,
    path: string,
    index: PacketIndex,
    opened: OpenedVideo,
    decoding: Omit<DecoderOptions, 'keepsPictures' | 'traits'>,
  ) {
    this.#av = av;
    this.#path = path;
    this.#index = index;
    this.opened = opened;
    this.#decoding = decoding;
  }

  /** Reads the index of a file. */
  static async open(av: Av, request: OpenRequest): Promise<VideoReaders> {
    const { path, threads } = request;
    const check = checker(request.cancel);
    let file = await openAvFile(av, path);
    try {
      const found = await findPackets(av, file, { check });
      file = found.file;
      const { columns, isTruncated } = found.scan;
      const { stream } = file;
      const { codecpar } = stream;
      const orientation = storedOrientation(av, file);
      const rates = declaredRates(file);
      const secPerTick = stream.timeBase.num / stream.timeBase.den;
      const isHard = !hasPresentationTimes(columns) && codecpar.videoDelay > 0;
      const order = isHard ? await decodedOrder(av, path, columns.count, check) : undefined;
      const index = indexPackets(columns, { secPerTick, rates, ...(order === undefined ? {} : { order }) });
      if (index.frameCount === 0) throw pictureless(path, 'a video stream without a single frame');
      const [widthPx, heightPx] = orientedSize(codecpar.width, codecpar.height, orientation);
      const declared = Number(stream.nbFrames) > 0 ? Number(stream.nbFrames) : undefined;
      const { fps, isRateKnown, timesSec, repairedTimeCount, startSec, durationSec } = index.times;
      const information: VideoInformation = {
        frameCount: index.frameCount,
        widthPx,
        heightPx,
        storedWidthPx: codecpar.width,
        storedHeightPx: codecpar.height,
        rotationDeg: orientation.rotationDeg,
        isMirrored: orientation.isMirrored,
        fps,
        nominalFps: rates[0] && rates[0].numerator / rates[0].denominator,
        isRateKnown,
        isVariableRate: timesSec !== undefined,
        ...(timesSec === undefined ? {} : { timesSec }),
        repairedTimeCount,
        startSec,
        durationSec,
        codec: file.codec,
        container: file.container,
        pixelFormat: av.avGetPixFmtName(codecpar.format as Parameters<Av['avGetPixFmtName']>[0]) ?? 'unknown',
        keyFrameCount: index.keys.length,
        hasOpenGops: index.hasOpenGops,
        declaredFrameCount: declared,
        isTruncated: isTruncated || (declared !== undefined && columns.count < declared),
        reader: 'node-av',
      };
      let size: [number, number];
      try {
        size = outputSize(widthPx, heightPx, request);
      } catch (cause) {
        if (request.widthPx !== undefined || request.heightPx !== undefined) throw cause;
        throw new FormatError({
          format: 'video',
          path,
          where: 'size',
          expected: 'at most 268,435,456 pixels',
          found: `${widthPx} x ${heightPx}`,
          hint: 'The header of the file is damaged: copy the file again.',
        });
      }
      const [storedWidthPx, storedHeightPx] = orientedSize(...size, orientation);
      return new VideoReaders(
        av,
        path,
        index,
        { information, widthPx: size[0], heightPx: size[1] },
        { storedWidthPx, storedHeightPx, orientation, threads },
      );
    } finally {
      file.format.closeInputSync();
    }
  }

  /** Decodes a frame into memory that moves to the caller. */
  async read({ reader, frame, buffer, cancel }: ReadRequest): Promise<ReadReply> {
    const { widthPx, heightPx } = this.opened;
    const bytes = widthPx * heightPx * 3;
    const memory = buffer !== undefined && buffer.byteLength === bytes ? buffer : new ArrayBuffer(bytes);
    let decoder = this.#decoders.get(reader);
    if (decoder === undefined) {
      this.#traits ??= streamTraits(this.#av, this.#path, this.#index);
      const options = { ...this.#decoding, traits: await this.#traits, keepsPictures: reader === 0 };
      decoder = await FrameDecoder.open(this.#av, this.#path, this.#index, options);
      this.#decoders.set(reader, decoder);
    }
    return { buffer: memory, corrupt: await decoder.read(frame, new Uint8Array(memory), checker(cancel)) };
  }

  /** Returns the frame from which decoding of a frame begins; itself where pictures stand for themselves. */
  keyFrameOf(frame: number): number {
    const index = this.#index;
    const packet = startPacket(index, frame);
    const key = index.frameOfPacket[packet] as number;
    return Math.min(frame, key >= 0 ? key : firstFrameFrom(index, packet));
  }

  release(reader: number): void {
    this.#decoders.get(reader)?.close();
    this.#decoders.delete(reader);
  }

  close(): void {
    for (const reader of [...this.#decoders.keys()]) this.release(reader);
  }
}
