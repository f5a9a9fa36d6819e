import { constant, type Value } from '../graph/value.js';

const known = new Map<string, WeakRef<Value>>();

/** Returns the constant made by `make`, the same one for the same key while it is in use: layers share their matrices. */
function shared(key: string, make: () => Value): Value {
  const old = known.get(key)?.deref();
  if (old) return old;
  const value = make();
  known.set(key, new WeakRef(value));
  return value;
}

/** Returns the angle 2 pi (a b mod n) / n, reduced first so that it is exact for large products. */
function angle(a: number, b: number, n: number): number {
  return (2 * Math.PI * ((a * b) % n)) / n;
}

/** Returns the number of frequencies of a real signal of `n` samples. */
export function frequencyCount(n: number): number {
  return Math.floor(n / 2) + 1;
}

/**
 * Returns `[length, 2 * frequency]`: a signal of `length` samples times it is its Fourier transform after padding to `n`,
 * real parts first.
 */
export function fourierMatrix(length: number, n: number): Value {
  return shared(`forward ${length} ${n}`, () => {
    const count = frequencyCount(n);
    const out = new Float32Array(length * 2 * count);
    for (let t = 0; t < length; t++) {
      for (let f = 0; f < count; f++) {
        out[t * 2 * count + f] = Math.cos(angle(t, f, n));
        out[t * 2 * count + count + f] = -Math.sin(angle(t, f, n));
      }
    }
    return constant(out, [length, 2 * count]);
  });
}

/**
 * Returns `[2 * frequency, length]`: real and imaginary parts times it are the first `length` of `n` samples. With `delay`
 * the spectrum is turned by e^(i delay angle) on the way, where angle is that of its frequency.
 */
export function inverseFourierMatrix(length: number, n: number, delay = 0): Value {
  return shared(`inverse ${length} ${n} ${delay}`, () => {
    const count = frequencyCount(n);
    const out = new Float32Array(2 * count * length);
    for (let f = 0; f < count; f++) {
      const weight = (f === 0 || 2 * f === n ? 1 : 2) / n;
      for (let t = 0; t < length; t++) {
        const turn = angle(t, f, n) + (2 * Math.PI * f * delay) / n;
        out[f * length + t] = weight * Math.cos(turn);
        out[(count + f) * length + t] = -weight * Math.sin(turn);
      }
    }
    return constant(out, [2 * count, length]);
  });
}
