import {
  formatMeasure,
  formatPercent,
  pictureSheetFigure,
  reliabilityFigure,
  robustnessFigure,
  type SheetPicture,
} from '@zoopraxis/figures';
import { readPicture } from '@zoopraxis/io/node';
import { pictureUnder } from '@zoopraxis/pose';
import type { LabeledImages } from '../jobs/labeled-images.js';
import { programVersion } from '../jobs/program-version.js';
import { cutOut } from '../render/cut-out.js';
import type { ReportBlock, ReportSection } from '../report/blocks.js';
import { reportPage } from '../report/page.js';
import { pictureAddress } from '../report/track-sections.js';
import type { RobustnessEvaluation } from './measure-robustness.js';
import type { SweptCondition } from './sweep.js';

/** What the page says beside the numbers. */
export interface RobustnessReportOptions {
  readonly modelName: string;
  readonly modelFolder: string;
  /** What was measured on: `the labels that training held out`. */
  readonly against: string;
  readonly synthetic: boolean;
  readonly images: LabeledImages;
  /** Seed of the sweep, so that the same pictures are shown. */
  readonly seed: number;
}

/** Severities of which a picture is shown. */
const SHOWN = [1, 3, 5];
const severities = [0, 1, 2, 3, 4, 5];

const percent = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : formatPercent(value);
const px = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);
const hundred = (value: number | null | undefined) => (value === null || value === undefined ? null : 100 * value);
const within = ({ radius, unit }: { radius: number; unit: string }) => `within ${radius} ${unit}`;

/** Returns the HTML page of a model under occlusion and worse pictures: score, curves, calibration, and what it was shown. */
export async function robustnessReport(
  evaluation: RobustnessEvaluation,
  swept: readonly SweptCondition[],
  options: RobustnessReportOptions,
): Promise<string> {
  const { occlusion, corruptions, calibration } = evaluation;
  const { modelName, modelFolder, against, synthetic, images } = options;
  const marked = synthetic ? { badge: 'synthetic' } : {};
  const count = `${images.paths.length} ${images.paths.length === 1 ? 'image' : 'images'}`;
  const shown = await shownPictures(swept, options);
  return reportPage({
    title: `Robustness of ${modelName}`,
    lead: `How it stands occlusion and worse pictures: ${count}, compared with ${against}.`,
    synthetic,
    highlights: [
      ...(occlusion === null || occlusion.score === null
        ? []
        : [{ value: formatMeasure(occlusion.score), label: 'occlusion score, 1 to 5' }]),
      ...(corruptions === null
        ? []
        : [{ value: percent(corruptions.meanRelativeLoss), label: 'mean relative loss by corruptions' }]),
      { value: percent(calibration.equalWidth.expected), label: 'expected calibration error' },
    ],
    sections: [
      ...(occlusion === null ? [] : [occlusionSection(occlusion, marked)]),
      ...(corruptions === null ? [] : [corruptionSection(corruptions, marked)]),
      calibrationSection(calibration, marked),
      ...(shown === undefined
        ? []
        : [{ title: 'What it was shown', blocks: [{ ...shown, svg: shown.draw(marked) }] satisfies ReportBlock[] }]),
    ],
    foot: `Zoopraxis ${programVersion}. Card of the model: ${modelFolder}/model.json. Definitions: docs/occlusion-score.md, docs/robustness.md`,
  });
}

type Marked = { badge?: string };

