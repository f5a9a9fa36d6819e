import type { FeatureContext, FeatureSpec } from '@zoopraxis/behavior';
import { type FrameSource, type PoseTracks, type Skeleton, StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import type { RecordingPlace } from './recording-places.js';

/** Which features are computed, as users say it. */
export interface FeatureChoice {
  readonly set: 'general' | 'mars';
  readonly mode: 'corrected' | 'mars';
  /** Seconds to each side, list; `none` for no windows; default those of the set. */
  readonly windows?: readonly string[] | undefined;
  readonly featureGroups?: readonly string[] | undefined;
  readonly keypoints?: readonly string[] | undefined;
  /** `role=keypoint` words, list. */
  readonly roles: readonly string[];
  readonly pxPerCm?: number | undefined;
  /** Table of the scale of each recording. */
  readonly scales?: string | undefined;
  /** Folder of the project that knows the recordings. */
  readonly project?: string | undefined;
  /** Individual that is taken as the first. */
  readonly resident?: string | undefined;
  /** Coat of the resident, where that tells who it is. */
  readonly coat?: 'darker' | 'brighter' | undefined;
  readonly symmetric: 'auto' | 'yes' | 'no';
  /** True where features that read pixels of the video are wanted, of the set mars. Default false. */
  readonly pixels?: boolean | undefined;
}

/** Returns the fields that say where animals were filmed. */
export const placeFields = () => ({
  pxPerCm: z
    .number()
    .positive()
    .optional()
    .describe("scale of the videos; by default that of a project's calibrated videos"),
  scales: z.string().min(1).optional().meta({
    description: 'table of the scale of each recording (columns recording and px_per_cm)',
    placeholder: 'file',
  }),
  project: z.string().min(1).optional().meta({
    description: 'project that knows scale, arena and regions of the recordings, by default that of the tracks',
    placeholder: 'folder',
  }),
});

/** Returns the fields of the choice of features. */
export const featureFields = () => ({
  set: z
    .enum(['general', 'mars'])
    .default('general')
    .describe('general: any skeleton and number of animals; mars: those of MARS for two mice with seven points'),
  mode: z
    .enum(['corrected', 'mars'])
    .default('corrected')
    .describe('of the set mars: the definitions of the paper, or the numbers of its published code'),
  windows: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'windows around each frame, seconds to each side, or none', placeholder: 'sec,sec' }),
  featureGroups: z.array(z.string().min(1)).optional().describe('groups of the general set, by default all'),
  keypoints: z.array(z.string().min(1)).optional().describe('keypoints to use, by default all'),
  roles: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'what keypoints are, where names do not tell', placeholder: 'nose=snout' }),
  ...placeFields(),
  resident: z
    .string()
    .min(1)
    .optional()
    .describe('name of the animal that comes first, where the tracks name it otherwise'),
  coat: z
    .enum(['darker', 'brighter'])
    .optional()
    .describe('coat of the resident, of two animals: where names do not tell who it is, --videos show it'),
  symmetric: z
    .enum(['auto', 'yes', 'no'])
    .default('auto')
    .describe('features that do not depend on who is called what: auto where names are only numbers'),
});

