import { matchInstances } from './match-instances.js';
import { pointSimilarity, sigmaFactor } from './object-similarity.js';
import {
  type InstanceImage,
  type InstanceSimilarityOptions,
  instanceArea,
  labeledPointCount,
  type PredictedInstance,
  scoreInstances,
} from './pose-instances.js';

/**
 * What became of one labeled point of a matched animal.
 *
 * - `good`: near its label. `jitter`: about there. `inversion`: on the other side of the same animal (a left ear on the
 *   right one). `swap`: on a point of the same name, or its other side, of another animal. `miss`: none of these, or
 *   not predicted.
 */
export type KeypointState = 'good' | 'jitter' | 'inversion' | 'swap' | 'miss';

/** Order in which counts and costs are given, list. */
export const keypointStates = [
  'good',
  'jitter',
  'inversion',
  'swap',
  'miss',
] as const satisfies readonly KeypointState[];

/** Settings of {@link classifyPoseErrors}; the defaults are those of the paper. */
export interface PoseErrorOptions extends InstanceSimilarityOptions {
  /** Pairs of keypoint indices, left and right, as `symmetries` of a skeleton; none = no inversions. */
  readonly symmetries: readonly (readonly [number, number])[];
  /** `any`: a point on any other keypoint of its own animal is inverted, not only on its mirror. Default `symmetry`. */
  readonly inversion?: 'symmetry' | 'any';
  /** Least similarity of a good point. Default 0.85. */
  readonly goodSimilarity?: number;
  /** Least similarity of a point that is somewhere: below it, a miss. Default 0.5. */
  readonly foundSimilarity?: number;
  /** Least object similarity of an animal whose points are looked at. Default 0.1. */
  readonly matchSimilarity?: number;
  /** Predictions of an image that count, best score first. Default 20. */
  readonly maximumPredictions?: number;
}

/** A prediction and the labeled animal that it stands for. */
export interface ClassifiedMatch {
  readonly image: number;
  /** Index into the predictions of the image. */
  readonly predicted: number;
  /** Index into the labeled animals of the image. */
  readonly labeled: number;
  /** Object similarity. */
  readonly similarity: number;
  /** List of keypoints; null = no label. */
  readonly states: readonly (KeypointState | null)[];
  /** Similarity to where each point is: to its label (good, jitter), or to what it was taken for; list of keypoints. */
  readonly stateSimilarity: readonly number[];
}

/** Errors of keypoints, after Ruggero Ronchi and Perona 2017. */
export interface PoseErrors {
  readonly matches: readonly ClassifiedMatch[];
  /** Labeled points of matched animals by state. */
  readonly counts: Readonly<Record<KeypointState, number>>;
  /** The same for each keypoint, list. */
  readonly perKeypoint: readonly Readonly<Record<KeypointState, number>>[];
  /** Predictions without an animal of at least `matchSimilarity`: found in the background. */
  readonly backgroundPredictions: number;
  /** Labeled animals (no crowds) that no prediction stands for. */
  readonly unmatchedAnimals: number;
}

/** Returns for each keypoint the index of its mirror, itself without one; list. */
function mirrorOf(symmetries: PoseErrorOptions['symmetries'], points: number): number[] {
  const mirror = Array.from({ length: points }, (_, k) => k);
  for (const [left, right] of symmetries) {
    for (const k of [left, right]) {
      if (Number.isInteger(k) && k >= 0 && k < points) continue;
      throw new RangeError(`pose errors: symmetries must be keypoint indices below ${points}, got ${k}`);
    }
    [mirror[left], mirror[right]] = [right, left];
  }
  return mirror;
}

const noCounts = (): Record<KeypointState, number> => ({ good: 0, jitter: 0, inversion: 0, swap: 0, miss: 0 });

/**
 * Returns which error each labeled point of each matched animal shows, after Ruggero Ronchi and Perona 2017
 * (Benchmarking and Error Diagnosis in Multi-Instance Pose Estimation, section 3.1). Animals are matched as COCO does,
 * at an object similarity of 0.1. A point belongs where its similarity is largest: to its own label, to that of another
 * animal, or to a mirrored label (of equal ones the first of these); each candidate is measured with the area of its
 * animal and the sigma of the predicted keypoint.
 * @throws RangeError as `scoreInstances`, or for a symmetry that is no keypoint.
 */