function occlusionSection(occlusion: NonNullable<RobustnessEvaluation['occlusion']>, marked: Marked): ReportSection {
  const { curve, score, reason, interval, version, flaggedTakesPart } = occlusion;
  const bySeverity = severities.map((severity) => curve.find(({ condition }) => condition === severity));
  const line = (name: string, of: (one: (typeof curve)[number]) => number | null) => ({
    name,
    values: bySeverity.map((one) => (one === undefined ? null : hundred(of(one)))),
  });
  const range =
    interval === null ? '' : ` (${100 * interval.level} % range ${px(interval.low)} to ${px(interval.high)})`;
  return {
    title: 'Occlusion',
    blocks: [
      {
        kind: 'text',
        text:
          score === null
            ? `The occlusion score cannot be told: ${reason}.`
            : `Occlusion score (version ${version}): ${px(score)}${range} on a scale from 1 (as good as the same answer for every image) to 5 (everything right). ${
                flaggedTakesPart
                  ? 'Frames with keypoints that somebody flagged as occluded take part.'
                  : 'Fewer than ten frames have keypoints flagged as occluded, so only synthetic occluders count.'
              }`,
      },
      {
        kind: 'figure',
        name: 'occlusion-curve',
        svg: robustnessFigure(
          {
            measure: `points ${within(occlusion)}`,
            unit: '%',
            better: 'higher',
            severities,
            curves: [
              line('all points', ({ accuracy }) => accuracy),
              line('under an occluder', ({ accuracyHidden }) => accuracyHidden),
              line('beside occluders', ({ accuracySeen }) => accuracySeen),
              line('best constant answer', ({ constantAccuracy }) => constantAccuracy),
            ],
          },
          { ...marked, title: 'Accuracy under occluders' },
        ),
        caption:
          'Occluders cover 10, 20, 30, 40 and 50 % of the animal’s box at severities 1 to 5 and lie on its keypoints: with few keypoints soon all of them are hidden.',
      },
      {
        kind: 'table',
        columns: ['severity', 'points', 'right', 'skill', 'kept', 'mean error, px', 'box covered', 'points hidden'],
        rows: curve.map((one) => [
          String(one.condition),
          String(one.points),
          ...[one.accuracy, one.skill, one.retention].map(percent),
          px(one.meanErrorPx),
          ...[one.coveredShare, one.hiddenShare].map(percent),
        ]),
        caption: `Right: ${within(occlusion)} of the label. Skill: 0 % = as the best constant answer, 100 % = all right. Kept: share of the accuracy without occluders.`,
      },
    ],
  };
}

function corruptionSection(
  corruptions: NonNullable<RobustnessEvaluation['corruptions']>,
  marked: Marked,
): ReportSection {
  const { curves } = corruptions;
  return {
    title: 'Worse pictures',
    blocks: [
      {
        kind: 'figure',
        name: 'corruption-curves',
        svg: robustnessFigure(
          {
            measure: `points ${within(corruptions)}`,
            unit: '%',
            better: 'higher',
            severities,
            curves: curves.map(({ kind, accuracy }) => ({ name: kind, values: accuracy.map(hundred) })),
          },
          { ...marked, title: 'Accuracy in worse pictures' },
        ),
        caption: 'Severities of different conditions are not alike: compare models within a condition.',
      },
      {
        kind: 'table',
        columns: ['condition', ...severities.map((severity) => `severity ${severity}`), 'relative loss'],
        rows: curves.map(({ kind, accuracy, relativeLoss }) => [kind, ...accuracy.map(percent), percent(relativeLoss)]),
        caption: `Share of labeled points ${within(corruptions)}. Relative loss: mean over severities 1 to 5 of what is lost of the accuracy at severity 0.`,
      },
    ],
  };
}

