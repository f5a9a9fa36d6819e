import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { FormatError, type PoseTracks, StorageError } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';

/** Largest file of another program that is read whole: gzip and HDF5 need all of their bytes. */
const maximumBytes = 2 ** 31 - 1;

/**
 * Returns the tracks in a file: our Parquet, or that of another program (DeepLabCut, SLEAP, NWB, JABS), told by the
 * content. Some carry no rate, so `fps` says it; default 1 frame a second, which is reported.
 * @throws StorageError where the file cannot be read, FormatError where it holds no tracks.
 */
export const readTracks = async (path: string, options: ReadTracksOptions): Promise<PoseTracks> =>
  (await readExactTracks(path, options)).tracks;

/** How tracks are read. */
export interface ReadTracksOptions {
  readonly fps?: number;
  readonly report: (problem: FileProblem) => void;
  /** Size of the video in px, for formats that hold shares of it. */
  readonly size?: { readonly widthPx: number; readonly heightPx: number };
}

/** Tracks, and their positions in double precision where their file has them so, shape `[frame, individual, keypoint, 2]`. */
export interface ExactTracks {
  readonly tracks: PoseTracks;
  readonly exactPosition?: Float64Array;
}

/** As {@link readTracks}, with positions in double precision where `keepsExact` asks and the file has them. */
export async function readExactTracks(
  path: string,
  { fps, report, size, keepsExact = false }: ReadTracksOptions & { readonly keepsExact?: boolean },
): Promise<ExactTracks> {
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
    if (tracks !== undefined) return { tracks };
  }
  const read = await io.readPoseFile(basename(absolute), new Uint8Array(await readFile(absolute)), {
    path: absolute,
    report,
    fps: fps ?? 1,
    keepsExact,
    ...(size === undefined ? {} : { size }),
  });
  const [first, ...others] = read.tracks;
  if (first === undefined) {
    throw new FormatError({
      format: 'tracks',
      path: absolute,
      where: 'the file',
      expected: 'tracks',
      found: read.labels.length > 0 ? 'labels alone' : 'no positions',
      hint: 'Choose a file of tracks; labels are taken in with `zoopraxis import`.',
    });
  }
  if (others.length > 0) {
    report({
      severity: 'warning',
      code: 'left-out',
      file: basename(absolute),
      where: 'the file',
      message: `It holds tracks of ${read.tracks.length} videos; those of ${first.video || 'the first'} are used.`,
    });
  }
  if (fps === undefined && first.tracks.timeBase.fps === 1) {
    report({
      severity: 'warning',
      code: 'not-stored',
      file: basename(absolute),
      where: 'the file',
      message: 'The file does not say the frame rate; one frame a second is assumed.',
      hint: 'Name the video, or give --fps.',
    });
  }
  const { exactPosition, firstFrame } = first;
  return {
    tracks: withFirstFrame(first.tracks, firstFrame),
    ...(exactPosition === undefined || firstFrame > 0 ? {} : { exactPosition }),
  };
}

/** Returns tracks that begin at frame 0 of their video, with missing points before their own beginning. */
function withFirstFrame(tracks: PoseTracks, firstFrame: number): PoseTracks {
  const { timeBase, individuals, skeleton, dimensions } = tracks;
  if (firstFrame <= 0 || timeBase.timesSec !== undefined) return tracks;
  const perFrame = individuals.length * skeleton.keypoints.length;
  const pad = (values: Float32Array, width: number) => {
    const out = new Float32Array(firstFrame * width + values.length).fill(Number.NaN, 0, firstFrame * width);
    out.set(values, firstFrame * width);
    return out;
  };
  return {
    ...tracks,
    timeBase: { frameCount: timeBase.frameCount + firstFrame, fps: timeBase.fps },
    position: pad(tracks.position, perFrame * dimensions),
    confidence: pad(tracks.confidence, perFrame),
    ...(tracks.boxes === undefined ? {} : { boxes: pad(tracks.boxes, individuals.length * 4) }),
    ...(tracks.identity === undefined ? {} : { identity: pad(tracks.identity, individuals.length) }),
  };
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
