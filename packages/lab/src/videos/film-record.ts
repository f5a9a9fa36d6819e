import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VideoInformation } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { z } from 'zod';
import { cacheFolder } from '../jobs/cache-folder.js';

const recordSchema = z.object({
  format: z.literal('zoopraxis film record'),
  version: z.literal(1),
  codec: z.string(),
  container: z.string(),
  pixelFormat: z.string(),
  isMirrored: z.boolean(),
  isTruncated: z.boolean(),
  repairedTimeCount: z.int(),
  startSec: z.number(),
  frameCount: z.int().min(0),
  fps: z.number().positive(),
  isVariableRate: z.boolean(),
});

/** What has to be known of a film to show it, and takes seconds to find out of hours of film; kept beside caches. */
export interface FilmRecord extends Omit<z.output<typeof recordSchema>, 'format' | 'version' | 'isVariableRate'> {
  /** Seconds from the first frame, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
}

/**
 * Returns a word for a file as it is now: the same content at the same place has the same, and another file has another.
 * Undefined where there is no file or folder.
 */
export async function filmTag(
  path: string,
  contentHash: string,
): Promise<{ readonly tag: string; readonly isFolder: boolean; readonly sizeBytes: number } | undefined> {
  const stats = await stat(path).catch(() => undefined);
  // A pipe or device would be read without end, or keep its reader waiting.
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return undefined;
  const tag = createHash('sha256')
    .update(JSON.stringify([contentHash, path, stats.size, stats.mtimeMs, stats.ino]))
    .digest('base64url')
    .slice(0, 24);
  return { tag, isFolder: stats.isDirectory(), sizeBytes: stats.size };
}

const store = () => new FolderStore(join(cacheFolder(), 'films'));
const recordName = (tag: string) => `${tag}.json`;
const timesName = (tag: string) => `${tag}.times`;

/** Returns what is known of the film of a tag, undefined where nothing is. */
export async function readFilmRecord(tag: string): Promise<FilmRecord | undefined> {
  try {
    const bytes = await store().read(recordName(tag));
    if (bytes === undefined) return undefined;
    const {
      isVariableRate,
      format: _f,
      version: _v,
      ...record
    } = recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (!isVariableRate) return record;
    const times = await store().read(timesName(tag));
    if (times?.length !== record.frameCount * 8) return undefined;
    return { ...record, timesSec: new Float64Array(times.slice().buffer) };
  } catch {
    // A cache that cannot be read is as good as none.
    return undefined;
  }
}

/** Keeps what a film that is open tells of itself, and returns it; a cache that cannot be written is done without. */
export async function keepFilmRecord(tag: string, information: VideoInformation): Promise<FilmRecord> {
  const { codec, container, pixelFormat, isMirrored, isTruncated, repairedTimeCount } = information;
  const { startSec, frameCount, fps, timesSec } = information;
  const record = {
    codec,
    container,
    pixelFormat,
    isMirrored,
    isTruncated,
    repairedTimeCount,
    startSec,
    frameCount,
    fps,
  };
  const kept = { format: 'zoopraxis film record', version: 1, ...record, isVariableRate: timesSec !== undefined };
  try {
    // The record comes last: where it is, its times are whole.
    if (timesSec !== undefined) {
      await store().write(timesName(tag), new Uint8Array(timesSec.buffer, timesSec.byteOffset, timesSec.byteLength));
    }
    await store().write(recordName(tag), new TextEncoder().encode(JSON.stringify(kept)));
  } catch {
    // A full disk must not keep a film from being shown.
  }
  return timesSec === undefined ? record : { ...record, timesSec };
}
