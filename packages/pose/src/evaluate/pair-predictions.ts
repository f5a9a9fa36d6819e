import { assign, createSkeleton, type LabeledFrames, type LabeledImage, type Skeleton } from '@zoopraxis/core';
import { checkPredictedFrames, type PredictedFrames } from './predicted-frames.js';

/** Labeled animals side by side with what was predicted for them. */
export interface PosePairs {
  /** The skeleton of the labels with the keypoints that both sides know. */
  readonly skeleton: Skeleton;
  /** Keypoints of the labels that the prediction lacks: not evaluated. */
  readonly unknownKeypoints: readonly string[];
  /** Labeled images; each has at least one pair. */
  readonly images: readonly LabeledImage[];
  /** Index into `images`, shape `[pair]`. */
  readonly image: Int32Array;
  /** Name of the labeled individual, list of pairs. */
  readonly individuals: readonly string[];
  /** Shape `[pair, keypoint, 2]`, px; NaN = no label. */
  readonly labeled: Float64Array;
  /** Shape `[pair, keypoint]`, values of `visibilities` of core. */
  readonly visibility: Uint8Array;
  /** Shape `[pair, keypoint, 2]`, px; NaN = not predicted; all NaN for an animal that was missed. */
  readonly predicted: Float64Array;
  /** Shape `[pair, keypoint]`; NaN = not given. */
  readonly confidence: Float64Array;
  /** Score of the predicted animal, shape `[pair]`; NaN for one that was missed. */
  readonly score: Float64Array;
  /** Predicted animals that no labeled one is left for, with their points. */
  readonly extras: readonly ExtraAnimal[];
}

/** A predicted animal without a label. */
export interface ExtraAnimal {
  /** Index into the images of the pairs. */
  readonly image: number;
  readonly score: number;
  /** Shape `[keypoint, 2]`, px; NaN = missing. */
  readonly position: Float64Array;
}

/** Settings of {@link pairPredictions}. */
export interface PairingOptions {
  /** Whose labels count; needed where several annotators labeled. */
  readonly annotator?: string;
  /** `nearest`: least mean distance in each image (Kuhn 1955); `individual`: by name. Default `nearest`. */
  readonly matching?: 'nearest' | 'individual';
  /** Animals whose mean distance is larger are not paired: one is missed, one extra. Default Infinity. */
  readonly maximumDistancePx?: number;
}

/** Returns the skeleton with only some of its keypoints, indices moved. */
function pickKeypoints(skeleton: Skeleton, kept: readonly number[]): Skeleton {
  const place = new Map(kept.map((old, now) => [old, now]));
  const movePairs = (pairs: Skeleton['edges']): [number, number][] =>
    pairs.flatMap(([a, b]) => (place.has(a) && place.has(b) ? [[place.get(a) as number, place.get(b) as number]] : []));
  const { oksSigma } = skeleton;
  return createSkeleton({
    name: skeleton.name,
    keypoints: kept.map((old) => skeleton.keypoints[old] as string),
    edges: movePairs(skeleton.edges),
    symmetries: movePairs(skeleton.symmetries),
    roles: Object.fromEntries(
      Object.entries(skeleton.roles).flatMap(([role, old]) => (place.has(old) ? [[role, place.get(old)]] : [])),
    ),
    ...(oksSigma && { oksSigma: { ...oksSigma, values: kept.map((old) => oksSigma.values[old] as number) } }),
  });
}

/** Returns the rows of the labels that count, in order of their images. */
function rowsToCompare(labels: LabeledFrames, annotator: string | undefined): number[] {
  const used = [...new Set(labels.annotator)].map((index) => labels.annotators[index] as string).sort();
  if (annotator === undefined && used.length > 1) {
    throw new RangeError(`evaluation: annotator must be one of ${used.join(', ')}, for several labeled these images`);
  }
  if (annotator !== undefined && !used.includes(annotator)) {
    throw new RangeError(`evaluation: annotator must be one of ${used.join(', ')}, got ${annotator}`);
  }
  const wanted = annotator === undefined ? undefined : labels.annotators.indexOf(annotator);
  const rows = Array.from(labels.image, (_, row) => row);
  return rows
    .filter((row) => wanted === undefined || labels.annotator[row] === wanted)
    .sort((a, b) => (labels.image[a] as number) - (labels.image[b] as number) || a - b);
}

/**
 * Returns each labeled animal paired with the predicted one that stands for it, matched within its image. Keypoints are
 * matched by name. Images in which nobody labeled anything are left out: there is nothing to compare with.
 * @throws RangeError where no keypoint is known to both sides, or several annotators labeled and none is chosen.
 */
