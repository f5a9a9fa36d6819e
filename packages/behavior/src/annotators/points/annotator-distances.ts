import { type LabeledFrames, type MiddleMethod, mean, median, middleOfPoints } from '@zoopraxis/core';
import { type AnnotatorScale, pxPerUnit } from './length-scale.js';
import { pointInRow, sharedAnimals } from './shared-animals.js';

/** How far one annotator is from the others, in the unit of the comparison. */
export interface AnnotatorDistance {
  /** Points that another annotator placed too. */
  readonly points: number;
  readonly median: number | null;
  readonly mean: number | null;
}

/**
 * Shares of points within a radius, lists of the same length: how well humans do at best, on average and at worst, a band
 * to hold a model's curve against.
 */
export interface AnnotatorBand {
  readonly radius: readonly number[];
  readonly closest: readonly number[];
  readonly mean: readonly number[];
  readonly furthest: readonly number[];
}

/** How well annotators agree: what a model can be asked for. */
export interface AnnotatorAgreement {
  readonly unit: AnnotatorScale['unit'];
  readonly perAnnotator: Readonly<
    Record<string, AnnotatorDistance & { readonly perKeypoint: Readonly<Record<string, AnnotatorDistance>> }>
  >;
  /** Points that two annotators or more placed and whose image has a scale. */
  readonly sharedPoints: number;
  /** Such points left out because their image has no scale. */
  readonly pointsWithoutScale: number;
  readonly band: AnnotatorBand | null;
  readonly bandPerKeypoint: Readonly<Record<string, AnnotatorBand | null>>;
}

/** Settings of {@link compareAnnotators}. */
export interface CompareAnnotatorsOptions {
  /** How points become one, default median of x and of y. */
  readonly method?: MiddleMethod;
  /**
   * What each annotator is measured against: the middle of all others (leave one out, the default), or of all with the
   * annotator's own point, which flatters (the published code of Segalin et al. 2021).
   */
  readonly reference?: 'others' | 'all';
  /**
   * Who is the closest and the furthest: `frame` (default, Segalin et al. 2021): the annotator with the least and the
   * greatest mean squared distance over all points of an animal in an image; `point`: for each point by itself, a wider band.
   */
  readonly bandBy?: 'frame' | 'point';
  /** Default px. */
  readonly scale?: AnnotatorScale;
  /** List of radii in the unit of the scale; default 0..20 px, 0..10 mm, 0..0.2 body lengths in 20 steps. */
  readonly radii?: readonly number[];
}

interface BandPoints {
  closest: number[];
  mean: number[];
  furthest: number[];
}

const widest: Readonly<Record<AnnotatorScale['unit'], number>> = { px: 20, mm: 10, 'body lengths': 0.2 };

/** Returns distances of one animal, `[annotator][keypoint]`; NaN where nobody else placed the point. */
function distancesOf(
  labels: LabeledFrames,
  rows: readonly number[],
  { method = 'median', reference = 'others' }: CompareAnnotatorsOptions,
): number[][] {
  const distances = rows.map(() => labels.skeleton.keypoints.map(() => Number.NaN));
  for (let k = 0; k < labels.skeleton.keypoints.length; k++) {
    const placed = rows.map((row) => pointInRow(labels, row, k));
    const count = placed.filter(([x]) => !Number.isNaN(x)).length;
    if (count < 2) continue;
    const all = reference === 'all' ? middleOfPoints(placed.flat(), method) : undefined;
    for (const [a, [x, y]] of placed.entries()) {
      if (Number.isNaN(x)) continue;
      const [mx, my] =
        all ??
        middleOfPoints(
          placed.flatMap((point, b) => (a === b ? [] : point)),
          method,
        );
      (distances[a] as number[])[k] = Math.hypot(x - mx, y - my);
    }
  }
  return distances;
}

