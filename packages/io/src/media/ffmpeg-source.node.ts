import type { Frame } from '@zoopraxis/core';
import { type Probed, probeVideo } from './ffmpeg-probe.node.js';
import { passthroughOptions } from './ffmpeg-program.node.js';
import { FfmpegRun } from './ffmpeg-run.node.js';
import { checkFrame, checkRange } from './frame-stream.js';
import { outputSize, type WantedSize } from './output-size.js';
import { startPacket } from './packet-index.js';
import type { VideoInformation, VideoSource } from './video-information.js';

/** How a video is opened with an installed ffmpeg. */
export interface FfmpegOptions extends WantedSize {
  readonly signal?: AbortSignal;
}

/**
 * A video that an installed ffmpeg decodes, read through a pipe. Frames are known by their times. A frame that
 * ffmpeg leaves out is `corrupt` and repeats the one before; damage inside a picture is not reported this way.
 */
export class FfmpegSource implements VideoSource {
  readonly information: VideoInformation;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  /** Seconds from the first frame, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  readonly #path: string;
  readonly #probed: Probed;
  readonly #passthrough: readonly string[];
  readonly #runs = new Set<FfmpegRun>();
  readonly #corrupt = new Set<number>();
  #isClosed = false;

  private constructor(path: string, probed: Probed, passthrough: readonly string[], size: readonly [number, number]) {
    this.information = probed.information;
    this.frameCount = probed.information.frameCount;
    [this.widthPx, this.heightPx] = size;
    this.fps = probed.information.fps;
    if (probed.information.timesSec !== undefined) this.timesSec = probed.information.timesSec;
    this.#path = path;
    this.#probed = probed;
    this.#passthrough = passthrough;
  }

  /** Reads the index of a file; rejects with UnavailableError where ffmpeg is not installed. */
  static async open(path: string, options: FfmpegOptions): Promise<FfmpegSource> {
    const passthrough = await passthroughOptions();
    const probed = await probeVideo(path, options.signal);
    const { widthPx, heightPx } = probed.information;
    return new FfmpegSource(path, probed, passthrough, outputSize(widthPx, heightPx, options));
  }

  get corruptFrameCount(): number {
    return this.#corrupt.size;
  }

  async frame(index: number, signal?: AbortSignal): Promise<Frame> {
    checkFrame(index, this.frameCount);
    for await (const frame of this.frames(index, index + 1, signal)) return frame;
    throw new TypeError('video: it is closed');
  }

  async *frames(start = 0, end = this.frameCount, signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    checkRange(start, end, this.frameCount);
    if (start === end) return;
    // One group of pictures more than needed: demuxers may land late, and the first pictures may lean on earlier ones.
    const { index } = this.#probed;
    const first = startPacket(index, start);
    const earlier = startPacket(index, start, first);
    let run = this.#run(earlier, signal);
    try {
      let picture = await run.next();
      if (earlier > 0 && (picture === undefined || this.#frameAt(picture.sec, 0) > start)) {
        await this.#stop(run);
        run = this.#run(0, signal);
        picture = await run.next();
      }
      let at = picture === undefined ? this.frameCount : this.#frameAt(picture.sec, 0);
      let last: Uint8Array | undefined;
      for (let frame = Math.min(at, start); frame < end; frame++) {
        signal?.throwIfAborted();
        if (this.#isClosed) throw new TypeError('video: it is closed');
        const isLost = picture === undefined || at > frame;
        if (picture !== undefined && !isLost) last = picture.rgb;
        if (frame >= start) yield this.#deliver(frame, last, isLost);
        if (isLost || picture === undefined || frame + 1 >= end) continue;
        picture = await run.next();
        at = picture === undefined ? this.frameCount : this.#frameAt(picture.sec, frame + 1);
      }
    } finally {
      await this.#stop(run);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#runs].map((run) => this.#stop(run)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #deliver(index: number, pixels: Uint8Array | undefined, isLost: boolean): Frame {
    const { widthPx, heightPx } = this;
    if (isLost) this.#corrupt.add(index);
    const rgb = isLost ? (pixels?.slice() ?? new Uint8Array(widthPx * heightPx * 3)) : (pixels as Uint8Array);
    const timeSec = this.timesSec?.[index] ?? index / this.fps;
    return { index, timeSec, corrupt: isLost, widthPx, heightPx, rgb };
  }

  /** Returns the frame that is shown at a time, the next expected one where the time is unknown. */
  #frameAt(sec: number, expected: number): number {
    const { index, secPerTick } = this.#probed;
    const { columns, packetOfFrame, frameCount } = index;
    if (Number.isNaN(sec) || Number.isNaN(columns.pts[packetOfFrame[expected] as number])) return expected;
    const tick = sec / secPerTick;
    let [low, high] = [0, frameCount - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((columns.pts[packetOfFrame[middle] as number] as number) < tick - 0.5) low = middle + 1;
      else high = middle;
    }
    return Math.max(low, expected);
  }

  #run(packet: number, signal?: AbortSignal): FfmpegRun {
    if (this.#isClosed) throw new TypeError('video: it is closed');
    signal?.throwIfAborted();
    const { columns } = this.#probed.index;
    const tick = columns.pts[packet] as number;
    const options = {
      path: this.#path,
      widthPx: this.widthPx,
      heightPx: this.heightPx,
      passthrough: this.#passthrough,
    };
    const fromSec = packet > 0 && !Number.isNaN(tick) ? { fromSec: tick * this.#probed.secPerTick } : {};
    const run = new FfmpegRun({ ...options, ...fromSec });
    this.#runs.add(run);
    return run;
  }

  async #stop(run: FfmpegRun): Promise<void> {
    this.#runs.delete(run);
    await run.close();
  }
}
