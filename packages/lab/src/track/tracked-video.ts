import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import type { TrackRecord } from './track-record.js';

/** Returns the record that `track` wrote beside a tracks file, also for files that were made from it, or undefined. */
export async function recordOfTracks(tracksPath: string): Promise<TrackRecord | undefined> {
  const [{ FolderStore }, { readTrackRecord }] = await Promise.all([
    import('@zoopraxis/io/node'),
    import('./track-record.js'),
  ]);
  const store = new FolderStore(dirname(resolve(tracksPath)));
  const stem = basename(tracksPath).replace(/(\.(parquet|csv|h5|gz))+$/i, '');
  for (const name of [stem, stem.replace(/-filtered$/, '')]) {
    const record = await readTrackRecord(store, name).catch(() => undefined);
    if (record !== undefined) return record;
  }
  return undefined;
}

/**
 * Returns the path of the video of a tracks file: the one given, else the one that its record names.
 * @throws StorageError where neither is there.
 */
export async function videoOfTracks(tracksPath: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const record = await recordOfTracks(tracksPath);
  if (record === undefined) {
    throw new StorageError(`nothing beside the tracks says which video they are of: ${resolve(tracksPath)}`, {
      hint: 'Name the video with --video.',
    });
  }
  if ((await stat(record.video).catch(() => undefined)) === undefined) {
    throw new StorageError(`the video that was tracked is not there any more: ${record.video}`, {
      hint: 'Name where it is now with --video.',
    });
  }
  return record.video;
}
