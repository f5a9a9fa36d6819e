import { type BoutOptions, distinctBouts, type Observation, stretchesOf } from './observation.js';
import { analyzedPart } from './stretches.js';

/** What counts as one behavior following another. */
export interface TransitionOptions extends BoutOptions {
  /** Behaviors in the order of the matrix; by default those that were scored. Others are as if not there. */
  readonly behaviors?: readonly string[];
  /** Whether a bout that follows one of the same behavior counts; default true. */
  readonly withSelf?: boolean;
  /** A bout that begins later than this after the one before has none before it; by default any gap will do. */
  readonly maximumGapSec?: number;
}

/** How often each behavior followed each. */
export interface Transitions {
  readonly behaviors: readonly string[];
  /** From (row) to (column), list of lists, shape `[from, to]`. */
  readonly counts: readonly (readonly number[])[];
}

interface PlacedBout {
  readonly which: number;
  readonly startSec: number;
  readonly endSec: number;
  readonly firstStretch: number;
  readonly lastStretch: number;
}

/**
 * Returns how often each behavior was followed by each: a bout is followed by the one that starts next (of those that
 * start together, by the one that ends first), unless something that is not analyzed lies between them. Bouts that begin
 * while the one before lasts follow it too.
 */
export function countTransitions(observation: Observation, options: TransitionOptions = {}): Transitions {
  const { annotations } = observation;
  const { behaviors = annotations.behaviors, withSelf = true, maximumGapSec = Number.POSITIVE_INFINITY } = options;
  if (!(maximumGapSec >= 0)) throw new RangeError(`transitions: maximumGapSec must be 0 or more, got ${maximumGapSec}`);
  const stretches = stretchesOf(observation);
  const bouts: PlacedBout[] = distinctBouts(annotations, options).flatMap(({ startSec, endSec }, i) => {
    const which = behaviors.indexOf(annotations.behaviors[i] as string);
    if (which < 0) return [];
    return Array.from(startSec).flatMap((start, bout) => {
      const end = endSec[bout] as number;
      const part = analyzedPart(start, end, stretches);
      if (part === undefined) return [];
      const { firstStretch, lastStretch } = part;
      return [{ which, startSec: start, endSec: end, firstStretch, lastStretch }];
    });
  });
  bouts.sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec || a.which - b.which);
  const counts = behaviors.map(() => behaviors.map(() => 0));
  for (const [i, next] of bouts.entries()) {
    const before = bouts[i - 1];
    if (before === undefined || before.lastStretch !== next.firstStretch) continue;
    if (next.startSec - before.endSec > maximumGapSec) continue;
    if (next.which === before.which && !withSelf) continue;
    (counts[before.which] as number[])[next.which] = (counts[before.which]?.[next.which] ?? 0) + 1;
  }
  return { behaviors, counts };
}

/**
 * Returns the sum of matrices of the same behaviors.
 * @throws RangeError where they are not of the same behaviors.
 */
export function sumTransitions(behaviors: readonly string[], all: readonly Transitions[]): Transitions {
  const counts = behaviors.map(() => behaviors.map(() => 0));
  for (const one of all) {
    if (one.behaviors.length !== behaviors.length || one.behaviors.some((name, i) => name !== behaviors[i])) {
      throw new RangeError(`transitions: behaviors must be ${behaviors.join(', ')}, got ${one.behaviors.join(', ')}`);
    }
    for (const [from, row] of one.counts.entries()) {
      for (const [to, count] of row.entries()) (counts[from] as number[])[to] = (counts[from]?.[to] ?? 0) + count;
    }
  }
  return { behaviors, counts };
}

/**
 * Returns the probability of each next behavior, shape `[from, to]`: counts over the sum of their row; a row that
 * nothing followed is all 0.
 */
export function transitionProbabilities({ counts }: Transitions): number[][] {
  return counts.map((row) => {
    const sum = row.reduce((total, count) => total + count, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
}
