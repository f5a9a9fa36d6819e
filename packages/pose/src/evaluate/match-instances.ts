/** Predictions and labels of one image with their similarities: what matching and ranking need to know. */
export interface ScoredImage {
  /** Shape `[predicted, labeled]`, 0..1. */
  readonly similarity: Float64Array;
  /** How sure each prediction is, shape `[predicted]`, any scale. */
  readonly score: ArrayLike<number>;
  /** px^2, shape `[predicted]`: unmatched predictions outside an area range do not count. */
  readonly predictedAreaPx2: ArrayLike<number>;
  /** px^2, shape `[labeled]`. */
  readonly labeledAreaPx2: ArrayLike<number>;
  /** 1 = not asked for: a match with it is neither right nor wrong, shape `[labeled]`. */
  readonly isIgnored: ArrayLike<number>;
  /** 1 = stands for many animals and may be matched many times, shape `[labeled]`. */
  readonly isCrowd: ArrayLike<number>;
}

/** Who was matched with whom in one image. */
export interface ImageMatches {
  /** Indices of the predictions that count, best score first, shape `[ranked]`. */
  readonly ranked: Int32Array;
  /** Index of the labeled animal or -1, shape `[threshold, ranked]`. */
  readonly match: Int32Array;
  /** 1 = neither right nor wrong, shape `[threshold, ranked]`. */
  readonly predictedIgnored: Uint8Array;
  /** 1 = crowd, without labels or outside the area range, shape `[labeled]`. */
  readonly labeledIgnored: Uint8Array;
}

/** Settings of {@link matchInstances}. */
export interface MatchOptions {
  /** Least similarities of a match, shape `[threshold]`. */
  readonly thresholds: readonly number[];
  /** Least and largest area of the animals that are asked for, px^2, both included. Default 0 to Infinity. */
  readonly areaRangePx2?: readonly [number, number];
  /** Predictions of an image that count, best score first. Default Infinity. */
  readonly maximumPredictions?: number;
}

/**
 * Returns the matches of one image as COCO's `evaluateImg` finds them: in order of score (stable), each prediction takes
 * the most similar labeled animal that is left, if similar enough; animals that are asked for go before ignored ones,
 * and of two equally similar ones the later is taken.
 * @throws RangeError for a score that is not a number.
 */
export function matchInstances(image: ScoredImage, options: MatchOptions): ImageMatches {
  const {
    thresholds,
    areaRangePx2 = [0, Number.POSITIVE_INFINITY],
    maximumPredictions = Number.POSITIVE_INFINITY,
  } = options;
  const { similarity, score, isCrowd } = image;
  const labeledCount = image.labeledAreaPx2.length;
  const outside = (area: number) => area < areaRangePx2[0] || area > areaRangePx2[1];
  const order = Array.from(score, (value, i) => {
    if (Number.isNaN(value)) throw new RangeError(`average precision: score must be a number, got NaN at ${i}`);
    return i;
  });
  order.sort((a, b) => (score[b] as number) - (score[a] as number) || a - b);
  const ranked = Int32Array.from(order.slice(0, maximumPredictions));
  const labeledIgnored = Uint8Array.from({ length: labeledCount }, (_, j) =>
    Number(image.isIgnored[j] === 1 || outside(image.labeledAreaPx2[j] as number)),
  );
  const candidates = [...labeledIgnored.keys()].sort(
    (a, b) => (labeledIgnored[a] as number) - (labeledIgnored[b] as number) || a - b,
  );
  const count = ranked.length;
  const match = new Int32Array(thresholds.length * count).fill(-1);
  const predictedIgnored = new Uint8Array(thresholds.length * count);
  const taken = new Uint8Array(labeledCount);
  for (const [t, threshold] of thresholds.entries()) {
    taken.fill(0);
    for (let r = 0; r < count; r++) {
      const i = ranked[r] as number;
      let best = -1;
      let least = Math.min(threshold, 1 - 1e-10); // a threshold of 1 must be reachable
      for (const j of candidates) {
        if (taken[j] === 1 && isCrowd[j] !== 1) continue;
        if (best >= 0 && labeledIgnored[best] === 0 && labeledIgnored[j] === 1) break;
        const value = similarity[i * labeledCount + j] as number;
        if (!(value >= least)) continue;
        least = value;
        best = j;
      }
      const at = t * count + r;
      if (best < 0) {
        predictedIgnored[at] = Number(outside(image.predictedAreaPx2[i] as number));
        continue;
      }
      taken[best] = 1;
      match[at] = best;
      predictedIgnored[at] = labeledIgnored[best] as number;
    }
  }
  return { ranked, match, predictedIgnored, labeledIgnored };
}
