import { annotatorEllipses } from '@zoopraxis/behavior';
import { annotatorEllipsesFigure, formatMeasure, formatPercent, pckCurveFigure } from '@zoopraxis/figures';
import { readPicture } from '@zoopraxis/io/node';
import type { LabeledImages } from '../jobs/labeled-images.js';
import { programVersion } from '../jobs/program-version.js';
import { cutOut } from '../render/cut-out.js';
import type { ReportBlock } from '../report/blocks.js';
import { reportPage } from '../report/page.js';
import { pictureAddress } from '../report/track-sections.js';
import type { KeypointAnnotators } from './keypoint-annotators.js';

/** Images that the page shows: those on which annotators differ most. */
const mostShown = 4;
const shown = (value: number | null | undefined) => formatMeasure(value ?? Number.NaN);

/** Returns the HTML page of the annotators of keypoints: distances, band, scatter, left and right, and images where they differ. */
export async function keypointAnnotatorsReport(
  measured: KeypointAnnotators,
  images: LabeledImages,
  { project, reference, bandBy }: { project: string; reference: 'others' | 'all'; bandBy: 'frame' | 'point' },
): Promise<string> {
  const { annotators, agreement, sharedImages, sharedAnimals, scatter, scatterAlongBody, leftAndRight } = measured;
  const { unit, perAnnotator, band, sharedPoints } = agreement;
  const keypoints = Object.keys(scatter);
  const against = reference === 'others' ? 'the median of all others' : 'the median of all, their own point included';
  const bandBlocks: ReportBlock[] =
    band === null
      ? []
      : [
          {
            kind: 'figure',
            name: 'annotators-pck',
            svg: pckCurveFigure(
              { unit, radius: band.radius, curves: [], humans: band },
              { title: 'Points within a radius', subtitle: `of ${against}` },
            ),
            caption: `The closest, mean and furthest annotator of each ${bandBy}: what a model can be held against.`,
          },
        ];
  return reportPage({
    title: `Annotators of ${project}`,
    lead: `${sharedAnimals} animals in ${sharedImages} images that two annotators or more labeled; ${annotators.join(', ')}.`,
    synthetic: false,
    highlights: annotators
      .slice(0, 4)
      .map((name) => ({ value: shown(perAnnotator[name]?.median), label: `${name}, median distance, ${unit}` })),
    sections: [
      {
        title: 'Distances',
        blocks: [
          ...bandBlocks,
          {
            kind: 'table',
            columns: ['annotator', 'points', 'median', 'mean', ...keypoints],
            rows: annotators.map((name) => {
              const own = perAnnotator[name];
              return [
                name,
                String(own?.points ?? 0),
                shown(own?.median),
                shown(own?.mean),
                ...keypoints.map((keypoint) => shown(own?.perKeypoint[keypoint]?.median)),
              ];
            }),
            caption: `Distance from ${against}, ${unit}, over ${sharedPoints} points; by keypoint the median.`,
          },
        ],
      },
      {
        title: 'Scatter',
        blocks: [
          ...(await worstFigures(images)),
          {
            kind: 'table',
            columns: ['keypoint', 'points', 'larger half axis, px', 'smaller half axis, px', 'angle, degrees'],
            rows: Object.entries(scatter).map(([name, ellipse]) => [
              name,
              String(ellipse?.points ?? 0),
              shown(ellipse?.majorHalfAxis),
              shown(ellipse?.minorHalfAxis),
              ellipse === null ? '–' : ((ellipse.angleRad * 180) / Math.PI).toFixed(0),
            ]),
            caption: `One standard deviation within images. ${scatterAlongBody ? 'The angle is from the axis of the body, tail base to nose.' : 'The angle is from the x axis of the image.'}`,
          },
        ],
      },
      {
        title: 'Left and right',
        blocks: [
          {
            kind: 'text',
            text:
              leftAndRight.proposals.length === 0
                ? `No exchange of left and right was found. ${leftAndRight.undecided} pairs are undecided: as many annotators see them one way as the other.`
                : `Pairs that most annotators see the other way. These are proposals, nothing was changed; ${leftAndRight.undecided} more pairs are undecided.`,
          },
          {
            kind: 'table',
            columns: ['annotator', 'judged pairs', 'exchanged', 'share'],
            rows: Object.entries(leftAndRight.perAnnotator)
              .filter(([name]) => annotators.includes(name))
              .map(([name, { judged, exchanged, share }]) => [
                name,
                String(judged),
                String(exchanged),
                share === null ? '–' : formatPercent(share),
              ]),
          },
          ...(leftAndRight.proposals.length === 0
            ? []
            : [
                {
                  kind: 'table' as const,
                  columns: ['image', 'annotator', 'pair', 'distance, px', 'exchanged, px'],
                  rows: leftAndRight.proposals
                    .slice(0, 100)
                    .map((one) => [one.image, one.annotator, one.pair, shown(one.labeledPx), shown(one.exchangedPx)]),
                },
              ]),
        ],
      },
    ],
    foot: `Zoopraxis ${programVersion}. Definitions: docs/annotators.md`,
  });
}

