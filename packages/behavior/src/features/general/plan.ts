import type { LengthUnit, RegionShape, Skeleton } from '@zoopraxis/core';
import { UnavailableError } from '@zoopraxis/core';
import type { FeatureInfo } from '../feature-block.js';
import { windowStatisticNames } from '../windows.js';
import { angleMeasures, distanceMeasures, postureMeasures, presenceMeasures, shapeMeasures } from './body-measures.js';
import { type FeatureGroup, featureGroups, type Measure, type MeasureContext, type NamedShape } from './measure.js';
import { accelerationMeasures, partnerMotionMeasures, speedMeasures, turningMeasures } from './motion-measures.js';
import { partnerDistanceMeasures, partnerPositionMeasures } from './partner-measures.js';
import { positionMeasures, regionMeasures, wallMeasures } from './place-measures.js';
import { type BodyRoles, resolveRoles } from './roles.js';
import type { ExchangeStatistic, GeneralFeatureSpec } from './spec.js';

/** What is known of recordings, beyond skeleton and individuals, when features are planned. */
export interface PlanContext {
  /** Unit of lengths; default that of the spec, px for `auto`. */
  readonly lengthUnit?: LengthUnit;
  /** In the unit of the features. */
  readonly arena?: RegionShape;
  readonly arenaIsGuessed?: boolean;
  readonly regions?: readonly NamedShape[];
}

/** Columns of one group; MARS's are one. */
export interface PlannedGroup {
  readonly group: FeatureGroup | 'mars';
  /** Before windows. */
  readonly baseColumnCount: number;
  /** With windows. */
  readonly columnCount: number;
}

/** A group that gives no columns here, and why. */
export interface GroupLeftOut {
  readonly group: FeatureGroup;
  readonly reason: string;
}

/** How many columns features have, by group, before anything is computed. */
export interface FeaturePlan {
  readonly groups: readonly PlannedGroup[];
  readonly leftOut: readonly GroupLeftOut[];
  readonly baseColumnCount: number;
  readonly columnCount: number;
}

/** A column, and what it is computed from. */
export interface PlannedColumn {
  readonly info: FeatureInfo;
  readonly measure: Measure;
  /** The animals (or pairs) whose values enter it: list of [animal, partner]. */
  readonly from: readonly (readonly [number, number])[];
  /** Undefined where it is the value itself. */
  readonly statistic: ExchangeStatistic | undefined;
  /** True where the absolute value is taken first. */
  readonly isAbsolute: boolean;
}

/** Everything that a skeleton and a spec decide, without positions. */
export interface FeatureLayout {
  readonly roles: BodyRoles;
  /** Keypoints that are used, list of indices. */
  readonly used: readonly number[];
  /** Those of head and trunk, list of indices. */
  readonly body: readonly number[];
  /** Rear and front keypoints, list of index pairs. */
  readonly headingPairs: readonly (readonly [number, number])[];
  /** Seconds, list. */
  readonly spansSec: readonly number[];
}

const makers: Readonly<Record<FeatureGroup, (context: MeasureContext) => Measure[]>> = {
  presence: presenceMeasures,
  position: positionMeasures,
  posture: postureMeasures,
  distances: distanceMeasures,
  angles: angleMeasures,
  shape: shapeMeasures,
  speeds: speedMeasures,
  accelerations: accelerationMeasures,
  turning: turningMeasures,
  walls: wallMeasures,
  regions: regionMeasures,
  'partner-distances': partnerDistanceMeasures,
  'partner-position': partnerPositionMeasures,
  'partner-motion': partnerMotionMeasures,
};

const missing: Readonly<Record<FeatureGroup, string>> = {
  presence: 'there are no keypoints',
  position: 'there are no keypoints',
  posture: 'it is not known where an animal faces: give two of the roles tailBase, center, neck, head, nose',
  distances: 'there are fewer than two keypoints',
  angles: 'fewer than three keypoints have a role along the body, and the skeleton has no edges that meet',
  shape: 'fewer than three keypoints are of head and trunk',
  speeds: 'there are no keypoints',
  accelerations: 'there are no keypoints',
  turning: 'it is not known where an animal faces: give two of the roles tailBase, center, neck, head, nose',
  walls: 'the arena is not known',
  regions: 'the recording has no regions',
  'partner-distances': 'there is only one animal',
  'partner-position': 'there is only one animal, or it is not known where it faces',
  'partner-motion': 'there is only one animal',
};

