/** Precision over recall at falling thresholds. */
export interface PrecisionRecallCurve {
  /** A frame counts as found from this score on; falling, shape `[point]`. */
  readonly threshold: Float64Array;
  /** Shape `[point]`; NaN where nothing reaches the threshold. */
  readonly precision: Float64Array;
  /** Shape `[point]`, rising; NaN where there is no positive. */
  readonly recall: Float64Array;
}

/** Scores of one behavior, sorted once for all that is computed from them. */
export interface RankedScores {
  /** Scores of frames that show the behavior, ascending, shape `[frame]`. */
  readonly positive: Float32Array;
  /** Scores of the other frames, ascending, shape `[frame]`. */
  readonly negative: Float32Array;
  /** Frames without a known score; they are in neither list. */
  readonly unknownCount: number;
}

/** Returns the scores of positive and other frames apart, each sorted; NaN is left out and counted. */
export function rankScores(score: ArrayLike<number>, isPositive: ArrayLike<number | boolean>): RankedScores {
  if (score.length !== isPositive.length) {
    throw new RangeError(
      `precision and recall: isPositive must have shape [${score.length}], got ${isPositive.length} values`,
    );
  }
  let [positives, negatives] = [0, 0];
  for (let i = 0; i < score.length; i++) {
    if (Number.isNaN(score[i])) continue;
    if (isPositive[i]) positives++;
    else negatives++;
  }
  const [positive, negative] = [new Float32Array(positives), new Float32Array(negatives)];
  let [p, n] = [0, 0];
  for (let i = 0; i < score.length; i++) {
    const value = score[i] as number;
    if (Number.isNaN(value)) continue;
    if (isPositive[i]) positive[p++] = value;
    else negative[n++] = value;
  }
  return { positive: positive.sort(), negative: negative.sort(), unknownCount: score.length - positives - negatives };
}

/** Calls `visit` at every distinct score from the highest on with the counts of frames that reach it. */
function walk(
  { positive, negative }: RankedScores,
  visit: (threshold: number, found: number, wrong: number) => void,
): void {
  let [p, n] = [positive.length, negative.length];
  while (p > 0 || n > 0) {
    const threshold = Math.max(
      p > 0 ? (positive[p - 1] as number) : Number.NEGATIVE_INFINITY,
      n > 0 ? (negative[n - 1] as number) : Number.NEGATIVE_INFINITY,
    );
    while (p > 0 && positive[p - 1] === threshold) p--;
    while (n > 0 && negative[n - 1] === threshold) n--;
    visit(threshold, positive.length - p, negative.length - n);
  }
}

/**
 * Returns average precision, the sum of precision times the gain in recall over every distinct score: exact, frames of one
 * score together, without interpolation (as scikit-learn's `average_precision_score`). Null without a positive frame.
 */
export function averagePrecision(scores: RankedScores): number | null {
  const total = scores.positive.length;
  if (total === 0) return null;
  let [sum, before] = [0, 0];
  walk(scores, (_, found, wrong) => {
    sum += ((found - before) * found) / (found + wrong);
    before = found;
  });
  return sum / total;
}

/** Returns precision and recall at every distinct score, from the highest on. */
export function precisionRecallCurve(scores: RankedScores): PrecisionRecallCurve {
  const [threshold, precision, recall]: [number[], number[], number[]] = [[], [], []];
  const total = scores.positive.length;
  walk(scores, (value, found, wrong) => {
    threshold.push(value);
    precision.push(found / (found + wrong));
    recall.push(total === 0 ? Number.NaN : found / total);
  });
  return {
    threshold: Float64Array.from(threshold),
    precision: Float64Array.from(precision),
    recall: Float64Array.from(recall),
  };
}

/** Returns the index of the first entry of an ascending list that is not below a value. */
function firstNotBelow(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns precision and recall at thresholds evenly from 1 down to 0; MARS takes 100 of them. */
export function evenThresholdCurve({ positive, negative }: RankedScores, count = 100): PrecisionRecallCurve {
  if (!Number.isSafeInteger(count) || count < 2) {
    throw new RangeError(`precision and recall: count must be a whole number from 2, got ${count}`);
  }
  const threshold = Float64Array.from({ length: count }, (_, i) => 1 - i / (count - 1));
  const found = threshold.map((at) => positive.length - firstNotBelow(positive, at));
  const wrong = threshold.map((at) => negative.length - firstNotBelow(negative, at));
  return {
    threshold,
    precision: found.map((value, i) => value / (value + (wrong[i] as number))),
    recall: found.map((value) => value / positive.length),
  };
}

/** Returns at most about `most` points of a curve, evenly over recall, its ends among them. */
export function thinCurve({ threshold, precision, recall }: PrecisionRecallCurve, most = 400): PrecisionRecallCurve {
  const count = threshold.length;
  if (count <= most) return { threshold, precision, recall };
  const kept: number[] = [];
  let step = -1;
  for (let i = 0; i < count; i++) {
    const at = Math.floor((recall[i] as number) * (most - 1));
    if (i === 0 || i === count - 1 || at > step) kept.push(i);
    step = Math.max(step, at);
  }
  const pick = (values: Float64Array) => Float64Array.from(kept, (i) => values[i] as number);
  return { threshold: pick(threshold), precision: pick(precision), recall: pick(recall) };
}
