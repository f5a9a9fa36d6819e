import {
  type Calibration,
  createFeatureTable,
  type FeatureTable,
  type FrameSource,
  type PoseTracks,
  type Provenance,
  type Region,
  type Skeleton,
} from '@zoopraxis/core';
import type { FeatureSource } from './feature-block.js';
import { generalFeatures } from './general/general-features.js';
import { featureGroups } from './general/measure.js';
import { type FeaturePlan, planGeneralFeatures } from './general/plan.js';
import { type BodyRole, bodyRoles } from './general/roles.js';
import { exchangeStatistics, type GeneralFeatureSpec } from './general/spec.js';
import { isBoolean, isListOf, isOneOf, isPositive, isRecord, isText, readFields } from './parse-fields.js';
import { type WindowSpec, windowedFeatures, windowStatisticNames } from './windows.js';

/** Which features are computed, and how: plain data that goes into a model's card. */
export type FeatureSpec = GeneralFeatureSpec;

/** What is known of a recording beyond its tracks. */
export interface FeatureContext {
  readonly calibration?: Calibration | undefined;
  /** Outline of the arena. */
  readonly arena?: Region | undefined;
  readonly regions?: readonly Region[] | undefined;
  /** Length of the animals in the unit of the tracks; default measured. */
  readonly bodyLength?: number | undefined;
  /** The film, for features that read pixels. */
  readonly frames?: FrameSource | undefined;
  /** Frames computed at once; changes no bit of the result. */
  readonly blockFrames?: number | undefined;
}

const format = 'feature settings';

/**
 * Returns settings of features from plain data, such as JSON of a user or a model's card, after checking every field.
 * @throws FormatError naming the field, what it must be and what it is.
 */
export function parseFeatureSpec(data: unknown): FeatureSpec {
  const fields = readFields(format, data);
  const set = fields.optional('set', 'general', isText);
  if (set !== 'general') throw fields.problem('set', '"general"', set);
  return parseGeneral(data);
}

function parseGeneral(data: unknown): GeneralFeatureSpec {
  const fields = readFields(format, data);
  const isTriple = (value: unknown): value is [string, string, string] => isListOf(isText)(value) && value.length === 3;
  fields.optional('set', '"general"', isOneOf(['general']));
  const optional = {
    groups: fields.optional('groups', `a list of ${featureGroups.join(', ')}`, isListOf(isOneOf(featureGroups))),
    keypoints: fields.optional('keypoints', 'a list of keypoint names', isListOf(isText)),
    roles: fields.optional(
      'roles',
      `keypoint names (or null) of ${bodyRoles.join(', ')}`,
      (value): value is Partial<Record<BodyRole, string | null>> =>
        isRecord(value) &&
        Object.entries(value).every(([role, name]) => isOneOf(bodyRoles)(role) && (name === null || isText(name))),
    ),
    angles: fields.optional('angles', 'a list of triples of keypoint names', isListOf(isTriple)),
    symmetric: fields.optional('symmetric', 'true or false', isBoolean),
    exchange: fields.optional(
      'exchange',
      `a list of ${exchangeStatistics.join(', ')}`,
      isListOf(isOneOf(exchangeStatistics)),
    ),
    lengths: fields.optional(
      'lengths',
      'auto, px, cm or body lengths',
      isOneOf(['auto', 'px', 'cm', 'body lengths'] as const),
    ),
    spansSec: fields.optional('spansSec', 'a list of seconds above 0', isListOf(isPositive)),
    minimumConfidence: fields.optional(
      'minimumConfidence',
      'a number from 0 to 1',
      (value): value is number => value === 0 || (isPositive(value) && value <= 1),
    ),
    windows: parseWindows(
      fields.optional('windows', 'a list of windows', Array.isArray as (value: unknown) => value is unknown[]),
    ),
    keepRaw: fields.optional('keepRaw', 'true or false', isBoolean),
    maxColumns: fields.optional(
      'maxColumns',
      'a whole number from 1',
      (value): value is number => isPositive(value) && Number.isInteger(value),
    ),
  };
  fields.done();
  return { set: 'general', ...withoutUndefined(optional) };
}

/** Returns an object without the fields that are not given. */
function withoutUndefined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

