import { type FrameClock, frameAt } from '../../state/clock.js';
import { type CachedFrame, FrameCache } from './frame-cache.js';
import type { FrameReply, FrameRequest } from './frame-messages.js';
import { type Motion, wantedFrames } from './wanted-frames.js';

/** Bytes of decoded pictures that are kept. */
const keptBytes = 320 * 2 ** 20;

/** How a video is shown, once that is known. */
export interface FeedState {
  readonly decode: 'page' | 'server' | 'unknown';
  /** Why the server decodes. */
  readonly reason: string;
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

/** Pictures that are made ahead while playing: they carry over a moment in which decoding is slow. */
const mostPlaying = 60;
const mostStanding = 12;

/** Names of files that pages decode as a rule. */
const pageFiles = /\.(mp4|m4v|mov|mkv|webm)\b/i;

interface Opened {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly clock: FrameClock;
  state: FeedState;
  received: number;
  asked: string;
}

const unknown: FeedState = { decode: 'unknown', reason: '', problem: null };

/** Frames of all videos of the page, decoded in a worker; only what was asked for last counts. */
export class FrameFeed {
  readonly #cache = new FrameCache<ImageBitmap>(keptBytes);
  readonly #videos = new Map<string, Opened>();
  readonly #listeners = new Set<(video: string) => void>();
  #worker: Worker | undefined;

  /** Calls back with the video's id whenever something of it has come; returns the way to stop. */
  subscribe(changed: (video: string) => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Opens a video unless it is; one whose times are known only now is opened anew. */
  open(
    video: string,
    size: {
      readonly widthPx: number;
      readonly heightPx: number;
      readonly clock: FrameClock;
      /** Name of the file. */
      readonly title: string;
    },
  ): void {
    const before = this.#videos.get(video);
    if (before !== undefined && before.clock.timesSec === size.clock.timesSec) return;
    if (before !== undefined) this.close(video);
    const { widthPx, heightPx, title, clock: given } = size;
    this.#videos.set(video, { widthPx, heightPx, clock: given, state: unknown, received: 0, asked: '' });
    const { offsetSec: _, ...clock } = size.clock;
    this.#send({ kind: 'open', video, widthPx, heightPx, clock, isForPage: pageFiles.test(title) });
  }

  /** Lets go of a video and its frames. */
  close(video: string): void {
    if (!this.#videos.delete(video)) return;
    this.#cache.clear(video);
    this.#send({ kind: 'close', video });
  }

  /** Returns how a video is shown. */
  state(video: string): FeedState {
    return this.#videos.get(video)?.state ?? unknown;
  }

  /** Returns a frame where it is there. */
  frame(video: string, frame: number): CachedFrame<ImageBitmap> | undefined {
    return this.#cache.get(video, frame);
  }

  /** Returns the latest frame that is there up to a frame, and after another; -1 where there is none. */
  nearest(video: string, atMost: number, above: number): number {
    return this.#cache.nearest(video, atMost, above);
  }

  /** Returns the frame that is there nearest to a frame, and nearer than `than` frames; -1 where there is none. */
  closest(video: string, to: number, than: number): number {
    return this.#cache.closest(video, to, than);
  }

  /** Says which frame a pane shows, -1 for none. */
  hold(pane: string, video: string, frame: number): void {
    this.#cache.hold(pane, video, frame);
  }

  /** Asks for what a video shows at a time and for what comes next; returns the frame at that time. */
  want(video: string, timeSec: number, clock: FrameClock, motion: Motion): number {
    const opened = this.#videos.get(video);
    const present = frameAt(timeSec, clock);
    if (opened === undefined) return present;
    const pictureBytes = opened.widthPx * opened.heightPx * 4;
    const share = keptBytes / 2 / Math.max(1, this.#videos.size);
    const ahead = Math.max(
      2,
      Math.min(motion.isPlaying ? mostPlaying : mostStanding, Math.floor(share / pictureBytes)),
    );
    const isThere = (frame: number) => this.#cache.has(video, frame);
    const frames = wantedFrames(timeSec, clock, motion, { ahead, isThere });
    const asked = `${motion.isPlaying} ${frames.join(' ')}`;
    if (asked === opened.asked) return present;
    opened.asked = asked;
    this.#send({ kind: 'want', video, frames, isPlaying: motion.isPlaying, received: opened.received });
    return present;
  }

  /** Starts the worker, so that it is there when the first video is opened. */
  start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./frames.worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FrameReply>) => this.#take(data));
    worker.addEventListener('error', ({ message }) => {
      for (const video of this.#videos.keys()) {
        this.#take({ kind: 'problem', video, message: message || 'the decoder of the page stopped', hint: null });
      }
    });
    this.#worker = worker;
    return worker;
  }

  #send(request: FrameRequest): void {
    this.start().postMessage(request);
  }

  #take(reply: FrameReply): void {
    const opened = this.#videos.get(reply.video);
    if (opened === undefined) {
      if (reply.kind === 'frame') reply.picture.close();
      return;
    }
    const { video } = reply;
    if (reply.kind === 'opened') opened.state = { decode: reply.decode, reason: reply.reason, problem: null };
    else if (reply.kind === 'problem') opened.state = { ...opened.state, problem: reply };
    else {
      opened.received++;
      if (reply.kind === 'frame') {
        const { picture, frame } = reply;
        this.#cache.put(video, frame, { kind: 'picture', picture }, picture.width * picture.height * 4);
      } else this.#cache.put(video, reply.frame, { kind: 'missing', words: reply.words }, 256);
    }
    for (const listener of this.#listeners) listener(video);
  }
}

/** The feed of the page. */
export const frameFeed = new FrameFeed();
