import type { Initializer } from '../graph/initializer.js';
import type { Scope } from '../graph/scope.js';
import type { Value } from '../graph/value.js';
import { batchNormalization } from '../layers/batch-normalization.js';
import { convolution } from '../layers/convolution.js';
import { maxPool2d } from '../ops/pooling.js';
import { resizeBilinear, resizeNearest } from '../ops/resize.js';
import { concat } from '../ops/shape.js';
import { type BackboneResult, checkBackbone, type Stage, stageOf } from './backbone.js';

/** Options of the U-Net. */
export interface UnetOptions {
  /** Channels at full resolution, 16 by default; doubled at each level. Multiples of 16 run fastest on CPUs. */
  width?: number;
  /** Number of halvings, 4 by default; the image must have at least `2^depth` rows and columns. */
  depth?: number;
  /** Channels of the output map, 1 by default; 0 leaves the head out. */
  outputChannels?: number;
  /** How coarse maps are brought to the next size; 'nearest' by default. */
  upsampling?: 'nearest' | 'bilinear';
  /** Normalize by the stored statistics and keep them while training too; false by default. */
  frozenStatistics?: boolean;
}

const start: Initializer = { kind: 'kaiming', fan: 'in', gain: Math.SQRT2, shape: 'normal' };

/** Two 3x3 convolutions, each with batch norm and ReLU. */
function level(scope: Scope, x: Value, channels: number, frozen: boolean): Value {
  let y = x;
  for (const at of [0, 1]) {
    y = convolution(scope.child(`conv${at}`), y, channels, 3, { padding: 1, bias: false, initializer: start });
    y = batchNormalization(scope.child(`norm${at}`), y, { frozen, activation: 'relu' });
  }
  return y;
}

/**
 * Returns a compact U-Net (after Ronneberger et al. 2015, with padding, batch norm and a quarter of the channels) over
 * `image` `[batch, channel, height, width]` of any size: the decoder's maps from stride 1 to `2^(depth - 1)` and the
 * coarsest map as stages, and `logits` `[batch, outputChannels, height, width]`.
 *
 * Level l has `width 2^l` channels. Parameters: `encoder.<l>.conv0.weight`, `.norm0.weight`, `.norm0.bias`, the same
 * with 1, for l from 0 to depth; `decoder.<l>...` alike for l from depth - 1 to 0, whose first convolution sees the
 * encoder's map of that level followed by the enlarged coarser one; `head.weight`, `head.bias` (1x1).
 */
export function unet(scope: Scope, image: Value, options: UnetOptions = {}): BackboneResult {
  const {
    width = 16,
    depth = 4,
    outputChannels = 1,
    upsampling = 'nearest',
    frozenStatistics: frozen = false,
  } = options;
  checkBackbone('unet', image, {});
  for (const [name, value, least] of [
    ['width', width, 1],
    ['depth', depth, 1],
    ['outputChannels', outputChannels, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`unet: ${name} must be a whole number from ${least}, got ${value}`);
    }
  }
  const [, , height = 0, columns = 0] = image.shape;
  if (Math.min(height, columns) < 2 ** depth) {
    throw new RangeError(
      `unet: image must have at least ${2 ** depth} rows and columns for depth ${depth}, got ${height}x${columns}`,
    );
  }
  const encoder = scope.child('encoder');
  const decoder = scope.child('decoder');
  const maps: Value[] = [];
  let x = image;
  for (let at = 0; at <= depth; at++) {
    if (at > 0) x = maxPool2d(x, { kernel: 2 });
    x = level(encoder.child(`${at}`), x, width * 2 ** at, frozen);
    maps.push(x);
  }
  const stages: Stage[] = [stageOf(x, 2 ** depth)];
  const resize = upsampling === 'nearest' ? resizeNearest : resizeBilinear;
  for (let at = depth - 1; at >= 0; at--) {
    const skip = maps[at] as Value;
    const [, , rows = 0, across = 0] = skip.shape;
    x = level(decoder.child(`${at}`), concat([skip, resize(x, rows, across)], 1), width * 2 ** at, frozen);
    stages.unshift(stageOf(x, 2 ** at));
  }
  return outputChannels === 0 ? { stages } : { stages, logits: convolution(scope.child('head'), x, outputChannels, 1) };
}
