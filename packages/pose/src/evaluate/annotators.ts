import {
  createLabeledFrames,
  type LabeledFrames,
  type MiddleMethod,
  mean,
  median,
  middleOfPoints,
  visibilities,
} from '@zoopraxis/core';

/** Rows of the labels that show the same animal in the same image, one of each annotator. */
interface SharedAnimal {
  readonly image: number;
  readonly individual: number;
  /** Row of each annotator, list; -1 where the annotator did not label it. */
  readonly rows: readonly number[];
}

function groupRows(labels: LabeledFrames): SharedAnimal[] {
  const animals = new Map<string, { image: number; individual: number; rows: number[] }>();
  for (const [row, image] of labels.image.entries()) {
    const individual = labels.individual[row] as number;
    const key = `${image} ${individual}`;
    if (!animals.has(key)) animals.set(key, { image, individual, rows: labels.annotators.map(() => -1) });
    (animals.get(key) as { rows: number[] }).rows[labels.annotator[row] as number] = row;
  }
  return [...animals.values()].sort((a, b) => a.image - b.image || a.individual - b.individual);
}

function pointOf(labels: LabeledFrames, row: number, keypoint: number): [number, number] {
  if (row < 0) return [Number.NaN, Number.NaN];
  const at = (row * labels.skeleton.keypoints.length + keypoint) * 2;
  return [labels.position[at] as number, labels.position[at + 1] as number];
}

/**
 * Returns one set of labels out of those of several annotators, who are matched by individual: the middle of their points,
 * occluded where most of them say so, absent where fewer than half of those who labeled the animal placed the point.
 */
export function consensusLabels(
  labels: LabeledFrames,
  { method = 'median', annotator = 'consensus' }: { method?: MiddleMethod; annotator?: string } = {},
): LabeledFrames {
  const points = labels.skeleton.keypoints.length;
  const animals = groupRows(labels);
  const position = new Float64Array(animals.length * points * 2).fill(Number.NaN);
  const visibility = new Uint8Array(animals.length * points);
  for (const [row, { rows }] of animals.entries()) {
    const labeled = rows.filter((own) => own >= 0);
    for (let k = 0; k < points; k++) {
      const seen = labeled.map((own) => labels.visibility[own * points + k] as number).filter((how) => how > 0);
      if (seen.length === 0 || 2 * seen.length < labeled.length) continue;
      const middle = middleOfPoints(
        labeled.flatMap((own) => pointOf(labels, own, k)),
        method,
      );
      position.set(middle, (row * points + k) * 2);
      const occluded = seen.filter((how) => how === visibilities.occluded).length;
      visibility[row * points + k] = 2 * occluded > seen.length ? visibilities.occluded : visibilities.visible;
    }
  }
  return createLabeledFrames({
    ...labels,
    annotators: [annotator],
    image: Int32Array.from(animals, ({ image }) => image),
    individual: Int32Array.from(animals, ({ individual }) => individual),
    annotator: new Int32Array(animals.length),
    position,
    visibility,
  });
}

/** How far one annotator is from the others. */
export interface AnnotatorDistance {
  /** Points that another annotator placed too. */
  readonly points: number;
  readonly medianPx: number | null;
  readonly meanPx: number | null;
}

/** How well annotators agree: what a model can be asked for. */
export interface AnnotatorAgreement {
  readonly perAnnotator: Readonly<
    Record<string, AnnotatorDistance & { readonly perKeypoint: Readonly<Record<string, AnnotatorDistance>> }>
  >;
  /** Points that two annotators or more placed. */
  readonly sharedPoints: number;
  /**
   * Share of these points that the nearest, the average and the farthest annotator placed within each radius of the
   * others: lists of the same length.
   */
  readonly curve: {
    readonly radiusPx: readonly number[];
    readonly best: readonly number[];
    readonly mean: readonly number[];
    readonly worst: readonly number[];
  } | null;
}

/**
 * Returns the distance of each annotator's points from the middle of all others' (leave one out; Segalin et al. 2021,
 * figure 2), for each keypoint and as shares within a radius.
 * @param options `radiiPx`: list of radii, default 0, 1, ... 20.
 */
export function compareAnnotators(
  labels: LabeledFrames,
  options: { method?: MiddleMethod; radiiPx?: readonly number[] } = {},
): AnnotatorAgreement {
  const { method = 'median', radiiPx = Array.from({ length: 21 }, (_, i) => i) } = options;
  const { annotators, skeleton } = labels;
  const distances = annotators.map(() => skeleton.keypoints.map((): number[] => []));
  const shared: { best: number; mean: number; worst: number }[] = [];
  for (const { rows } of groupRows(labels)) {
    for (let k = 0; k < skeleton.keypoints.length; k++) {
      const placed = rows.map((row) => pointOf(labels, row, k));
      const own: number[] = [];
      for (const [a, [x, y]] of placed.entries()) {
        const others = placed.flatMap((point, b) => (a === b ? [] : point));
        const [mx, my] = middleOfPoints(others, method);
        const distance = Math.hypot(x - mx, y - my);
        if (Number.isNaN(distance)) continue;
        own.push(distance);
        distances[a]?.[k]?.push(distance);
      }
      if (own.length > 0) shared.push({ best: Math.min(...own), mean: mean(own), worst: Math.max(...own) });
    }
  }
  const summarize = (values: readonly number[]): AnnotatorDistance => ({
    points: values.length,
    medianPx: values.length === 0 ? null : median(values),
    meanPx: values.length === 0 ? null : mean(values),
  });
  const perAnnotator = Object.fromEntries(
    annotators.map((name, a) => {
      const own = distances[a] as number[][];
      const perKeypoint = Object.fromEntries(
        skeleton.keypoints.map((point, k) => [point, summarize(own[k] as number[])]),
      );
      return [name, { ...summarize(own.flat()), perKeypoint }];
    }),
  );
  const share = (key: 'best' | 'mean' | 'worst') =>
    radiiPx.map((radius) => shared.filter((point) => point[key] <= radius).length / shared.length);
  return {
    perAnnotator,
    sharedPoints: shared.length,
    curve:
      shared.length === 0
        ? null
        : { radiusPx: radiiPx, best: share('best'), mean: share('mean'), worst: share('worst') },
  };
}
