import { bootstrapIntervals, Random } from '@zoopraxis/core';
import { type Range, scoreStatistics } from './behavior-intervals.js';
import { type FrameTruth, unscoredLabel } from './frame-truth-type.js';
import { relabel, unionOfBehaviors } from './scored-frames.js';
import { groupAmounts, type ScoringSettings, scoreRecordings } from './scored-recordings.js';

/** One score of two predictions. */
export interface ScoreDifference {
  readonly first: number | null;
  readonly second: number | null;
  /** Second minus first; null where either is not defined. */
  readonly difference: number | null;
  /** Range of the difference from resampled sessions, the same sessions for both; null for fewer than two. */
  readonly range: Range;
}

/** Two predictions of the same recordings beside each other. */
export interface PredictionComparison {
  /** Frames that count: those with a truth and both predictions. */
  readonly frameCount: number;
  readonly groupCount: number;
  /** Behaviors that macro means are over: those that occur in the truth or either prediction, without the background. */
  readonly averagedOver: readonly string[];
  readonly accuracy: ScoreDifference;
  readonly macroF1: ScoreDifference;
  readonly macroBoutF1: ScoreDifference;
  readonly perBehavior: Readonly<Record<string, { readonly f1: ScoreDifference; readonly boutF1: ScoreDifference }>>;
  readonly method: string;
}

/** Settings of {@link comparePredictions}. */
export interface ComparePredictionsOptions extends Omit<ScoringSettings, 'scores'> {
  /** Default 2000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default 0. */
  readonly seed?: number | string;
}

/**
 * Returns how much better a second prediction is than a first on the frames that both label, with ranges from sessions that
 * are drawn for both at once: sessions differ in how hard they are, and that cancels. Where a range does not hold 0, the
 * difference is not by chance of the sessions.
 * @throws RangeError as {@link evaluateBehavior}.
 */
export function comparePredictions(
  truth: readonly FrameTruth[],
  first: readonly FrameTruth[],
  second: readonly FrameTruth[],
  options: ComparePredictionsOptions = {},
): PredictionComparison {
  const { resampleCount = 2000, level = 0.95, seed = 0, background = [], signal } = options;
  for (const list of [first, second]) {
    if (list.length !== truth.length) {
      throw new RangeError(
        `evaluation: predicted must have one entry for each of ${truth.length} recordings, got ${list.length}`,
      );
    }
  }
  const behaviors = unionOfBehaviors([...truth, ...first, ...second]);
  const onBoth = [first, second].map((list, which) =>
    list.map((own, r): FrameTruth => {
      const other = (which === 0 ? second : first)[r] as FrameTruth;
      const length = Math.min(own.label.length, other.label.length);
      const label = relabel(own, behaviors, length);
      return { behaviors, label: label.map((value, i) => (other.label[i] === unscoredLabel ? unscoredLabel : value)) };
    }),
  ) as [FrameTruth[], FrameTruth[]];
  const same = truth.map((own) => ({ behaviors, label: relabel(own, behaviors, own.label.length) }));
  const scored = onBoth.map((list) => scoreRecordings(same, list, { fps: 1, ...options }));
  const averaged = behaviors.flatMap((_, b) => (scored.some((of) => of.averaged.includes(b)) ? [b] : []));
  const groups = scored.map(({ recordings }) => groupAmounts(recordings, behaviors.length));
  const statistics = groups.map((list) => scoreStatistics(list, { behaviors, averagedOver: averaged }));
  const groupCount = groups[0]?.length ?? 0;
  const all = new Int32Array(groupCount).fill(1);
  const [a, b] = statistics.map((of) => of(all)) as [number[], number[]];
  const differences = (drawn: Int32Array) => {
    const [low, high] = statistics.map((of) => of(drawn)) as [number[], number[]];
    return high.map((value, i) => value - (low[i] as number));
  };
  const ranges =
    groupCount < 2
      ? []
      : bootstrapIntervals(differences, {
          ...{ unitCount: groupCount, random: new Random(seed), resampleCount, level },
          ...(signal && { signal }),
        });
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  const differenceAt = (i: number): ScoreDifference => {
    const [low, high] = [known(ranges[i]?.low), known(ranges[i]?.high)];
    return {
      first: known(a[i]),
      second: known(b[i]),
      difference: known((b[i] as number) - (a[i] as number)),
      range: low === null || high === null ? null : { low, high },
    };
  };
  return {
    frameCount: scored[0]?.recordings.reduce((sum, { frameCount }) => sum + frameCount, 0) ?? 0,
    groupCount,
    averagedOver: averaged.map((i) => behaviors[i] as string).filter((name) => !background.includes(name)),
    ...{ accuracy: differenceAt(0), macroF1: differenceAt(1), macroBoutF1: differenceAt(2) },
    perBehavior: Object.fromEntries(
      behaviors.map((name, i) => [name, { f1: differenceAt(3 + 5 * i + 2), boutF1: differenceAt(3 + 5 * i + 3) }]),
    ),
    method: `percentile bootstrap of the paired difference, ${resampleCount} resamples of ${groupCount} sessions`,
  };
}
