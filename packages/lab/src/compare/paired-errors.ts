import { adjustPValues, bootstrapIntervals, Random } from '@zoopraxis/core';

/** One number a frame for each model, and the recording of each frame. */
export interface FrameValues {
  /** Shape `[model][frame]`; NaN = the model has none for the frame. */
  readonly values: readonly ArrayLike<number>[];
  /** Recording (video, session) of each frame, list. */
  readonly recording: readonly string[];
}

/** Two models on the frames that both have: plain JSON data. */
export interface PairedComparison {
  /** Indices of the models, list of two. */
  readonly models: readonly [number, number];
  readonly frames: number;
  readonly recordings: number;
  /** Mean over frames of the first model's number minus the second's. */
  readonly meanDifference: number;
  /** 95 % range of it: whole recordings are drawn, or frames where there are fewer than three recordings. */
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  /** Whole recordings change sign together (Fisher's randomization by recording); null with a single recording. */
  readonly p: number | null;
  /** Corrected by Holm for all pairs of models. */
  readonly adjustedP: number | null;
  /** The smallest p that so many recordings can give. */
  readonly smallestP: number;
  /** Each frame for itself: for these recordings alone, and too small where frames of a recording are alike. */
  readonly framesP: number;
  readonly adjustedFramesP: number;
}

/** Sign patterns up to which all are tried. */
const MOST_EXACT = 16;

/**
 * Returns the two-sided p of the mean of differences under random signs of whole clusters: exact up to 16 clusters, else by
 * random patterns with the one that was seen among them (Phipson and Smyth 2010).
 * @param sums Sum of the differences of each cluster, shape `[cluster]`.
 */
export function signFlipP(sums: ArrayLike<number>, random: Random, patterns = 9999): number {
  const count = sums.length;
  const total = Math.abs(Array.from(sums).reduce((sum, value) => sum + value, 0));
  // Sums that are equal but for the order of addition count as equal.
  const seen = total - 1e-12 * Array.from(sums).reduce((sum, value) => sum + Math.abs(value), 0);
  let asLarge = 0;
  if (count <= MOST_EXACT) {
    for (let pattern = 0; pattern < 2 ** count; pattern++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += pattern & (1 << i) ? -(sums[i] as number) : (sums[i] as number);
      if (Math.abs(sum) >= seen) asLarge++;
    }
    return asLarge / 2 ** count;
  }
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < count; i++) {
      if (i % 32 === 0) bits = random.nextUint32();
      sum += bits & 1 ? -(sums[i] as number) : (sums[i] as number);
      bits >>>= 1;
    }
    if (Math.abs(sum) >= seen) asLarge++;
  }
  return (asLarge + 1) / (patterns + 1);
}

/**
 * Returns every pair of models compared frame by frame.
 * @throws RangeError where lists differ in length or two models share no frame.
 */
export function comparePaired(
  { values, recording }: FrameValues,
  { seed = 42, resampleCount = 2000, names }: { seed?: number; resampleCount?: number; names: readonly string[] },
): PairedComparison[] {
  for (const [model, list] of values.entries()) {
    if (list.length !== recording.length) {
      throw new RangeError(
        `paired comparison: ${names[model]} must have ${recording.length} frames, got ${list.length}`,
      );
    }
  }
  const results: Omit<PairedComparison, 'adjustedP' | 'adjustedFramesP'>[] = [];
  for (let a = 0; a < values.length; a++) {
    for (let b = a + 1; b < values.length; b++) {
      const differences = Array.from(recording, (_, i) => (values[a]?.[i] as number) - (values[b]?.[i] as number));
      const kept = differences.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
      if (kept.length === 0) {
        throw new RangeError(`paired comparison: ${names[a]} and ${names[b]} must share a frame, share none`);
      }
      const groups = [...new Set(kept.map((i) => recording[i] as string))];
      const sums = groups.map(() => 0);
      const counts = groups.map(() => 0);
      for (const i of kept) {
        const group = groups.indexOf(recording[i] as string);
        sums[group] = (sums[group] as number) + (differences[i] as number);
        counts[group] = (counts[group] as number) + 1;
      }
      const each = kept.map((i) => differences[i] as number);
      const random = new Random(seed).fork('paired comparison', a, b);
      const units = groups.length > 2 ? { sums, counts } : { sums: each, counts: each.map(() => 1) };
      const [interval] =
        units.sums.length < 2
          ? []
          : bootstrapIntervals(
              (drawn) => {
                let [sum, count] = [0, 0];
                for (const [unit, times] of drawn.entries()) {
                  sum += times * (units.sums[unit] as number);
                  count += times * (units.counts[unit] as number);
                }
                return [sum / count];
              },
              { unitCount: units.sums.length, random: random.fork('interval'), resampleCount, level: 0.95 },
            );
      results.push({
        models: [a, b],
        frames: kept.length,
        recordings: groups.length,
        meanDifference: each.reduce((sum, value) => sum + value, 0) / each.length,
        interval: interval === undefined ? null : { low: interval.low, high: interval.high, level: 0.95 },
        p: groups.length < 2 ? null : signFlipP(sums, random.fork('recordings')),
        smallestP: groups.length <= MOST_EXACT ? 2 / 2 ** groups.length : 1 / 10_000,
        framesP: signFlipP(each, random.fork('frames')),
      });
    }
  }
  const known = results.filter(({ p }) => p !== null);
  const adjusted = adjustPValues(
    known.map(({ p }) => p as number),
    'holm',
  );
  const adjustedFrames = adjustPValues(
    results.map(({ framesP }) => framesP),
    'holm',
  );
  return results.map((result, i) => ({
    ...result,
    adjustedP: result.p === null ? null : (adjusted[known.indexOf(result)] as number),
    adjustedFramesP: adjustedFrames[i] as number,
  }));
}
