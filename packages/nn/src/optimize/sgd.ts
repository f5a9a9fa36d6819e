import type { ArenaRange } from './arena-range.js';
import type { SgdSettings } from './settings.js';

/**
 * Updates a range of weights by stochastic gradient descent, in place; all arrays are `[element]` of one arena.
 * `momentum` is undefined without momentum. The range holds a multiple of four elements.
 */
export function updateSgd(
  settings: SgdSettings,
  range: ArenaRange,
  weights: Float32Array,
  gradients: Float32Array,
  momentum: Float32Array | undefined,
): void {
  if (momentum !== undefined) {
    updateWithMomentum(settings, range, weights, gradients, momentum);
    return;
  }
  const { start, end, learningRate, weightDecay, gradientScale } = range;
  for (let i = start; i < end; i++) {
    const w = weights[i]!;
    weights[i] = w - learningRate * (gradientScale * gradients[i]! + weightDecay * w);
  }
}

/** Four elements at a time: about 75 instead of 85 ms per 25 million weights on one core. */
function updateWithMomentum(
  settings: SgdSettings,
  { start, end, step, learningRate, weightDecay, gradientScale }: ArenaRange,
  weights: Float32Array,
  gradients: Float32Array,
  momentum: Float32Array,
): void {
  const keep = step === 1 ? 0 : (settings.momentum ?? 0);
  const share = step === 1 ? 1 : 1 - (settings.dampening ?? 0);
  // Nesterov adds the gradient itself to what the momentum will be one step ahead.
  const direct = settings.nesterov ? learningRate : 0;
  const along = settings.nesterov ? learningRate * (settings.momentum ?? 0) : learningRate;
  for (let i = start; i < end; i += 4) {
    const w0 = weights[i]!;
    const w1 = weights[i + 1]!;
    const w2 = weights[i + 2]!;
    const w3 = weights[i + 3]!;
    const g0 = gradientScale * gradients[i]! + weightDecay * w0;
    const g1 = gradientScale * gradients[i + 1]! + weightDecay * w1;
    const g2 = gradientScale * gradients[i + 2]! + weightDecay * w2;
    const g3 = gradientScale * gradients[i + 3]! + weightDecay * w3;
    const m0 = keep * momentum[i]! + share * g0;
    const m1 = keep * momentum[i + 1]! + share * g1;
    const m2 = keep * momentum[i + 2]! + share * g2;
    const m3 = keep * momentum[i + 3]! + share * g3;
    momentum[i] = m0;
    momentum[i + 1] = m1;
    momentum[i + 2] = m2;
    momentum[i + 3] = m3;
    weights[i] = w0 - direct * g0 - along * m0;
    weights[i + 1] = w1 - direct * g1 - along * m1;
    weights[i + 2] = w2 - direct * g2 - along * m2;
    weights[i + 3] = w3 - direct * g3 - along * m3;
  }
}
