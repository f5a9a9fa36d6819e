import { open, stat } from 'node:fs/promises';
import { FormatError, StorageError } from '@zoopraxis/core';
import { storageProblem } from '../bytes/storage-problem.node.js';

/** Throws the error that says why a path cannot be a media file: absent, a folder, a device, empty, not readable. */
export async function checkMediaFile(path: string): Promise<void> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      throw new StorageError(`a folder stands where a video file is expected: ${path}`, {
        hint: 'Name a file in the folder.',
      });
    }
    if (!stats.isFile()) {
      throw new StorageError(`not a regular file: ${path}`, { hint: 'Replace the device or pipe by a file.' });
    }
    if (stats.size === 0) {
      throw new FormatError({
        format: 'video',
        path,
        where: 'byte 0',
        expected: 'a video',
        found: 'an empty file',
        hint: 'The recording or its copy was cut off before anything was written: copy the file again.',
      });
    }
    await (await open(path, 'r')).close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new StorageError(`there is no such file: ${path}`, { hint: 'Check the name and the folder.', cause });
    }
    throw storageProblem(cause, 'read', path);
  }
}

/** Returns the names of the top-level boxes of an ISO media file (ISO/IEC 14496-12, 4.2), or an empty list for any other file. */
async function boxNames(path: string): Promise<string[]> {
  const names: string[] = [];
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const head = new DataView(new ArrayBuffer(16));
    for (let at = 0; at + 8 <= size && names.length < 1000; ) {
      await handle.read(new Uint8Array(head.buffer), 0, 16, at);
      let length = head.getUint32(0);
      const name = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
      if (names.length === 0 && name !== 'ftyp') return [];
      names.push(name);
      if (length === 1) length = Number(head.getBigUint64(8));
      if (length < 8) break;
      at += length;
    }
  } finally {
    await handle.close();
  }
  return names;
}

/** Returns the error for a file that no demuxer opens, with what is known of the reason. */
export async function unreadableVideo(path: string, found: string): Promise<FormatError> {
  const boxes = await boxNames(path);
  if (boxes.length > 0 && !boxes.includes('moov') && !boxes.includes('moof')) {
    return new FormatError({
      format: 'mp4',
      path,
      where: `byte ${(await stat(path)).size}`,
      expected: 'an index (moov box)',
      found: 'the end of the file',
      hint: 'The recorder stopped before it wrote the index, or the copy is incomplete: copy the file again, or rebuild the index with a repair program such as untrunc and a good file of the same camera.',
    });
  }
  return new FormatError({
    format: 'video',
    path,
    where: 'byte 0',
    expected: 'a video that FFmpeg knows',
    found,
    hint: 'Check that the file is a video and that its copy is complete; one that plays elsewhere can be converted with: ffmpeg -i <file> -c:v libx264 <new>.mp4',
  });
}

/** Returns the error for a media file in which no video is. */
export function pictureless(path: string, found: string): FormatError {
  return new FormatError({
    format: 'video',
    path,
    where: 'streams',
    expected: 'a video stream',
    found,
    hint: 'Choose the file that holds the pictures; some recorders write sound into a file of its own.',
  });
}
