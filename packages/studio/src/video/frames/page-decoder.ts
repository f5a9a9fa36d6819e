import { CustomSource, Input, MATROSKA, MP4, QTFF, WEBM } from 'mediabunny';
import type { FrameClock } from '../../state/clock.js';
import type { ByteBlocks } from './byte-blocks.js';
import { DecodingRun } from './decoding-run.js';
import { tablePackets } from './table-packets.js';
import { checkAgreement, sinkPackets, type VideoPacket, type VideoPackets } from './video-packets.js';

/** A video that the page decodes, and what it is to be shown as. */
export interface PageVideo {
  /** The file; closed by whoever opened it. */
  readonly bytes: ByteBlocks;
  readonly clock: FrameClock;
  readonly startSec: number;
  /** As shown, upright. */
  readonly widthPx: number;
  /** As shown, upright. */
  readonly heightPx: number;
}

/** Where decoded frames go. */
export interface DecoderOutput {
  /** A frame that was wanted. */
  frame(frame: number, picture: ImageBitmap): void;
  /** List of frames that this decoder cannot deliver: the server is to be asked. */
  lost(frames: readonly number[]): void;
  /** Nothing can be decoded: the whole video is the server's. */
  failed(reason: string): void;
}

/** Packets in the decoder's queue. */
const mostQueued = 24;
/** Frames from the last true key frame behind which the server is quicker, as in open groups of pictures. */
const longestApproach = 900;
/** Frames to go forward without asking whether a key frame is nearer. */
const shortStep = 32;
/** Packets given to the decoder beyond that of a frame, which it may need to give the frame out. */
const usuallyBeyond = 4;
/** Packets given beyond that of a frame before the decoder is made to give out what it holds. */
const mostBeyond = 48;
/** On the way to a frame that is this far or farther, pictures before it are shown. */
const farFrames = 8;
/** How often a picture on the way is shown, ms. */
const onTheWayEveryMs = 80;
/** Where a decoder cannot keep up with playing, a picture is shown this often, ms. */
const lateEveryMs = 120;

/** Decodes exact frames of one video by WebCodecs; each is known by the time of its packet, never by counting. */
export class PageDecoder {
  readonly #video: PageVideo;
  readonly #output: DecoderOutput;
  readonly #input: Input;
  readonly #packets: VideoPackets;
  readonly #config: VideoDecoderConfig;
  readonly #rotation: number;
  #isClosed = false;
  #decoder: VideoDecoder | undefined;
  /** The last packet that was given to the decoder; undefined where it must begin at a key. */
  #cursor: VideoPacket | undefined;
  #run = new DecodingRun(0);
  #wanted: number[] = [];
  #isPlaying = false;
  #isWorking = false;
  #lastShownAt = 0;
  #shownCount = 0;
  #failures = 0;
  #isBroken = false;
  readonly #converting = new Set<number>();
  /** Stretches `[from, to)` that this decoder cannot deliver. */
  readonly #lost: (readonly [number, number])[] = [];
  /** Key packets by the frame that they were looked up for; the last few. */
  readonly #keys = new Map<number, VideoPacket | null>();
  #wake = () => {};

  private constructor(
    video: PageVideo,
    output: DecoderOutput,
    opened: {
      input: Input;
      packets: VideoPackets;
      config: VideoDecoderConfig;
      rotation: number;
    },
  ) {
    this.#video = video;
    this.#output = output;
    this.#input = opened.input;
    this.#packets = opened.packets;
    this.#config = opened.config;
    this.#rotation = opened.rotation;
  }

  /**
   * Opens a video. Rejects, with the reason, where this browser cannot decode it or reads the file otherwise than the server:
   * frames are told by the server's index, so both must agree on the first and the last time and on the size.
   */
  static async open(video: PageVideo, output: DecoderOutput): Promise<PageDecoder> {
    if (!('VideoDecoder' in globalThis)) throw new Error('this browser has no WebCodecs');
    const { bytes } = video;
    const source = new CustomSource({
      getSize: () => bytes.sizeBytes,
      read: (start, end) => bytes.read(start, end),
      handleUnhandledError: () => undefined,
    });
    const input = new Input({ source, formats: [MP4, QTFF, MATROSKA, WEBM] });
    try {
      const track = await input.getPrimaryVideoTrack();
      if (track === null) throw new Error('the page finds no video in the file');
      const config = await track.getDecoderConfig();
      if (config === null) throw new Error('the page does not know this codec');
      const rotation = await track.getRotation();
      const isTurned = rotation === 90 || rotation === 270;
      const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
      const [shownWidth, shownHeight] = isTurned ? [height, width] : [width, height];
      if (shownWidth !== video.widthPx || shownHeight !== video.heightPx) {
        throw new Error(`the page sees ${shownWidth} x ${shownHeight} px, the server otherwise`);
      }
      const own = decoderConfig(config);
      const { supported } = await VideoDecoder.isConfigSupported(own);
      if (!supported) throw new Error(`this browser does not decode ${config.codec}`);
      let packets = await tablePackets(track, bytes, video.clock);
      if (packets === undefined) {
        await checkAgreement(track, video);
        packets = sinkPackets(track, video);
      }
      return new PageDecoder(video, output, { input, packets, config: own, rotation });
    } catch (error) {
      input.dispose();
      throw error;
    }
  }