/** Adds the closest, mean and furthest distances of one animal to the points of each keypoint. */
function addToBand(band: readonly BandPoints[], distances: readonly number[][], by: 'frame' | 'point'): void {
  const squares = distances.map((own) => mean(own.map((distance) => distance * distance)));
  const order = squares
    .map((value, annotator) => ({ value, annotator }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => a.value - b.value)
    .map(({ annotator }) => annotator);
  const [best, worst] = [order[0] ?? -1, order.at(-1) ?? -1];
  for (const [k, points] of band.entries()) {
    const here = distances.map((own) => own[k] as number).filter((distance) => !Number.isNaN(distance));
    if (here.length === 0) continue;
    points.mean.push(mean(here));
    const closest = by === 'frame' ? (distances[best]?.[k] as number) : Math.min(...here);
    const furthest = by === 'frame' ? (distances[worst]?.[k] as number) : Math.max(...here);
    if (!Number.isNaN(closest)) points.closest.push(closest);
    if (!Number.isNaN(furthest)) points.furthest.push(furthest);
  }
}

function describeBand(points: readonly BandPoints[], radii: readonly number[]): AnnotatorBand | null {
  const share = (key: keyof BandPoints) => {
    const values = points.flatMap((of) => of[key]).sort((a, b) => a - b);
    let within = 0;
    return radii.map((radius) => {
      while (within < values.length && (values[within] as number) <= radius) within++;
      return within / values.length;
    });
  };
  if (points.every((of) => of.closest.length === 0 || of.furthest.length === 0)) return null;
  return { radius: radii, closest: share('closest'), mean: share('mean'), furthest: share('furthest') };
}

function summarize(values: readonly number[]): AnnotatorDistance {
  if (values.length === 0) return { points: 0, median: null, mean: null };
  return { points: values.length, median: median(values), mean: mean(values) };
}

/**
 * Returns the distance of each annotator's points from the middle of all others' (Segalin et al. 2021, figure 2), for each
 * keypoint, and the shares of points within a radius for the closest, the mean and the furthest annotator.
 * @throws RangeError for radii that do not ascend from 0 or more, or a scale that cannot be.
 */
export function compareAnnotators(labels: LabeledFrames, options: CompareAnnotatorsOptions = {}): AnnotatorAgreement {
  const { annotators, skeleton } = labels;
  const { scale = { unit: 'px' }, bandBy = 'frame' } = options;
  const radii = options.radii ?? Array.from({ length: 21 }, (_, i) => (i * widest[scale.unit]) / 20);
  const bad = radii.findIndex((radius, i) => !(radius >= 0) || (i > 0 && radius <= (radii[i - 1] as number)));
  if (bad >= 0) throw new RangeError(`annotators: radii must ascend from 0 or more, got ${radii[bad]}`);
  const unitPx = pxPerUnit(labels, scale);
  const distances = annotators.map(() => skeleton.keypoints.map((): number[] => []));
  const band = skeleton.keypoints.map((): BandPoints => ({ closest: [], mean: [], furthest: [] }));
  let pointsWithoutScale = 0;
  for (const { image, rows } of sharedAnimals(labels)) {
    const px = unitPx[image] as number;
    const inPx = distancesOf(labels, rows, options);
    if (Number.isNaN(px)) {
      pointsWithoutScale += skeleton.keypoints.filter((_, k) => inPx.some((own) => !Number.isNaN(own[k]))).length;
      continue;
    }
    const inUnit = inPx.map((own) => own.map((distance) => distance / px));
    for (const [a, own] of inUnit.entries()) {
      for (const [k, distance] of own.entries()) if (!Number.isNaN(distance)) distances[a]?.[k]?.push(distance);
    }
    addToBand(band, inUnit, bandBy);
  }
  const perAnnotator = annotators.map((name, a) => {
    const own = distances[a] as number[][];
    const perKeypoint = skeleton.keypoints.map((point, k) => [point, summarize(own[k] as number[])]);
    return [name, { ...summarize(own.flat()), perKeypoint: Object.fromEntries(perKeypoint) }];
  });
  return {
    unit: scale.unit,
    perAnnotator: Object.fromEntries(perAnnotator),
    sharedPoints: band.reduce((sum, points) => sum + points.mean.length, 0),
    pointsWithoutScale,
    band: describeBand(band, radii),
    bandPerKeypoint: Object.fromEntries(
      skeleton.keypoints.map((point, k) => [point, describeBand([band[k] as BandPoints], radii)]),
    ),
  };
}
