/** State of a {@link Random}, as four unsigned 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/** Returns a 32-bit FNV-1a hash of a text's UTF-16 code units, unsigned. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Returns the next SplitMix32-style scramble of an unsigned 32-bit integer. */
function scramble(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna 2021), the same on every machine.
 * Not for cryptography.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** Starts from an integer seed, a text or a saved state. */
  constructor(seed: number | string | RandomState) {
    if (typeof seed === 'object') {
      this.#state.set(seed);
      if (this.#state.every((word) => word === 0)) {
        throw new RangeError('random state: at least one word must be non-zero, got all zeros');
      }
      return;
    }
    let word = typeof seed === 'string' ? hashText(seed) : Math.trunc(seed) >>> 0;
    if (typeof seed === 'number') {
      if (!Number.isSafeInteger(seed)) throw new RangeError(`random seed: must be a safe integer, got ${seed}`);
      word = scramble(word ^ scramble(Math.floor(seed / 0x100000000) >>> 0));
    }
    for (let i = 0; i < 4; i++) {
      word = (word + 0x9e3779b9) >>> 0;
      this.#state[i] = scramble(word);
    }
  }

  /** A generator for one labeled purpose, independent of how many numbers this one has given. */
  fork(...labels: (string | number)[]): Random {
    let hash = 0x811c9dc5;
    for (const word of this.#state) hash = hashText(`${word};`, hash);
    for (const label of labels) hash = hashText(`${typeof label}:${label};`, hash);
    const words: number[] = [];
    for (let i = 0; i < 4; i++) {
      hash = (hash + 0x9e3779b9) >>> 0;
      words.push(scramble(hash ^ (this.#state[i] ?? 0)));
    }
    if (!words.some(Boolean)) words[0] = 1;
    return new Random(words as unknown as RandomState);
  }

  /** The state to save; `new Random(state)` goes on from it. */
  get state(): RandomState {
    const s = this.#state;
    return [s[0] ?? 0, s[1] ?? 0, s[2] ?? 0, s[3] ?? 0];
  }

  /** Returns the next unsigned 32-bit integer. */
  nextUint32(): number {
    const s = this.#state;
    const s1 = s[1] as number;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s1 << 9;
    s[2] = (s[2] as number) ^ (s[0] as number);
    s[3] = (s[3] as number) ^ s1;
    s[1] = s1 ^ (s[2] as number);
    s[0] = (s[0] as number) ^ (s[3] as number);
    s[2] = (s[2] as number) ^ t;
    const high = s[3] as number;
    s[3] = (high << 11) | (high >>> 21);
    return result;
  }

  /** Returns a number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Returns a number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Returns an integer in [0, count), unbiased. */
  integer(count: number): number {
    if (!(Number.isInteger(count) && count > 0 && count <= 0x100000000)) {
      throw new RangeError(`count: must be an integer in 1..2^32, got ${count}`);
    }
    const limit = 0x100000000 - (0x100000000 % count);
    for (;;) {
      const word = this.nextUint32();
      if (word < limit) return word % count;
    }
  }

  /** Returns a standard normal number (Box and Muller 1958), using two uniforms a call. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles an array in place (Fisher and Yates) and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j] as T, items[i] as T];
    }
    return items;
  }
}
