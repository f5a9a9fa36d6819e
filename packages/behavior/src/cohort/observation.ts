import type { Annotations, Exclusion, Recording } from '@zoopraxis/core';
import { analyzedStretches, type Stretch } from './stretches.js';

/** One animal in one recording, as one annotator scored it. */
export interface Observation {
  readonly recording: string;
  /** Who it is, over all recordings. */
  readonly animal: string;
  readonly conditions: Recording['conditions'];
  /** Span that was scored: the whole recording, or what is known of it. */
  readonly scored: Stretch;
  readonly exclusions: readonly Exclusion[];
  /** One channel; `behaviors` names what was scored, also what never happened. */
  readonly annotations: Annotations;
}

/** How bouts are made ready before anything is counted. */
export interface BoutOptions {
  /**
   * Bouts of one behavior with no more than this between them become one; 0 joins those that touch. By default only
   * bouts that overlap become one, so that no second counts twice.
   */
  readonly mergeGapSec?: number;
  /** Bouts shorter than this are left out, after merging; default 0. */
  readonly minimumBoutSec?: number;
}

/** Bouts of one behavior, ascending and apart. */
export interface DistinctBouts {
  /** Shape `[bout]`. */
  readonly startSec: Float64Array;
  /** Shape `[bout]`. */
  readonly endSec: Float64Array;
  /** How many overlapping or close bouts went into others. */
  readonly mergedCount: number;
  /** How many were too short. */
  readonly shortCount: number;
}

/** Throws RangeError for gaps and durations that cannot be. */
export function checkBoutOptions({ mergeGapSec, minimumBoutSec }: BoutOptions): void {
  for (const [name, value] of [
    ['mergeGapSec', mergeGapSec],
    ['minimumBoutSec', minimumBoutSec],
  ] as const) {
    if (value !== undefined && !(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`bouts: ${name} must be 0 or more, got ${value}`);
    }
  }
}

/** Returns the bouts of each behavior that was scored, in the order of `annotations.behaviors`. */
export function distinctBouts(annotations: Annotations, options: BoutOptions = {}): DistinctBouts[] {
  checkBoutOptions(options);
  const { mergeGapSec, minimumBoutSec = 0 } = options;
  const { behaviors, startSec, endSec, behavior } = annotations;
  const lists = behaviors.map(() => ({ starts: [] as number[], ends: [] as number[], merged: 0 }));
  for (let bout = 0; bout < startSec.length; bout++) {
    const [start, end] = [startSec[bout] as number, endSec[bout] as number];
    const list = lists[behavior[bout] as number] as (typeof lists)[number];
    const last = list.ends.length - 1;
    const before = list.ends[last];
    const joins = before !== undefined && (mergeGapSec === undefined ? start < before : start - before <= mergeGapSec);
    if (joins) {
      list.ends[last] = Math.max(before, end);
      list.merged++;
    } else {
      list.starts.push(start);
      list.ends.push(end);
    }
  }
  return lists.map(({ starts, ends, merged }) => {
    const long = starts.flatMap((start, i) => ((ends[i] as number) - start >= minimumBoutSec ? [i] : []));
    return {
      startSec: Float64Array.from(long, (i) => starts[i] as number),
      endSec: Float64Array.from(long, (i) => ends[i] as number),
      mergedCount: merged,
      shortCount: starts.length - long.length,
    };
  });
}

/** Returns the stretches of an observation that are analyzed. */
export function stretchesOf({ scored, exclusions }: Pick<Observation, 'scored' | 'exclusions'>): Stretch[] {
  return analyzedStretches(scored, exclusions);
}
