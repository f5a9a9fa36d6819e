import { clearFalsePositions, createFeatureSource, type FeatureSpec } from '@zoopraxis/behavior';
import { type Calibration, createPoseTracks, type PoseTracks, type Region, StorageError } from '@zoopraxis/core';
import { readTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { exchanged } from '../exchanges/exchanged.js';
import type { AnalyzedTracks } from './analyze.js';
import { openColumnPart } from './column-file.js';
import type { FrameWindow } from './frame-windows.js';

/** Features of tracks that are computed window by window into a column file. */
export interface FeatureJob {
  readonly tracks: AnalyzedTracks;
  readonly spec: FeatureSpec;
  readonly calibration: Calibration | null;
  readonly arena: Region | null;
  /** Absolute path of the column file that is being written. */
  readonly partPath: string;
  readonly frameCount: number;
  readonly isVariableRate: boolean;
  readonly columnCount: number;
  /** Frames at the edges of a window that need those of the next one; more than any span of a feature. */
  readonly marginFrames: number;
}

/** What a thread computes of a job. */
export type FeatureRequest =
  /** Everything that the frames of the window alone tell. */
  | { readonly kind: 'feature window'; readonly job: FeatureJob; readonly window: FrameWindow }
  /** What lies around the border of two windows: `points` are twice the margin of frames at either side. */
  | { readonly kind: 'feature seam'; readonly job: FeatureJob; readonly border: number; readonly points: PoseTracks };

/** What the next windows need of one. */
export interface WindowEdges {
  /** Twice the margin of frames at its beginning, and at its end; undefined at the ends of the recording. */
  readonly head: PoseTracks | undefined;
  readonly tail: PoseTracks | undefined;
}

/** Computes a part of a job and writes it; of windows returns the points at their edges. */
export async function computeFeatures(request: FeatureRequest): Promise<WindowEdges | undefined> {
  const { job } = request;
  const { marginFrames, frameCount } = job;
  if (request.kind === 'feature seam') {
    const { border, points } = request;
    await write(job, points, {
      first: border - 2 * marginFrames,
      from: border - marginFrames,
      to: border + marginFrames,
    });
    return undefined;
  }
  const { from, to } = request.window;
  const tracks = await readWindow(job, request.window);
  const [isFirst, isLast] = [from === 0, to === frameCount];
  await write(job, tracks, {
    first: from,
    from: isFirst ? from : from + marginFrames,
    to: isLast ? to : to - marginFrames,
  });
  const edge = 2 * marginFrames;
  return {
    head: isFirst ? undefined : partOf(tracks, 0, edge),
    tail: isLast ? undefined : partOf(tracks, to - from - edge, to - from),
  };
}

async function readWindow({ tracks, frameCount, isVariableRate }: FeatureJob, { from, to }: FrameWindow) {
  const { folder, path, exchanges } = tracks;
  const read = await readTracksFile(new FolderStore(folder), path, { startFrame: from, endFrame: to });
  if (read === undefined) throw new StorageError(`there are no such tracks any more: ${path}`);
  const { fps, timesSec } = read.timeBase;
  const own: PoseTracks = {
    ...read,
    timeBase: { frameCount: to - from, fps, ...(isVariableRate && timesSec !== undefined ? { timesSec } : {}) },
  };
  if (exchanges.length > 0) exchanged(own, exchanges, { firstFrame: from, frameCount });
  // What some programs write for points that were not found is no position.
  return clearFalsePositions(own).tracks;
}

/** Returns a stretch of tracks without anything that belongs to the whole. */
function partOf(tracks: PoseTracks, from: number, to: number): PoseTracks {
  const { skeleton, individuals, dimensions, space, timeBase, position, confidence, provenance } = tracks;
  const points = individuals.length * skeleton.keypoints.length;
  const timesSec = timeBase.timesSec?.slice(from, to);
  return createPoseTracks({
    ...{ skeleton, individuals, dimensions, space, provenance },
    timeBase: { frameCount: to - from, fps: timeBase.fps, ...(timesSec === undefined ? {} : { timesSec }) },
    position: position.slice(from * points * dimensions, to * points * dimensions),
    confidence: confidence.slice(from * points, to * points),
  });
}

/** Returns two stretches as one. */
export function joinedTracks(first: PoseTracks, second: PoseTracks): PoseTracks {
  const joined = <Numbers extends Float32Array | Float64Array>(a: Numbers, b: Numbers, into: Numbers): Numbers => {
    into.set(a);
    into.set(b, a.length);
    return into;
  };
  const floats = (a: Float32Array, b: Float32Array) => joined(a, b, new Float32Array(a.length + b.length));
  const [one, two] = [first.timeBase.timesSec, second.timeBase.timesSec];
  const timesSec =
    one === undefined || two === undefined ? undefined : joined(one, two, new Float64Array(one.length + two.length));
  return createPoseTracks({
    ...first,
    timeBase: {
      frameCount: first.timeBase.frameCount + second.timeBase.frameCount,
      fps: first.timeBase.fps,
      ...(timesSec === undefined ? {} : { timesSec }),
    },
    position: floats(first.position, second.position),
    confidence: floats(first.confidence, second.confidence),
  });
}

/** Computes the features of tracks that begin at the frame `first`, and writes those of the frames from `from` to `to`. */
async function write(
  job: FeatureJob,
  tracks: PoseTracks,
  { first, from, to }: { readonly first: number; readonly from: number; readonly to: number },
): Promise<void> {
  const { spec, calibration, arena, columnCount, frameCount, partPath } = job;
  const source = createFeatureSource(tracks, spec, {
    ...(calibration === null ? {} : { calibration }),
    ...(arena === null ? {} : { arena }),
  });
  const count = to - from;
  const values = new Float32Array(columnCount * count);
  for await (const block of source.blocks()) {
    const begin = Math.max(from, first + block.firstFrame);
    const end = Math.min(to, first + block.firstFrame + block.frameCount);
    if (begin >= end) continue;
    for (let column = 0; column < columnCount; column++) {
      const at = column * block.frameCount + begin - first - block.firstFrame;
      values.set(block.values.subarray(at, at + end - begin), column * count + begin - from);
    }
  }
  const file = await openColumnPart(partPath, { frameCount, columnCount });
  try {
    await file.put(from, count, values);
  } finally {
    await file.close();
  }
}
