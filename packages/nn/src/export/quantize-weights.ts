/** Smallest step between rounded values: below it products of steps leave the range of float32. */
const LEAST_STEP = 2 ** -60;

/** Largest bias that is written, in steps: a quarter of int32, so that sums onto it do not overflow. */
const LARGEST_BIAS = 2 ** 29;

/** Rounding of a tensor: value = `scale` (stored - `zeroPoint`). */
export interface Rounding {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Returns the rounding of a range that holds 0 to uint8, such that 0 is exact. */
export function uint8Rounding({ low, high }: { low: number; high: number }): Rounding {
  const scale = Math.fround(Math.max((high - low) / 255, LEAST_STEP));
  return { scale, zeroPoint: Math.min(255, Math.max(0, Math.round(-low / scale))) };
}

/** Weights rounded per output channel to int8, symmetric, and the bias in steps of input times weight. */
export interface QuantizedWeights {
  /** Same shape as the weights `[...]`. */
  readonly values: Int8Array;
  /** Step per channel, shape `[channel]`. */
  readonly scales: Float32Array;
  /** Rounded bias `[channel]` and its steps `[channel]`; absent without a bias. */
  readonly bias?: { readonly values: Int32Array; readonly scales: Float32Array };
}

/**
 * Returns weights (row-major over `dims`, a list of axis sizes) rounded to `bits` bits with one step per channel along `axis`.
 * A channel whose bias would not fit into int32 gets a larger step.
 */
export function quantizeWeights(
  weights: Float32Array,
  dims: readonly number[],
  axis: number,
  options: { bits: 7 | 8; inputScale: number; bias?: Float32Array | undefined },
): QuantizedWeights {
  const { bits, inputScale, bias } = options;
  const top = bits === 8 ? 127 : 63;
  const channels = dims[axis] as number;
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const channelOf = (at: number): number => Math.floor(at / inner) % channels;
  const largest = new Float64Array(channels);
  for (const [at, value] of weights.entries()) {
    const channel = channelOf(at);
    largest[channel] = Math.max(largest[channel] as number, Math.abs(value));
  }
  const scales = Float32Array.from(largest, (value, channel) =>
    Math.max(value / top, Math.abs(bias?.[channel] ?? 0) / (inputScale * LARGEST_BIAS), LEAST_STEP),
  );
  const values = Int8Array.from(weights, (value, at) =>
    Math.min(top, Math.max(-top, Math.round(value / (scales[channelOf(at)] as number)))),
  );
  if (bias === undefined) return { values, scales };
  const biasScales = scales.map((scale) => scale * inputScale);
  const rounded = Int32Array.from(bias, (value, channel) => Math.round(value / (biasScales[channel] as number)));
  return { values, scales, bias: { values: rounded, scales: biasScales } };
}
