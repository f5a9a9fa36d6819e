/**
 * What went into a decoder since its last key frame, and what came out. Decoders give pictures in the order of presentation:
 * a frame that is passed over will never come.
 */
export class DecodingRun {
  /** The first frame that can come out whole. */
  readonly startFrame: number;
  /** The last frame that came out, or the one before the first. */
  lastShown: number;
  /** The last frame, in the order of presentation, that went in. */
  lastFed: number;
  readonly #inside = new Map<number, number>();

  constructor(startFrame: number) {
    this.startFrame = startFrame;
    this.lastShown = startFrame - 1;
    this.lastFed = startFrame - 1;
  }

  /** Notes a packet by the time that it has in the decoder; frame -1 is a hidden picture. */
  feed(timestamp: number, frame: number): void {
    this.#inside.set(timestamp, frame);
    this.lastFed = Math.max(this.lastFed, frame);
  }

  /** Tells whether a frame went in and has not come out yet. */
  isInside(frame: number): boolean {
    if (frame <= this.lastShown || frame > this.lastFed) return false;
    for (const own of this.#inside.values()) if (own === frame) return true;
    return false;
  }

  /**
   * Notes a picture that came out; returns which frame it is, -1 where it is none that may be shown, and the frames that were
   * passed over.
   */
  show(timestamp: number): { readonly frame: number; readonly passed: readonly [from: number, to: number] | null } {
    const frame = this.#inside.get(timestamp) ?? -1;
    this.#inside.delete(timestamp);
    // Pictures before the key frame refer to what was not decoded.
    if (frame <= this.lastShown) return { frame: -1, passed: null };
    const from = this.lastShown + 1;
    this.lastShown = frame;
    for (const [other, own] of this.#inside) if (own < frame) this.#inside.delete(other);
    return { frame, passed: from < frame ? [from, frame] : null };
  }

  /** Returns the frames, to before `to`, that went in and cannot come out any more, null where there are none. */
  end(): readonly [from: number, to: number] | null {
    this.#inside.clear();
    return this.lastFed > this.lastShown ? [this.lastShown + 1, this.lastFed + 1] : null;
  }
}
