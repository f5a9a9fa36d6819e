import type { Picture } from '@zoopraxis/core';
import { type Pyramid, pyramidByteCount, pyramidOf } from '../augment/warp.js';

/** Keeps decoded pictures within a limit of bytes; those unused for longest go first. */
export class PyramidCache {
  readonly #read: (index: number) => Promise<Picture>;
  readonly #scales: readonly [number, number];
  readonly #limitBytes: number;
  readonly #kept = new Map<number, Pyramid>();
  #bytes = 0;

  /** Reads pictures with `read`; they will be sampled at scales in a range. */
  constructor(read: (index: number) => Promise<Picture>, scales: readonly [number, number], limitBytes: number) {
    this.#read = read;
    this.#scales = scales;
    this.#limitBytes = limitBytes;
  }

  /** Bytes of the pictures that are kept now. */
  get byteCount(): number {
    return this.#bytes;
  }

  async get(index: number): Promise<Pyramid> {
    const known = this.#kept.get(index);
    if (known) {
      this.#kept.delete(index);
      this.#kept.set(index, known);
      return known;
    }
    const pyramid = pyramidOf(await this.#read(index), this.#scales);
    const bytes = pyramidByteCount(pyramid);
    if (bytes > this.#limitBytes) return pyramid;
    this.#kept.set(index, pyramid);
    this.#bytes += bytes;
    for (const [oldest, other] of this.#kept) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= pyramidByteCount(other);
    }
    return pyramid;
  }
}
