import {
  type AnnotatorAgreement,
  type AnnotatorScale,
  annotatorEllipses,
  compareAnnotators,
  type ExchangeReport,
  findLeftRightExchanges,
  pooledEllipses,
  type ScatterEllipse,
} from '@zoopraxis/behavior';
import { type LabeledFrames, StorageError } from '@zoopraxis/core';

/** How well the annotators of keypoints of a project agree. */
export interface KeypointAnnotators {
  /** Those with labels, by name. */
  readonly annotators: readonly string[];
  /** Images with an animal that two annotators or more labeled. */
  readonly sharedImages: number;
  readonly sharedAnimals: number;
  readonly agreement: AnnotatorAgreement;
  /** Typical scatter, by keypoint, px; along and across the body where nose and tail base are known. */
  readonly scatter: Readonly<Record<string, ScatterEllipse | null>>;
  readonly scatterAlongBody: boolean;
  readonly leftAndRight: Pick<ExchangeReport, 'perAnnotator' | 'perPair'> & {
    /** By image and annotator, worst first. */
    readonly proposals: readonly {
      readonly image: string;
      readonly individual: string;
      readonly annotator: string;
      readonly pair: string;
      readonly labeledPx: number;
      readonly exchangedPx: number;
    }[];
    readonly undecided: number;
  };
}

/** Settings of {@link measureKeypointAnnotators}. */
export interface KeypointAnnotatorsOptions {
  readonly unit: 'px' | 'body lengths';
  readonly reference: 'others' | 'all';
  /** Closest and furthest annotator of each frame, or of each point. */
  readonly bandBy: 'frame' | 'point';
  /** List of radii in the unit. */
  readonly radii?: readonly number[];
}

/**
 * Returns how well annotators agree on the images that two or more of them labeled.
 * @throws StorageError where no animal was labeled by two, or body lengths are asked of a skeleton without nose and tail base.
 */
export function measureKeypointAnnotators(
  labels: LabeledFrames,
  { unit, reference, bandBy, radii }: KeypointAnnotatorsOptions,
): KeypointAnnotators {
  const { skeleton, annotators, individuals, images } = labels;
  const used = annotators.filter((_, index) => labels.annotator.includes(index));
  const shared = annotatorEllipses(labels);
  if (shared.length === 0) {
    throw new StorageError(
      `no animal was labeled by two annotators or more; labels are of ${used.join(', ') || 'nobody'}`,
      { hint: 'Let a second person label some of the same images, or import that person’s DeepLabCut folder as well.' },
    );
  }
  const body = bodyOf(labels);
  if (unit === 'body lengths' && body === undefined) {
    throw new StorageError('body lengths need keypoints with the roles nose and tailBase', {
      hint: 'Measure in px, or give the skeleton of the project these roles.',
    });
  }
  const scale: AnnotatorScale =
    unit === 'px' || body === undefined ? { unit: 'px' } : { unit: 'body lengths', ...body };
  const pooled = pooledEllipses(labels, body === undefined ? {} : { body });
  const exchanges = findLeftRightExchanges(labels);
  return {
    annotators: used,
    sharedImages: new Set(shared.map(({ image }) => image)).size,
    sharedAnimals: shared.length,
    agreement: compareAnnotators(labels, { scale, reference, bandBy, ...(radii === undefined ? {} : { radii }) }),
    scatter: Object.fromEntries(skeleton.keypoints.map((name, k) => [name, pooled[k] ?? null])),
    scatterAlongBody: body !== undefined,
    leftAndRight: {
      perAnnotator: exchanges.perAnnotator,
      perPair: exchanges.perPair,
      proposals: exchanges.exchanges
        .toSorted((a, b) => b.labeledPx - b.exchangedPx - (a.labeledPx - a.exchangedPx))
        .map(({ image, individual, annotator, pair, labeledPx, exchangedPx }) => ({
          image: `${images[image]?.group}/${images[image]?.file}`,
          individual: individuals[individual] as string,
          annotator: annotators[annotator] as string,
          pair: pair.map((k) => skeleton.keypoints[k]).join('/'),
          labeledPx,
          exchangedPx,
        })),
      undecided: exchanges.undecided.length,
    },
  };
}

/** Returns the names of nose and tail base, undefined where the skeleton has not both. */
function bodyOf({ skeleton: { keypoints, roles } }: LabeledFrames): { from: string; to: string } | undefined {
  const { tailBase, nose } = roles;
  if (tailBase === undefined || nose === undefined) return undefined;
  return { from: keypoints[tailBase] as string, to: keypoints[nose] as string };
}
