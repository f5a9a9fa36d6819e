import {
  IntegrityError,
  type LabeledFrames,
  neighborLeak,
  Random,
  splitByGroup,
  splitFrames,
  visibilities,
} from '@zoopraxis/core';
import { imageName } from './pose-samples.js';

/** Which labeled images are learned from and which are kept to measure the error; indices into the labels' images. */
export interface PoseSplit {
  /** `groups`: recordings are held out whole; `frames`: single frames of recordings that are also trained on; `none`: nothing is held out. */
  readonly kind: 'groups' | 'frames' | 'none';
  /** Ascending list of image indices. */
  readonly train: readonly number[];
  /** Ascending list of image indices. */
  readonly heldOut: readonly number[];
  /** Groups that are held out whole, sorted. */
  readonly heldOutGroups: readonly string[];
  /** Share of held-out frames that have a training frame of the same recording within {@link NEIGHBOR_FRAMES}; 0..1. */
  readonly neighborShare: number;
  /** What the reader of the results must know, as sentences. */
  readonly warnings: readonly string[];
}

/** How images are split. */
export interface SplitOptions {
  /** Groups to hold out whole. */
  readonly testGroups?: readonly string[];
  /** Share of the images to hold out where no groups are named, 0..0.9; 0.2 by default. With 0 nothing is held out. */
  readonly heldOutShare?: number;
  /** What another model held out: the same is held out again, so that the errors of the two are of the same images. */
  readonly heldOutLike?: HeldOutLike;
  readonly seed: number;
}

/** What the training of a model held out, as its card names it. */
export interface HeldOutLike {
  /** Names `group/file`, list. */
  readonly images: readonly string[];
  /** Groups that were held out whole, list: what was labeled in them since is held out too. */
  readonly groups: readonly string[];
}

/** Frames this near in one recording show nearly the same picture. */
export const NEIGHBOR_FRAMES = 30;

/** Returns the error for labels without a single point. */
export function noLabeledPoint(): IntegrityError {
  return new IntegrityError('the labels hold no point to train on: every keypoint of every image is missing', {
    hint: 'Label some frames first, or check that the labels were imported with their positions.',
  });
}

function frameOf({ images }: LabeledFrames, image: number): number | undefined {
  const { frame, file } = images[image] as (typeof images)[number];
  if (frame !== undefined) return frame;
  const digits = /(\d+)\.[^.]*$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Returns a split of the labeled images: what another model held out; else the named groups held out whole; else whole groups
 * up to the share, where there are several; else single frames, with a warning. Images without a single point are on neither
 * side.
 * @throws IntegrityError where no image has a labeled point, or nothing of what another model held out is labeled; RangeError
 * for a group that is not there, for a share out of range, or where nothing is left to train on.
 */
export function splitImages(labels: LabeledFrames, options: SplitOptions): PoseSplit {
  const { testGroups, heldOutShare = 0.2, heldOutLike, seed } = options;
  if (!(heldOutShare >= 0 && heldOutShare <= 0.9)) {
    throw new RangeError(`heldOutShare: must be in 0..0.9, got ${heldOutShare}`);
  }
  const points = labels.skeleton.keypoints.length;
  const labeled = new Set<number>();
  for (let row = 0; row < labels.image.length; row++) {
    const seen = labels.visibility.subarray(row * points, (row + 1) * points);
    if (seen.some((value) => value !== visibilities.absent)) labeled.add(labels.image[row] as number);
  }
  const all = [...labeled].sort((a, b) => a - b);
  if (all.length === 0) throw noLabeledPoint();
  const groupOf = (image: number): string => (labels.images[image] as (typeof labels.images)[number]).group;
  const groups = [...new Set(all.map(groupOf))].sort();
  const stranger = testGroups?.find((group) => !groups.includes(group));
  if (stranger !== undefined) {
    throw new RangeError(`testGroups: must be labeled groups (${groups.join(', ')}), got ${stranger}`);
  }
  if (heldOutLike !== undefined && testGroups !== undefined) {
    throw new RangeError('heldOutLike: cannot be given together with testGroups');
  }
  const byGroup = testGroups !== undefined && testGroups.length > 0;
  const again = heldOutLike === undefined ? undefined : placesHeldOutLike(all, labels, heldOutLike);
  const kind = again
    ? again.kind
    : byGroup
      ? 'groups'
      : heldOutShare === 0
        ? 'none'
        : groups.length > 1
          ? 'groups'
          : 'frames';
  if (byGroup && testGroups.length === groups.length) {
    throw new RangeError(`testGroups: must leave a labeled image to train on, got all of ${testGroups.join(', ')}`);
  }
  const draw = { fractions: { test: heldOutShare }, random: new Random(seed).fork('split') };
  const draws = {
    groups: () => splitByGroup(all.map(groupOf), byGroup ? { test: testGroups } : draw),
    // A single image cannot be on both sides.
    frames: () => (all.length === 1 ? { train: [0], validation: [], test: [] } : splitFrames(all.length, draw)),
    none: () => ({ train: [...all.keys()], validation: [], test: [] }),
  };
  const places = again ?? draws[kind]();
  const leak = neighborLeak(
    places,
    all.map(groupOf),
    all.map((image) => frameOf(labels, image)),
    { withinFrames: NEIGHBOR_FRAMES },
  );
  const imagesAt = (list: readonly number[]) => list.map((at) => all[at] as number);
  const [train, heldOut] = [imagesAt(places.train), imagesAt(places.test)];
  const neighborShare = leak.share;
  const warnings: string[] = [];
  if (kind === 'frames') {
    warnings.push(
      `The held-out frames are of recordings that are also trained on (${Math.round(100 * neighborShare)} % have a training frame within ${NEIGHBOR_FRAMES} frames): the error on a new recording will be larger.`,
    );
  }
  if (kind === 'none') warnings.push('Nothing is held out: the error of this model is not known.');
  const heldOutGroups = kind === 'groups' ? groups.filter((group) => heldOut.some((at) => groupOf(at) === group)) : [];
  return { kind, train, heldOut, heldOutGroups, neighborShare, warnings };
}

/** Returns the places in a list of images that another model held out, and those that are left to learn from. */
function placesHeldOutLike(all: readonly number[], labels: LabeledFrames, { images, groups }: HeldOutLike) {
  const [names, whole] = [new Set(images), new Set(groups)];
  const isHeldOut = (image: number) =>
    names.has(imageName(labels, image)) || whole.has(labels.images[image]?.group as string);
  const places = [...all.keys()];
  const test = places.filter((at) => isHeldOut(all[at] as number));
  const train = places.filter((at) => !isHeldOut(all[at] as number));
  if (test.length === 0 || train.length === 0) {
    const which = test.length === 0 ? 'none' : 'all';
    throw new IntegrityError(`of the ${all.length} labeled images, ${which} were held out by the other model`, {
      hint: 'Hold out a share of the images instead.',
    });
  }
  return { kind: whole.size > 0 ? ('groups' as const) : ('frames' as const), train, validation: [], test };
}

/** Returns the names of a list of images, sorted. */
export function imageNames(labels: LabeledFrames, images: readonly number[]): string[] {
  return images.map((image) => imageName(labels, image)).sort();
}