function parseWindows(list: readonly unknown[] | undefined): WindowSpec[] | undefined {
  return list?.map((item, i) => {
    const fields = readFields(`${format}, window ${i + 1}`, item);
    const window = {
      frames: fields.optional(
        'frames',
        'an odd number from 3',
        (value): value is number => isPositive(value) && Number.isInteger(value) && value >= 3 && value % 2 === 1,
      ),
      radiusSec: fields.optional('radiusSec', 'seconds above 0', isPositive),
      label: fields.optional('label', 'a name', isText),
      statistics: fields.optional(
        'statistics',
        `a list of ${windowStatisticNames.join(', ')}`,
        isListOf(isOneOf(windowStatisticNames)),
      ),
      meanIsRaw: fields.optional('meanIsRaw', 'true or false', isBoolean),
    };
    fields.done();
    if ((window.frames === undefined) === (window.radiusSec === undefined)) {
      throw fields.problem('frames', 'either frames or radiusSec', item);
    }
    return withoutUndefined(window);
  });
}

/**
 * Returns how many columns features have for a skeleton and individuals, by group, without computing any.
 * @throws UnavailableError above the limit of the spec (default 4,000), naming what to leave out.
 */
export function planFeatures(spec: FeatureSpec, skeleton: Skeleton, individuals: readonly string[]): FeaturePlan {
  // Walls are taken from where animals went, if from nothing else, so they count.
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  return planGeneralFeatures(spec, skeleton, individuals, {
    arena: { kind: 'polygon', corners },
    arenaIsGuessed: true,
  });
}

/**
 * Returns the features of a recording: the one door for training and classifying, so that both see the same columns.
 * @throws UnavailableError for what cannot be computed from these tracks, with what mends it.
 */
export function createFeatureSource(
  tracks: PoseTracks,
  spec: FeatureSpec,
  context: FeatureContext = {},
): FeatureSource {
  const { windows = [], keepRaw = true } = spec;
  const base = generalFeatures(tracks, spec, context);
  return windows.length === 0 ? base : windowedFeatures(base, windows, { keepRaw });
}

/** Returns sentences that tell a reader what the features are; list. */
export function describeFeatureSpec(spec: FeatureSpec): string[] {
  const {
    symmetric = false,
    exchange = ['min', 'max'],
    lengths = 'auto',
    windows = [],
    spansSec = [0.2, 0.5, 1],
  } = spec;
  const lines = [
    spec.groups === undefined
      ? 'General features: every group that skeleton and recording allow, without positions in the arena.'
      : `General features: ${spec.groups.join(', ')}.`,
    symmetric
      ? `Animals are not told apart: ${exchange.join(' and ')} over them, the same whoever is called what.`
      : 'Each animal, and each towards each other, by name.',
    lengths === 'auto' ? 'Lengths in cm where calibrated, else in body lengths.' : `Lengths in ${lengths}.`,
    `Speeds over ${spansSec.join(', ')} s.`,
  ];
  if (windows.length > 0) {
    const list = windows.map(
      ({ frames, radiusSec, statistics = windowStatisticNames }) =>
        `${frames === undefined ? `${radiusSec} s to each side` : `${frames} frames`} (${statistics.join(', ')})`,
    );
    lines.push(`Around each frame: ${list.join('; ')}.`);
  }
  if (spec.keypoints !== undefined) lines.push(`Keypoints: ${spec.keypoints.join(', ')}.`);
  if (spec.roles !== undefined) {
    lines.push(
      `Roles: ${Object.entries(spec.roles)
        .map(([role, name]) => `${role} is ${name ?? 'none'}`)
        .join(', ')}.`,
    );
  }
  return lines;
}

/**
 * Returns all features of a recording as one table: for small recordings, since it holds every column whole.
 */
export async function collectFeatures(
  source: FeatureSource,
  { signal, provenance }: { readonly signal?: AbortSignal; readonly provenance?: Provenance } = {},
): Promise<FeatureTable> {
  const { timeBase, columns } = source;
  const values = columns.map(() => new Float32Array(timeBase.frameCount));
  for await (const block of source.blocks(signal === undefined ? {} : { signal })) {
    for (const [at, column] of values.entries()) {
      column.set(block.values.subarray(at * block.frameCount, (at + 1) * block.frameCount), block.firstFrame);
    }
  }
  return createFeatureTable({
    timeBase,
    columns: columns.map((info, at) => ({ ...info, values: values[at] as Float32Array })),
    provenance: provenance ?? { operation: 'features', versions: {}, inputs: [], parameters: {} },
  });
}