/**
 * Returns what a skeleton and a spec decide: used keypoints, roles, where an animal faces.
 * @throws UnavailableError for keypoints that do not exist.
 */
export function layoutOf(spec: GeneralFeatureSpec, skeleton: Skeleton): FeatureLayout {
  const used = (spec.keypoints ?? skeleton.keypoints).map((name) => keypointIndex(skeleton, name));
  const all = resolveRoles(skeleton, spec.roles);
  const roles = Object.fromEntries(
    Object.entries(all).filter(([, index]) => used.includes(index as number)),
  ) as BodyRoles;
  const { tailBase, tailMiddle, tailTip, center, neck, head, nose } = roles;
  const tail = new Set([
    tailMiddle,
    tailTip,
    ...used.filter((k) => isLimbOrTail(skeleton.keypoints[k] as string, k, roles)),
  ]);
  const body = used.filter((k) => !tail.has(k));
  const pairs = [
    [tailBase, neck],
    [tailBase, center],
    [center, neck],
    [center, head],
    [center, nose],
    [tailBase, head],
    [tailBase, nose],
    [neck, nose],
  ] as const;
  return {
    roles,
    used,
    body: body.length > 0 ? body : used,
    headingPairs: pairs.filter((pair): pair is readonly [number, number] => !pair.includes(undefined)),
    spansSec: spec.spansSec ?? [0.2, 0.5, 1],
  };
}

function isLimbOrTail(name: string, k: number, { tailBase }: BodyRoles): boolean {
  return k !== tailBase && /^tail|paw|foot|feet|hand$|finger|knee|elbow|thai|thigh|hoof/i.test(name.trim());
}

function keypointIndex({ keypoints }: Skeleton, name: string): number {
  const index = keypoints.indexOf(name);
  if (index >= 0) return index;
  throw new UnavailableError(`features: there is no keypoint ${name}`, {
    hint: `The skeleton has ${keypoints.join(', ')}.`,
  });
}

/**
 * Returns the columns of the general set before windows, in order of groups, and the groups that give none.
 * @throws UnavailableError where a group that is asked for cannot be computed.
 */
export function planColumns(
  spec: GeneralFeatureSpec,
  skeleton: Skeleton,
  individuals: readonly string[],
  known: PlanContext = {},
): {
  readonly columns: readonly PlannedColumn[];
  readonly leftOut: readonly GroupLeftOut[];
  readonly layout: FeatureLayout;
} {
  const layout = layoutOf(spec, skeleton);
  const { lengths = 'auto' } = spec;
  const context: MeasureContext = {
    keypoints: skeleton.keypoints,
    roles: layout.roles,
    used: layout.used,
    body: layout.body,
    edges: skeleton.edges,
    angles: spec.angles?.map(
      ([a, b, c]) => [keypointIndex(skeleton, a), keypointIndex(skeleton, b), keypointIndex(skeleton, c)] as const,
    ),
    animals: individuals.length,
    isNamed: spec.symmetric !== true,
    lengthUnit: known.lengthUnit ?? (lengths === 'auto' ? 'px' : lengths),
    spansSec: layout.spansSec,
    headingPair: layout.headingPairs[0],
    arena: known.arena,
    arenaIsGuessed: known.arenaIsGuessed ?? false,
    regions: known.regions ?? [],
  };
  const leftOut: GroupLeftOut[] = [];
  const wanted = spec.groups ?? featureGroups.filter((group) => group !== 'position');
  const columns = featureGroups
    .filter((group) => wanted.includes(group))
    .flatMap((group) => {
      const measures = makers[group](context);
      if (measures.length === 0) {
        if (spec.groups !== undefined) {
          throw new UnavailableError(`features: group ${group} cannot be computed, for ${missing[group]}`, {
            hint: `Leave ${group} out of the groups, or give what is missing.`,
          });
        }
        leftOut.push({ group, reason: missing[group] });
      }
      return measures.flatMap((measure) => columnsOf(measure, spec, individuals));
    });
  return { columns, leftOut, layout };
}

