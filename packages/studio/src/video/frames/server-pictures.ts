import type { FrameOutput } from './frame-messages.js';
import { PicturePace } from './picture-pace.js';

/** Wait before a server that is away is asked again, ms. */
const patienceMs = 1000;

/** Requests at once: one is shown, the others are ahead. */
const most = 3;

/** Frames by which a picture may be late while playing, and is still waited for. */
const lateFrames = 120;

/** Frames from one that was seen to one that is decoded on from it without a picture on the way. */
const shortWay = 8;

/** Fetches single frames that the server decoded. */
export class ServerPictures {
  readonly #address: string;
  readonly #output: FrameOutput;
  readonly #running = new Map<number, AbortController>();
  #wanted: readonly number[] = [];
  /** Frames that were delivered or refused since they were wanted. */
  readonly #done = new Set<number>();
  /** While playing. */
  #pace: PicturePace | undefined;
  /** Whether after a jump the picture from which decoding begins is shown until the exact one is there. */
  #isNearFirst = false;
  /** The way that needs no other picture: from a frame that is seen to the one that was asked for. */
  #way: readonly [from: number, to: number] = [0, 0];
  #near: AbortController | undefined;

  constructor(video: string, output: FrameOutput) {
    this.#address = `/api/videos/${encodeURIComponent(video)}/frames/`;
    this.#output = output;
  }

  /**
   * Replaces the list of what is wanted, the most urgent first; requests for other frames are called off. What was delivered
   * is fetched again only where `isAnew`. `isNearFirst`: after a jump the picture from which decoding begins comes first.
   */
  want(
    frames: readonly number[],
    options: { readonly isAnew?: boolean; readonly isPlaying?: boolean; readonly isNearFirst?: boolean } = {},
  ): void {
    const { isAnew = true, isPlaying = false, isNearFirst = false } = options;
    this.#wanted = frames;
    this.#isNearFirst = isNearFirst && !isPlaying;
    if (isAnew) this.#done.clear();
    const [present] = frames;
    if (!isPlaying) this.#pace = undefined;
    else if (present !== undefined) {
      this.#pace ??= new PicturePace();
      this.#pace.see(present, performance.now());
    }
    // While playing, a picture that comes late is better than none.
    const isLate = (frame: number) => isPlaying && frame < (present ?? 0) && frame >= (present ?? 0) - lateFrames;
    for (const [frame, stop] of this.#running) if (!frames.includes(frame) && !isLate(frame)) stop.abort();
    this.#start();
  }

  /** Calls all requests off. */
  close(): void {
    this.want([]);
    this.#near?.abort();
  }

  #start(): void {
    if (this.#pace !== undefined) {
      while (this.#running.size < most) {
        const frame = this.#pace.next(this.#wanted);
        if (frame === undefined) return;
        if (!this.#running.has(frame) && !this.#done.has(frame)) this.#begin(frame);
      }
      return;
    }
    const [target] = this.#wanted;
    if (this.#isNearFirst && target !== undefined && !this.#running.has(target) && !this.#done.has(target)) {
      // One at a time and to its end, so that something is seen while the pointer goes on.
      if (this.#near !== undefined) return;
      const [from, to] = this.#way;
      if (target < from || target > to + shortWay) {
        this.#beginNear(target);
        return;
      }
    }
    for (const frame of this.#wanted) {
      const isUrgent = frame === this.#wanted[0];
      if (this.#running.size >= most && !(isUrgent && this.#running.size <= most)) return;
      if (this.#running.has(frame) || this.#done.has(frame)) continue;
      this.#begin(frame);
    }
  }

  #begin(frame: number): void {
    const stop = new AbortController();
    const askedAtMs = performance.now();
    this.#running.set(frame, stop);
    void this.#fetch(frame, stop.signal).finally(() => {
      this.#running.delete(frame);
      if (!stop.signal.aborted) this.#pace?.came(askedAtMs, performance.now(), this.#running.size);
      this.#start();
    });
  }

  #beginNear(target: number): void {
    const stop = new AbortController();
    this.#near = stop;
    this.#way = [target, target];
    void this.#fetch(target, stop.signal, '&near=1').finally(() => {
      this.#near = undefined;
      if (!stop.signal.aborted) this.#start();
    });
  }

  async #fetch(asked: number, signal: AbortSignal, query = ''): Promise<void> {
    let frame = asked;
    try {
      const address = `${this.#address}${asked}?format=jpeg${query}`;
      const response = await fetch(address, { signal, credentials: 'same-origin' });
      // A server that was started anew does not know the page yet.
      if (response.status === 401 || response.status === 503) throw new TypeError('the server is not ready');
      if (!response.ok) {
        const { message } = (await response.json().catch(() => ({}))) as { message?: string };
        throw new Error(message ?? `the server answered ${response.status}`);
      }
      const told = response.headers.get('x-frame');
      if (query !== '' && told !== null) {
        frame = Number(told);
        this.#way = [frame, asked];
      }
      if (response.headers.get('x-frame-corrupt') !== null) {
        this.#output.missing(frame, 'This frame is damaged in the file.');
      } else {
        const picture = await createImageBitmap(await response.blob());
        if (signal.aborted) picture.close();
        else this.#output.frame(frame, picture);
      }
      this.#done.add(frame);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof TypeError) {
        await new Promise((resolve) => setTimeout(resolve, patienceMs));
        return;
      }
      this.#done.add(frame);
      this.#output.missing(frame, error instanceof Error ? error.message : String(error));
    }
  }
}
