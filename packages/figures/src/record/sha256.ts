/** Sums bytes up to the SHA-256 of all of them (FIPS 180-4); for browsers too, where the built-in one makes wait. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Returns the hash as 64 hex digits; nothing may be added afterwards. */
  hex(): string;
}

// Signed words add as integers of the processor; unsigned ones would be floating-point numbers.
const roundConstants = Int32Array.from(primeRoots(64, 1 / 3));

/** Returns the first 32 bits of the fractions of roots of the first primes, as the standard defines its constants. */
function primeRoots(count: number, power: number): Uint32Array {
  const out = new Uint32Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false;
    if (isPrime) out[found++] = (candidate ** power % 1) * 2 ** 32;
  }
  return out;
}

const rotate = (value: number, by: number) => (value >>> by) | (value << (32 - by));

/** Returns an empty sum. */
export function createSha256(): Sha256 {
  const state = Int32Array.from(primeRoots(8, 1 / 2));
  const block = new Uint8Array(64);
  const words = new Int32Array(64);
  let [filled, total] = [0, 0];

  const mix = (bytes: Uint8Array, from: number) => {
    for (let i = 0; i < 16; i++) {
      const at = from + 4 * i;
      words[i] =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    }
    for (let i = 16; i < 64; i++) {
      const early = words[i - 15] as number;
      const late = words[i - 2] as number;
      const low = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
      const high = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
      words[i] = ((words[i - 16] as number) + low + (words[i - 7] as number) + high) | 0;
    }
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    let e = state[4] as number;
    let f = state[5] as number;
    let g = state[6] as number;
    let h = state[7] as number;
    for (let i = 0; i < 64; i++) {
      const around = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + around + ((e & f) ^ (~e & g)) + (roundConstants[i] as number) + (words[i] as number)) | 0;
      const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0] = (state[0] as number) + a;
    state[1] = (state[1] as number) + b;
    state[2] = (state[2] as number) + c;
    state[3] = (state[3] as number) + d;
    state[4] = (state[4] as number) + e;
    state[5] = (state[5] as number) + f;
    state[6] = (state[6] as number) + g;
    state[7] = (state[7] as number) + h;
  };

  const update = (bytes: Uint8Array) => {
    total += bytes.length;
    let at = 0;
    if (filled > 0) {
      at = Math.min(64 - filled, bytes.length);
      block.set(bytes.subarray(0, at), filled);
      filled += at;
      if (filled < 64) return;
      mix(block, 0);
      filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) mix(bytes, at);
    block.set(bytes.subarray(at));
    filled = bytes.length - at;
  };

  return {
    update,
    hex() {
      const bits = total * 8;
      const end = new Uint8Array((filled < 56 ? 64 : 128) - filled);
      end[0] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(end.length - 4, bits >>> 0);
      update(end);
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}
