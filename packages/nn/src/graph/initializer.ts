import type { Random } from '@zoopraxis/core';

/**
 * How a parameter starts. `kaiming` is normal or uniform with variance `gain^2 / fan` (He et al. 2015), where for a
 * weight `[out, in, ...kernel]` the fan is `in * kernel` or `out * kernel`; `xavier` is uniform with variance
 * `2 / (fanIn + fanOut)` (Glorot and Bengio 2010); `truncated` is normal cut at two standard deviations.
 */
export type Initializer =
  | { readonly kind: 'fill'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'truncated'; readonly std: number }
  | {
      readonly kind: 'kaiming';
      readonly fan: 'in' | 'out';
      readonly gain: number;
      readonly shape: 'normal' | 'uniform';
    }
  | { readonly kind: 'xavier' }
  | { readonly kind: 'values'; readonly values: readonly number[] | Float32Array };

/** Returns fan-in and fan-out of a weight of shape `[out, in, ...kernel]` (list of axis sizes). */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const kernel = shape.slice(2).reduce((product, size) => product * size, 1);
  return { fanIn: (shape[1] ?? shape[0] ?? 1) * kernel, fanOut: (shape[0] ?? 1) * kernel };
}

/** Returns starting values, row-major over `shape` (list of axis sizes). */
export function initialValues(initializer: Initializer, shape: readonly number[], rng: Random): Float32Array {
  const out = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const fillWith = (next: () => number): Float32Array => {
    for (let i = 0; i < out.length; i++) out[i] = next();
    return out;
  };
  switch (initializer.kind) {
    case 'fill':
      return out.fill(initializer.value);
    case 'values':
      if (initializer.values.length !== out.length) {
        throw new RangeError(`initializer values: must hold ${out.length} numbers, got ${initializer.values.length}`);
      }
      out.set(initializer.values);
      return out;
    case 'uniform':
      return fillWith(() => rng.between(initializer.low, initializer.high));
    case 'normal':
      rng.fillNormal(out, initializer.std);
      return out;
    case 'truncated':
      return fillWith(() => {
        for (;;) {
          const value = rng.normal();
          if (Math.abs(value) <= 2) return initializer.std * value;
        }
      });
    case 'kaiming': {
      const { fanIn, fanOut } = fans(shape);
      const std = initializer.gain / Math.sqrt(initializer.fan === 'in' ? fanIn : fanOut);
      if (initializer.shape === 'normal') {
        rng.fillNormal(out, std);
        return out;
      }
      const bound = std * Math.sqrt(3);
      return fillWith(() => rng.between(-bound, bound));
    }
    case 'xavier': {
      const { fanIn, fanOut } = fans(shape);
      const bound = Math.sqrt(6 / (fanIn + fanOut));
      return fillWith(() => rng.between(-bound, bound));
    }
  }
}
