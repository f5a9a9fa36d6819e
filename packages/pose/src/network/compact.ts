import {
  add,
  batchNormalization,
  convolution,
  type Initializer,
  resizeNearest,
  type Scope,
  type Value,
} from '@zoopraxis/nn';

/** Channels of the levels as factors of the width, list; the last is at stride 32. */
export const compactFactors: readonly number[] = [1, 2, 4, 8, 8];

/** Options of the compact network. */
export interface CompactOptions {
  /** Channels at stride 2, 16 by default; multiples of 16 run fastest on CPUs. */
  width?: number;
  /** Channels from stride 2 on, list of factors of `width`; `[1, 2, 4, 8, 8]` by default, which ends at stride 32. */
  factors?: readonly number[];
  /** Residual blocks of each level of the encoder after its first convolution, list as `factors`; `[0, 1, 1, 1, 1]` by default. */
  blocks?: readonly number[];
}

const start: Initializer = { kind: 'kaiming', fan: 'in', gain: Math.SQRT2, shape: 'normal' };

function convolved(scope: Scope, x: Value, channels: number, kernel: number, stride = 1, activation = true): Value {
  const y = convolution(scope, x, channels, kernel, {
    stride,
    padding: (kernel - 1) / 2,
    bias: false,
    initializer: start,
  });
  return batchNormalization(scope.child('norm'), y, { activation: activation ? 'relu' : 'none' });
}

/** Two 3x3 convolutions around which the input goes (He et al. 2016), normalized; the sum is not activated. */
function residual(scope: Scope, x: Value): Value {
  const channels = x.shape[1] ?? 0;
  const inner = convolved(scope.child('0'), x, channels, 3);
  return add(x, convolved(scope.child('1'), inner, channels, 3));
}

/**
 * Returns the features `[batch, channel, height / stride, width / stride]` of the compact network (`unet`) over a normalized
 * image: an encoder that starts at stride 2 and halves once a level, and a decoder that comes back to `stride`
 * (after Ronneberger et al. 2015, without the levels at full and half size, and with sums in place of joined channels: on
 * two cores both cost more time than they gained in accuracy). Sizes must be multiples of the
 * coarsest stride.
 */
export function compactFeatures(scope: Scope, image: Value, stride: number, options: CompactOptions = {}): Value {
  const { width = 16, factors = compactFactors, blocks = [0, 1, 1, 1, 1] } = options;
  const first = Math.log2(stride) - 1;
  if (!(Number.isSafeInteger(first) && first >= 0 && first < factors.length)) {
    throw new RangeError(`unet stride: must be a power of two from 2 to ${2 ** factors.length}, got ${stride}`);
  }
  const encoder = scope.child('encoder');
  const maps: Value[] = [];
  let x = image;
  for (const [level, factor] of factors.entries()) {
    const at = encoder.child(`${level}`);
    x = convolved(at.child('down'), x, width * factor, level === 0 ? 5 : 3, 2);
    for (let block = 0; block < (blocks[level] ?? 0); block++) x = residual(at.child(`block${block}`), x);
    maps.push(x);
  }
  const decoder = scope.child('decoder');
  for (let level = factors.length - 2; level >= first; level--) {
    const at = decoder.child(`${level}`);
    const skip = maps[level] as Value;
    const [, , rows = 0, columns = 0] = skip.shape;
    const channels = width * (factors[level] ?? 1);
    x = convolved(at.child('reduce'), x, channels, 1);
    x = convolved(at.child('merge'), add(skip, resizeNearest(x, rows, columns)), channels, 3);
  }
  return x;
}
