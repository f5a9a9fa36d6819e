import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, VideoEntry } from '@zoopraxis/io';
import { sourcePath } from '@zoopraxis/io/node';
import { filmTag } from '../../videos/film-record.js';
import { refusal } from '../problem.js';

/** A video of the manifest, found on the disk. */
export interface LocatedVideo {
  readonly entry: VideoEntry;
  readonly path: string;
  /** True for a folder of images. */
  readonly isFolder: boolean;
  readonly sizeBytes: number;
  /** Changes with the file; the same content at the same place has the same. */
  readonly tag: string;
}

/** Returns the entry of an id; throws a refusal with status 404 where the manifest has none such. Nothing else is looked at. */
export function videoEntry({ videos }: Manifest, id: string): VideoEntry {
  const entry = videos.find((video) => video.id === id);
  if (entry === undefined) throw refusal(404, `the project has no video ${id}`);
  return entry;
}

/** Returns where a video of the manifest is; throws a refusal with status 404 that says where it was looked for. */
export async function locateVideo(folder: string, entry: VideoEntry): Promise<LocatedVideo> {
  const path = sourcePath(folder, entry.source);
  const found = await filmTag(path, entry.contentHash);
  if (found === undefined) {
    throw refusal(
      404,
      `the video ${entry.id} is not where the project says: ${path}`,
      `Bring the file back, or correct its source in ${join(folder, 'zoopraxis.json')}.`,
    );
  }
  return { entry, path, ...found };
}

const text = (bytes: Uint8Array, start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));

/**
 * Tells whether a file begins like a container of videos. A manifest may come from anyone and name any file of this computer:
 * only films are handed out.
 */
export async function isVideoContainer(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(400), 0, 400, 0);
    const head = buffer.subarray(0, bytesRead);
    const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
    return (
      ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(text(head, 4, 8)) ||
      starts(0x1a, 0x45, 0xdf, 0xa3) ||
      (text(head, 0, 4) === 'RIFF' && text(head, 8, 11) === 'AVI') ||
      text(head, 0, 4) === 'OggS' ||
      text(head, 0, 3) === 'FLV' ||
      starts(0x30, 0x26, 0xb2, 0x75) ||
      starts(0, 0, 1, 0xba) ||
      starts(0, 0, 1, 0xb3) ||
      (head[0] === 0x47 && head[188] === 0x47) ||
      (head[4] === 0x47 && head[196] === 0x47) ||
      starts(0xed, 0xfe, 0, 0)
    );
  } finally {
    await handle.close();
  }
}
