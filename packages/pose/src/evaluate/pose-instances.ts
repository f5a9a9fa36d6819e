import type { OksSigma } from '@zoopraxis/core';
import type { ScoredImage } from './match-instances.js';
import {
  areaAround,
  type Box,
  boxAround,
  checkSigma,
  objectSimilarity,
  pointSimilarity,
  sigmaFactor,
} from './object-similarity.js';
import type { PosePairs } from './pair-predictions.js';

/** An animal as a person labeled it. */
export interface LabeledInstance {
  /** Shape `[keypoint, 2]`, px; NaN = no label. */
  readonly keypoints: ArrayLike<number>;
  /** Area of the outline, px^2: COCO's `area`. */
  readonly areaPx2?: number;
  /** COCO's `bbox`. */
  readonly box?: Box;
  /** Stands for many animals that were not labeled one by one: neither asked for nor wrong. Default false. */
  readonly isCrowd?: boolean;
}

/** An animal as a model predicted it. */
export interface PredictedInstance {
  /** Shape `[keypoint, 2]`, px; NaN = not predicted. */
  readonly keypoints: ArrayLike<number>;
  /** How sure it is that there is an animal, any scale. */
  readonly score: number;
}

/** The animals of one image, labeled and predicted. */
export interface InstanceImage {
  readonly labeled: readonly LabeledInstance[];
  readonly predicted: readonly PredictedInstance[];
}

/**
 * What scales the similarity: the box around the labeled points, at least 1 px^2 (DeepLabCut, SLEAP); the given area
 * (COCO: the outline's); the area of the given box.
 */
export type AreaSource = 'labeled-points' | 'given' | 'box';

/** What similarity is measured with. */
export interface InstanceSimilarityOptions {
  readonly sigma: OksSigma;
  /** Default `labeled-points`. */
  readonly area?: AreaSource;
}

/**
 * Returns the area of a labeled animal in px^2; 0 for one without points whose area is that of its points.
 * @throws RangeError where the area or the box is not given, or not a number of 0 or above.
 */
export function instanceArea({ keypoints, areaPx2, box }: LabeledInstance, source: AreaSource): number {
  if (source === 'labeled-points') return areaAround(keypoints) || (box ? box[2] * box[3] : 0);
  const area = source === 'given' ? areaPx2 : box && box[2] * box[3];
  if (area !== undefined && area >= 0 && area < Number.POSITIVE_INFINITY) return area;
  const needed = source === 'given' ? 'areaPx2' : 'box';
  throw new RangeError(
    `average precision: ${needed} of each labeled animal must be given for area ${source}, got ${area}`,
  );
}

/** Returns how many keypoints of shape `[keypoint, 2]` have a label. */
export function labeledPointCount(keypoints: ArrayLike<number>): number {
  let count = 0;
  for (let at = 0; at < keypoints.length; at += 2) count += Number(!Number.isNaN(keypoints[at] as number));
  return count;
}

/**
 * Returns the similarity of a prediction to an animal without labeled points: distances are those of its points to the
 * box of twice the size around the animal's box, so whatever lies near it is not held against the model.
 */
function similarityToBox(
  { box }: LabeledInstance,
  predicted: ArrayLike<number>,
  sigma: OksSigma,
  areaPx2: number,
): number {
  if (box === undefined) return 0;
  const [x, y, width, height] = box;
  const beyond = (value: number, low: number, high: number) => Math.max(0, low - value) + Math.max(0, value - high);
  const factor = sigmaFactor(sigma);
  let sum = 0;
  for (const [k, value] of sigma.values.entries()) {
    const dx = beyond(predicted[2 * k] as number, x - width, x + 2 * width);
    const dy = beyond(predicted[2 * k + 1] as number, y - height, y + 2 * height);
    const squares = dx * dx + dy * dy;
    if (!Number.isNaN(squares)) sum += pointSimilarity(squares, factor * value, areaPx2);
  }
  return sum / sigma.values.length;
}

/**
 * Returns one image ready for matching, as COCO's `computeOks` and `_prepare`: similarities, areas, and which labeled
 * animals are ignored (crowds, and those without labeled points). The area of a prediction is that of the box around
 * its points.
 * @throws RangeError for keypoints that do not fit sigma, and as {@link instanceArea}.
 */
export function scoreInstances(image: InstanceImage, options: InstanceSimilarityOptions): ScoredImage {
  const { sigma, area = 'labeled-points' } = options;
  const { labeled, predicted } = image;
  for (const { keypoints } of [...labeled, ...predicted]) {
    if (keypoints.length !== 2 * sigma.values.length) checkSigma(sigma, keypoints.length / 2);
  }
  const areas = labeled.map((instance) => instanceArea(instance, area));
  const counts = labeled.map(({ keypoints }) => labeledPointCount(keypoints));
  const similarity = new Float64Array(predicted.length * labeled.length);
  for (const [i, { keypoints }] of predicted.entries()) {
    for (const [j, instance] of labeled.entries()) {
      const areaPx2 = areas[j] as number;
      similarity[i * labeled.length + j] =
        counts[j] === 0
          ? similarityToBox(instance, keypoints, sigma, areaPx2)
          : objectSimilarity(instance.keypoints, keypoints, sigma, { areaPx2 });
    }
  }
  return {
    similarity,
    score: predicted.map(({ score }) => score),
    predictedAreaPx2: predicted.map(({ keypoints }) => {
      const box = boxAround(keypoints);
      return box === undefined ? 0 : box[2] * box[3];
    }),
    labeledAreaPx2: areas,
    isIgnored: labeled.map(({ isCrowd }, j) => Number(isCrowd === true || counts[j] === 0)),
    isCrowd: labeled.map(({ isCrowd }) => Number(isCrowd === true)),
  };
}

/**
 * Returns the animals of each image of pairs, shape `[image]`: matching starts anew from what was labeled and predicted.
 * Labeled animals are in the order of the pairs; so are predictions, followed by the extra ones.
 */
export function instancesOfPairs(pairs: PosePairs): InstanceImage[] {
  const points = pairs.skeleton.keypoints.length;
  const images = pairs.images.map(() => ({ labeled: [] as LabeledInstance[], predicted: [] as PredictedInstance[] }));
  const slice = (values: Float64Array, row: number) => values.subarray(row * points * 2, (row + 1) * points * 2);
  for (const [pair, image] of pairs.image.entries()) {
    const score = pairs.score[pair] as number;
    images[image]?.labeled.push({ keypoints: slice(pairs.labeled, pair) });
    if (!Number.isNaN(score)) images[image]?.predicted.push({ keypoints: slice(pairs.predicted, pair), score });
  }
  for (const { image, score, position } of pairs.extras) images[image]?.predicted.push({ keypoints: position, score });
  return images;
}