  /** Replaces the list of what is wanted, the most urgent first. */
  want(frames: readonly number[], { isPlaying }: { readonly isPlaying: boolean }): void {
    this.#isPlaying = isPlaying;
    const lost = frames.filter((frame) => this.#isLost(frame));
    this.#wanted = frames.filter((frame) => !this.#isLost(frame) && !this.#converting.has(frame));
    if (lost.length > 0) this.#output.lost(lost);
    this.#wake();
    void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#wanted = [];
    this.#wake();
    this.#closeDecoder();
    this.#input.dispose();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let target = this.#wanted[0]; target !== undefined; target = this.#wanted[0]) {
        await this.#toward(target);
      }
    } catch (error) {
      if (!this.#isClosed) this.#output.failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isWorking = false;
    }
  }

  /** Does one step toward a frame: begins anew, feeds a packet, or waits for what comes out. */
  async #toward(target: number): Promise<void> {
    if (this.#isBroken) await this.#leaveDamage();
    if (this.#isLost(target)) return this.#giveAway([target]);
    const decoder = this.#decoder;
    if (decoder?.state === 'configured' && this.#cursor !== undefined && target > this.#run.lastShown) {
      if (this.#run.isInside(target)) {
        const beyond = this.#run.lastFed - target;
        if (beyond < usuallyBeyond && decoder.decodeQueueSize < mostQueued) return this.#feed(decoder, this.#cursor);
        if (decoder.decodeQueueSize > 0) return this.#pause();
        if (beyond < mostBeyond) return this.#feed(decoder, this.#cursor);
        return this.#flush(decoder);
      }
      if (decoder.decodeQueueSize >= mostQueued) return this.#pause();
      if (target - this.#run.lastFed <= shortStep) return this.#feed(decoder, this.#cursor);
      const nearer = await this.#keyFor(target);
      if (nearer === null || nearer.place <= this.#cursor.place) {
        return this.#feed(decoder, this.#cursor);
      }
    }
    const key = await this.#keyFor(target);
    // Another frame may be wanted by now.
    if (this.#wanted[0] !== target) return;
    if (key === null) return this.#giveAway([target]);
    this.#begin(key);
  }

  #isLost(frame: number): boolean {
    return this.#lost.some(([from, to]) => frame >= from && frame < to);
  }

  /** Leaves frames to the server. */
  #giveAway(frames: readonly number[]): void {
    this.#wanted = this.#wanted.filter((frame) => !frames.includes(frame));
    this.#output.lost(frames);
  }

  #lose(stretch: readonly [number, number]): void {
    this.#lost.push(stretch);
    const gone = this.#wanted.filter((frame) => frame >= stretch[0] && frame < stretch[1]);
    if (gone.length > 0) this.#giveAway(gone);
  }

  /** Returns the packet from which a frame is decoded, or null where that is too far before it. */
  async #keyFor(frame: number): Promise<VideoPacket | null> {
    const known = this.#keys.get(frame);
    if (known !== undefined) return known;
    const key = await this.#packets.keyFor(frame, longestApproach);
    if (this.#keys.size > 256) this.#keys.clear();
    this.#keys.set(frame, key);
    return key;
  }

