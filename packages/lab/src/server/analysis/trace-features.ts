import { createFeatureSource, type FeatureInfo, type FeatureSpec, planFeatures } from '@zoopraxis/behavior';
import { DomainError, guessRoles, type KeypointRole, type PoseTracks, type Skeleton } from '@zoopraxis/core';

/** Groups of features that make curves worth looking at. */
const groups = [
  'presence',
  'speeds',
  'turning',
  'angles',
  'partner-distances',
  'partner-position',
  'partner-motion',
] as const;

/** With more columns only the main points of the body are used. */
const mostColumns = 100;

/** Keypoints that stand for the body, from head to tail. */
const mainRoles: readonly KeypointRole[] = ['nose', 'head', 'neck', 'center', 'tailBase'];

/** Returns the keypoints that stand for the body: by what they are, else some from the first to the last; list. */
function mainKeypoints({ keypoints }: Skeleton): string[] {
  const roles = guessRoles(keypoints);
  const found = mainRoles.flatMap((role) => roles[role] ?? []);
  const chosen =
    found.length >= 2
      ? found
      : Array.from({ length: Math.min(4, keypoints.length) }, (_, i) =>
          Math.round((i * (keypoints.length - 1)) / Math.max(1, Math.min(4, keypoints.length) - 1)),
        );
  return [...new Set(chosen)].map((index) => keypoints[index] as string);
}

/**
 * Returns the features that traces show of tracks: speeds, angles, distances and confidence of each animal, as many as
 * skeleton and number of animals allow.
 */
export function traceSpec(
  skeleton: Skeleton,
  individuals: readonly string[],
  { isCalibrated }: { readonly isCalibrated: boolean },
): FeatureSpec {
  const common = { set: 'general', lengths: isCalibrated ? 'cm' : 'px', spansSec: [0.5] } as const;
  const possible = (keypoints: readonly string[] | undefined) =>
    groups.filter((group) => {
      if (individuals.length < 2 && group.startsWith('partner')) return false;
      const one: FeatureSpec = { ...common, groups: [group], ...(keypoints === undefined ? {} : { keypoints }) };
      try {
        return (
          planFeatures(one, skeleton, individuals).columnCount > 0 && columnsOf(skeleton, individuals, one).length > 0
        );
      } catch (error) {
        if (error instanceof DomainError || error instanceof RangeError) return false;
        throw error;
      }
    });
  const all: FeatureSpec = { ...common, groups: possible(undefined) };
  if (countColumns(all, skeleton, individuals) <= mostColumns) return all;
  const keypoints = mainKeypoints(skeleton);
  return { ...common, keypoints, groups: possible(keypoints) };
}

function countColumns(spec: FeatureSpec, skeleton: Skeleton, individuals: readonly string[]): number {
  try {
    return planFeatures(spec, skeleton, individuals).columnCount;
  } catch (error) {
    if (error instanceof DomainError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Returns the columns that features of a skeleton have, without computing any: of made-up tracks of a few frames. */
export function columnsOf(
  skeleton: Skeleton,
  individuals: readonly string[],
  spec: FeatureSpec,
): readonly FeatureInfo[] {
  const frameCount = 4;
  const points = skeleton.keypoints.length;
  const position = new Float32Array(frameCount * individuals.length * points * 2);
  // Points apart from one another, so that lengths exist.
  for (let at = 0; at < position.length; at++) position[at] = (at % (2 * points)) * (at % 2 === 0 ? 7 : 3) + (at >> 3);
  const tracks: PoseTracks = {
    skeleton,
    individuals,
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 30 },
    position,
    confidence: new Float32Array(position.length / 2).fill(1),
    provenance: { operation: 'none', versions: {}, inputs: [], parameters: {} },
  };
  const context =
    'lengths' in spec && spec.lengths === 'cm' ? { calibration: { kind: 'plane', pxPerCm: 10 } as const } : {};
  return createFeatureSource(tracks, spec, context).columns;
}
