import { type BoutOptions, distinctBouts, type Observation, stretchesOf } from './observation.js';
import { analyzedPart, analyzedSecondsBefore, secondsOfStretches } from './stretches.js';

/** How much of one behavior one animal showed in one recording. */
export interface BoutMeasures {
  readonly behavior: string;
  /** Seconds that were analyzed. */
  readonly observedSec: number;
  /** Seconds of the behavior within them. */
  readonly timeSec: number;
  /** Bouts of which any part was analyzed. */
  readonly boutCount: number;
  /** `timeSec / boutCount`: bouts that are cut count with their analyzed part. Null without bouts. */
  readonly meanBoutSec: number | null;
  /** Analyzed seconds before the first bout; where there is none, all of them, and `isCensored` is true. */
  readonly latencySec: number;
  /** True where the behavior never happened. */
  readonly isCensored: boolean;
  /** Bouts that reach into what is not analyzed. */
  readonly cutBoutCount: number;
  /** Bouts that lie wholly outside of what is analyzed. */
  readonly outsideBoutCount: number;
}

/** Returns the measures of each behavior that was scored, in the order of `annotations.behaviors`. */
export function measureBouts(observation: Observation, options: BoutOptions = {}): BoutMeasures[] {
  const stretches = stretchesOf(observation);
  const observedSec = secondsOfStretches(stretches);
  return distinctBouts(observation.annotations, options).map(({ startSec, endSec }, which) => {
    let [timeSec, boutCount, cutBoutCount] = [0, 0, 0];
    let first: number | undefined;
    for (let bout = 0; bout < startSec.length; bout++) {
      const part = analyzedPart(startSec[bout] as number, endSec[bout] as number, stretches);
      if (part === undefined) continue;
      timeSec += part.sec;
      boutCount++;
      if (part.isCut) cutBoutCount++;
      first ??= part.startSec;
    }
    return {
      behavior: observation.annotations.behaviors[which] as string,
      observedSec,
      timeSec,
      boutCount,
      meanBoutSec: boutCount === 0 ? null : timeSec / boutCount,
      latencySec: first === undefined ? observedSec : analyzedSecondsBefore(first, stretches),
      isCensored: first === undefined,
      cutBoutCount,
      outsideBoutCount: startSec.length - boutCount,
    };
  });
}

/** Returns the analyzed seconds of each bout of one behavior, shape `[bout]`; empty where it was not scored. */
export function boutDurations(observation: Observation, behavior: string, options: BoutOptions = {}): Float64Array {
  const which = observation.annotations.behaviors.indexOf(behavior);
  const bouts = distinctBouts(observation.annotations, options)[which];
  if (bouts === undefined) return new Float64Array();
  const stretches = stretchesOf(observation);
  return Float64Array.from(
    Array.from(bouts.startSec, (start, i) => analyzedPart(start, bouts.endSec[i] as number, stretches)?.sec).filter(
      (sec) => sec !== undefined,
    ),
  );
}
