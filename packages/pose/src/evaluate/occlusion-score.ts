import { bootstrapIntervals, Random, visibilities } from '@zoopraxis/core';
import { constantHits } from './constant-prediction.js';
import { pairDistances } from './evaluate-pose.js';
import { type DistanceScale, type DistanceUnit, pxPerUnit } from './length-of-pairs.js';
import type { PosePairs } from './pair-predictions.js';

/** Version of the rules in docs/occlusion-score.md. */
export const OCCLUSION_SCORE_VERSION = 1;

/** Images with a flagged keypoint below which the flagged frames take no part. */
const LEAST_FLAGGED_IMAGES = 10;

/** How often a model, and how often the best constant prediction, is right in one condition; 0..1. */
export interface ConditionAccuracy {
  readonly accuracy: number;
  readonly constantAccuracy: number;
}

/** Returns the skill of a condition, 0..1: accuracy measured from that of the best constant prediction; NaN where that is always right. */
export function occlusionSkill({ accuracy, constantAccuracy }: ConditionAccuracy): number {
  for (const [name, value] of Object.entries({ accuracy, constantAccuracy })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`occlusion score: ${name} must be in 0..1, got ${value}`);
  }
  if (constantAccuracy === 1) return Number.NaN;
  return Math.max(0, (accuracy - constantAccuracy) / (1 - constantAccuracy));
}

/**
 * Returns the occlusion score, 1 to 5, of a list of conditions (docs/occlusion-score.md): 1 + 4 times the mean skill.
 * @throws RangeError without conditions, for an accuracy outside 0..1, or where a constant prediction is always right.
 */
export function occlusionScore(conditions: readonly ConditionAccuracy[]): number {
  if (conditions.length === 0) throw new RangeError('occlusion score: needs at least one condition, got none');
  const skills = conditions.map(occlusionSkill);
  if (skills.some(Number.isNaN)) {
    throw new RangeError(
      'occlusion score: the animal must move between the images; one constant prediction is right on every point, so nothing can be told',
    );
  }
  return 1 + (4 * skills.reduce((sum, skill) => sum + skill, 0)) / skills.length;
}

/** Predictions for the same labels at severities 0 (no occluder) to 5. */
export interface OcclusionPredictions {
  /** List of six. */
  readonly bySeverity: readonly PosePairs[];
  /** Which points lie under an occluder, shape `[pair, keypoint]`, for each severity; list of six. */
  readonly hidden?: readonly (Uint8Array | undefined)[];
  /** Mean share of the animals' boxes that is covered, for each severity; list of six. */
  readonly coveredShare?: readonly (number | undefined)[];
}

/** Settings of {@link evaluateOcclusion}. */
export interface OcclusionOptions extends DistanceScale {
  /** Default 5. */
  readonly radius?: number;
  /** Of the radius. Default `px`. */
  readonly unit?: Exclude<DistanceUnit, 'mm'>;
  /** Resamples of the interval, 0 for none. Default 1000. */
  readonly resampleCount?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Default 42. */
  readonly seed?: number;
}

/** One condition as it was measured; null = no point to tell from. */
export interface OcclusionCondition {
  /** 0 to 5, or `flagged`. */
  readonly condition: number | 'flagged';
  readonly images: number;
  readonly points: number;
  readonly accuracy: number | null;
  readonly constantAccuracy: number | null;
  readonly skill: number | null;
  /** Accuracy divided by that at severity 0; null for `flagged`, whose points are others. */
  readonly retention: number | null;
  /** Over predicted points. */
  readonly meanErrorPx: number | null;
  readonly coveredShare: number | null;
  readonly hiddenShare: number | null;
  /** Accuracy over the points under an occluder; flagged points for `flagged`. */
  readonly accuracyHidden: number | null;
  readonly accuracySeen: number | null;
}

/** A model's robustness against occlusion: plain JSON data. */
export interface OcclusionEvaluation {
  readonly version: number;
  readonly radius: number;
  readonly unit: DistanceUnit;
  /** 1 to 5; null where it cannot be told, with the reason. */
  readonly score: number | null;
  readonly reason?: string;
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  /** What was drawn for the interval. */
  readonly resample: 'frame' | 'group';
  /** Whether frames flagged occluded took part, as the sixth condition. */
  readonly flaggedTakesPart: boolean;
  /** Severities 0 to 5, then the flagged frames where there are any. */
  readonly curve: readonly OcclusionCondition[];
}

