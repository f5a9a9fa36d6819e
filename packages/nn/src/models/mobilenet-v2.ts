import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution } from '../layers/convolution.js';
import { dropout as dropped } from '../layers/dropout.js';
import { linear } from '../layers/linear.js';
import { add } from '../ops/arithmetic.js';
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

/** Expansion, channels, blocks, stride of the first block (Sandler et al. 2018, table 2). */
const ROWS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Options of MobileNetV2. */
export interface MobileNetV2Options extends BackboneOptions {
  /** Share of features dropped before the classifier while training, 0.2 by default. */
  dropout?: number;
}

function invertedResidual(
  scope: Scope,
  x: Value,
  channels: number,
  expansion: number,
  step: Step,
  residual: boolean,
  frozen: boolean,
): Value {
  const into = x.shape[1] ?? 0;
  const body = scope.child('conv');
  const inner = into * expansion;
  const shared = { frozen, activation: 'relu6' } as const;
  let at = 0;
  let y = x;
  if (expansion !== 1) y = convolutionNorm(body.child(`${at++}`), y, inner, 1, shared);
  y = convolutionNorm(body.child(`${at++}`), y, inner, 3, { ...shared, step, groups: inner });
  y = convolution(body.child(`${at++}`), y, channels, 1, { bias: false, initializer: mobileStart });
  y = batchNormalization(body.child(`${at}`), y, { frozen });
  return residual ? add(x, y) : y;
}

/**
 * Returns MobileNetV2 (Sandler et al. 2018) over `image` `[batch, 3, height, width]`: five stages at strides 2 to 32
 * with 16, 24, 32, 96 and 320 channels, and class logits by way of a 1x1 convolution to 1280 that belongs to the head.
 * Names and results are those of torchvision's `mobilenet_v2`; 3,504,872 parameters with its head of 1000 classes.
 */
export function mobilenetV2(scope: Scope, image: Value, options: MobileNetV2Options = {}): BackboneResult {
  checkBackbone('mobilenet_v2', image, options);
  const { classes = 1000, outputStride = 32, frozenStatistics: frozen = false, dropout = 0.2 } = options;
  const budget = new StrideBudget(outputStride);
  const features = scope.child('features');
  let x = convolutionNorm(features.child('0'), image, 32, 3, { step: budget.take(2), frozen, activation: 'relu6' });
  const stages: Stage[] = [];
  let at = 1;
  for (const [row, [expansion, channels, count, stride]] of ROWS.entries()) {
    for (let block = 0; block < count; block++) {
      const wanted = block === 0 ? stride : 1;
      const residual = wanted === 1 && x.shape[1] === channels;
      x = invertedResidual(features.child(`${at++}`), x, channels, expansion, budget.take(wanted), residual, frozen);
    }
    if ((ROWS[row + 1]?.[3] ?? 2) > 1) stages.push(stageOf(x, budget.stride));
  }
  if (classes === 0) return { stages };
  x = convolutionNorm(features.child(`${at}`), x, 1280, 1, { frozen, activation: 'relu6' });
  const pooled = reshape(globalAveragePool2d(x), [image.shape[0] ?? 1, -1]);
  const classifier = scope.child('classifier');
  const kept = dropped(classifier.child('0'), pooled, dropout);
  return {
    stages,
    logits: linear(classifier.child('1'), kept, classes, {
      initializer: { kind: 'normal', std: 0.01 },
      biasInitializer: { kind: 'fill', value: 0 },
    }),
  };
}
