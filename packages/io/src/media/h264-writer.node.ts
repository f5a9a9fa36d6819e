import { StorageError, UnavailableError } from '@zoopraxis/core';
import type { CodecContext, FormatContext, Frame, Packet, SoftwareScaleContext, Stream } from 'node-av/lib';
import type { Av } from './av-binding.node.js';

/** What an encoder is told before the first picture. */
export interface EncoderSettings {
  /** File that is written; its folder exists. */
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Seconds per tick as a fraction. */
  readonly tick: { readonly numerator: number; readonly denominator: number };
  /** Frames per second, a hint for players; the ticks of the pictures decide. */
  readonly fps: number;
  /** Constant rate factor of x264. */
  readonly crf: number;
  readonly threads: number;
}

/** Writes pictures as H.264 (yuv420p, BT.601, limited range) into an MP4 file whose index stands in front. */
export class H264Writer {
  readonly #av: Av;
  readonly #settings: EncoderSettings;
  readonly #format: FormatContext;
  readonly #context: CodecContext;
  readonly #stream: Stream;
  readonly #packet: Packet;
  readonly #scaler: SoftwareScaleContext;
  readonly #coded: Frame;
  #isOpen = true;

  constructor(av: Av, settings: EncoderSettings) {
    this.#av = av;
    this.#settings = settings;
    const { constants } = av;
    const { widthPx, heightPx, tick } = settings;
    const encoder = av.Codec.findEncoderByName(constants.FF_ENCODER_LIBX264);
    if (encoder === null) {
      throw new UnavailableError('this build of FFmpeg has no H.264 encoder', {
        hint: 'Install node-av from npm, whose build has x264.',
      });
    }
    // H.264 with subsampled color has even sizes: odd ones gain one row or column that repeats the last.
    const [width, height] = [widthPx + (widthPx % 2), heightPx + (heightPx % 2)];
    this.#format = new av.FormatContext();
    this.#check(this.#format.allocOutputContext2(null, 'mp4', settings.path), 'open');
    this.#context = new av.CodecContext();
    this.#context.allocContext3(encoder);
    this.#context.width = width;
    this.#context.height = height;
    this.#context.pixelFormat = constants.AV_PIX_FMT_YUV420P;
    this.#context.colorRange = constants.AVCOL_RANGE_MPEG;
    this.#context.colorSpace = constants.AVCOL_SPC_SMPTE170M;
    this.#context.timeBase = new av.Rational(tick.numerator, tick.denominator);
    this.#context.framerate = new av.Rational(Math.round(settings.fps * 1000), 1000);
    this.#context.gopSize = Math.max(1, Math.min(250, Math.round(settings.fps * 2)));
    this.#context.threadCount = settings.threads;
    this.#context.setFlags(constants.AV_CODEC_FLAG_GLOBAL_HEADER);
    const children = constants.AV_OPT_SEARCH_CHILDREN;
    const asText = constants.AV_OPT_TYPE_STRING;
    this.#context.setOption('preset', 'veryfast', asText, children);
    this.#context.setOption('crf', String(settings.crf), asText, children);
    this.#check(this.#context.open2Sync(encoder, null), 'open the encoder of');
    this.#stream = this.#format.newStream(null);
    this.#check(this.#stream.codecpar.fromContext(this.#context), 'describe');
    this.#stream.timeBase = this.#context.timeBase;
    this.#stream.avgFrameRate = this.#context.framerate;
    this.#check(this.#format.openOutputSync(), 'create');
    this.#format.setOption('movflags', '+faststart', asText, children);
    this.#check(this.#format.writeHeaderSync(null), 'write the header of');
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#scaler = new av.SoftwareScaleContext();
    this.#scaler.allocContext();
    this.#scaler.setOption('sws_flags', 'bicubic');
    this.#coded = new av.Frame();
    this.#coded.alloc();
  }

  /** Encodes a picture, interleaved RGB bytes of the settings' size, shown from this tick on. */
  write(rgb: Uint8Array, tick: number): void {
    const { av, padded } = { av: this.#av, padded: this.#padded(rgb) };
    const { constants } = av;
    const { width, height } = this.#context;
    const source = av.Frame.fromVideoBuffer(padded, { width, height, format: constants.AV_PIX_FMT_RGB24 });
    try {
      this.#coded.unref();
      this.#coded.width = width;
      this.#coded.height = height;
      this.#coded.format = constants.AV_PIX_FMT_YUV420P;
      this.#coded.colorRange = constants.AVCOL_RANGE_MPEG;
      this.#coded.colorSpace = constants.AVCOL_SPC_SMPTE170M;
      this.#check(this.#coded.getBuffer(), 'convert');
      this.#check(this.#scaler.scaleFrameSync(this.#coded, source), 'convert');
      this.#coded.pts = BigInt(tick);
      this.#check(this.#context.sendFrameSync(this.#coded), 'encode');
    } finally {
      source.free();
    }
    this.#drain();
  }

  /** Completes the file. */
  finish(): void {
    this.#check(this.#context.sendFrameSync(null), 'encode');
    this.#drain();
    this.#check(this.#format.writeTrailerSync(), 'complete');
    this.close();
  }

  /** Gives back memory and the file, complete or not. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#format.closeOutputSync();
    this.#format.freeContext();
    this.#context.freeContext();
    this.#packet.free();
    this.#coded.free();
    this.#scaler.freeContext();
  }

  #drain(): void {
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      this.#packet.streamIndex = this.#stream.index;
      this.#packet.rescaleTs(this.#context.timeBase, this.#stream.timeBase);
      this.#check(this.#format.interleavedWriteFrameSync(this.#packet), 'write');
      this.#packet.unref();
    }
  }

  #padded(rgb: Uint8Array): Buffer {
    const { widthPx, heightPx } = this.#settings;
    const { width, height } = this.#context;
    if (width === widthPx && height === heightPx) return Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
    const padded = Buffer.alloc(width * height * 3);
    for (let y = 0; y < height; y++) {
      const from = Math.min(y, heightPx - 1) * widthPx * 3;
      padded.set(rgb.subarray(from, from + widthPx * 3), y * width * 3);
      if (width > widthPx)
        padded.copyWithin((y * width + widthPx) * 3, (y * width + widthPx - 1) * 3, (y * width + widthPx) * 3);
    }
    return padded;
  }

  #check(status: number, verb: string): void {
    if (status >= 0) return;
    const reason = this.#av.FFmpegError.strerror(status);
    throw new StorageError(`could not ${verb} the video (${reason}): ${this.#settings.path}`, {
      hint: 'Check that the disk has room and that the folder can be written.',
    });
  }
}