export function classifyPoseErrors(images: readonly InstanceImage[], options: PoseErrorOptions): PoseErrors {
  const { sigma, area = 'labeled-points', matchSimilarity = 0.1, maximumPredictions = 20 } = options;
  const points = sigma.values.length;
  const mirror = mirrorOf(options.symmetries, points);
  const matches: ClassifiedMatch[] = [];
  const perKeypoint = Array.from({ length: points }, noCounts);
  const counts = noCounts();
  let [backgroundPredictions, unmatchedAnimals] = [0, 0];
  for (const [image, instances] of images.entries()) {
    const scored = scoreInstances(instances, options);
    const areas = instances.labeled.map((instance) => instanceArea(instance, area));
    const found = matchInstances(scored, { thresholds: [matchSimilarity], maximumPredictions });
    const taken = new Set(found.match);
    backgroundPredictions += instances.predicted.length - found.match.filter((j) => j >= 0).length;
    unmatchedAnimals += countUnmatched(found.labeledIgnored, taken);
    for (const [rank, labeled] of found.match.entries()) {
      const keypoints = instances.labeled[labeled]?.keypoints;
      if (keypoints === undefined || labeledPointCount(keypoints) === 0) continue;
      const predicted = found.ranked[rank] as number;
      const states: (KeypointState | null)[] = [];
      const stateSimilarity: number[] = [];
      for (let k = 0; k < points; k++) {
        if (Number.isNaN(keypoints[2 * k] as number)) {
          states.push(null);
          stateSimilarity.push(Number.NaN);
          continue;
        }
        const position = (instances.predicted[predicted] as PredictedInstance).keypoints;
        const [state, similarity] = classifyPoint(
          { instances, areas, labeled, mirror },
          { k, x: position[2 * k] as number, y: position[2 * k + 1] as number },
          options,
        );
        states.push(state);
        stateSimilarity.push(similarity);
        counts[state]++;
        (perKeypoint[k] as Record<KeypointState, number>)[state]++;
      }
      const similarity = scored.similarity[predicted * areas.length + labeled] as number;
      matches.push({ image, predicted, labeled, similarity, states, stateSimilarity });
    }
  }
  return { matches, counts, perKeypoint, backgroundPredictions, unmatchedAnimals };
}

function countUnmatched(labeledIgnored: Uint8Array, taken: ReadonlySet<number>): number {
  return labeledIgnored.reduce((count, ignored, j) => count + Number(ignored === 0 && !taken.has(j)), 0);
}

/** Returns the state of one labeled point, and the similarity to what it was taken for. */
function classifyPoint(
  animals: {
    readonly instances: InstanceImage;
    readonly areas: readonly number[];
    readonly labeled: number;
    /** Index of the other side of each keypoint, list. */
    readonly mirror: readonly number[];
  },
  { k, x, y }: { readonly k: number; readonly x: number; readonly y: number },
  { sigma, inversion = 'symmetry', goodSimilarity = 0.85, foundSimilarity = 0.5 }: PoseErrorOptions,
): [KeypointState, number] {
  const { instances, areas, labeled, mirror } = animals;
  const spread = sigmaFactor(sigma) * (sigma.values[k] as number);
  const similarityTo = (animal: number, keypoint: number) => {
    const own = instances.labeled[animal]?.keypoints as ArrayLike<number>;
    const dx = x - (own[2 * keypoint] as number);
    const dy = y - (own[2 * keypoint + 1] as number);
    const value = pointSimilarity(dx * dx + dy * dy, spread, areas[animal] as number);
    return Number.isNaN(value) ? 0 : value;
  };
  let best = similarityTo(labeled, k);
  let state: KeypointState = best >= goodSimilarity ? 'good' : 'jitter';
  const consider = (value: number, candidate: KeypointState) => {
    if (value <= best) return;
    best = value;
    state = candidate;
  };
  const others = [...instances.labeled.keys()].filter((animal) => animal !== labeled);
  for (const other of others) consider(similarityTo(other, k), 'swap');
  const turned =
    inversion === 'any'
      ? Array.from(sigma.values, (_, other) => other).filter((other) => other !== k)
      : [mirror[k] as number];
  for (const other of turned) consider(similarityTo(labeled, other), 'inversion');
  for (const other of others) consider(similarityTo(other, mirror[k] as number), 'swap');
  return best < foundSimilarity ? ['miss', best] : [state, best];
}
