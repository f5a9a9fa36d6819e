/** Buffers of one length that wait to be used again. */
export class BufferPool {
  readonly #byteLength: number;
  readonly #limit: number;
  readonly #free: ArrayBuffer[] = [];

  constructor(byteLength: number, limit: number) {
    this.#byteLength = byteLength;
    this.#limit = limit;
  }

  take(): ArrayBuffer | undefined {
    return this.#free.pop();
  }

  /** Takes the memory of an array of bytes back where it is whole, of the right length and not here already. */
  give(pixels: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = pixels;
    if (!(buffer instanceof ArrayBuffer) || byteOffset !== 0 || byteLength !== this.#byteLength) return;
    if (buffer.byteLength !== byteLength || this.#free.length >= this.#limit || this.#free.includes(buffer)) return;
    this.#free.push(buffer);
  }
}
