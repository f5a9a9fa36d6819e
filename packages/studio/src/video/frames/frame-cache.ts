/** What is kept of a frame. */
export type CachedFrame<Picture> =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'missing'; readonly words: string };

interface Entry<Picture> {
  readonly video: string;
  readonly frame: number;
  readonly content: CachedFrame<Picture>;
  readonly bytes: number;
}

/**
 * Frames that were decoded, within a number of bytes: what was used longest ago is let go and closed first. Frames that are on
 * a screen stay.
 */
export class FrameCache<Picture extends { close(): void }> {
  readonly #entries = new Map<string, Entry<Picture>>();
  readonly #onScreen = new Map<string, string>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns a frame and counts that as use. */
  get(video: string, frame: number): CachedFrame<Picture> | undefined {
    const key = keyOf(video, frame);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.content;
  }

  has(video: string, frame: number): boolean {
    return this.#entries.has(keyOf(video, frame));
  }

  /** Keeps a frame; one that was there is replaced and closed. */
  put(video: string, frame: number, content: CachedFrame<Picture>, bytes: number): void {
    const key = keyOf(video, frame);
    this.#drop(key);
    this.#entries.set(key, { video, frame, content, bytes });
    this.#bytes += bytes;
    const screens = new Set(this.#onScreen.values());
    for (const old of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) break;
      if (old !== key && !screens.has(old)) this.#drop(old);
    }
  }

  /** Says which frame a screen shows, -1 for none: it stays. */
  hold(screen: string, video: string, frame: number): void {
    if (frame < 0) this.#onScreen.delete(screen);
    else this.#onScreen.set(screen, keyOf(video, frame));
  }

  /** Returns the frame with a picture that is nearest below or at a frame, and above another; -1 where there is none. */
  nearest(video: string, atMost: number, above: number): number {
    let best = -1;
    for (const entry of this.#entries.values()) {
      if (entry.video !== video || entry.content.kind !== 'picture') continue;
      if (entry.frame <= atMost && entry.frame > above && entry.frame > best) best = entry.frame;
    }
    return best;
  }

  /**
   * Returns the frame with a picture that is nearest to a frame on either side, the earlier of two, and nearer than `than`
   * frames; -1 where there is none.
   */
  closest(video: string, to: number, than: number): number {
    let [best, distance] = [-1, than];
    for (const { video: own, frame, content } of this.#entries.values()) {
      if (own !== video || content.kind !== 'picture') continue;
      const away = Math.abs(frame - to);
      if (away < distance || (away === distance && best > frame)) [best, distance] = [frame, away];
    }
    return best;
  }

  /** Forgets a video's frames, all videos' where none is named. */
  clear(video?: string): void {
    for (const [key, entry] of this.#entries) if (video === undefined || entry.video === video) this.#drop(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    if (entry.content.kind === 'picture') entry.content.picture.close();
  }
}

const keyOf = (video: string, frame: number) => `${frame}/${video}`;
