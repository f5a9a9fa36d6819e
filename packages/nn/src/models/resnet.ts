import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution } from '../layers/convolution.js';
import { linear } from '../layers/linear.js';
import { relu } from '../ops/activation.js';
import { add } from '../ops/arithmetic.js';
import { globalAveragePool2d, maxPool2d } from '../ops/pooling.js';
import { reshape } from '../ops/shape.js';
import {
  type Backbone,
  type BackboneOptions,
  type BackboneResult,
  checkBackbone,
  type Stage,
  type Step,
  StrideBudget,
  stageOf,
} from './backbone.js';

/** Blocks per stage (list) by number of layers (He et al. 2016, table 1). */
const BLOCKS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const;

/** Output channels of a block per channel inside it. */
const EXPANSION = 4;

const start: Initializer = { kind: 'kaiming', fan: 'out', gain: Math.SQRT2, shape: 'normal' };

/** Three convolutions beside a shortcut; the 3x3 one takes the stride ("v1.5"), as in torchvision. */
function bottleneck(scope: Scope, x: Value, width: number, step: Step, frozen: boolean): Value {
  const unit = (
    at: number,
    from: Value,
    channels: number,
    kernel: number,
    { stride, dilation }: Step,
    last = false,
  ): Value => {
    const padding = (dilation * (kernel - 1)) / 2;
    const geometry = { stride, dilation, padding, bias: false, initializer: start };
    return batchNormalization(
      scope.child(`bn${at}`),
      convolution(scope.child(`conv${at}`), from, channels, kernel, geometry),
      { frozen, activation: last ? 'none' : 'relu' },
    );
  };
  const still = { stride: 1, dilation: 1 };
  const channels = width * EXPANSION;
  const inner = unit(2, unit(1, x, width, 1, still), width, 3, step);
  const branch = unit(3, inner, channels, 1, still, true);
  if (step.stride === 1 && x.shape[1] === channels) return relu(add(branch, x));
  const down = scope.child('downsample');
  const shortcut = convolution(down.child('0'), x, channels, 1, {
    stride: step.stride,
    bias: false,
    initializer: start,
  });
  return relu(add(branch, batchNormalization(down.child('1'), shortcut, { frozen })));
}

/**
 * Returns a ResNet with bottlenecks of 50, 101 or 152 layers (He et al. 2016) over `image` `[batch, 3, height, width]`:
 * five stages, the stem at stride 2 (64 channels) and `layer1` to `layer4` (256 to 2048), and class logits.
 * Names and results are those of torchvision's `resnet50` and so on.
 */
export function resnet(
  scope: Scope,
  image: Value,
  layers: 50 | 101 | 152,
  options: BackboneOptions = {},
): BackboneResult {
  checkBackbone(`resnet${layers}`, image, options);
  const { classes = 1000, outputStride = 32, frozenStatistics: frozen = false } = options;
  const budget = new StrideBudget(outputStride);
  const stem = convolution(scope.child('conv1'), image, 64, 7, {
    ...budget.take(2),
    padding: 3,
    bias: false,
    initializer: start,
  });
  let x = batchNormalization(scope.child('bn1'), stem, { frozen, activation: 'relu' });
  const stages: Stage[] = [stageOf(x, budget.stride)];
  x = maxPool2d(x, { kernel: 3, stride: budget.take(2).stride, padding: 1 });
  for (const [index, count] of BLOCKS[layers].entries()) {
    const stage = scope.child(`layer${index + 1}`);
    for (let block = 0; block < count; block++) {
      const step = budget.take(index > 0 && block === 0 ? 2 : 1);
      x = bottleneck(stage.child(`${block}`), x, 64 * 2 ** index, step, frozen);
    }
    stages.push(stageOf(x, budget.stride));
  }
  if (classes === 0) return { stages };
  const pooled = reshape(globalAveragePool2d(x), [image.shape[0] ?? 1, -1]);
  return { stages, logits: linear(scope.child('fc'), pooled, classes) };
}

/** ResNet-50: 25,557,032 parameters with its head of 1000 classes. */
export const resnet50: Backbone = (scope, image, options) => resnet(scope, image, 50, options);

/** ResNet-101: 44,549,160 parameters with its head of 1000 classes. */
export const resnet101: Backbone = (scope, image, options) => resnet(scope, image, 101, options);

/** ResNet-152: 60,192,808 parameters with its head of 1000 classes. */
export const resnet152: Backbone = (scope, image, options) => resnet(scope, image, 152, options);
