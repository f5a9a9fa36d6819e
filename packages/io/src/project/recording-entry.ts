import { createRecording, FormatError, type Recording, type Region } from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.js';
import { fileNameSchema } from './file-name.js';

const point = z.tuple([z.number(), z.number()]);

const regionSchema = z.looseObject({
  name: z.string().min(1),
  space: z.enum(['image', 'arena']),
  video: z.string().optional(),
  shape: z.discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('polygon'), corners: z.array(point).min(3) }),
    z.looseObject({ kind: z.literal('circle'), center: point, radius: z.number().positive() }),
  ]),
});

const names = () => z.array(z.string()).default([]);

/** Schema of a recording in the manifest; keys that this version does not know are kept. */
export const recordingSchema = z.looseObject({
  id: fileNameSchema,
  videos: names(),
  /** Seconds added to the recording's time to get that of a video, by video; those left out have 0. */
  offsetsSec: z.record(z.string(), z.number()).optional(),
  subjects: names(),
  conditions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  exclusions: z.array(z.looseObject({ startSec: z.number(), endSec: z.number(), reason: z.string() })).default([]),
  arena: regionSchema.optional(),
  regions: z.array(regionSchema).default([]),
  tracks: names(),
  annotations: names(),
  scores: names(),
  features: names(),
  signals: names(),
});

/** A recording as the manifest holds it. */
export type RecordingEntry = z.output<typeof recordingSchema>;

/**
 * Returns the recording of an entry.
 * @throws FormatError where it is not one, such as an exclusion that ends before it starts.
 */
export function recordingOfEntry(entry: RecordingEntry): Recording {
  const { id, videos, subjects, conditions, exclusions, arena, regions, tracks, annotations } = entry;
  const { scores, features, signals } = entry;
  try {
    return createRecording({
      id,
      videos,
      subjects,
      conditions,
      exclusions: exclusions.map(({ startSec, endSec, reason }) => ({ startSec, endSec, reason })),
      ...(arena === undefined ? {} : { arena: arena as Region }),
      regions: regions as readonly Region[],
      tracks,
      annotations,
      scores,
      features,
      signals,
    });
  } catch (cause) {
    throw new FormatError({
      format: 'zoopraxis project',
      path: 'zoopraxis.json',
      where: `recordings, ${id}`,
      expected: 'a recording',
      found: cause instanceof Error ? cause.message : String(cause),
      hint: 'Correct the file by hand, or restore it from a copy.',
      cause,
    });
  }
}

/** Returns a recording as the manifest holds it; keys of an earlier entry that this version does not know are kept. */
export function entryOfRecording(recording: Recording, before?: RecordingEntry): RecordingEntry {
  const plain = JSON.parse(canonicalJson(createRecording(recording)));
  const { arena: _a, ...rest } = before ?? {};
  return recordingSchema.parse({ ...rest, ...plain });
}
