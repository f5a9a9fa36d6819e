import { type LabeledFrames, type OksSigma, Random, visibilities } from '@zoopraxis/core';
import { type SimilarityScores, scoreSimilarity } from './average-precision.js';
import { bodyKeypoints, measureBodyLengths } from './body-length.js';
import {
  describeErrors,
  type ErrorIntervals,
  type ErrorStatistics,
  resampleErrors,
  shareWithin,
} from './error-statistics.js';
import { type PairingOptions, type PosePairs, pairPredictions } from './pair-predictions.js';
import type { PredictedFrames } from './predicted-frames.js';
import { findWorstFrames, type WorstFrame } from './worst-frames.js';

/** Statistics of one keypoint. */
export interface KeypointStatistics extends ErrorStatistics {
  /** Predicted (at the cutoff's confidence or above) where an animal has no label for it. */
  readonly extraPoints: number;
}

/** Statistics of the points at or above a confidence. */
export interface CutoffStatistics extends ErrorStatistics {
  readonly minimumConfidence: number;
}

/** Errors in units of the animal's own length. */
export interface BodyLengthStatistics {
  readonly from: string;
  readonly to: string;
  readonly medianPx: number;
  readonly meanError: number | null;
  readonly medianError: number | null;
  readonly rmse: number | null;
  /** By radius in body lengths. */
  readonly pck: Readonly<Record<string, number | null>>;
}

/** How good a pose model is on labeled images: plain JSON data; null = nothing to tell it from. */
export interface PoseEvaluation extends ErrorStatistics {
  /** Labeled images. */
  readonly frames: number;
  /** Animals with at least one labeled point. */
  readonly animals: number;
  /** Of them, those for which nothing was predicted. */
  readonly missedAnimals: number;
  /** Predicted animals beyond the labeled ones of an image. */
  readonly extraAnimals: number;
  readonly extraPoints: number;
  /** Share within each radius: lists of the same length. */
  readonly pckCurve: { readonly radiusPx: readonly number[]; readonly share: readonly (number | null)[] };
  readonly perKeypoint: Readonly<Record<string, KeypointStatistics>>;
  /** With the points below a confidence taken away; they count as missed. */
  readonly cutoff: CutoffStatistics;
  readonly bodyLengths: BodyLengthStatistics | null;
  readonly byVisibility: { readonly visible: ErrorStatistics; readonly occluded: ErrorStatistics };
  readonly intervals: ErrorIntervals | null;
  readonly similarity: SimilarityScores;
  /** Worst first. */
  readonly worst: readonly WorstFrame[];
  /** Keypoints of the labels that the prediction lacks: not evaluated. */
  readonly unknownKeypoints: readonly string[];
}

/** Settings of {@link evaluatePose}. */
export interface EvaluationOptions extends PairingOptions {
  /** Radii of `pck` in px, list. Default 5 and 10. */
  readonly radiiPx?: readonly number[];
  /** Radii of `pckCurve` in px, list. Default 0, 1, ... 30. */
  readonly curveRadiiPx?: readonly number[];
  /** Radii of `bodyLengths.pck`, list. Default 0.05, 0.1, 0.2. */
  readonly radiiBodyLengths?: readonly number[];
  /** For `cutoff` and for extra points. Default 0.6. */
  readonly minimumConfidence?: number;
  /** Names of the two ends of the body; default by the roles of the skeleton. */
  readonly bodyLength?: readonly [string, string];
  /** Default that of the skeleton, else 0.1 for each keypoint in COCO's convention, as DeepLabCut. */
  readonly sigma?: OksSigma;
  /** What is drawn for `intervals`. Default `frame`; `group` where frames of one session are alike. */
  readonly resample?: 'frame' | 'group';
  /** 0 leaves `intervals` out. Default 1000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default 42. */
  readonly seed?: number;
  /** Default 20. */
  readonly worstCount?: number;
}

/** Returns the distances of pairs in px, shape `[pair, keypoint]`; NaN = no label or no prediction. */
export function pairDistances(pairs: PosePairs): Float64Array {
  const { labeled, predicted } = pairs;
  return Float64Array.from({ length: labeled.length / 2 }, (_, at) =>
    Math.hypot(
      (predicted[2 * at] as number) - (labeled[2 * at] as number),
      (predicted[2 * at + 1] as number) - (labeled[2 * at + 1] as number),
    ),
  );
}

/**
 * Returns the evaluation of predictions against labels. Labels that are absent do not count; a labeled point that is not
 * predicted is a miss in PCK and is counted, but has no error. Distances are Euclidean, in px of the labeled images.
 * @throws RangeError as {@link pairPredictions}, or for a body end that is no keypoint.
 */
export function evaluatePose(
  labels: LabeledFrames,
  predicted: PredictedFrames,
  options: EvaluationOptions = {},
): PoseEvaluation {
  return evaluatePairs(pairPredictions(labels, predicted, options), options);
}

