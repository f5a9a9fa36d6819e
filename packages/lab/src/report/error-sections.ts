import type { Picture } from '@zoopraxis/core';
import {
  errorDistributionFigure,
  formatMeasure,
  formatPercent,
  keypointErrorFigure,
  pictureSheetFigure,
  type SheetPicture,
} from '@zoopraxis/figures';
import { findWorstFrames, type PoseEvaluation, type PosePairs } from '@zoopraxis/pose';
import type { ReportBlock, ReportSection } from './blocks.js';

/** What errors are shown from. */
export interface ErrorSectionOptions {
  readonly title: string;
  readonly evaluation: PoseEvaluation;
  readonly pairs: PosePairs;
  /** Distances in px, shape `[pair, keypoint]`; NaN = no label or no prediction. */
  readonly distances: Float64Array;
  /** What the predictions are compared with, for captions: `labels that the training did not see`. */
  readonly against: string;
  /** Returns a picture by its place in the pairs' images, undefined where it is not shown. */
  readonly picture?: (image: number) => Promise<Picture | undefined>;
  /** Pictures of the sheet, default 6. */
  readonly pictureCount?: number;
  readonly badge?: string;
}

/** Returns the section on errors: numbers, distribution, keypoints, and a sheet of the worst frames. */
export async function errorSection(options: ErrorSectionOptions): Promise<ReportSection> {
  const { title, evaluation, pairs, distances, against, badge } = options;
  const { keypoints } = pairs.skeleton;
  const errors = keypoints.map((_, k) => distances.filter((_, at) => at % keypoints.length === k));
  const marked = badge === undefined ? {} : { badge };
  const sheet = await worstSheet(options);
  const blocks: ReportBlock[] = [
    { kind: 'facts', entries: errorFacts(evaluation) },
    {
      kind: 'figure',
      name: 'error-distribution',
      svg: errorDistributionFigure({ keypoints, errors, against }, { ...marked, subtitle: `distance from ${against}` }),
      caption:
        'Left: how often each error occurs. Right: share of the predicted points within a distance. Points without a prediction are not part of these curves; the table counts them.',
    },
    {
      kind: 'figure',
      name: 'error-by-keypoint',
      svg: keypointErrorFigure({ keypoints, errors }, marked),
    },
    errorTable(evaluation),
    ...(sheet === undefined ? [] : [sheet]),
  ];
  return { title, blocks };
}

const px = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);

function errorFacts({
  meanErrorPx,
  medianErrorPx,
  rmsePx,
  p95ErrorPx,
  intervals,
  bodyLengths,
  ...rest
}: PoseEvaluation) {
  const range = intervals?.meanErrorPx;
  const entries: (readonly [string, string])[] = [
    ['mean error', `${px(meanErrorPx)} px`],
    ['median error', `${px(medianErrorPx)} px`],
    ['root mean square error', `${px(rmsePx)} px`],
    ['95 % of the points within', `${px(p95ErrorPx)} px`],
    ['labeled images', String(rest.frames)],
    ['points without a prediction', `${rest.missedPoints} of ${rest.labeledPoints}`],
  ];
  if (range)
    entries.push([`${(intervals?.level ?? 0) * 100} % range of the mean`, `${px(range[0])} to ${px(range[1])} px`]);
  if (bodyLengths !== null && bodyLengths.meanError !== null) {
    entries.push([`mean error in body lengths (${bodyLengths.from} to ${bodyLengths.to})`, px(bodyLengths.meanError)]);
  }
  return entries;
}

