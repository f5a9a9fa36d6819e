import { StorageError } from '@zoopraxis/core';
import {
  headerOf,
  openTracksSink,
  readTracksFile,
  readTracksFooter,
  type TracksChunk,
  type TracksHeader,
} from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { exchanged } from '../exchanges/exchanged.js';
import type { Exchange } from '../exchanges/exchanges.js';

/** Tracks to write with animals exchanged. */
export interface ExchangeRequest {
  readonly kind: 'exchange';
  /** Absolute path of the project's folder. */
  readonly folder: string;
  /** The tracks that stay as they are, and their file in the project. */
  readonly source: { readonly name: string; readonly path: string };
  /** Name of the new file in the project. */
  readonly out: string;
  readonly exchanges: readonly Exchange[];
  /** Version of this program, for the record. */
  readonly version: string;
}

/** Frames that are written at once. */
const chunkFrames = 16_384;

/** Writes tracks with animals exchanged, in one step; goes on where it was interrupted. */
export async function writeExchanged(
  { folder, source, out, exchanges, version }: ExchangeRequest,
  tell: (share: number) => void,
): Promise<void> {
  const store = new FolderStore(folder);
  const footer = await readTracksFooter(store, source.path);
  const first = await readTracksFile(store, source.path, { startFrame: 0, endFrame: 1 });
  if (footer === undefined || first === undefined) {
    throw new StorageError(`there are no such tracks any more: ${source.path}`);
  }
  const { frameCount, fps, variableRate } = footer;
  const { timesSec } = variableRate ? ((await readTracksFile(store, source.path))?.timeBase ?? {}) : {};
  const header: TracksHeader = {
    ...headerOf(first),
    timeBase: { frameCount, fps, ...(timesSec === undefined ? {} : { timesSec }) },
    provenance: {
      operation: 'exchange identities',
      versions: { zoopraxis: version },
      inputs: [],
      parameters: { exchanges: exchanges.map((exchange) => ({ ...exchange })), source: source.name },
      parents: [footer.provenance],
    },
  };
  const sink = await openTracksSink(store, out, header, { otherRun: 'restart' });
  for (let chunk = await sink.count(); chunk * chunkFrames < frameCount; chunk++) {
    const startFrame = chunk * chunkFrames;
    const endFrame = Math.min(frameCount, startFrame + chunkFrames);
    const read = await readTracksFile(store, source.path, { startFrame, endFrame });
    if (read === undefined) throw new StorageError(`there are no such tracks any more: ${source.path}`);
    const { position, confidence, boxes, identity } = exchanged(read, exchanges, {
      firstFrame: startFrame,
      frameCount,
    });
    const content: TracksChunk = {
      frameCount: endFrame - startFrame,
      position,
      confidence,
      ...(boxes === undefined ? {} : { boxes }),
      ...(identity === undefined ? {} : { identity }),
    };
    await sink.put(chunk, content);
    tell(endFrame / frameCount);
  }
  await sink.close();
}
