import {
  type Calibration,
  createFeatureTable,
  type FeatureTable,
  type FrameSource,
  type LengthUnit,
  type PoseTracks,
  type Provenance,
  type Region,
  type Skeleton,
  UnavailableError,
} from '@zoopraxis/core';
import { shapeInUnit } from '../cohort/regions.js';
import type { FeatureSource } from './feature-block.js';
import { generalFeatures } from './general/general-features.js';
import { featureGroups } from './general/measure.js';
import { type FeaturePlan, planGeneralFeatures } from './general/plan.js';
import { type BodyRole, bodyRoles } from './general/roles.js';
import { exchangeStatistics, type GeneralFeatureSpec } from './general/spec.js';
import type { MarsMode } from './mars/definitions.js';
import { marsFeatures, marsWindows } from './mars/mars-features.js';
import type { MarsRoles } from './mars/mice.js';
import { marsFeatureNames, marsIntruderFeatures, marsPixelFeatures } from './mars/names.js';
import type { ArenaEdges } from './mars/percentile-arena.js';
import { isBoolean, isListOf, isOneOf, isPositive, isRecord, isText, readFields } from './parse-fields.js';
import { type WindowSpec, windowedFeatures, windowStatisticNames } from './windows.js';

/** MARS's features of two mice, and how they are computed; plain data that goes into a model's card. */
export interface MarsFeatureSpec {
  readonly set: 'mars';
  /** `corrected` (default): the paper's definitions. `mars`: the published code's numbers, mistakes and scale included. */
  readonly mode?: MarsMode;
  /** Names of keypoints for MARS's points, by role, where their names do not tell. */
  readonly roles?: MarsRoles;
  /** Name of the individual that is the resident, and of the intruder; default by their names. */
  readonly resident?: string;
  readonly intruder?: string;
  /** Unit of lengths in `corrected` mode; `auto`: cm where the recording is calibrated, else body lengths. Default `auto`. */
  readonly lengths?: LengthUnit | 'auto';
  /** Whether features that read pixels of the video are there too. Default false. */
  readonly pixels?: boolean;
  /** Windows around each frame; default MARS's three. An empty list for none. */
  readonly windows?: readonly WindowSpec[];
}

/** Which features are computed, and how: plain data that goes into a model's card. */
export type FeatureSpec = GeneralFeatureSpec | MarsFeatureSpec;

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
  /** Positions in double precision where their file has them, for MARS's features; shape `[frame, individual, keypoint, 2]`. */
  readonly exactPosition?: Float64Array | undefined;
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
  const set = fields.optional('set', '"general" or "mars"', isOneOf(['general', 'mars'] as const));
  if (set === undefined) throw fields.problem('set', '"general" or "mars"', undefined);
  return set === 'general' ? parseGeneral(data) : parseMars(data);
}

function parseMars(data: unknown): MarsFeatureSpec {
  const fields = readFields(format, data);
  fields.optional('set', '"mars"', isOneOf(['mars']));
  const optional = {
    mode: fields.optional('mode', 'corrected or mars', isOneOf(['corrected', 'mars'] as const)),
    roles: fields.optional(
      'roles',
      'keypoint names by role',
      (value): value is MarsRoles =>
        isRecord(value) && Object.entries(value).every(([role, name]) => isOneOf(bodyRoles)(role) && isText(name)),
    ),
    resident: fields.optional('resident', 'the name of an individual', isText),
    intruder: fields.optional('intruder', 'the name of an individual', isText),
    lengths: fields.optional('lengths', lengthWords.join(', '), isOneOf(lengthWords)),
    pixels: fields.optional('pixels', 'true or false', isBoolean),
    windows: parseWindows(fields.optional('windows', 'a list of windows', isList)),
  };
  fields.done();
  return { set: 'mars', ...withoutUndefined(optional) };
}

const lengthWords = ['auto', 'px', 'cm', 'body lengths'] as const;
const isList = (value: unknown): value is unknown[] => Array.isArray(value);

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
    lengths: fields.optional('lengths', lengthWords.join(', '), isOneOf(lengthWords)),
    spansSec: fields.optional('spansSec', 'a list of seconds above 0', isListOf(isPositive)),
    minimumConfidence: fields.optional(
      'minimumConfidence',
      'a number from 0 to 1',
      (value): value is number => value === 0 || (isPositive(value) && value <= 1),
    ),
    windows: parseWindows(fields.optional('windows', 'a list of windows', isList)),
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
  if (spec.set === 'mars') return planMars(spec);
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

function planMars({ pixels = false, mode, windows = marsWindows(mode) }: MarsFeatureSpec): FeaturePlan {
  const isThere = (name: string) => pixels || !marsPixelFeatures.includes(name);
  const baseColumnCount = marsFeatureNames.filter(isThere).length + marsIntruderFeatures.filter(isThere).length;
  const statistics = windows.reduce((sum, { statistics: own = windowStatisticNames }) => sum + own.length, 0);
  const columnCount = baseColumnCount * Math.max(1, statistics);
  return { groups: [{ group: 'mars', baseColumnCount, columnCount }], leftOut: [], baseColumnCount, columnCount };
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
  if (spec.set === 'mars') return marsSource(tracks, spec, context);
  const { windows = [], keepRaw = true } = spec;
  const base = generalFeatures(tracks, spec, context);
  return windows.length === 0 ? base : windowedFeatures(base, windows, { keepRaw });
}