const share = (hits: number, points: number): number | null => (points === 0 ? null : hits / points);

/**
 * Returns the occlusion score with its raw curve, as docs/occlusion-score.md defines them.
 * @throws RangeError where the severities are not six or do not have the same labels; UnavailableError for a radius in body
 * lengths where the length of the body is not known.
 */
export function evaluateOcclusion(
  predictions: OcclusionPredictions,
  options: OcclusionOptions = {},
): OcclusionEvaluation {
  const { radius = 5, unit = 'px', resampleCount = 1000, level = 0.95, seed = 42 } = options;
  if (!(radius > 0 && Number.isFinite(radius)))
    throw new RangeError(`occlusion score: radius must be above 0, got ${radius}`);
  const { bySeverity, hidden = [], coveredShare = [] } = predictions;
  const [clean] = bySeverity;
  if (clean === undefined || bySeverity.length !== 6) {
    throw new RangeError(`occlusion score: needs predictions at severities 0 to 5, got ${bySeverity.length}`);
  }
  for (const [severity, pairs] of bySeverity.entries()) checkSameLabels(clean, pairs, severity);
  const points = clean.skeleton.keypoints.length;
  const radiusPx = pxPerUnit(clean, unit, options).map((px) => px * radius);
  const flaggedPoint = clean.visibility.map((value) => (value === visibilities.occluded ? 1 : 0));
  const flaggedImages = new Set(
    [...flaggedPoint.keys()].flatMap((at) =>
      flaggedPoint[at] ? [clean.image[Math.floor(at / points)] as number] : [],
    ),
  );
  const flaggedTakesPart = flaggedImages.size >= LEAST_FLAGGED_IMAGES;
  const isFlagged = (pair: number) => flaggedImages.has(clean.image[pair] as number);
  const distances = bySeverity.map(pairDistances);
  const allConstant = constantHits(clean, radiusPx);

  const describe = (
    condition: number | 'flagged',
    distance: Float64Array,
    takesPart: (pair: number) => boolean,
    under: Uint8Array | undefined,
  ): OcclusionCondition => {
    const places = [...distance.keys()].filter(
      (at) => !Number.isNaN(clean.labeled[2 * at] as number) && takesPart(Math.floor(at / points)),
    );
    const hits = (some: readonly number[]) =>
      some.filter((at) => (distance[at] as number) <= (radiusPx[Math.floor(at / points)] as number)).length;
    const found = places.map((at) => distance[at] as number).filter((value) => !Number.isNaN(value));
    const [covered, seen] = [places.filter((at) => under?.[at] === 1), places.filter((at) => under?.[at] !== 1)];
    const accuracy = share(hits(places), places.length);
    const constant = condition === 'flagged' ? constantHits(clean, radiusPx, takesPart) : allConstant;
    const constantAccuracy = share(constant, places.length);
    const skill = accuracy === null ? null : occlusionSkill({ accuracy, constantAccuracy: constantAccuracy as number });
    return {
      condition,
      images: new Set(places.map((at) => clean.image[Math.floor(at / points)])).size,
      points: places.length,
      accuracy,
      constantAccuracy,
      skill: skill === null || Number.isNaN(skill) ? null : skill,
      retention: null,
      meanErrorPx: found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length,
      coveredShare: typeof condition === 'number' ? (coveredShare[condition] ?? (condition === 0 ? 0 : null)) : null,
      hiddenShare: under === undefined ? (condition === 0 ? 0 : null) : share(covered.length, places.length),
      accuracyHidden: under === undefined ? null : share(hits(covered), covered.length),
      accuracySeen: under === undefined ? null : share(hits(seen), seen.length),
    };
  };

  const curve = distances.map((distance, severity) => describe(severity, distance, () => true, hidden[severity]));
  const atZero = curve[0]?.accuracy ?? null;
  const withRetention = curve.map((entry) => ({
    ...entry,
    retention: entry.accuracy === null || !atZero ? null : entry.accuracy / atZero,
  }));
  const flagged =
    flaggedImages.size === 0 ? [] : [describe('flagged', distances[0] as Float64Array, isFlagged, flaggedPoint)];
  const taking = [...withRetention.slice(1), ...(flaggedTakesPart ? flagged : [])];
  const groups = new Set(clean.images.map(({ group }) => group)).size;
  const resample = groups > 2 ? 'group' : 'frame';
  const common = { version: OCCLUSION_SCORE_VERSION, radius, unit, resample, flaggedTakesPart } as const;
  const results = { ...common, curve: [...withRetention, ...flagged] };
  if (taking.some(({ skill }) => skill === null)) {
    const reason =
      taking[0]?.points === 0
        ? 'no point is labeled'
        : 'one constant prediction is right on every point: the animal does not move between the images';
    return { ...results, score: null, reason, interval: null };
  }
  const score = occlusionScore(taking as readonly ConditionAccuracy[]);
  const interval = scoreInterval(
    { clean, distances, radiusPx, taking, isFlagged, resample },
    { resampleCount, level, random: new Random(seed).fork('occlusion score') },
  );
  return { ...results, score, interval };
}

