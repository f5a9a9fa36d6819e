import type { Annotations, Exclusion, TimeBase } from '@zoopraxis/core';
import { type BoutOptions, distinctBouts } from '../../cohort/observation.js';
import { analyzedStretches, type Stretch } from '../../cohort/stretches.js';
import { intersectSpans, type Spans, spansInFrames } from './spans.js';

/** One animal in one recording as several annotators scored it. */
export interface ScoredRecording {
  readonly recording: string;
  /** What all annotators watched; bouts outside do not count. */
  readonly scored: Stretch;
  readonly exclusions?: readonly Pick<Exclusion, 'startSec' | 'endSec'>[];
  /** Frames of the video, which measures in frames need. */
  readonly timeBase?: TimeBase;
  /** One for each annotator. `behaviors` names what the annotator scored, also what never happened. */
  readonly annotations: readonly Annotations[];
  /** Second scorings of annotators, done later and blind to the first. */
  readonly rescored?: readonly Annotations[];
}

/** In what time is measured: seconds, exact; or the frames of the time base. */
export type AgreementUnit = 'seconds' | 'frames';

/** Settings of measures that compare annotators. */
export interface ScoringOptions extends BoutOptions {
  readonly behavior: string;
  /** Default seconds. */
  readonly unit?: AgreementUnit;
}

/** Returns the names of all annotators, sorted. */
export function annotatorsOf(recordings: readonly ScoredRecording[]): string[] {
  const names = recordings.flatMap(({ annotations }) => annotations.map(({ annotator }) => annotator));
  return [...new Set(names)].sort();
}

/** Returns the names of all behaviors that two annotators or more scored in a recording, sorted. */
export function sharedBehaviors(recordings: readonly ScoredRecording[]): string[] {
  const shared = recordings.flatMap(({ annotations }) => {
    const counts = new Map<string, number>();
    for (const { behaviors } of annotations)
      for (const name of behaviors) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].filter(([, count]) => count > 1).map(([name]) => name);
  });
  return [...new Set(shared)].sort();
}

/**
 * Throws RangeError where an annotator has two scorings of one recording that do not say they are a second one, or where
 * frames are asked for without a time base.
 */
export function checkRecordings(recordings: readonly ScoredRecording[], unit: AgreementUnit = 'seconds'): void {
  const names = new Set<string>();
  for (const { recording, annotations, rescored = [], timeBase } of recordings) {
    if (names.has(recording)) throw new RangeError(`annotators: recording ${recording} is given twice`);
    names.add(recording);
    if (unit === 'frames' && timeBase === undefined) {
      throw new RangeError(`annotators: measures in frames need a timeBase, recording ${recording} has none`);
    }
    for (const list of [annotations, rescored]) {
      const seen = new Set<string>();
      for (const { annotator, channel } of list) {
        if (seen.has(annotator)) {
          throw new RangeError(
            `annotators: ${annotator} has two scorings of ${recording} (second: channel ${channel}); give one channel, and what was scored again as rescored`,
          );
        }
        seen.add(annotator);
      }
    }
  }
}

/** What one annotator saw of a behavior. */
export interface BehaviorSpans {
  /** Inside what was watched, in the unit asked for, bouts without length left out. */
  readonly spans: Spans;
  /** Bouts that have no length, seconds, shape `[event]`. */
  readonly eventsSec: Float64Array;
}

/**
 * Returns the spans of a behavior as one annotator scored it, cut to what was watched; undefined where the annotator did not
 * score this behavior, which differs from an animal that never did it. Bouts that overlap are one; those cut in two by an
 * exclusion are two.
 */
export function behaviorSpans(
  { scored, exclusions, timeBase }: ScoredRecording,
  annotations: Annotations,
  { behavior, unit = 'seconds', ...bouts }: ScoringOptions,
): BehaviorSpans | undefined {
  const which = annotations.behaviors.indexOf(behavior);
  if (which < 0) return undefined;
  const { startSec, endSec } = distinctBouts(annotations, bouts)[which] as {
    startSec: Float64Array;
    endSec: Float64Array;
  };
  const watched = analyzedStretches(scored, exclusions);
  const all = new Float64Array(2 * startSec.length);
  const events: number[] = [];
  for (const [i, start] of startSec.entries()) {
    all[2 * i] = start;
    all[2 * i + 1] = endSec[i] as number;
    const isWatched = watched.some((stretch) => start >= stretch.startSec && start < stretch.endSec);
    if (start === endSec[i] && isWatched) events.push(start);
  }
  const inWatched = intersectSpans(
    all,
    Float64Array.from(watched.flatMap((stretch) => [stretch.startSec, stretch.endSec])),
  );
  return {
    spans: unit === 'frames' ? spansInFrames(inWatched, timeBase as TimeBase) : inWatched,
    eventsSec: Float64Array.from(events),
  };
}
