import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { convolution } from '../layers/convolution.js';
import { dropout as dropped, sampleDropout } from '../layers/dropout.js';
import { linear } from '../layers/linear.js';
import { sigmoid, silu } from '../ops/activation.js';
import { add, mul } from '../ops/arithmetic.js';
import { globalAveragePool2d } from '../ops/pooling.js';
import { reshape } from '../ops/shape.js';
import {
  type BackboneOptions,
  type BackboneResult,
  checkBackbone,
  type Stage,
  type Step,
  StrideBudget,
  stageOf,
} from './backbone.js';
import { convolutionNorm, mobileStart } from './convolution-norm.js';

/** Expansion, kernel, stride of the first block, channels, blocks of B0 (Tan and Le 2019, table 1). */
const ROWS = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/** Factors on channels and blocks, and dropout, of the sizes that exist here. */
const SIZES = {
  b0: { width: 1, depth: 1, dropout: 0.2 },
  b3: { width: 1.2, depth: 1.4, dropout: 0.3 },
} as const;

/** Options of EfficientNet. */
export interface EfficientNetOptions extends BackboneOptions {
  /** Share of features dropped before the classifier while training; 0.2 (B0) or 0.3 (B3) by default. */
  dropout?: number;
  /** Share of samples that skip the last residual block while training, less before it in proportion; 0.2 by default. */
  stochasticDepth?: number;
}

interface Block {
  readonly expansion: number;
  readonly kernel: number;
  readonly channels: number;
  readonly step: Step;
  readonly residual: boolean;
  readonly dropRate: number;
  readonly frozen: boolean;
}

/** Returns the nearest multiple of 8 that is not more than a tenth below. */
function byEight(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

function squeezeExcitation(scope: Scope, x: Value, channels: number): Value {
  const shared = { initializer: mobileStart };
  const squeezed = silu(convolution(scope.child('fc1'), globalAveragePool2d(x), channels, 1, shared));
  return mul(x, sigmoid(convolution(scope.child('fc2'), squeezed, x.shape[1] ?? 0, 1, shared)));
}

function mobileBlock(scope: Scope, x: Value, block: Block): Value {
  const { frozen, step } = block;
  const into = x.shape[1] ?? 0;
  const inner = byEight(into * block.expansion);
  const body = scope.child('block');
  const shared = { frozen, activation: 'silu' } as const;
  let at = 0;
  let y = x;
  if (inner !== into) y = convolutionNorm(body.child(`${at++}`), y, inner, 1, shared);
  y = convolutionNorm(body.child(`${at++}`), y, inner, block.kernel, { ...shared, step, groups: inner });
  y = squeezeExcitation(body.child(`${at++}`), y, Math.max(1, Math.floor(into / 4)));
  y = convolutionNorm(body.child(`${at}`), y, block.channels, 1, { frozen });
  if (!block.residual) return y;
  return add(sampleDropout(scope, y, block.dropRate, { name: 'stochastic_depth' }), x);
}

/**
 * Returns EfficientNet-B0 or B3 (Tan and Le 2019) over `image` `[batch, 3, height, width]`: five stages at strides
 * 2 to 32 (16, 24, 40, 112, 320 channels in B0; 24, 32, 48, 136, 384 in B3), and class logits by way of a 1x1
 * convolution that belongs to the head. Names and results are those of torchvision's `efficientnet_b0` and `_b3`.
 */
export function efficientnet(
  scope: Scope,
  image: Value,
  size: 'b0' | 'b3',
  options: EfficientNetOptions = {},
): BackboneResult {
  checkBackbone(`efficientnet_${size}`, image, options);
  const { width, depth, dropout: usual } = SIZES[size];
  const { classes = 1000, outputStride = 32, frozenStatistics: frozen = false } = options;
  const { dropout = usual, stochasticDepth = 0.2 } = options;
  const budget = new StrideBudget(outputStride);
  const features = scope.child('features');
  const counts = ROWS.map((row) => Math.ceil(row[4] * depth));
  const total = counts.reduce((sum, count) => sum + count, 0);
  let x = convolutionNorm(features.child('0'), image, byEight(32 * width), 3, {
    step: budget.take(2),
    frozen,
    activation: 'silu',
  });
  const stages: Stage[] = [];
  let done = 0;
  for (const [row, [expansion, kernel, stride, base]] of ROWS.entries()) {
    const channels = byEight(base * width);
    for (let index = 0; index < (counts[row] ?? 0); index++) {
      const wanted = index === 0 ? stride : 1;
      const residual = wanted === 1 && x.shape[1] === channels;
      const dropRate = (stochasticDepth * done++) / total;
      const block = { expansion, kernel, channels, step: budget.take(wanted), residual, dropRate, frozen };
      x = mobileBlock(features.child(`${row + 1}`).child(`${index}`), x, block);
    }
    if ((ROWS[row + 1]?.[2] ?? 2) > 1) stages.push(stageOf(x, budget.stride));
  }
  if (classes === 0) return { stages };
  const last = 4 * (x.shape[1] ?? 0);
  x = convolutionNorm(features.child(`${ROWS.length + 1}`), x, last, 1, { frozen, activation: 'silu' });
  const pooled = reshape(globalAveragePool2d(x), [image.shape[0] ?? 1, -1]);
  const classifier = scope.child('classifier');
  const kept = dropped(classifier.child('0'), pooled, dropout);
  const bound = 1 / Math.sqrt(classes);
  return {
    stages,
    logits: linear(classifier.child('1'), kept, classes, {
      initializer: { kind: 'uniform', low: -bound, high: bound },
      biasInitializer: { kind: 'fill', value: 0 },
    }),
  };
}

/** EfficientNet-B0: 5,288,548 parameters with its head of 1000 classes. */
export function efficientnetB0(scope: Scope, image: Value, options?: EfficientNetOptions): BackboneResult {
  return efficientnet(scope, image, 'b0', options);
}

/** EfficientNet-B3: 12,233,232 parameters with its head of 1000 classes. */
export function efficientnetB3(scope: Scope, image: Value, options?: EfficientNetOptions): BackboneResult {
  return efficientnet(scope, image, 'b3', options);
}
