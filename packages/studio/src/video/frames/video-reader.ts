import type { VideoDetail } from 'zoopraxis';
import { call, ServerRefusal } from '../../server/client.js';
import { type ByteBlocks, openByteBlocks } from './byte-blocks.js';
import type { FrameReply, OpenRequest } from './frame-messages.js';
import { PageDecoder } from './page-decoder.js';
import { ServerPictures } from './server-pictures.js';

/** Wait before a server that is away is asked again, ms. */
const patienceMs = 1000;

/** Delivers frames of one video: decoded here where that is sure to be exact, else by the server. */
export class VideoReader {
  readonly #video: string;
  readonly #tell: (reply: FrameReply) => void;
  readonly #pictures: ServerPictures;
  #page: PageDecoder | undefined;
  #isOpen = false;
  #isClosed = false;
  /** Ends reading of the file. */
  readonly #stop = new AbortController();
  #wanted: readonly number[] = [];
  #isPlaying = false;
  /** Wanted frames that the page's decoder left to the server. */
  #lost = new Set<number>();
  /** Replies that the page may not have seen when it asked last, by their number. */
  readonly #underway = new Map<number, number>();
  #replyCount = 0;

  constructor(request: OpenRequest, send: (reply: FrameReply) => void) {
    const { video } = request;
    const tell = (reply: FrameReply) => {
      if (reply.kind === 'frame' || reply.kind === 'missing') this.#underway.set(++this.#replyCount, reply.frame);
      send(reply);
    };
    this.#video = video;
    this.#tell = tell;
    this.#pictures = new ServerPictures(video, {
      frame: (frame, picture) => tell({ kind: 'frame', video, frame, picture }),
      missing: (frame, words) => tell({ kind: 'missing', video, frame, words }),
    });
    void this.#open(request);
  }

  /** Replaces the list of what is wanted, the most urgent first; `received` counts the replies that the page has seen. */
  want(wanted: readonly number[], isPlaying: boolean, received: number): void {
    for (const number of this.#underway.keys()) if (number <= received) this.#underway.delete(number);
    const underway = new Set(this.#underway.values());
    const frames = wanted.filter((frame) => !underway.has(frame));
    this.#wanted = frames;
    this.#isPlaying = isPlaying;
    if (!this.#isOpen) return;
    this.#lost = new Set();
    if (this.#page === undefined) this.#pictures.want(frames, { isPlaying, isNearFirst: true });
    else {
      // What the decoder leaves to the server it says at once, or later.
      this.#page.want(frames, { isPlaying });
      this.#pictures.want(frames.filter((frame) => this.#lost.has(frame)));
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#stop.abort();
    this.#page?.close();
    this.#pictures.close();
  }

  async #open({ video, clock, widthPx, heightPx, isForPage }: OpenRequest): Promise<void> {
    const tell = this.#tell;
    const url = `/api/videos/${encodeURIComponent(video)}/bytes`;
    const openBytes = () => openByteBlocks(url, { signal: this.#stop.signal });
    // The file begins to come while the server is asked what it is.
    const early = isForPage ? openBytes() : undefined;
    early?.catch(() => undefined);
    try {
      const detail = await this.#detail(video);
      let reason = `${detail.codec} in ${detail.container.split(',')[0]}`;
      if (detail.decode === 'page' && !this.#isClosed) {
        const { startSec } = detail;
        try {
          const bytes: ByteBlocks = await (early ?? openBytes());
          const page = await PageDecoder.open(
            { bytes, clock, startSec, widthPx, heightPx },
            {
              frame: (frame, picture) => tell({ kind: 'frame', video, frame, picture }),
              lost: (frames) => this.#leave(frames),
              failed: (why) => this.#leaveAll(why),
            },
          );
          if (this.#isClosed) page.close();
          else this.#page = page;
        } catch (error) {
          reason = error instanceof Error ? error.message : String(error);
        }
      }
      this.#isOpen = true;
      if (this.#page === undefined) this.#stop.abort();
      const decode = this.#page === undefined ? 'server' : 'page';
      tell({ kind: 'opened', video, decode, reason: decode === 'page' ? '' : reason });
      this.want(this.#wanted, this.#isPlaying, 0);
    } catch (error) {
      const { message, hint = null } = error as { message: string; hint?: string | null };
      tell({ kind: 'problem', video, message, hint });
    }
  }

  /** Asks how the video can be shown, until the server is there. */
  async #detail(video: string): Promise<VideoDetail> {
    for (;;) {
      try {
        return await call('GET /api/videos/:video', { path: { video } });
      } catch (error) {
        if (!(error instanceof ServerRefusal) || error.status !== 0 || this.#isClosed) throw error;
        await new Promise((resolve) => setTimeout(resolve, patienceMs));
      }
    }
  }

  #leave(frames: readonly number[]): void {
    for (const frame of frames) this.#lost.add(frame);
    this.#pictures.want(
      this.#wanted.filter((frame) => this.#lost.has(frame)),
      { isAnew: false },
    );
  }

  #leaveAll(reason: string): void {
    this.#page?.close();
    this.#page = undefined;
    this.#stop.abort();
    this.#tell({ kind: 'opened', video: this.#video, decode: 'server', reason });
    this.#pictures.want(this.#wanted, { isPlaying: this.#isPlaying, isNearFirst: true });
  }
}
