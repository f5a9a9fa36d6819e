import type { Scope } from '../graph/scope.js';
import { shapeText, type Value } from '../graph/value.js';

/** What a network gives at one scale. */
export interface Stage {
  /** `[batch, channel, height, width]`. */
  readonly value: Value;
  /** Pixels of the image per element, along rows and columns. */
  readonly stride: number;
  readonly channels: number;
}

/** What a backbone gives: maps from the finest scale to the coarsest, and what its own head makes of them. */
export interface BackboneResult {
  readonly stages: readonly Stage[];
  /** `[batch, class]`, of the U-Net `[batch, channel, height, width]`; absent where the head is left out. */
  readonly logits?: Value;
}

/** Options that all backbones take. */
export interface BackboneOptions {
  /** Outputs of the head: 1000 by default, 0 for the U-Net; 0 leaves the head and its parameters out. */
  classes?: number;
  /**
   * Stride of the coarsest stage, 32 by default: below it, later strides become dilation (Chen et al. 2017), with the same
   * parameters. Not for the U-Net.
   */
  outputStride?: 8 | 16 | 32;
  /** Normalize by the stored statistics and keep them while training too; false by default. */
  frozenStatistics?: boolean;
}

/** A network over an image `[batch, channel, height, width]`, with the parameter names of torchvision. */
export type Backbone = (scope: Scope, image: Value, options?: BackboneOptions) => BackboneResult;

/** Returns a stage over its value. */
export function stageOf(value: Value, stride: number): Stage {
  return { value, stride, channels: value.shape[1] ?? 0 };
}

/** Throws RangeError unless the image has four axes and the options of a backbone are in their ranges. */
export function checkBackbone(name: string, image: Value, options: BackboneOptions): void {
  if (image.shape.length !== 4) {
    throw new RangeError(`${name}: image must be [batch, channel, height, width], got ${shapeText(image.shape)}`);
  }
  const { classes = 0, outputStride = 32 } = options;
  if (!Number.isSafeInteger(classes) || classes < 0) {
    throw new RangeError(`${name}: classes must be a whole number from 0, got ${classes}`);
  }
  if (![8, 16, 32].includes(outputStride)) {
    throw new RangeError(`${name}: outputStride must be 8, 16 or 32, got ${outputStride}`);
  }
}

/** How one convolution steps. */
export interface Step {
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Hands out strides until the image is reduced by a limit, and dilations from then on: the convolution that would have
 * stepped keeps the dilation before it, all after it get more, as torchvision's `replace_stride_with_dilation` does.
 */
export class StrideBudget {
  #stride = 1;
  #dilation = 1;

  constructor(readonly limit: number) {}

  /** Pixels of the image per element so far. */
  get stride(): number {
    return this.#stride;
  }

  /** Returns how the next convolution steps that is meant to have a stride. */
  take(stride: number): Step {
    const { limit } = this;
    if (this.#stride * stride <= limit) {
      this.#stride *= stride;
      return { stride, dilation: this.#dilation };
    }
    const dilation = this.#dilation;
    this.#dilation *= stride;
    return { stride: 1, dilation };
  }
}
