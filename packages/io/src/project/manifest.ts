import {
  type Calibration,
  createVideo,
  FormatError,
  IntegrityError,
  type Skeleton,
  StorageError,
  type Video,
} from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.js';
import { skeletonData, skeletonOf, skeletonSchema } from '../records/noun-schemas.js';
import { decodeText, parseData, parseJson, type RecordPlace } from '../records/parse-record.js';
import { fileNameSchema } from './file-name.js';
import { recordingSchema } from './recording-entry.js';

/** Name of the manifest in a project's folder. */
export const manifestName = 'zoopraxis.json';

/** The version of project that this program writes, and the newest that it reads. */
export const projectVersion = 1;

const numbers = (count: number) => z.array(z.number()).length(count);

const calibrationSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('plane'), pxPerCm: z.number().positive() }),
  z.looseObject({
    kind: z.literal('camera'),
    intrinsics: numbers(9),
    distortion: numbers(5),
    rotation: numbers(9),
    translation: numbers(3),
  }),
]);

const videoSchema = z.looseObject({
  id: fileNameSchema,
  source: z.string().min(1),
  view: z.enum(['top', 'front', 'side', 'bottom', 'other']).default('other'),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  frameCount: z.int().min(0),
  fps: z.number().positive(),
  /** True where the times of the frames are in `videos/<id>-times.parquet`. */
  variableRate: z.boolean().default(false),
  segment: z.int().min(0).optional(),
  calibration: calibrationSchema.optional(),
  contentHash: z.string(),
});

const behaviorSchema = z.looseObject({
  name: z.string().min(1),
  kind: z.enum(['state', 'point']).default('state'),
  key: z.string().optional(),
  color: z.string().optional(),
  exclusiveWith: z.array(z.string()).default([]),
  partOf: z.string().optional(),
});

const splitSchema = z.looseObject({
  name: z.string().min(1),
  /** Groups (or image names) of each part. */
  train: z.array(z.string()),
  validation: z.array(z.string()).default([]),
  test: z.array(z.string()),
  /** How it was made: method, seed, fractions. */
  made: z.record(z.string(), z.unknown()).default({}),
});

/** Refuses an id that two members of a list share. */
function uniqueIn<Item>(what: string, idOf: (item: Item) => string) {
  return (items: readonly Item[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [i, item] of items.entries()) {
      const id = idOf(item);
      if (seen.has(id))
        context.addIssue({ code: 'custom', path: [i], message: `a ${what} of another name than ${id}` });
      seen.add(id);
    }
  };
}

/** Schema of `zoopraxis.json`; keys that this version does not know are kept. */
export const manifestSchema = z.looseObject({
  format: z.literal('zoopraxis project'),
  version: z.literal(projectVersion),
  name: z.string().min(1),
  skeletons: z.array(skeletonSchema).superRefine(uniqueIn('skeleton', (item) => item.name)),
  ethogram: z.looseObject({ behaviors: z.array(behaviorSchema).default([]) }).default({ behaviors: [] }),
  videos: z
    .array(videoSchema)
    .superRefine(uniqueIn('video', (item) => item.id))
    .default([]),
  recordings: z
    .array(recordingSchema)
    .superRefine(uniqueIn('recording', (item) => item.id))
    .default([]),
  splits: z
    .array(splitSchema)
    .superRefine(uniqueIn('split', (item) => item.name))
    .default([]),
  /** What DeepLabCut's `config.yaml` beside this file says of itself; absent where no mirror is kept. */
  deepLabCut: z
    .looseObject({ scorer: fileNameSchema, task: z.string().default(''), date: z.string().default('') })
    .optional(),
});

/** The content of `zoopraxis.json`. */
export type Manifest = z.output<typeof manifestSchema>;

/** A video as the manifest holds it: plain JSON data, times of a variable rate in a file of their own. */
export type VideoEntry = z.output<typeof videoSchema>;

const place: RecordPlace = {
  format: 'zoopraxis project',
  path: manifestName,
  hint: 'Correct the file by hand, or restore it from a copy.',
};

/**
 * Returns the manifest in the bytes of a `zoopraxis.json`.
 * @throws FormatError naming the place that does not fit; IntegrityError where a newer program wrote it.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const text = decodeText(bytes, place);
  const head = parseJson(z.looseObject({ format: z.unknown(), version: z.unknown() }), text, place);
  if (head.format === 'zoopraxis project' && Number.isInteger(head.version) && Number(head.version) > projectVersion) {
    throw new IntegrityError(
      `the project is of version ${head.version}, this program reads up to ${projectVersion}: ${manifestName}`,
      { hint: 'Install a newer Zoopraxis; nothing was changed.' },
    );
  }
  return parseJson(manifestSchema, text, place);
}

/**
 * Returns the bytes of a manifest: JSON, two spaces, keys sorted.
 * @throws FormatError where it is not one, so that nothing is written that could not be read again.
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(parseData(manifestSchema, manifest, place), 2)}\n`);
}

/** Returns the skeleton of a name, by default the first; throws RangeError where the project has none such. */
export function skeletonNamed(manifest: Manifest, name?: string): Skeleton {
  const found = name === undefined ? manifest.skeletons[0] : manifest.skeletons.find((item) => item.name === name);
  if (found === undefined) {
    const known = manifest.skeletons.map((item) => item.name).join(', ') || 'none';
    throw new RangeError(`skeleton: must be one of the project (${known}), got ${name ?? 'none'}`);
  }
  return skeletonOf(found);
}

/** Returns a manifest whose skeleton of this name is replaced, or that has it added. */
export function withSkeleton(manifest: Manifest, skeleton: Skeleton): Manifest {
  const data = skeletonData(skeleton);
  const at = manifest.skeletons.findIndex((item) => item.name === skeleton.name);
  const skeletons =
    at < 0 ? [...manifest.skeletons, data] : manifest.skeletons.with(at, { ...manifest.skeletons[at], ...data });
  return { ...manifest, skeletons };
}

/** Returns a video as the manifest holds it. */
export function entryOfVideo(video: Video): VideoEntry {
  const { timesSec, ...rest } = createVideo(video);
  return videoSchema.parse({ ...JSON.parse(canonicalJson(rest)), variableRate: timesSec !== undefined });
}

/** Returns the video of an entry; `timesSec`, shape `[frame]`, must be given where its rate varies. */
export function videoOfEntry(entry: VideoEntry, timesSec?: Float64Array): Video {
  const { variableRate, calibration, segment, id, source, view, widthPx, heightPx, frameCount, fps, contentHash } =
    entry;
  if (variableRate && timesSec === undefined) {
    throw new StorageError(`the times of the frames are missing: videos/${id}-times.parquet`, {
      hint: 'Restore the file from a copy, or add the video again.',
    });
  }
  try {
    return createVideo({
      id,
      source,
      view,
      widthPx,
      heightPx,
      frameCount,
      fps,
      contentHash,
      ...(timesSec === undefined ? {} : { timesSec }),
      ...(segment === undefined ? {} : { segment }),
      ...(calibration === undefined ? {} : { calibration: calibrationOf(calibration) }),
    });
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ ...place, where: `videos, ${id}`, expected: 'a video', found, cause });
  }
}

function calibrationOf(data: z.output<typeof calibrationSchema>): Calibration {
  if (data.kind === 'plane') return { kind: 'plane', pxPerCm: data.pxPerCm };
  return {
    kind: 'camera',
    intrinsics: Float64Array.from(data.intrinsics),
    distortion: Float64Array.from(data.distortion),
    rotation: Float64Array.from(data.rotation),
    translation: Float64Array.from(data.translation),
  };
}
