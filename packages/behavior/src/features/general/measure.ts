import type { LengthUnit, Region, RegionShape, Unit } from '@zoopraxis/core';
import type { BlockView } from './block-view.js';
import type { BodyRoles } from './roles.js';

/** Groups that features are chosen by, in the order of their columns. */
export const featureGroups = [
  'presence',
  'position',
  'posture',
  'distances',
  'angles',
  'shape',
  'speeds',
  'accelerations',
  'turning',
  'walls',
  'regions',
  'partner-distances',
  'partner-position',
  'partner-motion',
] as const;

/** A group that features are chosen by. */
export type FeatureGroup = (typeof featureGroups)[number];

/** One thing that is measured in each frame: of one animal, of one towards another, of two alike, or of all at once. */
export interface Measure {
  readonly group: FeatureGroup;
  readonly name: string;
  readonly unit: Unit;
  readonly definition: string;
  readonly of: 'animal' | 'ordered pair' | 'pair' | 'frame';
  /** True where the sign says left or right: where animals are not told apart, its absolute value is taken. */
  readonly isSided?: boolean;
  /** Writes the value of each frame of the block for `animal` (and `partner`) into an array of shape `[frame]`. */
  compute(view: BlockView, into: Float64Array, animal: number, partner: number): void;
}

/** An outline in the unit of the features. */
export interface NamedShape {
  readonly name: Region['name'];
  readonly shape: RegionShape;
}

/** What measures are made for. */
export interface MeasureContext {
  readonly keypoints: readonly string[];
  readonly roles: BodyRoles;
  /** Indices of the keypoints that are used, list. */
  readonly used: readonly number[];
  /** Indices of those of head and trunk, list. */
  readonly body: readonly number[];
  readonly edges: readonly (readonly [number, number])[];
  readonly angles?: readonly (readonly [number, number, number])[] | undefined;
  readonly animals: number;
  /** Where animals are told apart, distances between their points are from each to each. */
  readonly isNamed: boolean;
  readonly lengthUnit: LengthUnit;
  /** Seconds, list. */
  readonly spansSec: readonly number[];
  /** Rear and front keypoint that tell first where an animal faces; undefined where none do. List of two. */
  readonly headingPair: readonly [number, number] | undefined;
  readonly arena?: RegionShape | undefined;
  /** True where the arena is taken from where the animals went. */
  readonly arenaIsGuessed: boolean;
  readonly regions: readonly NamedShape[];
}

/** Returns the name of a point: that of a keypoint, or `center`. */
export function pointName({ keypoints, roles }: Pick<MeasureContext, 'keypoints' | 'roles'>, point: number): string {
  if (point < keypoints.length) return keypoints[point] as string;
  return roles.center === undefined ? 'center' : (keypoints[roles.center] as string);
}

/** Returns how the center of an animal is found, in words. */
export function centerInWords({ keypoints, roles, body }: MeasureContext): string {
  const names = body.map((k) => keypoints[k]).join(', ');
  return roles.center === undefined
    ? `the mean of the known points of head and trunk (${names})`
    : `${keypoints[roles.center]}, where missing the mean of the known points of head and trunk (${names})`;
}

/** Returns a span as names of columns tell it: `0.5s`. */
export function spanName(sec: number): string {
  return `${Number(sec.toPrecision(4))}s`;
}
