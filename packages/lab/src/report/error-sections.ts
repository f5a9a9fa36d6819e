import type { Picture } from '@zoopraxis/core';
import {
  errorDistributionFigure,
  formatMeasure,
  formatPercent,
  keypointErrorFigure,
  pictureSheetFigure,
  type SheetPicture,
} from '@zoopraxis/figures';
import type { PoseEvaluation, PosePairs } from '@zoopraxis/pose';
import type { ReportBlock, ReportSection } from './blocks.js';
import { worstPictures } from './worst-pictures.js';

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
  const { pairs, picture, badge } = options;
  if (picture === undefined) return undefined;
  const { writeJpeg } = await import('@zoopraxis/io/node');
  const pictures: SheetPicture[] = [];
  for await (const { view, ...rest } of worstPictures({ ...options, picture })) {
    const jpeg = Buffer.from(await writeJpeg(view, { quality: 80 }));
    const { widthPx, heightPx } = view;
    pictures.push({ ...rest, address: `data:image/jpeg;base64,${jpeg.toString('base64')}`, widthPx, heightPx });
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
