import type { ByteStore } from '@zoopraxis/core';
import { canonicalJson, hashBytes } from '@zoopraxis/io';
import { z } from 'zod';

const shift = z.object({
  count: z.number(),
  meanPx: z.number().nullable(),
  medianPx: z.number().nullable(),
  p95Px: z.number().nullable(),
  maxPx: z.number().nullable(),
});

/** Schema of `<name>.tracks.json`: what was tracked, how, and what came of it. */
export const trackRecordSchema = z.object({
  format: z.literal('zoopraxis track record'),
  version: z.literal(1),
  /** Hash of all that was asked for; the same request is not carried out twice. */
  request: z.string(),
  isComplete: z.boolean(),
  video: z.string(),
  contentHash: z.string(),
  model: z.string(),
  weightsHash: z.string(),
  settings: z.record(z.string(), z.unknown()),
  frameCount: z.int(),
  fps: z.number(),
  isVariableRate: z.boolean(),
  widthPx: z.int(),
  heightPx: z.int(),
  /** Indices of frames that the decoder found damaged; their points are predicted as usual. */
  corruptFrames: z.array(z.int()),
  /** How far points of int8 lie from those of float32 on frames of this video, px; only for int8. */
  int8Shift: z.object({ frameCount: z.int(), confident: shift, all: shift }).optional(),
  /** Files written, by kind, in the folder of this one. */
  files: z.record(z.string(), z.string()),
  /** Number of cores that were used, device, versions: what may differ between equal results. */
  machine: z.record(z.string(), z.unknown()),
  synthetic: z.boolean().optional(),
});

/** What was tracked, how, and what came of it. */
export type TrackRecord = z.output<typeof trackRecordSchema>;

/** Returns the name of the record beside the tracks of a recording. */
export const recordName = (name: string): string => `${name}.tracks.json`;

/** Returns the record of a recording, or undefined where there is none that can be read. */
export async function readTrackRecord(store: ByteStore, name: string): Promise<TrackRecord | undefined> {
  const bytes = await store.read(recordName(name));
  if (bytes === undefined) return undefined;
  try {
    return trackRecordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Writes the record of a recording in one durable step. */
export async function writeTrackRecord(store: ByteStore, name: string, record: TrackRecord): Promise<void> {
  const text = canonicalJson(trackRecordSchema.parse(record), 2);
  await store.write(recordName(name), new TextEncoder().encode(`${text}\n`));
}

/** Returns the hash of a request: plain data. */
export function hashRequest(request: Readonly<Record<string, unknown>>): Promise<string> {
  return hashBytes(new TextEncoder().encode(canonicalJson(request)));
}
