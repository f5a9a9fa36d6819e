import { type ImageMatches, type MatchOptions, matchInstances, type ScoredImage } from './match-instances.js';

/** The similarities 0.50, 0.55, ... 0.95 of COCO, list; the same doubles as `numpy.linspace(.5, .95, 10)`. */
export const similarityThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9),
);

/** The recalls 0.00, 0.01, ... 1.00 of COCO, list; the same doubles as `numpy.linspace(0, 1, 101)`. */
export const recallLevels: readonly number[] = Array.from({ length: 101 }, (_, i) => i * 0.01);

/** Average precision and recall; null where no animal is asked for. */
export interface AveragePrecision {
  /** Animals that are asked for. */
  readonly labeledCount: number;
  /** Mean over the thresholds of the precision averaged over 101 recalls: COCO's AP, mAP elsewhere. */
  readonly averagePrecision: number | null;
  /** Mean over the thresholds of the share of animals that are found: COCO's AR. */
  readonly averageRecall: number | null;
  /** By threshold, two digits (`0.75`). */
  readonly precisionAt: Readonly<Record<string, number | null>>;
  /** By threshold, two digits. */
  readonly recallAt: Readonly<Record<string, number | null>>;
  /** Precision at each recall, shape `[threshold][recall]`; empty where no animal is asked for. */
  readonly precision: readonly (readonly number[])[];
}

/**
 * Precision and recall of all predictions down to each score, best first; lists of the same length, empty where no
 * animal is asked for.
 */
export interface PrecisionRecall {
  readonly threshold: number;
  readonly labeledCount: number;
  readonly score: readonly number[];
  /** As it is, shape `[prediction]`: not made monotone. */
  readonly precision: readonly number[];
  /** Shape `[prediction]`. */
  readonly recall: readonly number[];
  /** Mean of the best precision at 101 recalls or beyond; null where no animal is asked for. */
  readonly averagePrecision: number | null;
}

/** Settings of {@link averagePrecision}. */
export interface AveragePrecisionOptions extends Omit<MatchOptions, 'thresholds'> {
  /** List; default {@link similarityThresholds}. */
  readonly thresholds?: readonly number[];
  /** `predictions`: those without a match do not count; `all`: nor do animals without a match. For diagnosis only. */
  readonly forgive?: 'predictions' | 'all';
}

/** Right (1) or wrong (0) for all ranked predictions of all images at one threshold. */
interface Ranking {
  readonly labeledCount: number;
  readonly score: number[];
  readonly isRight: number[];
}

function rankAll(
  images: readonly ScoredImage[],
  matches: readonly ImageMatches[],
  { threshold, order, forgive }: { threshold: number; order: Rank[]; forgive: AveragePrecisionOptions['forgive'] },
): Ranking {
  let labeledCount = 0;
  for (const { match, ranked, labeledIgnored } of matches) {
    if (forgive === 'all') {
      const found = new Set(match.subarray(threshold * ranked.length, (threshold + 1) * ranked.length));
      for (const [j, ignored] of labeledIgnored.entries()) if (ignored === 0 && found.has(j)) labeledCount++;
    } else for (const ignored of labeledIgnored) labeledCount += 1 - ignored;
  }
  const score: number[] = [];
  const isRight: number[] = [];
  for (const { image, rank } of order) {
    const { match, ranked, predictedIgnored } = matches[image] as ImageMatches;
    const at = threshold * ranked.length + rank;
    const isMatched = (match[at] as number) >= 0;
    if (predictedIgnored[at] === 1 || (forgive !== undefined && !isMatched)) continue;
    score.push(images[image]?.score[ranked[rank] as number] as number);
    isRight.push(Number(isMatched));
  }
  return { labeledCount, score, isRight };
}

interface Rank {
  readonly image: number;
  readonly rank: number;
  readonly score: number;
}

/** Returns all predictions that count, best score first; equal ones stay in the order of the images. */
function rankOrder(images: readonly ScoredImage[], matches: readonly ImageMatches[]): Rank[] {
  const order = matches.flatMap(({ ranked }, image) =>
    Array.from(ranked, (i, rank) => ({ image, rank, score: images[image]?.score[i] as number })),
  );
  return order.sort((a, b) => b.score - a.score || a.image - b.image || a.rank - b.rank);
}

/** Returns precision and recall after each prediction, lists in order of rank. */
function precisionRecallOf({ labeledCount, isRight }: Ranking): { precision: number[]; recall: number[] } {
  const precision: number[] = [];
  const recall: number[] = [];
  let found = 0;
  for (const [i, right] of isRight.entries()) {
    found += right;
    precision.push(found / (i + 1));
    recall.push(found / labeledCount);
  }
  return { precision, recall };
}

/** Returns at each of 101 recalls the best precision at that recall or beyond; lists. */
export function interpolatePrecision(precision: readonly number[], recall: readonly number[]): number[] {
  const best = [...precision];
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.max(best[i] as number, best[i + 1] as number);
  let at = 0;
  return recallLevels.map((wanted) => {
    while (at < recall.length && (recall[at] as number) < wanted) at++;
    return best[at] ?? 0;
  });
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Returns average precision and recall as COCO's `accumulate` finds them, for one kind of object. Images are ranked
 * together; predictions of equal score stay in the order of the images.
 */
export function averagePrecision(
  images: readonly ScoredImage[],
  options: AveragePrecisionOptions = {},
): AveragePrecision {
  const { thresholds = similarityThresholds, forgive } = options;
  const matches = images.map((image) => matchInstances(image, { ...options, thresholds }));
  const order = rankOrder(images, matches);
  const precision: number[][] = [];
  const precisionAt: Record<string, number | null> = {};
  const recallAt: Record<string, number | null> = {};
  let labeledCount = 0;
  for (const [t, threshold] of thresholds.entries()) {
    const ranking = rankAll(images, matches, { threshold: t, order, forgive });
    const curve = precisionRecallOf(ranking);
    const name = threshold.toFixed(2);
    precisionAt[name] = recallAt[name] = null;
    if (ranking.labeledCount === 0) continue;
    labeledCount = ranking.labeledCount;
    const values = interpolatePrecision(curve.precision, curve.recall);
    precision.push(values);
    precisionAt[name] = meanOf(values);
    recallAt[name] = curve.recall.at(-1) ?? 0;
  }
  const meanKnown = (record: Record<string, number | null>) => {
    const known = Object.values(record).filter((value) => value !== null);
    return known.length === 0 ? null : meanOf(known);
  };
  return {
    labeledCount,
    averagePrecision: meanKnown(precisionAt),
    averageRecall: meanKnown(recallAt),
    precisionAt,
    recallAt,
    precision,
  };
}

/** Returns the curve of precision against recall at one threshold, matched and ranked as {@link averagePrecision}. */
export function precisionRecall(
  images: readonly ScoredImage[],
  options: Omit<MatchOptions, 'thresholds'> & { readonly threshold: number },
): PrecisionRecall {
  const { threshold } = options;
  const matches = images.map((image) => matchInstances(image, { ...options, thresholds: [threshold] }));
  const order = rankOrder(images, matches);
  const ranking = rankAll(images, matches, { threshold: 0, order, forgive: undefined });
  const { labeledCount, score } = ranking;
  if (labeledCount === 0) {
    return { threshold, labeledCount, score: [], precision: [], recall: [], averagePrecision: null };
  }
  const { precision, recall } = precisionRecallOf(ranking);
  const average = meanOf(interpolatePrecision(precision, recall));
  return { threshold, labeledCount, score, precision, recall, averagePrecision: average };
}
