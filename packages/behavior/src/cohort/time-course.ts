import { type BoutOptions, distinctBouts, type Observation, stretchesOf } from './observation.js';
import { analyzedPart, type Stretch, stretchAfter } from './stretches.js';

/** One behavior of one animal over time; bins begin with the scored span, the last one may be shorter. */
export interface TimeCourse {
  readonly behavior: string;
  readonly binSec: number;
  /** Analyzed seconds of each bin, shape `[bin]`. */
  readonly observedSec: Float64Array;
  /** Seconds of the behavior in each bin, shape `[bin]`. */
  readonly timeSec: Float64Array;
  /** Bouts that begin in each bin (with their analyzed part), shape `[bin]`. */
  readonly boutCount: Float64Array;
}

/** Most bins of a time course: finer ones would be finer than frames of any recording. */
const maximumBins = 1_000_000;

/** Adds the seconds of a span to the bins it crosses. */
function addSpan(bins: Float64Array, fromSec: number, untilSec: number, startSec: number, binSec: number): void {
  let bin = Math.min(Math.floor((fromSec - startSec) / binSec), bins.length - 1);
  for (let from = fromSec; from < untilSec; bin++) {
    const until = bin >= bins.length - 1 ? untilSec : Math.min(untilSec, startSec + (bin + 1) * binSec);
    if (until > from) {
      bins[bin] = (bins[bin] as number) + (until - from);
      from = until;
    }
  }
}

/**
 * Returns the time course of each behavior that was scored, in the order of `annotations.behaviors`.
 * @throws RangeError for a width of bins that is not above 0, or gives more than a million of them.
 */
export function timeCourses(
  observation: Observation,
  { binSec, ...options }: BoutOptions & { readonly binSec: number },
): TimeCourse[] {
  const { startSec, endSec } = observation.scored;
  const count = Math.ceil((endSec - startSec) / binSec - 1e-9);
  if (!(binSec > 0 && count <= maximumBins)) {
    throw new RangeError(`time course: binSec must be above 0 and give at most ${maximumBins} bins, got ${binSec}`);
  }
  const stretches = stretchesOf(observation);
  const observed = new Float64Array(count);
  for (const stretch of stretches) addSpan(observed, stretch.startSec, stretch.endSec, startSec, binSec);
  return distinctBouts(observation.annotations, options).map((bouts, which) => {
    const [timeSec, boutCount] = [new Float64Array(count), new Float64Array(count)];
    for (const [i, start] of bouts.startSec.entries()) {
      const end = bouts.endSec[i] as number;
      const part = analyzedPart(start, end, stretches);
      if (part === undefined) continue;
      const bin = Math.min(Math.floor((part.startSec - startSec) / binSec), count - 1);
      boutCount[bin] = (boutCount[bin] as number) + 1;
      for (let at = stretchAfter(stretches, start); at <= part.lastStretch; at++) {
        const stretch = stretches[at] as Stretch;
        addSpan(timeSec, Math.max(start, stretch.startSec), Math.min(end, stretch.endSec), startSec, binSec);
      }
    }
    const behavior = observation.annotations.behaviors[which] as string;
    return { behavior, binSec, observedSec: observed, timeSec, boutCount };
  });
}