/** Returns figures of the animals on which annotators differ most, over their pictures. */
async function worstFigures({ labels, paths }: LabeledImages): Promise<ReportBlock[]> {
  const { skeleton, annotators, images } = labels;
  const points = skeleton.keypoints.length;
  const spread = (ellipses: ReturnType<typeof annotatorEllipses>[number]['ellipses']) =>
    Math.max(...ellipses.map((ellipse) => ellipse?.majorHalfAxis ?? 0));
  const worst = annotatorEllipses(labels)
    .toSorted((a, b) => spread(b.ellipses) - spread(a.ellipses))
    .slice(0, mostShown);
  const blocks: ReportBlock[] = [];
  for (const [place, { image, individual, ellipses }] of worst.entries()) {
    const rows = [...labels.image.keys()].filter(
      (row) => labels.image[row] === image && labels.individual[row] === individual,
    );
    const placed = rows.map((row) => labels.position.subarray(row * points * 2, (row + 1) * points * 2));
    const name = `${images[image]?.group}/${images[image]?.file}`;
    const path = paths[image];
    const picture = path === undefined ? undefined : await readPicture(path).catch(() => undefined);
    // Labels may outlive their pictures; points alone still show who differs.
    if (picture === undefined) {
      blocks.push({ kind: 'text', text: `${name}: the picture cannot be read.` });
      continue;
    }
    const { picture: view, origin } = cutOut(picture, placed);
    const at = (list: ArrayLike<number>, k: number): [number, number] => [
      (list[2 * k] as number) - origin[0],
      (list[2 * k + 1] as number) - origin[1],
    ];
    blocks.push({
      kind: 'figure',
      name: `annotators-${place + 1}`,
      svg: annotatorEllipsesFigure(
        {
          keypoints: skeleton.keypoints,
          edges: skeleton.edges,
          annotators: rows.map((row) => annotators[labels.annotator[row] as number] as string),
          points: placed.map((list) => skeleton.keypoints.map((_, k) => at(list, k))),
          ellipses: ellipses.flatMap((ellipse, keypoint) =>
            ellipse === null
              ? []
              : [
                  {
                    keypoint,
                    x: ellipse.centerX - origin[0],
                    y: ellipse.centerY - origin[1],
                    majorPx: ellipse.majorHalfAxis,
                    minorPx: ellipse.minorHalfAxis,
                    angleRad: ellipse.angleRad,
                  },
                ],
          ),
          widthPx: view.widthPx,
          heightPx: view.heightPx,
          background: await pictureAddress(view),
        },
        { title: name },
      ),
      caption: `Where annotators differ most: number ${place + 1}.`,
    });
  }
  return blocks;
}
