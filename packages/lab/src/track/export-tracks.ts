import type { PoseTracks } from '@zoopraxis/core';
import { deepLabCutTracksCsvPieces, deepLabCutTracksHdf5Pieces, type FileProblem, writePieces } from '@zoopraxis/io';
import type { FolderStore } from '@zoopraxis/io/node';

/** Formats that tracks are also written in, by kind; the key is the file's ending. */
export const exportFormats = ['csv', 'h5'] as const;

/** A format that tracks are also written in: DeepLabCut's CSV or HDF5. */
export type ExportFormat = (typeof exportFormats)[number];

async function* stepwise(pieces: Iterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    signal?.throwIfAborted();
    yield piece;
    // A million rows take seconds: an abort must be heard in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Writes tracks in DeepLabCut's formats, each file in one durable step; returns file names by format. */
export async function exportTracks(
  store: FolderStore,
  name: string,
  tracks: PoseTracks,
  options: {
    readonly formats: readonly ExportFormat[];
    readonly scorer: string;
    readonly report?: (problem: FileProblem) => void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Record<string, string>> {
  const { formats, scorer, report = () => undefined, signal } = options;
  const files: Record<string, string> = {};
  for (const format of formats) {
    const file = `${name}.${format}`;
    const pieces =
      format === 'csv'
        ? deepLabCutTracksCsvPieces(tracks, { scorer, report })
        : deepLabCutTracksHdf5Pieces(tracks, { scorer, report });
    await writePieces(store, file, stepwise(pieces, signal));
    files[format] = file;
  }
  return files;
}