export function pairPredictions(
  labels: LabeledFrames,
  predicted: PredictedFrames,
  options: PairingOptions = {},
): PosePairs {
  const { annotator, matching = 'nearest', maximumDistancePx = Number.POSITIVE_INFINITY } = options;
  checkPredictedFrames(predicted, labels);
  if (matching === 'individual' && predicted.individual === undefined) {
    throw new RangeError(
      'evaluation: matching must be nearest where the prediction names no individuals, got individual',
    );
  }
  const names = labels.skeleton.keypoints;
  const kept = names.flatMap((name, index) => (predicted.keypoints.includes(name) ? [index] : []));
  if (kept.length === 0) {
    throw new RangeError(
      `evaluation: the prediction must have keypoints of the labels (${names.join(', ')}), got ${predicted.keypoints.join(', ')}`,
    );
  }
  const skeleton = pickKeypoints(labels.skeleton, kept);
  const source = kept.map((index) => predicted.keypoints.indexOf(names[index] as string));
  const points = kept.length;

  const labelPoint = (row: number, k: number): [number, number] => {
    const at = (row * names.length + (kept[k] as number)) * 2;
    return [labels.position[at] as number, labels.position[at + 1] as number];
  };
  const predictedPoint = (row: number, k: number): [number, number] => {
    const at = (row * predicted.keypoints.length + (source[k] as number)) * 2;
    return [predicted.position[at] as number, predicted.position[at + 1] as number];
  };
  const confidenceAt = (row: number, k: number) =>
    predicted.confidence[row * predicted.keypoints.length + (source[k] as number)] as number;
  const scoreOf = (row: number): number => {
    if (predicted.score !== undefined) return predicted.score[row] as number;
    let [sum, count] = [0, 0];
    for (let k = 0; k < points; k++) {
      const confidence = confidenceAt(row, k);
      if (Number.isNaN(predictedPoint(row, k)[0]) || Number.isNaN(confidence)) continue;
      sum += confidence;
      count++;
    }
    return count === 0 ? 0 : sum / count;
  };
  const meanDistance = (row: number, candidate: number): number => {
    let [sum, count] = [0, 0];
    for (let k = 0; k < points; k++) {
      const [[x, y], [px, py]] = [labelPoint(row, k), predictedPoint(candidate, k)];
      const distance = Math.hypot(px - x, py - y);
      if (Number.isNaN(distance)) continue;
      sum += distance;
      count++;
    }
    const mean = sum / count;
    return mean <= maximumDistancePx ? mean : Number.POSITIVE_INFINITY;
  };

  const rows = rowsToCompare(labels, annotator);
  const found = new Map<number, number[]>();
  for (const [row, image] of predicted.image.entries()) {
    if (!found.has(image)) found.set(image, []);
    found.get(image)?.push(row);
  }
  const images: LabeledImage[] = [];
  const image = new Int32Array(rows.length);
  const individuals = rows.map((row) => labels.individuals[labels.individual[row] as number] as string);
  const labeled = new Float64Array(rows.length * points * 2);
  const visibility = new Uint8Array(rows.length * points);
  const predictedPosition = new Float64Array(rows.length * points * 2).fill(Number.NaN);
  const confidence = new Float64Array(rows.length * points).fill(Number.NaN);
  const score = new Float64Array(rows.length).fill(Number.NaN);
  const extras: ExtraAnimal[] = [];
  for (let start = 0; start < rows.length; ) {
    const which = labels.image[rows[start] as number] as number;
    let end = start;
    while (end < rows.length && labels.image[rows[end] as number] === which) end++;
    const here = images.push(labels.images[which] as LabeledImage) - 1;
    const candidates = found.get(which) ?? [];
    const costs = new Float64Array((end - start) * candidates.length);
    for (let i = start; i < end; i++) {
      for (const [j, candidate] of candidates.entries()) {
        const row = rows[i] as number;
        const other = predicted.individual?.[candidate] !== labels.individual[row];
        costs[(i - start) * candidates.length + j] =
          matching === 'individual' && other ? Number.POSITIVE_INFINITY : meanDistance(row, candidate);
      }
    }
    const { columnOfRow } = assign(costs, { rows: end - start, columns: candidates.length });
    for (let i = start; i < end; i++) {
      image[i] = here;
      const row = rows[i] as number;
      const column = columnOfRow[i - start] as number;
      const candidate = column < 0 ? undefined : candidates[column];
      if (candidate !== undefined) score[i] = scoreOf(candidate);
      for (let k = 0; k < points; k++) {
        labeled.set(labelPoint(row, k), (i * points + k) * 2);
        visibility[i * points + k] = labels.visibility[row * names.length + (kept[k] as number)] as number;
        if (candidate === undefined) continue;
        predictedPosition.set(predictedPoint(candidate, k), (i * points + k) * 2);
        confidence[i * points + k] = confidenceAt(candidate, k);
      }
    }
    const taken = new Set(columnOfRow);
    for (const [j, candidate] of candidates.entries()) {
      if (taken.has(j)) continue;
      const position = Float64Array.from(
        { length: points * 2 },
        (_, i) => predictedPoint(candidate, i >> 1)[i & 1] as number,
      );
      if (position.every(Number.isNaN)) continue;
      extras.push({ image: here, score: scoreOf(candidate), position });
    }
    start = end;
  }
  return {
    skeleton,
    unknownKeypoints: names.filter((_, index) => !kept.includes(index)),
    images,
    image,
    individuals,
    labeled,
    visibility,
    predicted: predictedPosition,
    confidence,
    score,
    extras,
  };
}
