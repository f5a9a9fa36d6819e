import { Random } from '@zoopraxis/core';

/** How an animal reaches; the same numbers are drawn from for every reach. */
export interface ReachProfile {
  /** Mean time from leaving to closing the paw. */
  readonly reachSec: number;
  readonly graspSec: number;
  readonly retractSec: number;
  /** Sideways swing of the path, cm. */
  readonly swingCm: number;
  /** Amplitude of the tremor, cm. */
  readonly tremorCm: number;
  readonly tremorHz: number;
  /** Standard deviation of the end point of the first movement, cm. */
  readonly errorCm: number;
  /** Corrective movements before the grasp: at most. */
  readonly corrections: number;
  /** Chance that the paw closes beside the pellet. */
  readonly missChance: number;
  /** Chance that a pellet that was grasped is lost on the way. */
  readonly slipChance: number;
  /** How far digits open, 1 is fully. */
  readonly opening: number;
}

/** Reaching of intact animals and of animals with a lesion of the motor cortex: plausible values, not measured ones. */
export const reachProfiles: Readonly<Record<'intact' | 'impaired', ReachProfile>> = {
  intact: {
    reachSec: 0.32,
    graspSec: 0.16,
    retractSec: 0.34,
    swingCm: 0.16,
    tremorCm: 0.008,
    tremorHz: 10,
    errorCm: 0.03,
    corrections: 0,
    missChance: 0.12,
    slipChance: 0.07,
    opening: 1,
  },
  impaired: {
    reachSec: 0.55,
    graspSec: 0.3,
    retractSec: 0.55,
    swingCm: 0.5,
    tremorCm: 0.06,
    tremorHz: 9,
    errorCm: 0.16,
    corrections: 2,
    missChance: 0.42,
    slipChance: 0.38,
    opening: 0.6,
  },
};

/** How a reach ended; the values of `StaircaseReaches.outcome`. */
export const reachOutcomes = ['success', 'miss', 'slip'] as const;

/** One reach for one pellet, with all that was drawn for it; times in seconds of the recording. */
export interface Reach {
  readonly startSec: number;
  readonly graspSec: number;
  readonly retractSec: number;
  /** Time at which the pellet is lost; after the end where it is not. */
  readonly slipSec: number;
  readonly endSec: number;
  readonly step: number;
  readonly outcome: number;
  readonly seed: number;
  readonly swing: number;
  readonly backSwing: number;
  readonly errorX: number;
  readonly errorY: number;
  readonly corrections: number;
}

/** Reaches and refills of a whole recording. */
export interface ReachPlan {
  readonly reaches: readonly Reach[];
  /** List of times in seconds at which all pellets lie on their steps again, from 0 on. */
  readonly refills: readonly number[];
}

/** Returns all reaches of a recording: from the near step to the far one, again after a miss, refilled when all is gone. */
export function planReaches(profile: ReachProfile, steps: number, durationSec: number, seed: number): ReachPlan {
  const random = new Random(seed).fork('staircase', 'reaches');
  const reaches: Reach[] = [];
  const refills = [0];
  let [time, step, tries] = [random.between(0.15, 0.6), 0, 0];
  while (time < durationSec) {
    const slow = Math.exp(0.15 * random.normal()) * (1 + 0.07 * step);
    const graspSec = time + profile.reachSec * slow;
    const retractSec = graspSec + profile.graspSec * Math.exp(0.2 * random.normal());
    const endSec = retractSec + profile.retractSec * slow;
    // Far pellets are harder.
    const missChance = Math.min(0.95, profile.missChance * (0.7 + 0.15 * step));
    const draw = random.uniform();
    const outcome = draw < missChance ? 1 : random.uniform() < profile.slipChance ? 2 : 0;
    const corrections = profile.corrections === 0 ? 0 : random.integer(profile.corrections + 1);
    reaches.push({
      startSec: time,
      graspSec,
      retractSec,
      slipSec:
        outcome === 2 ? retractSec + random.between(0.2, 0.65) * (endSec - retractSec) : Number.POSITIVE_INFINITY,
      endSec,
      step,
      outcome,
      seed: random.nextUint32(),
      swing: profile.swingCm * random.between(0.5, 1.5) * (random.uniform() < 0.8 ? 1 : -1),
      backSwing: profile.swingCm * random.between(0.3, 1),
      errorX: profile.errorCm * random.normal() + (outcome === 1 ? 0.16 * (random.uniform() < 0.5 ? -1 : 1) : 0),
      errorY: 0.6 * profile.errorCm * random.normal(),
      corrections,
    });
    // A pellet in the mouth takes time to eat.
    time = endSec + (outcome === 0 ? random.between(0.9, 2) : random.between(0.3, 1.1));
    tries++;
    if (outcome !== 1 || tries >= 4) {
      step++;
      tries = 0;
    }
    if (step === steps) {
      step = 0;
      refills.push(time);
      time += random.between(0.4, 1.2);
    }
  }
  return { reaches, refills };
}

/** Returns the index of the last time in an increasing list that is not after a time, -1 before the first. */
export function lastNotAfter(count: number, timeOf: (index: number) => number, timeSec: number): number {
  let [low, high] = [-1, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timeOf(middle) <= timeSec) low = middle;
    else high = middle - 1;
  }
  return low;
}
