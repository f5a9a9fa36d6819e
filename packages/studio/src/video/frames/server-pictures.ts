import type { FrameOutput } from './frame-messages.js';

/** Wait before a server that is away is asked again, ms. */
const patienceMs = 1000;

/** Requests at once: one is shown, the others are ahead. */
const most = 3;

/** Fetches single frames that the server decoded. */
export class ServerPictures {
  readonly #address: string;
  readonly #output: FrameOutput;
  readonly #running = new Map<number, AbortController>();
  #wanted: readonly number[] = [];
  /** Frames that were delivered or refused since they were wanted. */
  readonly #done = new Set<number>();

  constructor(video: string, output: FrameOutput) {
    this.#address = `/api/videos/${encodeURIComponent(video)}/frames/`;
    this.#output = output;
  }

  /**
   * Replaces the list of what is wanted, the most urgent first; requests for other frames are called off. What was delivered is fetched
   * again only where `isAnew`.
   */
  want(frames: readonly number[], { isAnew = true }: { readonly isAnew?: boolean } = {}): void {
    this.#wanted = frames;
    if (isAnew) this.#done.clear();
    for (const [frame, stop] of this.#running) if (!frames.includes(frame)) stop.abort();
    this.#start();
  }

  /** Calls all requests off. */
  close(): void {
    this.want([]);
  }

  #start(): void {
    for (const frame of this.#wanted) {
      const isUrgent = frame === this.#wanted[0];
      if (this.#running.size >= most && !(isUrgent && this.#running.size <= most)) return;
      if (this.#running.has(frame) || this.#done.has(frame)) continue;
      const stop = new AbortController();
      this.#running.set(frame, stop);
      void this.#fetch(frame, stop.signal).finally(() => {
        this.#running.delete(frame);
        this.#start();
      });
    }
  }

  async #fetch(frame: number, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`${this.#address}${frame}?format=jpeg`, { signal, credentials: 'same-origin' });
      // A server that was started anew does not know the page yet.
      if (response.status === 401 || response.status === 503) throw new TypeError('the server is not ready');
      if (!response.ok) {
        const { message } = (await response.json().catch(() => ({}))) as { message?: string };
        throw new Error(message ?? `the server answered ${response.status}`);
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
