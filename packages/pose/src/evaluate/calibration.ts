import { pairDistances } from './evaluate-pose.js';
import { type DistanceScale, type DistanceUnit, pxPerUnit } from './length-of-pairs.js';
import type { PosePairs } from './pair-predictions.js';

/** Points whose confidences are alike. */
export interface ReliabilityBin {
  /** Confidences of the bin: from `low` (included) to `high` (excluded, but at 1). */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Null where the bin is empty. */
  readonly meanConfidence: number | null;
  /** Share of points within the radius. */
  readonly accuracy: number | null;
  /** 95 % range of the accuracy (Wilson 1927), low and high. */
  readonly interval: readonly [number, number] | null;
}

/** Expected and largest difference between confidence and accuracy, by one way to cut bins. */
export interface CalibrationError {
  /** `equal width`: bins of 1 / count of the scale; `equal mass`: as many points in each, equal confidences together. */
  readonly binning: 'equal width' | 'equal mass';
  readonly bins: readonly ReliabilityBin[];
  /** ECE: mean over points of |accuracy - mean confidence| of their bin. */
  readonly expected: number | null;
  /** MCE: the largest of these over bins with points. */
  readonly maximum: number | null;
}

/** How far confidence can be read as the probability of being right: plain JSON data. */
export interface ConfidenceCalibration {
  readonly count: number;
  readonly accuracy: number | null;
  readonly meanConfidence: number | null;
  /** Mean squared difference of confidence and outcome (Brier 1950): 0 = sure and right. */
  readonly brier: number | null;
  readonly equalWidth: CalibrationError;
  readonly equalMass: CalibrationError;
}

