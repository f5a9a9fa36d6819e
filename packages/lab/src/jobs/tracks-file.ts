import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type PoseTracks, StorageError } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';

/** Largest file of another program that is read whole: gzip and HDF5 need all of their bytes. */
const maximumBytes = 2 ** 31 - 1;

/**
 * Returns the tracks in a file: our Parquet, or DeepLabCut's CSV or HDF5, told by the content. DeepLabCut's files carry
 * no rate, so `fps` says it; default 1 frame a second, which is reported.
 * @throws StorageError where the file cannot be read, FormatError where it holds no tracks.
 */
export async function readTracks(
  path: string,
  { fps, report }: { fps?: number; report: (problem: FileProblem) => void },
): Promise<PoseTracks> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) {
    throw new StorageError(`there is no such tracks file: ${absolute}`, { hint: 'Check the path for a typing error.' });
  }
  if (!found.isFile()) throw new StorageError(`tracks must be a file, this is a folder: ${absolute}`);
  if (found.size > maximumBytes) {
    throw new StorageError(`the tracks file is larger than 2 GiB: ${absolute}`, {
      hint: 'Cut it into parts, or use the Parquet file, which is smaller.',
    });
  }
  const io = await import('@zoopraxis/io');
  if (await isParquet(absolute)) {
    const { FolderStore } = await import('@zoopraxis/io/node');
    const tracks = await io.readTracksFile(new FolderStore(dirname(absolute)), basename(absolute));
    if (tracks !== undefined) return tracks;
  }
  const read = await io.readDeepLabCutTracks(new Uint8Array(await readFile(absolute)), {
    path: absolute,
    report,
    fps: fps ?? 1,
  });
  if (fps === undefined) {
    report({
      severity: 'warning',
      code: 'not-stored',
      file: basename(absolute),
      where: 'the file',
      message: 'The file does not say the frame rate; one frame a second is assumed.',
      hint: 'Name the video, or give --fps.',
    });
  }
  return read.tracks;
}

async function isParquet(path: string): Promise<boolean> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
  } finally {
    await handle.close();
  }
}
