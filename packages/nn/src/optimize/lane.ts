import { updateAdam } from './adam.js';
import type { ArenaRange } from './arena-range.js';
import { updateRmsProp } from './rmsprop.js';
import { type OptimizerSettings, slotNames } from './settings.js';
import { updateSgd } from './sgd.js';

/** One parameter's place in its lane. */
export interface LaneSegment {
  readonly name: string;
  /** Index of the first element in each array of the lane. */
  readonly offset: number;
  readonly length: number;
  readonly learningRateScale: number;
  readonly weightDecay: number;
}

/** Returns a number of elements rounded up to whole cache lines: what a segment takes of its lane. */
export function alignedLength(length: number): number {
  return Math.ceil(length / 16) * 16;
}

/** Whole parameters that one thread updates, packed one after another. */
export interface LanePlan {
  readonly segments: readonly LaneSegment[];
  /** Elements of each array, with the gaps that align segments. */
  readonly length: number;
}

/** The arrays of a lane, each `[element]` over a buffer of its own, so that they can move between threads. */
export interface LaneArenas {
  /** Trained weights `[element]`. */
  weights: Float32Array;
  /** `[element]` */
  gradients: Float32Array;
  /** What the optimizer remembers, a list of `[element]` in the order of `slotNames`. */
  slots: Float32Array[];
  /** Moving average of the weights `[element]`, where one is kept. */
  average: Float32Array | undefined;
}

/** The numbers of one step, the same for all lanes. */
export interface LaneStep {
  /** Number of this step, from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Factor of all gradients, from clipping by norm; 1 without. */
  readonly gradientScale: number;
}

/** Returns the zeroed arrays of a lane. */
export function laneArenas(plan: LanePlan, settings: OptimizerSettings): LaneArenas {
  const array = (): Float32Array => new Float32Array(plan.length);
  return {
    weights: array(),
    gradients: array(),
    slots: slotNames(settings).map(array),
    average: settings.average ? array() : undefined,
  };
}

/** Returns the buffers (list) of a lane's arrays, to be moved to another thread. */
export function laneBuffers({ weights, gradients, slots, average }: LaneArenas): ArrayBuffer[] {
  return [weights, gradients, ...slots, ...(average ? [average] : [])].map((array) => array.buffer as ArrayBuffer);
}

/** Returns the sum of squares of each parameter's gradient as a list in order of segments; float64, always summed in the same order. */
export function squaredNorms(plan: LanePlan, { gradients }: LaneArenas): Float64Array {
  return Float64Array.from(plan.segments, ({ offset, length }) => sumOfSquares(gradients, offset, offset + length));
}

function sumOfSquares(array: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const value = array[i]!;
    sum += value * value;
  }
  return sum;
}

/** Returns the factor of all gradients that brings their joint norm to at most `max`, as PyTorch computes it. */
export function clipScale(norm: number, max: number): number {
  return Math.min(1, max / (norm + 1e-6));
}

function cut(array: Float32Array, start: number, end: number, max: number): void {
  for (let i = start; i < end; i++) {
    const value = array[i]!;
    if (value > max) array[i] = max;
    else if (value < -max) array[i] = -max;
  }
}

function updateSegment(
  settings: OptimizerSettings,
  range: ArenaRange,
  { weights, gradients, slots }: LaneArenas,
): void {
  switch (settings.kind) {
    case 'sgd':
      updateSgd(settings, range, weights, gradients, slots[0]);
      break;
    case 'adam':
    case 'adamw':
      updateAdam(settings, range, weights, gradients, slots[0]!, slots[1]!);
      break;
    case 'rmsprop': {
      const [square, second, third] = slots;
      const momentum = settings.momentum ? second : undefined;
      const mean = settings.centered ? (settings.momentum ? third : second) : undefined;
      updateRmsProp(settings, range, weights, gradients, square!, momentum, mean);
      break;
    }
  }
}

/** Updates all weights of a lane from their gradients, in place. Each element depends on its own history alone. */
export function updateLane(plan: LanePlan, arenas: LaneArenas, settings: OptimizerSettings, step: LaneStep): void {
  const { clip, average: averaging } = settings;
  for (const { offset, length, learningRateScale, weightDecay } of plan.segments) {
    // The gap after a segment holds zeros and stays so; with it loops need no remainder.
    const end = offset + alignedLength(length);
    if (clip?.kind === 'value') cut(arenas.gradients, offset, end, clip.max);
    updateSegment(
      settings,
      {
        start: offset,
        end,
        step: step.step,
        learningRate: step.learningRate * learningRateScale,
        weightDecay,
        gradientScale: step.gradientScale,
      },
      arenas,
    );
    if (averaging && arenas.average) moveAverage(arenas.average, arenas.weights, offset, end, averaging.decay);
  }
}

function moveAverage(average: Float32Array, weights: Float32Array, start: number, end: number, decay: number): void {
  const share = 1 - decay;
  for (let i = start; i < end; i++) {
    const old = average[i]!;
    average[i] = old + share * (weights[i]! - old);
  }
}
