import { clearFalsePositions } from '@zoopraxis/behavior';
import { createPoseTracks, type PoseTracks, StorageError } from '@zoopraxis/core';
import { readFrameTable, readTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { exchanged } from '../exchanges/exchanged.js';
import type { Exchange } from '../exchanges/exchanges.js';
import { type ChooseFramesRequest, chooseFrames } from './choose-frames.js';
import { createColumnFile } from './column-file.js';
import { computeFeatures, type FeatureRequest } from './feature-window.js';
import { type TrackTargetKind, trackTargetKinds } from './target-kinds.js';
import { trackTargets } from './track-targets.js';
import { type ExchangeRequest, writeExchanged } from './write-exchanged.js';

/** Tracks of a project, and what was exchanged in them. */
export interface AnalyzedTracks {
  /** Absolute path of the project's folder. */
  readonly folder: string;
  /** Name of the file in the project. */
  readonly path: string;
  /** SHA-256 of the file. */
  readonly contentHash: string;
  readonly exchanges: readonly Exchange[];
}

/** What a thread computes: plain data. */
export type AnalysisRequest =
  | FeatureRequest
  | { readonly kind: 'scores'; readonly folder: string; readonly path: string; readonly out: string }
  | ExchangeRequest
  | ChooseFramesRequest
  | { readonly kind: 'targets'; readonly tracks: AnalyzedTracks; readonly targets: TrackTargetKind };

/** Thousandths of the work that are done, shape `[1]`, in memory that threads share. */
export type SharedProgress = Int32Array;

/** Carries a request out; what it makes is in files, or is returned as plain data. */
export async function analyze(request: AnalysisRequest, progress: SharedProgress): Promise<unknown> {
  const tell = (share: number) => Atomics.store(progress, 0, Math.round(1000 * share));
  if (request.kind === 'feature window' || request.kind === 'feature seam') return computeFeatures(request);
  if (request.kind === 'scores') return writeScoreColumns(request);
  if (request.kind === 'exchange') return writeExchanged(request, tell);
  if (request.kind === 'frames to label') {
    const tracks = request.tracks === null ? undefined : await keptTracks(request.tracks, (share) => tell(0.3 * share));
    const begun = request.tracks === null ? 0 : 0.3;
    return chooseFrames(request, tracks, (share) => tell(begun + (1 - begun) * share));
  }
  let read = 0;
  const tracks = await keptTracks(request.tracks, (share) => {
    read = 0.6;
    tell(share * read);
  });
  if (!trackTargetKinds.includes(request.targets)) throw new RangeError(`targets: unknown kind ${request.targets}`);
  return trackTargets(tracks, request.targets, (share) => tell(read + (1 - read) * share));
}

let kept: { readonly key: string; readonly tracks: PoseTracks } | undefined;

/** Returns tracks, those asked for last without reading them again: several things are asked of the same ones. */
async function keptTracks(tracks: AnalyzedTracks, tell: (share: number) => void): Promise<PoseTracks> {
  const key = JSON.stringify(tracks);
  if (kept?.key === key) return kept.tracks;
  kept = undefined;
  // What some programs write for points that were not found would be the largest jump of all.
  const { tracks: read } = clearFalsePositions(await readAnalyzed(tracks, tell));
  kept = { key, tracks: read };
  return read;
}

/** Frames that are read at once while progress is told. */
const framesPerRead = 131_072;

async function readAnalyzed(
  { folder, path, exchanges }: AnalyzedTracks,
  tell: (share: number) => void,
): Promise<PoseTracks> {
  const store = new FolderStore(folder);
  const first = await readTracksFile(store, path, { startFrame: 0, endFrame: framesPerRead });
  if (first === undefined) throw new StorageError(`there are no such tracks any more: ${path}`);
  const { readTracksFooter } = await import('@zoopraxis/io');
  const { frameCount = 0, variableRate = false } = (await readTracksFooter(store, path)) ?? {};
  let tracks = first;
  if (frameCount > framesPerRead) {
    const { individuals, skeleton, dimensions, boxes: _b, identity: _i, ...rest } = first;
    const points = individuals.length * skeleton.keypoints.length;
    const position = new Float32Array(frameCount * points * dimensions);
    const confidence = new Float32Array(frameCount * points);
    const timesSec = new Float64Array(variableRate ? frameCount : 0);
    for (let startFrame = 0; startFrame < frameCount; startFrame += framesPerRead) {
      const endFrame = Math.min(frameCount, startFrame + framesPerRead);
      const part = startFrame === 0 ? first : await readTracksFile(store, path, { startFrame, endFrame });
      if (part === undefined) throw new StorageError(`there are no such tracks any more: ${path}`);
      position.set(part.position, startFrame * points * dimensions);
      confidence.set(part.confidence, startFrame * points);
      if (variableRate && part.timeBase.timesSec !== undefined) timesSec.set(part.timeBase.timesSec, startFrame);
      tell(endFrame / frameCount);
    }
    tracks = createPoseTracks({
      ...rest,
      individuals,
      skeleton,
      dimensions,
      timeBase: { frameCount, fps: first.timeBase.fps, ...(variableRate ? { timesSec } : {}) },
      position,
      confidence,
    });
  }
  return exchanges.length === 0 ? tracks : exchanged(tracks, exchanges, { firstFrame: 0, frameCount });
}

async function writeScoreColumns({ folder, path, out }: Extract<AnalysisRequest, { kind: 'scores' }>): Promise<number> {
  const table = await readFrameTable(new FolderStore(folder), path, { kind: 'scores' });
  if (table === undefined) throw new StorageError(`there are no such probabilities any more: ${path}`);
  const { frameCount } = table.timeBase;
  const file = await createColumnFile(out, { frameCount, columnCount: table.columns.length });
  try {
    await file.put(0, frameCount, table.values);
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return table.columns.length;
}