/** Returns a choice and nothing else that came with it, as plain data: what decides whether features are the same. */
export function plainChoice(choice: FeatureChoice): Record<string, unknown> {
  const { set, mode, windows, featureGroups, keypoints, roles, pxPerCm, resident, coat, symmetric, pixels } = choice;
  const all = { set, mode, windows, featureGroups, keypoints, roles, pxPerCm, resident, coat, symmetric, pixels };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * Tells whether features read pixels: where videos are given for the set mars.
 * @throws StorageError where videos are given for nothing, or coats are to be seen without them.
 */
export function readsPixels({
  videos,
  set,
  coat,
  resident,
}: {
  readonly videos?: string | undefined;
  readonly set: string;
  readonly coat?: string | undefined;
  readonly resident?: string | undefined;
}): boolean {
  if (coat !== undefined && resident !== undefined) {
    throw new StorageError('--resident and --coat both say who comes first', { hint: 'Leave one of them out.' });
  }
  if (coat !== undefined && videos === undefined) {
    throw new StorageError('coats are seen in videos, and no videos are given', {
      hint: 'Name their folder with --videos.',
    });
  }
  if (videos === undefined) return false;
  if (set === 'mars') return true;
  if (coat !== undefined) return false;
  throw new StorageError(`features of the set ${set} read no video`, {
    hint: 'Leave --videos out, or take the features of MARS with --set mars.',
  });
}

/** Names that only number the animals. */
const numbered = /^(individual|ind|animal|track|instance|id|mouse|rat|fish|fly|subject)?[-_ ]?\d+$/i;

/** Tells whether the names of individuals mean nothing. */
export const isNumberedOnly = (individuals: readonly string[]): boolean =>
  individuals.length > 1 && individuals.every((name) => numbered.test(name));

/** Tells whether features that a user chose are the same whoever is called what. */
export function isSymmetricChoice(
  { set, symmetric, coat }: Pick<FeatureChoice, 'set' | 'symmetric' | 'coat'>,
  individuals: readonly string[],
): boolean {
  const isAlike = coat === undefined && isNumberedOnly(individuals);
  return set === 'general' && (symmetric === 'auto' ? isAlike : symmetric === 'yes');
}

/**
 * Returns settings of features from what a user chose, for tracks like these.
 * @throws StorageError for words that cannot be understood; what `parseFeatureSpec` throws.
 */
export async function featureSpecOf(choice: FeatureChoice, tracks: PoseTracks): Promise<FeatureSpec> {
  const { contextWindows, parseFeatureSpec } = await import('@zoopraxis/behavior');
  const { set, mode, windows, featureGroups, keypoints, roles } = choice;
  const radii = windows
    ?.filter((word) => word !== 'none')
    .map((word) => {
      const sec = Number(word);
      if (sec > 0 && Number.isFinite(sec)) return sec;
      throw new StorageError(`--windows: must be seconds above 0, such as 0.2,1, or none, got ${word}`);
    });
  const roleMap = roles.map((word) => {
    const [role = '', keypoint = '', ...rest] = word.split('=').map((part) => part.trim());
    if (role !== '' && keypoint !== '' && rest.length === 0)
      return [role, keypoint === 'none' ? null : keypoint] as const;
    throw new StorageError(`--roles: must be role=keypoint, such as nose=snout, got ${word}`);
  });
  const shared = roleMap.length === 0 ? {} : { roles: Object.fromEntries(roleMap) };
  if (set === 'mars') {
    return parseFeatureSpec({
      set,
      mode,
      ...shared,
      ...(choice.pixels === true ? { pixels: true } : {}),
      ...(choice.resident === undefined ? {} : { resident: choice.resident }),
      ...(radii === undefined ? {} : { windows: radii.map((radiusSec) => ({ radiusSec })) }),
    });
  }
  return parseFeatureSpec({
    set,
    ...shared,
    ...(featureGroups === undefined ? {} : { groups: featureGroups }),
    ...(keypoints === undefined ? {} : { keypoints }),
    symmetric: isSymmetricChoice(choice, tracks.individuals),
    windows: radii === undefined ? contextWindows : radii.map((radiusSec) => ({ radiusSec })),
  });
}

/** Returns what is known of a recording beyond its tracks; exact positions have shape `[frame, individual, keypoint, 2]`. */
export const contextOf = ({
  place: { pxPerCm, arena, regions },
  exactPosition,
  frames,
}: {
  readonly place: RecordingPlace;
  readonly exactPosition?: Float64Array | undefined;
  readonly frames?: FrameSource | undefined;
}): FeatureContext => ({
  ...(pxPerCm === undefined ? {} : { calibration: { kind: 'plane', pxPerCm } }),
  ...(arena === undefined ? {} : { arena }),
  ...(regions.length === 0 ? {} : { regions }),
  ...(exactPosition === undefined ? {} : { exactPosition }),
  ...(frames === undefined ? {} : { frames }),
});

/**
 * Returns a sentence that asks the user to confirm what keypoints are where their names do not tell it for sure, or
 * undefined where nothing is in doubt.
 */
export async function unsureRoles(
  { set, roles }: Pick<FeatureChoice, 'set' | 'roles'>,
  skeleton: Skeleton,
): Promise<string | undefined> {
  if (set === 'mars') return undefined;
  const { guessBodyRoles } = await import('@zoopraxis/behavior');
  const said = new Set(roles.flatMap((word) => word.split('=').map((part) => part.trim())));
  const unsure = guessBodyRoles(skeleton).unsure.filter(({ role, keypoint }) => !said.has(role) && !said.has(keypoint));
  if (unsure.length === 0) return undefined;
  const guesses = unsure.map(({ role, keypoint }) => `${keypoint} as ${role}`).join(', ');
  const words = unsure.map(({ role, keypoint }) => `${role}=${keypoint}`).join(',');
  return `what keypoints are is guessed from names that mean other points elsewhere: ${guesses}. If this is right, confirm it with --roles ${words}; else name the right ones, or none (--roles ${unsure[0]?.role}=none)`;
}

/**
 * Returns tracks whose first individual is the resident.
 * @throws StorageError where no individual has this name.
 */
export function withResidentFirst(tracks: PoseTracks, resident: string | undefined, path: string): PoseTracks {
  if (resident === undefined || tracks.individuals[0] === resident) return tracks;
  const { individuals, skeleton, timeBase, dimensions } = tracks;
  const at = individuals.indexOf(resident);
  if (at < 0) {
    throw new StorageError(
      `no animal of the tracks is called ${resident}, they have ${individuals.join(', ')}: ${path}`,
      {
        hint: 'Correct --resident.',
      },
    );
  }
  const order = [at, ...individuals.keys()].filter((animal, i) => i === 0 || animal !== at);
  const reorder = (values: Float32Array, width: number) => {
    const out = new Float32Array(values.length);
    for (let frame = 0; frame < timeBase.frameCount; frame++) {
      for (const [to, from] of order.entries()) {
        const base = frame * individuals.length;
        out.set(values.subarray((base + from) * width, (base + from + 1) * width), (base + to) * width);
      }
    }
    return out;
  };
  const points = skeleton.keypoints.length;
  return {
    ...tracks,
    individuals: order.map((animal) => individuals[animal] as string),
    position: reorder(tracks.position, points * dimensions),
    confidence: reorder(tracks.confidence, points),
    ...(tracks.boxes === undefined ? {} : { boxes: reorder(tracks.boxes, 4) }),
    ...(tracks.identity === undefined ? {} : { identity: reorder(tracks.identity, 1) }),
  };
}