function errorTable(evaluation: PoseEvaluation): ReportBlock {
  const radii = Object.keys(evaluation.pck);
  const row = (
    name: string,
    values: Pick<PoseEvaluation, 'labeledPoints' | 'missedPoints' | 'meanErrorPx' | 'medianErrorPx' | 'rmsePx' | 'pck'>,
  ) => [
    name,
    String(values.labeledPoints),
    String(values.missedPoints),
    px(values.meanErrorPx),
    px(values.medianErrorPx),
    px(values.rmsePx),
    ...radii.map((radius) => formatPercent(values.pck[radius])),
  ];
  const { minimumConfidence } = evaluation.cutoff;
  return {
    kind: 'table',
    caption: 'Errors in px. Shares count points without a prediction as misses.',
    columns: [
      'keypoint',
      'labeled',
      'missed',
      'mean',
      'median',
      'RMSE',
      ...radii.map((radius) => `within ${radius} px`),
    ],
    rows: [
      ...Object.entries(evaluation.perKeypoint).map(([name, values]) => row(name, values)),
      row('all', evaluation),
      row(`all, confidence at least ${minimumConfidence}`, evaluation.cutoff),
    ],
  };
}

async function worstSheet(options: ErrorSectionOptions): Promise<ReportBlock | undefined> {
  const { pairs, distances, picture, pictureCount = 6, badge } = options;
  if (picture === undefined) return undefined;
  const { writeJpeg } = await import('@zoopraxis/io/node');
  const points = pairs.skeleton.keypoints.length;
  const pictures: SheetPicture[] = [];
  for (const worst of findWorstFrames(pairs, distances, pictureCount)) {
    const pair = pairs.individuals.findIndex((individual, at) => {
      const image = pairs.images[pairs.image[at] as number];
      return individual === worst.individual && image?.group === worst.group && image.file === worst.file;
    });
    const pixels = pair < 0 ? undefined : await picture(pairs.image[pair] as number);
    if (pixels === undefined) continue;
    const labeled = pairs.labeled.subarray(pair * points * 2, (pair + 1) * points * 2);
    const predicted = pairs.predicted.subarray(pair * points * 2, (pair + 1) * points * 2);
    const view = cutOut(pixels, [labeled, predicted]);
    pictures.push({
      address: `data:image/jpeg;base64,${Buffer.from(await writeJpeg(view.picture, { quality: 80 })).toString('base64')}`,
      widthPx: view.picture.widthPx,
      heightPx: view.picture.heightPx,
      caption: `${worst.group}/${worst.file}`,
      detail:
        worst.keypoint === null
          ? 'nothing was predicted'
          : `mean ${px(worst.meanErrorPx)} px, largest ${px(worst.largestErrorPx)} px (${worst.keypoint})`,
      predicted: predicted.map((value, i) => value - (view.origin[i % 2] as number)),
      labeled: labeled.map((value, i) => value - (view.origin[i % 2] as number)),
    });
  }
  if (pictures.length === 0) return undefined;
  return {
    kind: 'figure',
    name: 'worst-frames',
    svg: pictureSheetFigure(
      { keypoints: pairs.skeleton.keypoints, pictures },
      { title: 'Frames with the largest errors', ...(badge === undefined ? {} : { badge }) },
    ),
    caption: 'The frames in which predictions lie farthest from the labels, worst first, cut to the animal.',
  };
}

/** Returns the part of a picture around all points, with a margin, in the proportions 4 to 3. */
function cutOut(
  picture: Picture,
  points: readonly ArrayLike<number>[],
): { picture: Picture; origin: readonly [number, number] } {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const list of points) {
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [x, y] = [list[i] as number, list[i + 1] as number];
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (!Number.isFinite(left)) return { picture, origin: [0, 0] };
  const height = Math.min(picture.heightPx, Math.max((bottom - top) * 1.6, (right - left) * 1.2, 120));
  const width = Math.min(picture.widthPx, Math.round((height * 4) / 3));
  const clampTo = (value: number, room: number) => Math.round(Math.min(Math.max(value, 0), Math.max(room, 0)));
  const x0 = clampTo((left + right - width) / 2, picture.widthPx - width);
  const y0 = clampTo((top + bottom - height) / 2, picture.heightPx - height);
  const [w, h] = [Math.floor(width), Math.floor(height)];
  const rgb = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const from = ((y0 + y) * picture.widthPx + x0) * 3;
    rgb.set(picture.rgb.subarray(from, from + w * 3), y * w * 3);
  }
  return { picture: { widthPx: w, heightPx: h, rgb }, origin: [x0, y0] };
}