/** Returns the columns that a measure becomes: one for each animal or pair, or statistics over them. */
function columnsOf(measure: Measure, spec: GeneralFeatureSpec, individuals: readonly string[]): PlannedColumn[] {
  const { name, unit, definition } = measure;
  const animals = individuals.map((_, i) => i);
  const all = 'all';
  if (measure.of === 'frame') {
    return [
      {
        info: { name, unit, definition, subject: all },
        measure,
        from: [[0, 0]],
        statistic: undefined,
        isAbsolute: false,
      },
    ];
  }
  const from: (readonly [number, number])[] =
    measure.of === 'animal'
      ? animals.map((a) => [a, a] as const)
      : animals.flatMap((a) =>
          animals.filter((b) => (measure.of === 'pair' ? b > a : b !== a)).map((b) => [a, b] as const),
        );
  if (spec.symmetric !== true) {
    return from.map(([a, b]) => ({
      info: {
        name,
        unit,
        definition,
        subject: individuals[a] as string,
        ...(a !== b && { partner: individuals[b] as string }),
      },
      measure,
      from: [[a, b]],
      statistic: undefined,
      isAbsolute: false,
    }));
  }
  const isAbsolute = measure.isSided === true;
  const sentence = isAbsolute ? `${definition} Its absolute value.` : definition;
  if (from.length === 1) {
    return [
      { info: { name, unit, definition: sentence, subject: all }, measure, from, statistic: undefined, isAbsolute },
    ];
  }
  const words = { min: 'Least', max: 'Largest', mean: 'Mean', range: 'Largest minus least' } as const;
  const over =
    measure.of === 'animal'
      ? 'animals'
      : measure.of === 'pair'
        ? 'pairs of animals'
        : 'animals, each towards each other';
  return (spec.exchange ?? ['min', 'max']).map((statistic) => ({
    info: {
      name: `${name}.${statistic}`,
      unit,
      definition: `${words[statistic]} over the ${over}, whoever is who: ${sentence}`,
      subject: all,
    },
    measure,
    from,
    statistic,
    isAbsolute,
  }));
}

/**
 * Returns how many columns the general set has for a skeleton and individuals, by group, without computing any.
 * @throws UnavailableError above the limit of the spec (default 4,000), naming what to leave out.
 */
export function planGeneralFeatures(
  spec: GeneralFeatureSpec,
  skeleton: Skeleton,
  individuals: readonly string[],
  known: PlanContext = {},
): FeaturePlan {
  const { columns, leftOut } = planColumns(spec, skeleton, individuals, known);
  const plan = countColumns(spec, columns, leftOut);
  const { maxColumns = 4000 } = spec;
  if (plan.columnCount > maxColumns) {
    const largest = [...plan.groups].sort((a, b) => b.columnCount - a.columnCount).slice(0, 4);
    const list = largest.map(({ group, columnCount }) => `${group} (${columnCount})`).join(', ');
    throw new UnavailableError(`features: ${plan.columnCount} columns, above the limit of ${maxColumns}`, {
      hint: `Most are of ${list}: leave some of these groups out, use fewer of the ${skeleton.keypoints.length} keypoints, fewer spans or fewer windows, or raise maxColumns if you have the memory.`,
    });
  }
  return plan;
}

function countColumns(
  { windows = [], keepRaw = true }: GeneralFeatureSpec,
  columns: readonly PlannedColumn[],
  leftOut: readonly GroupLeftOut[],
): FeaturePlan {
  const statistics = windows.reduce((sum, { statistics: own = windowStatisticNames }) => sum + own.length, 0);
  const each = windows.length === 0 ? 1 : statistics + (keepRaw ? 1 : 0);
  const groups = featureGroups
    .map((group) => {
      const baseColumnCount = columns.filter(({ measure }) => measure.group === group).length;
      return { group, baseColumnCount, columnCount: baseColumnCount * each };
    })
    .filter(({ baseColumnCount }) => baseColumnCount > 0);
  return { groups, leftOut, baseColumnCount: columns.length, columnCount: columns.length * each };
}