/** Returns the 95 % range of a share of successes (Wilson 1927). */
export function wilsonInterval(successes: number, count: number): [number, number] {
  const z = 1.959963984540054;
  const share = successes / count;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function binOf(
  low: number,
  high: number,
  members: readonly number[],
  confidence: ArrayLike<number>,
  right: ArrayLike<number>,
): ReliabilityBin {
  const count = members.length;
  if (count === 0) return { low, high, count, meanConfidence: null, accuracy: null, interval: null };
  let [sum, hits] = [0, 0];
  for (const at of members) {
    sum += confidence[at] as number;
    hits += right[at] as number;
  }
  return {
    low,
    high,
    count,
    meanConfidence: sum / count,
    accuracy: hits / count,
    interval: wilsonInterval(hits, count),
  };
}

function errorOf(
  binning: CalibrationError['binning'],
  bins: readonly ReliabilityBin[],
  total: number,
): CalibrationError {
  let [sum, maximum] = [0, 0];
  for (const { count, accuracy, meanConfidence } of bins) {
    if (accuracy === null || meanConfidence === null) continue;
    const difference = Math.abs(accuracy - meanConfidence);
    sum += count * difference;
    maximum = Math.max(maximum, difference);
  }
  return { binning, bins, expected: total === 0 ? null : sum / total, maximum: total === 0 ? null : maximum };
}

/**
 * Returns the calibration of probabilities against outcomes: reliability diagram, ECE and MCE (Naeini, Cooper and
 * Hauskrecht 2015; Guo, Pleiss, Sun and Weinberger 2017) with both kinds of bins, and the Brier score.
 * @param confidence Shape `[point]`, 0..1.
 * @param right Shape `[point]`, 1 = right, 0 = wrong.
 * @throws RangeError for unequal lengths, values outside, or no bin.
 */
export function measureCalibration(
  confidence: ArrayLike<number>,
  right: ArrayLike<number>,
  { binCount = 10 }: { readonly binCount?: number } = {},
): ConfidenceCalibration {
  const total = confidence.length;
  if (right.length !== total) throw new RangeError(`calibration: right must have ${total} values, got ${right.length}`);
  if (!Number.isSafeInteger(binCount) || binCount < 1) {
    throw new RangeError(`calibration: binCount must be a whole number from 1, got ${binCount}`);
  }
  let [sum, hits, squares] = [0, 0, 0];
  for (let at = 0; at < total; at++) {
    const [p, outcome] = [confidence[at] as number, right[at] as number];
    if (!(p >= 0 && p <= 1)) throw new RangeError(`calibration: confidence must be in 0..1, got ${p} at ${at}`);
    if (outcome !== 0 && outcome !== 1)
      throw new RangeError(`calibration: right must be 0 or 1, got ${outcome} at ${at}`);
    sum += p;
    hits += outcome;
    squares += (p - outcome) ** 2;
  }
  const members = Array.from({ length: binCount }, (): number[] => []);
  for (let at = 0; at < total; at++) {
    members[Math.min(binCount - 1, Math.floor((confidence[at] as number) * binCount))]?.push(at);
  }
  const equalWidth = members.map((list, i) => binOf(i / binCount, (i + 1) / binCount, list, confidence, right));

  const order = Array.from({ length: total }, (_, i) => i).sort(
    (a, b) => (confidence[a] as number) - (confidence[b] as number) || a - b,
  );
  const equalMass: ReliabilityBin[] = [];
  for (let bin = 1, start = 0; bin <= binCount; bin++) {
    let end = Math.round((bin * total) / binCount);
    if (end <= start) continue;
    // The order of equal confidences is chance; they stay together.
    while (end < total && confidence[order[end] as number] === confidence[order[end - 1] as number]) end++;
    const low = equalMass.at(-1)?.high ?? 0;
    const high = end === total ? 1 : (confidence[order[end] as number] as number);
    equalMass.push(binOf(low, high, order.slice(start, end), confidence, right));
    start = end;
  }
  return {
    count: total,
    accuracy: total === 0 ? null : hits / total,
    meanConfidence: total === 0 ? null : sum / total,
    brier: total === 0 ? null : squares / total,
    equalWidth: errorOf('equal width', equalWidth, total),
    equalMass: errorOf('equal mass', equalMass, total),
  };
}

/** Calibration of a pose model: plain JSON data. */
export interface PoseCalibration extends ConfidenceCalibration {
  readonly radius: number;
  readonly unit: DistanceUnit;
  readonly perKeypoint: Readonly<Record<string, ConfidenceCalibration>>;
  /** Labeled and predicted points without a confidence, or with one outside 0..1: not part of anything here. */
  readonly withoutConfidence: number;
  /** Labeled points without a prediction: there is no confidence to judge. */
  readonly missedPoints: number;
}

/**
 * Returns how well the confidence of keypoints tells the probability that they lie within a radius (included) of their
 * label. Predictions without a label are left out, for nothing says that they are wrong.
 * @throws UnavailableError with the way to calibrate for mm, RangeError as {@link measureCalibration}.
 */
export function calibrateKeypoints(
  pairs: PosePairs,
  options: DistanceScale & { readonly radius?: number; readonly unit?: DistanceUnit; readonly binCount?: number } = {},
): PoseCalibration {
  const { radius = 5, unit = 'px', binCount = 10 } = options;
  const names = pairs.skeleton.keypoints;
  const scale = pxPerUnit(pairs, unit, options);
  const distances = pairDistances(pairs);
  const labeled = [...distances.keys()].filter((at) => !Number.isNaN(pairs.labeled[2 * at] as number));
  const predicted = labeled.filter((at) => !Number.isNaN(distances[at] as number));
  const isProbability = (value: number) => value >= 0 && value <= 1;
  const usable = predicted.filter((at) => isProbability(pairs.confidence[at] as number));
  const measure = (places: readonly number[]) =>
    measureCalibration(
      places.map((at) => pairs.confidence[at] as number),
      places.map((at) =>
        Number((distances[at] as number) <= radius * (scale[Math.floor(at / names.length)] as number)),
      ),
      { binCount },
    );
  return {
    radius,
    unit,
    ...measure(usable),
    perKeypoint: Object.fromEntries(
      names.map((name, k) => [name, measure(usable.filter((at) => at % names.length === k))]),
    ),
    withoutConfidence: predicted.length - usable.length,
    missedPoints: labeled.length - predicted.length,
  };
}
