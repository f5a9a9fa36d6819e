import { fillNormal } from './ziggurat.js';

/** State of a {@link Random}: a list of eight unsigned 32-bit integers, four of the generator and four of its fork key. */
export type RandomState = readonly [number, number, number, number, number, number, number, number];

/** Returns a 32-bit FNV-1a hash of a text's UTF-16 code units, unsigned. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Returns a bijective scramble of an unsigned 32-bit integer (the finalizer of MurmurHash3). */
function scramble(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** First bits of pi: the key that seeds are derived from. */
const rootKey: readonly number[] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/** Returns four words from a key and labels; a 32-bit hash would meet itself after some 10^5 forks. */
function deriveKey(key: Iterable<number>, labels: readonly (string | number)[]): Uint32Array {
  const lanes = Uint32Array.from(key);
  for (const label of labels) {
    const text = String(label);
    const framed = `${typeof label}${text.length}:${text}`;
    for (let i = 0; i < framed.length; i++) {
      const unit = framed.charCodeAt(i);
      for (let lane = 0; lane < 4; lane++) {
        lanes[lane] = scramble(((lanes[lane] as number) ^ unit) + 0x9e3779b9 * (lane + 1));
      }
    }
  }
  if (lanes.every((word) => word === 0)) lanes[0] = 1;
  return lanes;
}

/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna 2021). Integers and uniform numbers are
 * the same on every machine; `normal` goes through `Math.log` and `Math.cos`, whose last bit the
 * language leaves to the engine. Not for cryptography.
 */
export class Random {
  readonly #state = new Uint32Array(4);
  readonly #key = new Uint32Array(4);

  /** Starts from an integer seed, a text or a saved state; throws RangeError on anything else. */
  constructor(seed: number | string | RandomState) {
    if (typeof seed === 'object') {
      if (seed.length !== 8 || !seed.every((word) => word >>> 0 === word)) {
        throw new RangeError(`random state: must be eight unsigned 32-bit integers, got ${JSON.stringify(seed)}`);
      }
      this.#state.set(seed.slice(0, 4));
      this.#key.set(seed.slice(4));
      if (this.#state.every((word) => word === 0)) {
        throw new RangeError('random state: one of the first four words must be non-zero, got zeros');
      }
      return;
    }
    if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
      throw new RangeError(`random seed: must be a safe integer, got ${seed}`);
    }
    this.#key.set(deriveKey(rootKey, [seed]));
    this.#state.set(this.#key);
  }

  /** Returns a generator for one labeled purpose; how many numbers this one has given makes no difference. */
  fork(...labels: (string | number)[]): Random {
    if (labels.length === 0) throw new RangeError('fork labels: must be at least one, got none');
    const words = [...deriveKey(this.#key, labels)];
    return new Random([...words, ...words] as unknown as RandomState);
  }

  /** The state to save; `new Random(state)` goes on from it, with the same forks. */
  get state(): RandomState {
    return [...this.#state, ...this.#key] as unknown as RandomState;
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

  /** Returns a number in [low, high); rounding can give `high` where the range is narrow. */
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

  /** Fills an array, shape `[number]`, with normal numbers of mean 0: many times faster than one call of `normal` each. */
  fillNormal(out: Float32Array, std = 1): void {
    fillNormal(out, std, () => this.nextUint32());
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
