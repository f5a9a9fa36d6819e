import type { ArenaRange } from './arena-range.js';
import type { RmsPropSettings } from './settings.js';

/**
 * Updates a range of weights by RMSProp, in place; all arrays are `[element]` of one arena.
 * `momentum` and `mean` are undefined where the settings have no momentum or are not centered.
 */
export function updateRmsProp(
  settings: RmsPropSettings,
  range: ArenaRange,
  weights: Float32Array,
  gradients: Float32Array,
  square: Float32Array,
  momentum: Float32Array | undefined,
  mean: Float32Array | undefined,
): void {
  const { smoothing = 0.99, epsilon = 1e-8, epsilonInside = false } = settings;
  const { start, end, learningRate, weightDecay, gradientScale } = range;
  const keep = settings.momentum ?? 0;
  const share = 1 - smoothing;
  const inside = epsilonInside ? epsilon : 0;
  const outside = epsilonInside ? 0 : epsilon;
  for (let i = start; i < end; i++) {
    const w = weights[i]!;
    const g = gradientScale * gradients[i]! + weightDecay * w;
    const v = smoothing * square[i]! + share * g * g;
    square[i] = v;
    let spread = v;
    if (mean !== undefined) {
      const m = smoothing * mean[i]! + share * g;
      mean[i] = m;
      // Rounding can bring a variance of nothing below zero.
      spread = Math.max(v - m * m, 0);
    }
    let change = g / (Math.sqrt(spread + inside) + outside);
    if (momentum !== undefined) {
      change = keep * momentum[i]! + change;
      momentum[i] = change;
    }
    weights[i] = w - learningRate * change;
  }
}
