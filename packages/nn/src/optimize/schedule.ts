/** Factor of the learning rate at a step, counted from 0. Pure: a resumed run needs nothing but the step. */
export type Schedule = (step: number) => number;

function checkSteps(option: string, steps: number): void {
  if (!(Number.isFinite(steps) && steps > 0))
    throw new RangeError(`${option}: must be a positive number, got ${steps}`);
}

/** Returns 1, times `gamma` (0.1 by default) for each of the milestones (list of steps) that is reached. */
export function multiStep(milestones: readonly number[], gamma = 0.1): Schedule {
  return (step) => gamma ** milestones.filter((milestone) => step >= milestone).length;
}

/** Returns `gamma` to the power of the step; with `every`, of the whole number of times that many steps have passed. */
export function exponential(gamma: number, options: { every?: number } = {}): Schedule {
  const { every } = options;
  if (every !== undefined) checkSteps('exponential every', every);
  return (step) => gamma ** (every === undefined ? step : Math.floor(step / every));
}

/** How a {@link cosine} schedule falls. */
export interface CosineOptions {
  /** Steps from 1 to the end, or of the first cycle. */
  steps: number;
  /** Factor at the end; 0 by default. */
  minFactor?: number;
  /** Begin anew after each cycle, which is `lengthFactor` times as long as the one before; without, the end stays. */
  restarts?: { lengthFactor?: number };
}

/** Returns half a cosine from 1 to `minFactor`, with restarts where asked (Loshchilov and Hutter 2017). */
export function cosine({ steps, minFactor = 0, restarts }: CosineOptions): Schedule {
  checkSteps('cosine steps', steps);
  const growth = restarts?.lengthFactor ?? 1;
  if (!(growth >= 1)) throw new RangeError(`cosine lengthFactor: must be at least 1, got ${growth}`);
  return (step) => {
    let length = steps;
    let at = step;
    if (!restarts) at = Math.min(at, length);
    else if (growth === 1) at %= length;
    else for (; at >= length; length *= growth) at -= length;
    return minFactor + ((1 - minFactor) * (1 + Math.cos((Math.PI * at) / length))) / 2;
  };
}

/**
 * Returns a linear rise from `from` (1 / steps by default) to 1 over `steps`, times the first factor of the schedule
 * that follows (constant by default), which then begins at its own step 0.
 */
export function warmUp(options: { steps: number; from?: number; after?: Schedule }): Schedule {
  const { steps, from = 1 / steps, after = () => 1 } = options;
  checkSteps('warmUp steps', steps);
  return (step) => (step < steps ? (from + ((1 - from) * step) / steps) * after(0) : after(step - steps));
}

/** Returns a schedule by epochs as one by steps: the factor changes only where an epoch begins. */
export function byEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkSteps('byEpoch stepsPerEpoch', stepsPerEpoch);
  return (step) => schedule(Math.floor(step / stepsPerEpoch));
}