function scoreInterval(
  input: {
    clean: PosePairs;
    distances: readonly Float64Array[];
    radiusPx: Float64Array;
    taking: readonly OcclusionCondition[];
    isFlagged: (pair: number) => boolean;
    resample: 'frame' | 'group';
  },
  { resampleCount, level, random }: { resampleCount: number; level: number; random: Random },
): OcclusionEvaluation['interval'] {
  const { clean, distances, radiusPx, taking, isFlagged, resample } = input;
  const points = clean.skeleton.keypoints.length;
  const groups = [...new Set(clean.images.map(({ group }) => group))];
  const unitCount = resample === 'frame' ? clean.images.length : groups.length;
  if (resampleCount === 0 || unitCount < 2) return null;
  const unitOf = (pair: number): number => {
    const image = clean.image[pair] as number;
    return resample === 'frame' ? image : groups.indexOf(clean.images[image]?.group as string);
  };
  const tables = taking.map(({ condition }) => {
    const distance = distances[condition === 'flagged' ? 0 : condition] as Float64Array;
    const table = new Float64Array(2 * unitCount);
    for (let pair = 0; pair < clean.individuals.length; pair++) {
      if (condition === 'flagged' && !isFlagged(pair)) continue;
      const at = 2 * unitOf(pair);
      for (let place = pair * points; place < (pair + 1) * points; place++) {
        if (Number.isNaN(clean.labeled[2 * place] as number)) continue;
        table[at] = (table[at] as number) + 1;
        if ((distance[place] as number) <= (radiusPx[pair] as number)) table[at + 1] = (table[at + 1] as number) + 1;
      }
    }
    return table;
  });
  const [interval] = bootstrapIntervals(
    (drawn) => {
      const skills = tables.map((table, which) => {
        let [count, hits] = [0, 0];
        for (let unit = 0; unit < unitCount; unit++) {
          count += (drawn[unit] as number) * (table[2 * unit] as number);
          hits += (drawn[unit] as number) * (table[2 * unit + 1] as number);
        }
        if (count === 0) return Number.NaN;
        return occlusionSkill({
          accuracy: hits / count,
          constantAccuracy: taking[which]?.constantAccuracy as number,
        });
      });
      return [1 + (4 * skills.reduce((sum, skill) => sum + skill, 0)) / skills.length];
    },
    { unitCount, random, resampleCount, level },
  );
  if (interval === undefined || Number.isNaN(interval.low)) return null;
  return { low: interval.low, high: interval.high, level };
}

function checkSameLabels(clean: PosePairs, pairs: PosePairs, severity: number): void {
  const isSame =
    pairs.labeled.length === clean.labeled.length &&
    pairs.individuals.every((name, pair) => clean.individuals[pair] === name) &&
    pairs.labeled.every((value, at) => Object.is(value, clean.labeled[at]));
  if (isSame) return;
  throw new RangeError(`occlusion score: severity ${severity} must have the labels of severity 0, has others`);
}
