import { type ArenaRange, wholePower } from './arena-range.js';
import type { AdamSettings } from './settings.js';

/** Updates a range of weights by Adam or AdamW, in place; all arrays are `[element]` of one arena. */
export function updateAdam(
  settings: AdamSettings,
  range: ArenaRange,
  weights: Float32Array,
  gradients: Float32Array,
  mean: Float32Array,
  square: Float32Array,
): void {
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = settings;
  const { start, end, step, learningRate, weightDecay, gradientScale } = range;
  const stepSize = learningRate / (1 - wholePower(beta1, step));
  const rootScale = 1 / Math.sqrt(1 - wholePower(beta2, step));
  const share1 = 1 - beta1;
  const share2 = 1 - beta2;
  const decoupled = kind === 'adamw';
  const shrink = decoupled ? 1 - learningRate * weightDecay : 1;
  const coupledDecay = decoupled ? 0 : weightDecay;
  for (let i = start; i < end; i++) {
    const w = weights[i]!;
    const g = gradientScale * gradients[i]! + coupledDecay * w;
    const m = beta1 * mean[i]! + share1 * g;
    const v = beta2 * square[i]! + share2 * g * g;
    mean[i] = m;
    square[i] = v;
    weights[i] = shrink * w - (stepSize * m) / (Math.sqrt(v) * rootScale + epsilon);
  }
}
