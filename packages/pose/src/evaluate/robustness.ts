import { type Picture, Random } from '@zoopraxis/core';
import { type CorruptionKind, corruptionKinds, corruptPicture } from './corruptions.js';
import { describeErrors } from './error-statistics.js';
import { pairDistances } from './evaluate-pose.js';
import { type DistanceScale, type DistanceUnit, pxPerUnit } from './length-of-pairs.js';
import { type OccludedPicture, occludePicture } from './occluders.js';
import type { PosePairs } from './pair-predictions.js';

/** What is done to all pictures of one pass. */
export type RobustnessCondition =
  | { readonly kind: 'clean'; readonly severity: 0 }
  | { readonly kind: 'occlusion' | CorruptionKind; readonly severity: number };

/** Returns every pass in order: clean, occlusion at severities 1 to 5, and each of the corruptions at 1 to 5. */
export function robustnessConditions(
  kinds: readonly ('occlusion' | CorruptionKind)[] = ['occlusion', ...corruptionKinds],
): RobustnessCondition[] {
  const passes = kinds.flatMap((kind) => [1, 2, 3, 4, 5].map((severity): RobustnessCondition => ({ kind, severity })));
  return [{ kind: 'clean', severity: 0 }, ...passes];
}

/** Returns a condition in one word, as files are named: `clean`, `occlusion-3`, `motion-blur-5`. */
export function conditionName({ kind, severity }: RobustnessCondition): string {
  return kind === 'clean' ? kind : `${kind.replaceAll(' ', '-')}-${severity}`;
}

/**
 * Returns a picture as a condition changes it; chance depends on the seed, the kind and the picture's name alone.
 * @param points Labeled points, shape `[animal, keypoint, 2]`, px; NaN = no label.
 */
export function pictureUnder(
  condition: RobustnessCondition,
  picture: Picture,
  options: {
    readonly points: ArrayLike<number>;
    readonly keypointCount: number;
    readonly name: string;
    readonly seed: number;
  },
): OccludedPicture {
  const { points, keypointCount, name, seed } = options;
  const { kind, severity } = condition;
  const random = new Random(seed).fork('robustness', kind, name);
  if (kind === 'occlusion') return occludePicture(picture, points, { keypointCount, severity, random });
  const changed = kind === 'clean' ? picture : corruptPicture(picture, { kind, severity }, random);
  return { picture: changed, hidden: new Uint8Array(points.length / 2), coveredShare: 0 };
}

/** Accuracy over severities of one corruption. */
export interface CorruptionCurve {
  readonly kind: CorruptionKind;
  /** Share of the labeled points within the radius at severities 0 (clean) to 5; list of six. */
  readonly accuracy: readonly (number | null)[];
  /** Mean error over predicted points at severities 0 to 5, px; list of six. */
  readonly meanErrorPx: readonly (number | null)[];
  /** Mean over severities 1 to 5 of (clean accuracy - accuracy) / clean accuracy; below 0 where it got better; null where nothing is right when clean. */
  readonly relativeLoss: number | null;
}

/** A model's robustness against worse pictures: plain JSON data. */
export interface CorruptionEvaluation {
  readonly radius: number;
  readonly unit: DistanceUnit;
  readonly points: number;
  readonly curves: readonly CorruptionCurve[];
  /** Mean of `relativeLoss` over the kinds: 0 = nothing lost, 1 = everything. */
  readonly meanRelativeLoss: number | null;
}

/** Returns the mean relative loss of accuracy, given clean and at severities (list); null where the clean one is 0. */
export function relativeLoss(clean: number, corrupted: readonly number[]): number | null {
  if (corrupted.length === 0) throw new RangeError('relative loss: needs at least one severity, got none');
  if (clean === 0) return null;
  return corrupted.reduce((sum, accuracy) => sum + (clean - accuracy) / clean, 0) / corrupted.length;
}

/**
 * Returns how much accuracy corruptions cost. All passes must be over the same labels.
 * @param passes Clean predictions, and those at severities 1 to 5 of each kind, list of five.
 * @throws RangeError where a kind has not five severities.
 */
export function evaluateCorruptions(
  passes: { readonly clean: PosePairs; readonly corrupted: ReadonlyMap<CorruptionKind, readonly PosePairs[]> },
  options: DistanceScale & { readonly radius?: number; readonly unit?: DistanceUnit } = {},
): CorruptionEvaluation {
  const { radius = 5, unit = 'px' } = options;
  const { clean, corrupted } = passes;
  const points = clean.skeleton.keypoints.length;
  const scale = pxPerUnit(clean, unit, options);
  const places = [...pairDistances(clean).keys()].filter((at) => !Number.isNaN(clean.labeled[2 * at] as number));
  const measure = (pairs: PosePairs) => {
    if (pairs.labeled.length !== clean.labeled.length) {
      throw new RangeError('corruptions: every pass must be over the labels of the clean pass');
    }
    const distances = pairDistances(pairs);
    const isRight = (at: number) => (distances[at] as number) <= radius * (scale[Math.floor(at / points)] as number);
    const right = places.filter(isRight).length;
    const { meanErrorPx } = describeErrors(
      places.map((at) => distances[at] as number),
      [],
    );
    return { accuracy: places.length === 0 ? null : right / places.length, meanErrorPx };
  };
  const atZero = measure(clean);
  const curves = [...corrupted].map(([kind, list]): CorruptionCurve => {
    if (list.length !== 5) throw new RangeError(`corruptions: ${kind} must have severities 1 to 5, got ${list.length}`);
    const measured = [atZero, ...list.map(measure)];
    const accuracy = measured.map((one) => one.accuracy);
    const loss = atZero.accuracy === null ? null : relativeLoss(atZero.accuracy, accuracy.slice(1) as number[]);
    return { kind, accuracy, meanErrorPx: measured.map((one) => one.meanErrorPx), relativeLoss: loss };
  });
  const losses = curves.map((curve) => curve.relativeLoss);
  const isKnown = losses.length > 0 && losses.every((loss) => loss !== null);
  return {
    radius,
    unit,
    points: places.length,
    curves,
    meanRelativeLoss: isKnown ? (losses as number[]).reduce((sum, loss) => sum + loss, 0) / losses.length : null,
  };
}
