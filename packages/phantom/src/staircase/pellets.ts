import { layout, type PlanePoint, pelletRest, stepAt } from './layout.js';
import { limbAt } from './limb.js';
import { lastNotAfter, type Reach, type ReachPlan, type ReachProfile } from './reaches.js';

/** What becomes of a pellet; the values of `StaircasePellets.state`. */
export const pelletStates = ['on-step', 'held', 'dropped', 'eaten'] as const;

/** State and place of one pellet; the place of one that is eaten is undefined. */
export interface PelletAt {
  readonly state: number;
  readonly at: PlanePoint | undefined;
}

const gravity = 981;

/** Returns the reach that took the pellet of each step in the present filling, list of steps; undefined where none has. */
export function takenBy(plan: ReachPlan, timeSec: number): (Reach | undefined)[] {
  const { reaches, refills } = plan;
  const taken: (Reach | undefined)[] = new Array(layout.stepCount).fill(undefined);
  const filling = refills[lastNotAfter(refills.length, (i) => refills[i]!, timeSec)]!;
  for (let i = lastNotAfter(reaches.length, (k) => reaches[k]!.startSec, timeSec); i >= 0; i--) {
    const reach = reaches[i]!;
    if (reach.startSec < filling) break;
    if (reach.outcome !== 1 && timeSec >= reach.retractSec) taken[reach.step] = reach;
  }
  return taken;
}

/** Returns the state of a pellet that lay on a step, given the reach that took it. */
export function pelletAt(
  step: number,
  reach: Reach | undefined,
  plan: ReachPlan,
  profile: ReachProfile,
  timeSec: number,
  grip: PlanePoint,
  seed: number,
): PelletAt {
  if (reach === undefined) return { state: 0, at: pelletRest(step) };
  if (timeSec >= reach.slipSec) {
    const from = limbAt(plan, profile, reach.slipSec, seed).grip;
    const x = Math.max(layout.stepX - 0.1, from.x + 6 * Math.min(0.05, timeSec - reach.slipSec));
    const landing = pelletRest(stepAt(x)).y;
    const y = Math.min(landing, from.y + 0.5 * gravity * (timeSec - reach.slipSec) ** 2);
    return { state: 2, at: { x, y: Math.max(y, Math.min(from.y, landing)) } };
  }
  return timeSec < reach.endSec ? { state: 1, at: grip } : { state: 3, at: undefined };
}
