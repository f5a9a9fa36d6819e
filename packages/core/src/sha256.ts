const ROUND_CONSTANTS = new Int32Array(64);
const INITIAL_STATE = new Int32Array(8);

/** The constants are the fractional bits of the cube and square roots of the first primes. */
function fillConstants(): void {
  const bits = (root: number) => ((root - Math.floor(root)) * 0x100000000) | 0;
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) INITIAL_STATE[count] = bits(Math.sqrt(candidate));
    ROUND_CONSTANTS[count++] = bits(Math.cbrt(candidate));
  }
}
fillConstants();

/**
 * SHA-256 of bytes that arrive in pieces (FIPS 180-4). WebCrypto only takes the whole at once and is missing on plain
 * http pages.
 */
export class Sha256 {
  readonly #state = Int32Array.from(INITIAL_STATE);
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(64);
  #length = 0;

  /** Adds bytes at the end. */
  update(bytes: Uint8Array): this {
    let offset = 0;
    const filled = this.#length % 64;
    this.#length += bytes.length;
    if (filled > 0) {
      offset = Math.min(64 - filled, bytes.length);
      this.#block.set(bytes.subarray(0, offset), filled);
      if (filled + offset < 64) return this;
      this.#compress(this.#block, 0);
    }
    for (; offset + 64 <= bytes.length; offset += 64) this.#compress(bytes, offset);
    this.#block.set(bytes.subarray(offset));
    return this;
  }

  /** Returns the hash in lower-case hexadecimal; nothing can be added afterwards. */
  digest(): string {
    const length = this.#length;
    const padding = new Uint8Array((length % 64 < 56 ? 64 : 128) - (length % 64));
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, BigInt(length) * 8n);
    this.update(padding);
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #compress(bytes: Uint8Array, offset: number): void {
    const words = this.#words;
    for (let i = 0; i < 16; i++) {
      const at = offset + 4 * i;
      words[i] =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    }
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15] as number;
      const y = words[i - 2] as number;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[i] = ((words[i - 16] as number) + s0 + (words[i - 7] as number) + s1) | 0;
    }
    const state = this.#state;
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    let e = state[4] as number;
    let f = state[5] as number;
    let g = state[6] as number;
    let h = state[7] as number;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[i] as number) + (words[i] as number)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = (state[0] as number) + a;
    state[1] = (state[1] as number) + b;
    state[2] = (state[2] as number) + c;
    state[3] = (state[3] as number) + d;
    state[4] = (state[4] as number) + e;
    state[5] = (state[5] as number) + f;
    state[6] = (state[6] as number) + g;
    state[7] = (state[7] as number) + h;
  }
}

/** Returns the SHA-256 of bytes in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return new Sha256().update(bytes).digest();
}