  #begin(key: VideoPacket): void {
    if (this.#decoder === undefined || this.#decoder.state === 'closed') {
      this.#decoder = new VideoDecoder({
        output: (picture) => this.#take(picture),
        error: () => {
          this.#isBroken = true;
          this.#wake();
        },
      });
      this.#decoder.ondequeue = () => this.#wake();
    } else this.#decoder.reset();
    this.#decoder.configure(this.#config);
    // A key picture before the first frame shows nothing itself.
    this.#run = new DecodingRun(Math.max(0, key.frame));
    this.#give(this.#decoder, key);
  }

  #give(decoder: VideoDecoder, packet: VideoPacket): void {
    this.#cursor = packet;
    this.#run.feed(packet.timestamp, packet.frame);
    decoder.decode(packet.chunk());
  }

  async #feed(decoder: VideoDecoder, cursor: VideoPacket): Promise<void> {
    const packet = await this.#packets.next(cursor);
    if (decoder.state !== 'configured' || this.#cursor !== cursor) return;
    if (packet === null) await this.#flush(decoder);
    else this.#give(decoder, packet);
  }

  /** Makes the decoder give out all that it holds; it then begins at a key frame again. */
  async #flush(decoder: VideoDecoder): Promise<void> {
    this.#cursor = undefined;
    await decoder.flush().catch(() => undefined);
    const rest = this.#isBroken ? null : this.#run.end();
    if (rest !== null) this.#lose(rest);
  }

  /** After a refusal of the decoder: what it held, to the next key frame, is left to the server, which tells damage. */
  async #leaveDamage(): Promise<void> {
    this.#isBroken = false;
    this.#failures++;
    if (this.#shownCount === 0 && this.#failures > 2) throw new Error('this browser fails to decode the video');
    const from = this.#run.lastShown + 1;
    const cursor = this.#cursor;
    this.#cursor = undefined;
    this.#decoder = undefined;
    const next = cursor && (await this.#packets.nextKey(cursor));
    const end = next ? next.frame : this.#video.clock.frameCount;
    this.#lose([from, Math.max(end, this.#run.lastFed + 1)]);
  }

  #take(picture: VideoFrame): void {
    const { frame, passed } = this.#run.show(picture.timestamp);
    if (passed !== null) this.#lose(passed);
    const missingFrames = (this.#wanted[0] ?? 0) - frame;
    const sinceMs = performance.now() - this.#lastShownAt;
    const isOnTheWay = this.#isPlaying
      ? missingFrames > 0 && sinceMs > lateEveryMs
      : missingFrames >= farFrames && sinceMs > onTheWayEveryMs;
    if (frame >= 0 && (this.#wanted.includes(frame) || isOnTheWay)) {
      this.#wanted = this.#wanted.filter((other) => other !== frame);
      this.#lastShownAt = performance.now();
      this.#shownCount++;
      void this.#convert(frame, picture);
    } else picture.close();
    this.#wake();
  }

  async #convert(frame: number, picture: VideoFrame): Promise<void> {
    this.#converting.add(frame);
    try {
      const bitmap = await uprightBitmap(picture, this.#rotation);
      if (this.#isClosed) bitmap.close();
      else this.#output.frame(frame, bitmap);
    } catch {
      this.#output.lost([frame]);
    } finally {
      this.#converting.delete(frame);
      picture.close();
    }
  }

  /** Waits until the decoder did something, or something else is wanted. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #closeDecoder(): void {
    if (this.#decoder !== undefined && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = undefined;
  }
}

/** Returns how a decoder is set up: pixels as stored, and colors, where the file says nothing, as the server takes them. */
function decoderConfig({ codec, codedWidth, codedHeight, description, colorSpace }: VideoDecoderConfig) {
  const { primaries, transfer, matrix, fullRange } = colorSpace ?? {};
  return {
    codec,
    ...(codedWidth === undefined ? {} : { codedWidth }),
    ...(codedHeight === undefined ? {} : { codedHeight }),
    ...(description === undefined ? {} : { description }),
    colorSpace: {
      primaries: primaries ?? 'smpte170m',
      transfer: transfer ?? 'smpte170m',
      matrix: matrix ?? 'smpte170m',
      fullRange: fullRange ?? false,
    },
  } satisfies VideoDecoderConfig;
}

async function uprightBitmap(picture: VideoFrame, rotation: number): Promise<ImageBitmap> {
  if (rotation === 0) return createImageBitmap(picture);
  const { displayWidth: width, displayHeight: height } = picture;
  const isTurned = rotation === 90 || rotation === 270;
  const canvas = new OffscreenCanvas(isTurned ? height : width, isTurned ? width : height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((rotation * Math.PI) / 180);
  context.drawImage(picture, -width / 2, -height / 2);
  return canvas.transferToImageBitmap();
}
