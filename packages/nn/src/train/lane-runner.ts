import { type LaneArenas, type LanePlan, type LaneStep, squaredNorms, updateLane } from '../optimize/lane.js';
import type { OptimizerSettings } from '../optimize/settings.js';

/** Runs the optimizer on one lane, here or in another thread. One call at a time. */
export interface LaneRunner {
  readonly plan: LanePlan;
  /** The lane's arrays; new objects after each call, and not to be touched during one. */
  readonly arenas: LaneArenas;
  /** Returns the sum of squares of each parameter's gradient as a list in order of segments. */
  measure(): Promise<Float64Array>;
  update(step: LaneStep): Promise<void>;
  close(): Promise<void>;
}

/** Makes a runner for a lane. */
export type OpenLane = (plan: LanePlan, arenas: LaneArenas, settings: OptimizerSettings) => LaneRunner;

/** Returns a runner that works in the calling thread. */
export const openLocalLane: OpenLane = (plan, arenas, settings) => ({
  plan,
  arenas,
  measure: async () => squaredNorms(plan, arenas),
  update: async (step) => updateLane(plan, arenas, settings, step),
  close: async () => undefined,
});
