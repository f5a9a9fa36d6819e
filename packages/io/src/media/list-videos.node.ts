import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { isMissing, storageProblem } from '../bytes/storage-problem.node.js';
import { naturalOrder } from './natural-order.js';
import { isNorpix } from './norpix-header.js';

/** Endings of videos that are taken without a look inside. */
const endings = new Set(
  'mp4 m4v mov avi mkv webm seq mpg mpeg ts mts m2ts wmv asf flv ogv mxf 3gp 3g2 mj2 mjpeg mjpg y4m h264 264 hevc 265 ivf nut gif dv vob'.split(
    ' ',
  ),
);

/** Tells whether bytes begin like a video: ISO media, AVI, Matroska, NorPix, ASF, MPEG, FLV or Ogg. */
function beginsLikeVideo(bytes: Uint8Array): boolean {
  const text = (at: number, length: number): string => String.fromCharCode(...bytes.subarray(at, at + length));
  const begins = (...head: number[]): boolean => head.every((value, at) => bytes[at] === value);
  return (
    text(4, 4) === 'ftyp' ||
    (text(0, 4) === 'RIFF' && text(8, 3) === 'AVI') ||
    begins(0x1a, 0x45, 0xdf, 0xa3) ||
    begins(0x30, 0x26, 0xb2, 0x75) ||
    begins(0, 0, 1, 0xba) ||
    text(0, 4) === 'OggS' ||
    text(0, 3) === 'FLV' ||
    isNorpix(bytes)
  );
}

/**
 * Tells whether a path is a file that may be a video: by its ending, or for an unknown ending by its first
 * bytes. Opening tells for certain. False where there is no such file.
 */
export async function isVideoFile(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    const dot = name.lastIndexOf('.');
    if (dot > 0 && endings.has(name.slice(dot + 1).toLowerCase())) return true;
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(32), 0, 32, 0);
      return beginsLikeVideo(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw storageProblem(cause, 'read', path);
  }
}

/**
 * Returns the paths of the videos in a folder and its sub-folders, in natural order, files of a folder before
 * its sub-folders. Names that begin with a dot are left out, as are folders reached through links.
 * @throws StorageError where the folder is absent or cannot be read.
 */
export async function listVideos(folder: string, signal?: AbortSignal): Promise<string[]> {
  signal?.throwIfAborted();
  let entries: Dirent[];
  try {
    entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  } catch (cause) {
    if (!isMissing(cause)) throw storageProblem(cause, 'read', folder);
    throw new StorageError(`there is no such folder: ${folder}`, { hint: 'Check the name.', cause });
  }
  const found: string[] = [];
  for (const name of naturalOrder(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name))) {
    if (await isVideoFile(join(folder, name))) found.push(join(folder, name));
  }
  for (const name of naturalOrder(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name))) {
    found.push(...(await listVideos(join(folder, name), signal)));
  }
  return found;
}
