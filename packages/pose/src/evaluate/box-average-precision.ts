import { allAreasPx2, largeAreaPx2, mediumAreaPx2 } from './average-precision.js';
import type { ScoredImage } from './match-instances.js';
import type { Box } from './object-similarity.js';
import { type AveragePrecision, averagePrecision, type PrecisionRecall, precisionRecall } from './ranked-precision.js';

/** The boxes of one image, labeled and predicted. */
export interface BoxImage {
  readonly labeled: readonly {
    readonly box: Box;
    /** Default that of the box; COCO takes the outline's for its area ranges. */
    readonly areaPx2?: number;
    /** Default false. */
    readonly isCrowd?: boolean;
  }[];
  readonly predicted: readonly { readonly box: Box; readonly score: number }[];
}

/** COCO's twelve box numbers, by name; null where no animal is asked for. */
export interface BoxAveragePrecision {
  /** AP, AP50 and AP75, AR with 100 predictions an image. */
  readonly all: AveragePrecision;
  /** Below 32^2 px^2. */
  readonly small: AveragePrecision;
  /** 32^2 to 96^2 px^2. */
  readonly medium: AveragePrecision;
  /** Above 96^2 px^2. */
  readonly large: AveragePrecision;
  /** AR where only the best, the ten best and the hundred best predictions of each image count. */
  readonly averageRecallOf: { readonly 1: number | null; readonly 10: number | null; readonly 100: number | null };
}

/**
 * Returns intersection over union, 0..1; of a crowd, the share of the predicted box that lies in it, as COCO. 0 for
 * boxes without area.
 */
export function boxOverlap(predicted: Box, labeled: Box, options: { readonly isCrowd?: boolean } = {}): number {
  const width = Math.min(predicted[0] + predicted[2], labeled[0] + labeled[2]) - Math.max(predicted[0], labeled[0]);
  const height = Math.min(predicted[1] + predicted[3], labeled[1] + labeled[3]) - Math.max(predicted[1], labeled[1]);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  const own = predicted[2] * predicted[3];
  return shared / (options.isCrowd ? own : own + labeled[2] * labeled[3] - shared);
}

function scoreBoxes({ labeled, predicted }: BoxImage): ScoredImage {
  for (const { box } of [...labeled, ...predicted]) {
    const isBox = box.length === 4 && box.every(Number.isFinite) && box[2] >= 0 && box[3] >= 0;
    if (!isBox) throw new RangeError(`box precision: box must be x, y, width and height (0 or above), got ${box}`);
  }
  const crowd = labeled.map(({ isCrowd }) => Number(isCrowd === true));
  const similarity = new Float64Array(predicted.length * labeled.length);
  for (const [i, { box }] of predicted.entries()) {
    for (const [j, other] of labeled.entries()) {
      similarity[i * labeled.length + j] = boxOverlap(box, other.box, { isCrowd: crowd[j] === 1 });
    }
  }
  return {
    similarity,
    score: predicted.map(({ score }) => score),
    predictedAreaPx2: predicted.map(({ box }) => box[2] * box[3]),
    labeledAreaPx2: labeled.map(({ box, areaPx2 }) => areaPx2 ?? box[2] * box[3]),
    isIgnored: crowd,
    isCrowd: crowd,
  };
}

/**
 * Returns COCO's box evaluation (`COCOeval` with `iouType='bbox'`, pycocotools 2.0) for one kind of object.
 * @throws RangeError for a box with a negative size, or a score that is not a number.
 */
export function boxAveragePrecision(images: readonly BoxImage[]): BoxAveragePrecision {
  const scored = images.map(scoreBoxes);
  const within = (areaRangePx2: readonly [number, number], maximumPredictions = 100) =>
    averagePrecision(scored, { areaRangePx2, maximumPredictions });
  const all = within(allAreasPx2);
  return {
    all,
    small: within([0, mediumAreaPx2[0]]),
    medium: within(mediumAreaPx2),
    large: within(largeAreaPx2),
    averageRecallOf: {
      1: within(allAreasPx2, 1).averageRecall,
      10: within(allAreasPx2, 10).averageRecall,
      100: all.averageRecall,
    },
  };
}

/**
 * Returns precision against recall of a detector at several overlaps (intersection over union), list.
 * @param options `overlaps`: default 0.5, 0.75, 0.85, 0.9, 0.95 as MARS (Segalin et al. 2021, Figure 4).
 */
export function boxPrecisionRecall(
  images: readonly BoxImage[],
  options: { readonly overlaps?: readonly number[]; readonly maximumPredictions?: number } = {},
): PrecisionRecall[] {
  const { overlaps = [0.5, 0.75, 0.85, 0.9, 0.95], maximumPredictions = 100 } = options;
  const scored = images.map(scoreBoxes);
  return overlaps.map((threshold) => precisionRecall(scored, { threshold, maximumPredictions }));
}