/** Returns the evaluation of pairs: {@link evaluatePose} for labels and predictions that are side by side already. */
export function evaluatePairs(
  pairs: PosePairs,
  options: Omit<EvaluationOptions, keyof PairingOptions> = {},
): PoseEvaluation {
  const { radiiPx = [5, 10], curveRadiiPx = Array.from({ length: 31 }, (_, i) => i) } = options;
  const { minimumConfidence = 0.6, resampleCount = 1000, worstCount = 20 } = options;
  const names = pairs.skeleton.keypoints;
  const points = names.length;
  const distances = pairDistances(pairs);
  const isLabeled = (at: number) => !Number.isNaN(pairs.labeled[2 * at] as number);
  const isPredicted = (at: number) => !Number.isNaN(pairs.predicted[2 * at] as number);
  const passes = (at: number) => !((pairs.confidence[at] as number) < minimumConfidence);
  const places = [...distances.keys()].filter(isLabeled);
  const labeledAnimals = [...new Set(places.map((at) => Math.floor(at / points)))];
  const errorsAt = (some: readonly number[]) => Float64Array.from(some, (at) => distances[at] as number);
  const describe = (some: readonly number[]) => describeErrors(errorsAt(some), radiiPx);
  const extraAt = [...distances.keys()].filter((at) => !isLabeled(at) && isPredicted(at) && passes(at));

  const perKeypoint: Record<string, KeypointStatistics> = {};
  for (const [k, name] of names.entries()) {
    perKeypoint[name] = {
      ...describe(places.filter((at) => at % points === k)),
      extraPoints: extraAt.filter((at) => at % points === k).length,
    };
  }
  const cut = Float64Array.from(places, (at) => (passes(at) ? (distances[at] as number) : Number.NaN));
  const found = errorsAt(places)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const seenAs = (value: number) => describe(places.filter((at) => pairs.visibility[at] === value));
  return {
    frames: pairs.images.length,
    animals: labeledAnimals.length,
    missedAnimals: labeledAnimals.filter((pair) => Number.isNaN(pairs.score[pair] as number)).length,
    extraAnimals: pairs.extras.length,
    extraPoints: extraAt.length,
    ...describe(places),
    pckCurve: {
      radiusPx: curveRadiiPx,
      share: curveRadiiPx.map((radius) => shareWithin(found, places.length, radius)),
    },
    perKeypoint,
    cutoff: { minimumConfidence, ...describeErrors(cut, radiiPx) },
    bodyLengths: describeInBodyLengths(pairs, { places, distances, options }),
    byVisibility: { visible: seenAs(visibilities.visible), occluded: seenAs(visibilities.occluded) },
    intervals:
      resampleCount === 0 ? null : describeIntervals(pairs, { places, errorPx: errorsAt(places), radiiPx, options }),
    similarity: scoreSimilarity(pairs, sigmaFor(pairs, options)),
    worst: findWorstFrames(pairs, distances, worstCount),
    unknownKeypoints: pairs.unknownKeypoints,
  };
}

function sigmaFor(pairs: PosePairs, { sigma }: EvaluationOptions): OksSigma {
  const fallback = { values: pairs.skeleton.keypoints.map(() => 0.1), convention: 'coco' } as const;
  return sigma ?? pairs.skeleton.oksSigma ?? fallback;
}

function describeInBodyLengths(
  pairs: PosePairs,
  { places, distances, options }: { places: readonly number[]; distances: Float64Array; options: EvaluationOptions },
): BodyLengthStatistics | null {
  const { bodyLength, radiiBodyLengths = [0.05, 0.1, 0.2] } = options;
  const names = pairs.skeleton.keypoints;
  const ends = bodyLength?.map((name) => {
    const index = names.indexOf(name);
    if (index < 0)
      throw new RangeError(`evaluation: bodyLength must name keypoints (${names.join(', ')}), got ${name}`);
    return index;
  }) as [number, number] | undefined;
  const between = ends ?? bodyKeypoints(pairs);
  const lengths = between === undefined ? undefined : measureBodyLengths(pairs, between);
  if (lengths === undefined) return null;
  const { from, to, medianPx, perPairPx } = lengths;
  const relative = Float64Array.from(
    places,
    (at) => (distances[at] as number) / (perPairPx[Math.floor(at / names.length)] as number),
  );
  const { meanErrorPx, medianErrorPx, rmsePx, pck } = describeErrors(relative, radiiBodyLengths);
  return { from, to, medianPx, meanError: meanErrorPx, medianError: medianErrorPx, rmse: rmsePx, pck };
}

function describeIntervals(
  pairs: PosePairs,
  input: { places: readonly number[]; errorPx: Float64Array; radiiPx: readonly number[]; options: EvaluationOptions },
): ErrorIntervals | null {
  const { places, errorPx, radiiPx, options } = input;
  const { resample = 'frame', resampleCount = 1000, level = 0.95, seed = 42 } = options;
  const points = pairs.skeleton.keypoints.length;
  const groups = [...new Set(pairs.images.map((image) => image.group))];
  const unitCount = resample === 'frame' ? pairs.images.length : groups.length;
  if (unitCount < 2) return null;
  const unit = Int32Array.from(places, (at) => {
    const image = pairs.image[Math.floor(at / points)] as number;
    return resample === 'frame' ? image : groups.indexOf(pairs.images[image]?.group as string);
  });
  const random = new Random(seed).fork('evaluation');
  return resampleErrors({ errorPx, unit, unitCount }, { radiiPx, unit: resample, random, resampleCount, level });
}
