import { type ByteStore, type ChunkSink, createTimeBase, IntegrityError } from '@zoopraxis/core';
import { writePieces } from '../bytes/piecewise.js';
import { canonicalJson } from '../records/canonical-json.js';
import { hashBytes } from '../records/hash.js';
import { decodeChunk, encodeChunk } from './chunk-file.js';
import { readTracksFooter } from './read-tracks.js';
import { footerText, type TracksChunk, type TracksHeader } from './tracks-layout.js';
import { encodeTracks } from './write-tracks.js';

/** What a sink does with what is already there. */
export interface TracksSinkOptions {
  /**
   * What becomes of results of another run under the same name: `refuse` them (the default), or `restart`, which
   * removes unfinished chunks at once and replaces a finished file at the end.
   */
  readonly otherRun?: 'refuse' | 'restart';
}

/** A {@link ChunkSink} of tracks that goes on after an interruption. */
export interface TracksSink extends ChunkSink<TracksChunk> {
  /** Number of frames in the chunks that are durable: long work resumes at this frame. */
  frameCount(): Promise<number>;
  /** Removes all chunks: the run starts anew. */
  discard(): Promise<void>;
}

const chunkName = (parts: string, index: number): string => `${parts}${String(index).padStart(6, '0')}.chunk`;

/** Returns a hash over all that the arrays of a run depend on. */
async function hashRun(header: TracksHeader): Promise<string> {
  const times = header.timeBase.timesSec ?? new Float64Array();
  const text = canonicalJson({ footer: footerText(header), times });
  return hashBytes(new TextEncoder().encode(text));
}

/**
 * Opens a sink of tracks: each chunk is a durable small file in the folder `<path>.parts`, `close` makes one Parquet
 * file of them in one durable step and then removes them. The same run (the same header: skeleton, time base and
 * provenance with its parameters and inputs) opened again goes on after its last whole chunk; a finished one counts
 * all its chunks, and closing it changes nothing.
 *
 * @param path name in the store, such as `tracks/m3v1.parquet`
 * @throws IntegrityError where results of another run are there and `otherRun` is `refuse`.
 */
export async function openTracksSink(
  store: ByteStore,
  path: string,
  header: TracksHeader,
  options: TracksSinkOptions = {},
): Promise<TracksSink> {
  createTimeBase(header.timeBase);
  const parts = `${path}.parts/`;
  const runName = `${parts}run.json`;
  const hash = await hashRun(header);
  const runBytes = new TextEncoder().encode(`${canonicalJson({ hash, run: JSON.parse(footerText(header)) }, 2)}\n`);
  const removeChunks = async (): Promise<void> => {
    // The record goes last: chunks without it belong to no run and are never taken up.
    for (const name of (await store.list(parts)).reverse()) if (name !== runName) await store.remove(name);
    await store.remove(runName);
  };
  const refuse = (what: string): IntegrityError =>
    new IntegrityError(`${what} of another run (other settings, inputs or versions): ${path}`, {
      hint: 'Choose another name, or start over, which replaces them.',
    });
  const restart = options.otherRun === 'restart';

  let finished = 0;
  let isFinished = false;
  // A damaged or foreign finished file must not stop a restart.
  const footer = await readTracksFooter(store, path).catch((error: unknown) => {
    if (restart) return undefined;
    throw error;
  });
  if (footer?.run?.hash === hash) {
    isFinished = true;
    finished = footer.run.chunkCount;
    await removeChunks();
  } else if (footer !== undefined && !restart) {
    throw refuse('there are tracks');
  }

  if (!isFinished) {
    const found = await store.read(runName);
    const same = found !== undefined && new TextDecoder().decode(found) === new TextDecoder().decode(runBytes);
    if (!same) {
      if (found !== undefined && !restart) throw refuse('there are unfinished chunks');
      await removeChunks();
      await store.write(runName, runBytes);
    }
  }

  let count = 0;
  let frames = 0;
  for (; !isFinished; count++) {
    const bytes = await store.read(chunkName(parts, count));
    const chunk = bytes === undefined ? undefined : decodeChunk(header, bytes);
    if (chunk === undefined) break;
    frames += chunk.frameCount;
  }
  if (isFinished) [count, frames] = [finished, header.timeBase.frameCount];

  let closed = false;
  return {
    count: async () => count,
    frameCount: async () => frames,
    async put(index, chunk) {
      if (closed) throw new RangeError('tracks sink: must be open, is closed');
      if (isFinished || index !== count) {
        throw new RangeError(`tracks sink: the next chunk must be ${isFinished ? 'none' : count}, got ${index}`);
      }
      if (frames + chunk.frameCount > header.timeBase.frameCount) {
        throw new RangeError(
          `tracks sink: chunks must have ${header.timeBase.frameCount} frames together, got ${frames + chunk.frameCount}`,
        );
      }
      await store.write(chunkName(parts, index), encodeChunk(header, chunk));
      count++;
      frames += chunk.frameCount;
    },
    async close() {
      if (closed || isFinished) {
        closed = true;
        return;
      }
      const chunks = async function* (): AsyncGenerator<TracksChunk> {
        for (let index = 0; index < count; index++) {
          const name = chunkName(parts, index);
          const bytes = await store.read(name);
          const chunk = bytes === undefined ? undefined : decodeChunk(header, bytes);
          if (chunk === undefined) {
            throw new IntegrityError(`chunk ${index} was damaged or removed meanwhile: ${name}`, {
              hint: 'Run the same command again: it goes on before this chunk.',
            });
          }
          yield chunk;
        }
      };
      await writePieces(store, path, encodeTracks(header, chunks(), { hash, chunkCount: count }));
      closed = true;
      isFinished = true;
      await removeChunks();
    },
    async discard() {
      closed = true;
      await removeChunks();
    },
  };
}