function calibrationSection(calibration: RobustnessEvaluation['calibration'], marked: Marked): ReportSection {
  const { equalWidth, equalMass, perKeypoint, missedPoints } = calibration;
  const row = (
    name: string,
    one: Pick<typeof calibration, 'count' | 'accuracy' | 'meanConfidence' | 'brier' | 'equalWidth' | 'equalMass'>,
  ) => [
    name,
    String(one.count),
    ...[one.accuracy, one.meanConfidence, one.equalWidth.expected, one.equalMass.expected, one.equalWidth.maximum].map(
      percent,
    ),
    one.brier?.toFixed(3) ?? '–',
  ];
  return {
    title: 'Confidence',
    blocks: [
      {
        kind: 'figure',
        name: 'reliability',
        svg: reliabilityFigure(
          {
            bins: equalWidth.bins.map(({ meanConfidence: confidence, ...bin }) => ({ ...bin, confidence })),
            ...(equalWidth.expected === null ? {} : { expectedError: equalWidth.expected }),
            right: within(calibration),
          },
          marked,
        ),
        caption: `Can a confidence be read as the share of points that are right? In untouched images.${missedPoints === 0 ? '' : ` ${missedPoints} labeled points have no prediction and no confidence.`}`,
      },
      {
        kind: 'table',
        columns: [
          'keypoint',
          'points',
          'right',
          'mean confidence',
          'ECE, equal width',
          'ECE, equal mass',
          'MCE',
          'Brier',
        ],
        rows: [...Object.entries(perKeypoint).map(([name, one]) => row(name, one)), row('all', calibration)],
        caption: `${equalWidth.bins.length} bins of equal width, ${equalMass.bins.length} of equal mass.`,
      },
    ],
  };
}

/** Returns one image under every kind of condition with the predictions, cut to the animal; undefined without a labeled one. */
async function shownPictures(swept: readonly SweptCondition[], { images, seed }: RobustnessReportOptions) {
  const { labels, paths } = images;
  const [first] = swept;
  if (first === undefined) return undefined;
  const { pairs: clean } = first;
  const points = clean.skeleton.keypoints.length;
  const labeledIn = (pair: number) => clean.labeled.subarray(pair * points * 2, (pair + 1) * points * 2);
  const knownIn = (pair: number) => labeledIn(pair).filter((value) => !Number.isNaN(value)).length;
  const [pair] = clean.individuals.map((_, at) => at).sort((a, b) => knownIn(b) - knownIn(a) || a - b);
  const named = pair === undefined ? undefined : clean.images[clean.image[pair] as number];
  if (pair === undefined || named === undefined) return undefined;
  const at = labels.images.findIndex(({ group, file }) => group === named.group && file === named.file);
  const picture = await readPicture(paths[at] as string);
  const keypointCount = labels.skeleton.keypoints.length;
  // Occluders are drawn from all labels of the image, as in the sweep.
  const rows = [...labels.image.keys()].filter((row) => labels.image[row] === at);
  const drawnFrom = rows.flatMap((row) => [
    ...labels.position.subarray(row * keypointCount * 2, (row + 1) * keypointCount * 2),
  ]);
  const pictures: SheetPicture[] = [];
  for (const { condition, pairs } of swept) {
    if (condition.kind === 'clean' || !SHOWN.includes(condition.severity)) continue;
    const changed = pictureUnder(condition, picture, {
      points: drawnFrom,
      keypointCount,
      name: `${named.group}/${named.file}`,
      seed,
    });
    const labeled = labeledIn(pair);
    const { picture: view, origin } = cutOut(changed.picture, [labeled]);
    const moved = (list: ArrayLike<number>) => Array.from(list, (value, i) => value - (origin[i % 2] as number));
    pictures.push({
      address: await pictureAddress(view),
      widthPx: view.widthPx,
      heightPx: view.heightPx,
      caption: `${condition.kind}, severity ${condition.severity}`,
      predicted: moved(pairs.predicted.subarray(pair * points * 2, (pair + 1) * points * 2)),
      labeled: moved(labeled),
    });
  }
  if (pictures.length === 0) return undefined;
  return {
    kind: 'figure' as const,
    name: 'conditions',
    draw: (marked: Marked) =>
      pictureSheetFigure(
        { keypoints: clean.skeleton.keypoints, pictures },
        { ...marked, title: `${named.group}/${named.file}`, across: SHOWN.length },
      ),
    caption:
      'One image at severities 1, 3 and 5, cut to the animal. Points that were predicted outside of the cut are not seen.',
  };
}
