import { matchInstances, type ScoredImage } from './match-instances.js';
import { boxAround, pointSimilarity, sigmaFactor } from './object-similarity.js';
import { classifyPoseErrors, type KeypointState, type PoseErrorOptions, type PoseErrors } from './pose-errors.js';
import { type InstanceImage, instanceArea, type LabeledInstance, scoreInstances } from './pose-instances.js';
import { averagePrecision, similarityThresholds } from './ranked-precision.js';

/**
 * What AP is lost by: the four errors of points; `score`, a bad order of predictions; `backgroundFalsePositive`,
 * predictions without an animal; `falseNegative`, animals without a prediction.
 */
export type PoseErrorName = Exclude<KeypointState, 'good'> | 'score' | 'backgroundFalsePositive' | 'falseNegative';

/** The order in which errors are corrected one after another, list; that of the paper. */
export const correctionOrder = [
  'miss',
  'swap',
  'inversion',
  'jitter',
  'score',
  'backgroundFalsePositive',
  'falseNegative',
] as const satisfies readonly PoseErrorName[];

/** AP after an error is corrected. */
export interface CorrectedPrecision {
  readonly error: PoseErrorName;
  /** Mean over the thresholds; null where no animal is left to ask for. */
  readonly averagePrecision: number | null;
  /** What AP wins by it; negative where correcting brings up an error that was hidden. */
  readonly gain: number | null;
  /** By threshold, two digits. */
  readonly precisionAt: Readonly<Record<string, number | null>>;
}

/** What each error costs in AP. */
export interface PoseErrorCosts {
  readonly errors: PoseErrors;
  /** As it is, by threshold and as mean. */
  readonly uncorrected: {
    readonly averagePrecision: number | null;
    readonly precisionAt: CorrectedPrecision['precisionAt'];
  };
  /** Each error corrected by itself, the others left; false negatives after background false positives. */
  readonly alone: readonly CorrectedPrecision[];
  /** Each corrected on top of those before it: the last AP is 1. */
  readonly oneAfterAnother: readonly CorrectedPrecision[];
}

/** Settings of {@link measureErrorCosts}. */
export interface ErrorCostOptions extends PoseErrorOptions {
  /** List; default 0.50, 0.55, ... 0.95. */
  readonly thresholds?: readonly number[];
  /**
   * How far from its label a corrected point is put. `paper`: at the similarity that the paper names (jitter 0.85, miss
   * 0.5, inversion and swap as near as to what they were taken for). `coco-analyze`: as the published code does, which
   * leaves out the doubling of sigma, so that points come nearer (similarity to the power of 1/4). Default `paper`.
   */
  readonly correction?: 'paper' | 'coco-analyze';
}

/** A prediction while it is being corrected. */
interface Draft {
  keypoints: Float64Array;
  score: number;
}

interface DraftImage {
  readonly labeled: readonly LabeledInstance[];
  readonly predicted: Draft[];
}

const draftsOf = (images: readonly InstanceImage[]): DraftImage[] =>
  images.map(({ labeled, predicted }) => ({
    labeled,
    predicted: predicted.map(({ keypoints, score }) => ({ keypoints: Float64Array.from(keypoints), score })),
  }));

/**
 * Returns what each error costs in average precision, after Ruggero Ronchi and Perona 2017 (sections 3.1 to 3.3): points
 * with one error are put where a good prediction would be, scores become the largest similarity that the prediction can
 * have (with rivals of the same animal lowered as in soft non-maximum suppression, Bodla et al. 2017), predictions
 * without an animal and animals without a prediction are forgiven; after each step AP is measured again.
 * @throws RangeError as `classifyPoseErrors`.
 */
export function measureErrorCosts(images: readonly InstanceImage[], options: ErrorCostOptions): PoseErrorCosts {
  const errors = classifyPoseErrors(images, options);
  const measure = (drafts: readonly DraftImage[], forgive?: 'predictions' | 'all') => {
    const { maximumPredictions = 20, thresholds = similarityThresholds } = options;
    const scored = drafts.map((image) => scoreInstances(image, options));
    return averagePrecision(scored, { maximumPredictions, thresholds, ...(forgive && { forgive }) });
  };
  const uncorrected = measure(images.map((image) => image as DraftImage));
  const step = (
    error: PoseErrorName,
    result: ReturnType<typeof measure>,
    before: number | null,
  ): CorrectedPrecision => ({
    error,
    averagePrecision: result.averagePrecision,
    gain: before === null || result.averagePrecision === null ? null : result.averagePrecision - before,
    precisionAt: result.precisionAt,
  });
  const alone: CorrectedPrecision[] = [];
  const oneAfterAnother: CorrectedPrecision[] = [];
  const progressive = draftsOf(images);
  let before = uncorrected.averagePrecision;
  let beforeAlone = uncorrected.averagePrecision;
  for (const error of correctionOrder) {
    const single = draftsOf(images);
    const forgive = { backgroundFalsePositive: 'predictions', falseNegative: 'all' } as const;
    const forgiven = error in forgive ? forgive[error as keyof typeof forgive] : undefined;
    if (forgiven === undefined) {
      correct(single, error, errors, options);
      correct(progressive, error, errors, options);
    }
    const ownResult = measure(single, forgiven);
    alone.push(step(error, ownResult, error === 'falseNegative' ? beforeAlone : uncorrected.averagePrecision));
    if (error === 'backgroundFalsePositive') beforeAlone = ownResult.averagePrecision;
    const result = measure(progressive, forgiven);
    oneAfterAnother.push(step(error, result, before));
    before = result.averagePrecision;
  }
  const { averagePrecision: whole, precisionAt } = uncorrected;
  return { errors, uncorrected: { averagePrecision: whole, precisionAt }, alone, oneAfterAnother };
}

