import type { TrainingKernels } from '../wasm/training-kernels.js';
import type { Barrier } from './barrier.js';
import type { GradientArrays } from './gradients.js';
import type { TrainingPlan } from './plan.js';

/** Views of a training's memory as one thread sees it. */
export interface LaneMemory extends GradientArrays {
  /** Of the rows, bytes from address 0. */
  readonly bins: Uint8Array;
  /** Best splits that threads found, shape `[node, thread, number]`. */
  readonly found: Float64Array;
  /** Rows that go left, shape `[node, thread]`. */
  readonly counts: Int32Array;
  /** What one search of a column gives, list. */
  readonly scratch: Float64Array;
  /** Rows in the order of nodes, list. */
  readonly rows: Uint32Array;
  /** Rows on their way, list. */
  readonly leftRows: Uint32Array;
  /** Rows on their way, list. */
  readonly rightRows: Uint32Array;
  /** Shape `[slot, column, bin, 2]`. */
  readonly histograms: Float64Array;
}

/** One of the threads that grow trees together. */
export interface Lane {
  readonly plan: TrainingPlan;
  readonly lane: number;
  readonly barrier: Barrier;
  readonly kernels: TrainingKernels;
  readonly memory: LaneMemory;
}

/** Returns the part of `count` things that a thread does, as start and end. */
export function shareOf(count: number, lane: number, laneCount: number): [start: number, end: number] {
  return [Math.floor((count * lane) / laneCount), Math.floor((count * (lane + 1)) / laneCount)];
}