function marsSource(tracks: PoseTracks, spec: MarsFeatureSpec, context: FeatureContext): FeatureSource {
  const { set: _, lengths = 'auto', pixels = false, windows = marsWindows(spec.mode), ...named } = spec;
  const { calibration, frames, arena, exactPosition, blockFrames } = context;
  if (pixels && frames === undefined) {
    throw new UnavailableError('features: these settings read pixels, and there is no video', {
      hint: 'Give the video of the tracks, or leave the features that read pixels out (and train a model without them).',
    });
  }
  // In mars mode scale and walls are those of the published code, wrong as they are: its numbers are the point.
  const scale = calibration?.kind === 'plane' && spec.mode !== 'mars' ? { pxPerCm: calibration.pxPerCm } : {};
  const base = marsFeatures(tracks, {
    ...named,
    ...scale,
    ...(lengths !== 'auto' && { lengthUnit: lengths }),
    ...(pixels && frames && { frames }),
    ...(exactPosition && { position: exactPosition }),
    ...(arena && spec.mode !== 'mars' && { arena: edgesOf(arena, tracks, calibration) }),
    ...(blockFrames !== undefined && { blockFrames }),
  });
  return windows.length === 0 ? base : windowedFeatures(base, windows);
}

/** Returns the edges of the upright rectangle around an arena, in the unit of the tracks. */
function edgesOf(arena: Region, tracks: PoseTracks, calibration: Calibration | undefined): ArenaEdges {
  const shape = shapeInUnit(arena, tracks.space === 'image' ? 'px' : 'cm', calibration);
  const corners =
    shape.kind === 'polygon'
      ? shape.corners
      : [-1, 1].map((side) => shape.center.map((value) => value + side * shape.radius) as [number, number]);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Returns sentences that tell a reader what the features are; list. */
export function describeFeatureSpec(spec: FeatureSpec): string[] {
  return spec.set === 'mars' ? describeMars(spec) : describeGeneral(spec);
}

function describeMars({
  mode = 'corrected',
  lengths = 'auto',
  pixels = false,
  windows,
  ...spec
}: MarsFeatureSpec): string[] {
  return [
    mode === 'mars'
      ? "MARS's features as its published code computes them (Segalin et al. 2021), mistakes and scale included."
      : "MARS's features by the definitions of the paper (Segalin et al. 2021), in right units.",
    pixels ? 'With the features that read pixels of the video.' : 'Without the features that read pixels.',
    ...(mode === 'corrected' ? [lengthsInWords(lengths)] : []),
    ...windowsInWords(windows ?? marsWindows(mode)),
    ...(spec.resident === undefined ? [] : [`The resident is ${spec.resident}.`]),
    ...rolesInWords(spec.roles),
  ];
}

const lengthsInWords = (lengths: LengthUnit | 'auto') =>
  lengths === 'auto' ? 'Lengths in cm where calibrated, else in body lengths.' : `Lengths in ${lengths}.`;

function windowsInWords(windows: readonly WindowSpec[]): string[] {
  if (windows.length === 0) return [];
  const list = windows.map(
    ({ frames, radiusSec, statistics = windowStatisticNames }) =>
      `${frames === undefined ? `${Number((radiusSec as number).toPrecision(3))} s to each side` : `${frames} frames`} (${statistics.join(', ')})`,
  );
  return [`Around each frame: ${list.join('; ')}.`];
}

const rolesInWords = (roles: GeneralFeatureSpec['roles']) =>
  roles === undefined
    ? []
    : [
        `Roles: ${Object.entries(roles)
          .map(([role, name]) => `${role} is ${name ?? 'none'}`)
          .join(', ')}.`,
      ];

function describeGeneral(spec: GeneralFeatureSpec): string[] {
  const {
    symmetric = false,
    exchange = ['min', 'max'],
    lengths = 'auto',
    windows = [],
    spansSec = [0.2, 0.5, 1],
  } = spec;
  return [
    spec.groups === undefined
      ? 'General features: every group that skeleton and recording allow, without positions in the arena.'
      : `General features: ${spec.groups.join(', ')}.`,
    symmetric
      ? `Animals are not told apart: ${exchange.join(' and ')} over them, the same whoever is called what.`
      : 'Each animal, and each towards each other, by name.',
    lengthsInWords(lengths),
    `Speeds over ${spansSec.join(', ')} s.`,
    ...windowsInWords(windows),
    ...(spec.keypoints === undefined ? [] : [`Keypoints: ${spec.keypoints.join(', ')}.`]),
    ...rolesInWords(spec.roles),
  ];
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