function correct(drafts: DraftImage[], error: PoseErrorName, errors: PoseErrors, options: ErrorCostOptions): void {
  if (error === 'score') correctScores(drafts, options);
  else correctPoints(drafts, error, errors, options);
}

/** Moves the points with one error beside their labels. */
function correctPoints(
  drafts: DraftImage[],
  error: PoseErrorName,
  errors: PoseErrors,
  options: ErrorCostOptions,
): void {
  const { sigma, area = 'labeled-points', correction = 'paper' } = options;
  const { goodSimilarity = 0.85, foundSimilarity = 0.5 } = options;
  const factor = correction === 'paper' ? sigmaFactor(sigma) : sigmaFactor(sigma) / 2;
  for (const { image, predicted, labeled, states, stateSimilarity } of errors.matches) {
    const truth = drafts[image]?.labeled[labeled] as LabeledInstance;
    const areaPx2 = instanceArea(truth, area);
    const draft = drafts[image]?.predicted[predicted] as Draft;
    for (const [k, state] of states.entries()) {
      if (state !== error) continue;
      const wanted =
        { jitter: goodSimilarity, miss: foundSimilarity }[error as string] ?? (stateSimilarity[k] as number);
      const away = factor * (sigma.values[k] as number) * Math.sqrt(-2 * Math.log(Math.min(wanted, 1)) * areaPx2);
      draft.keypoints[2 * k] = (truth.keypoints[2 * k] as number) + away;
      draft.keypoints[2 * k + 1] = truth.keypoints[2 * k + 1] as number;
    }
  }
}

/** Gives each prediction the largest similarity that it can have, less where a better one is near it. */
function correctScores(drafts: DraftImage[], options: ErrorCostOptions): void {
  for (const image of drafts) {
    const scored = scoreInstances(image, options);
    const best = bestSimilarity(scored);
    let rest = image.predicted.map((draft, i) => ({ draft, score: best[i] as number }));
    while (rest.length > 0) {
      rest.sort((a, b) => b.score - a.score);
      const [first, ...others] = rest as [(typeof rest)[number], ...typeof rest];
      first.draft.score = first.score;
      for (const other of others) {
        const similarity = similarityOfPredictions(first.draft.keypoints, other.draft.keypoints, options);
        other.score *= Math.exp(-(similarity * similarity) / 0.5);
      }
      rest = others;
    }
  }
}

/** Returns the largest similarity of each prediction to an animal that is asked for, 0 without one; list. */
function bestSimilarity(scored: ScoredImage): number[] {
  const { labeledIgnored } = matchInstances(scored, { thresholds: [] });
  const columns = labeledIgnored.length;
  return Array.from(scored.score, (_, i) => {
    let best = 0;
    for (let j = 0; j < columns; j++) {
      if (labeledIgnored[j] === 0) best = Math.max(best, scored.similarity[i * columns + j] as number);
    }
    return best;
  });
}

/** Returns the similarity of two predictions, scaled by the mean area of the boxes around them. */
function similarityOfPredictions(a: Float64Array, b: Float64Array, { sigma }: ErrorCostOptions): number {
  const areaOf = (points: Float64Array) => {
    const box = boxAround(points);
    return box === undefined ? 0 : box[2] * box[3];
  };
  const areaPx2 = (areaOf(a) + areaOf(b)) / 2;
  let sum = 0;
  for (const [k, value] of sigma.values.entries()) {
    const dx = (a[2 * k] as number) - (b[2 * k] as number);
    const dy = (a[2 * k + 1] as number) - (b[2 * k + 1] as number);
    const similarity = pointSimilarity(dx * dx + dy * dy, sigmaFactor(sigma) * value, areaPx2);
    if (!Number.isNaN(similarity)) sum += similarity;
  }
  return sum / sigma.values.length;
}
