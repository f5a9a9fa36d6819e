import type { PoseTracks } from '@zoopraxis/core';
import { openFrames } from '@zoopraxis/io/node';
import { type SelectionMethod, selectFrames } from '@zoopraxis/pose';
import type { AnalyzedTracks } from './analyze.js';
import { openLooks } from './kept-looks.js';

/** Frames of a film to choose for labeling. */
export interface ChooseFramesRequest {
  readonly kind: 'frames to label';
  /** Absolute path of the film, and its frame rate where it does not say. */
  readonly path: string;
  readonly fps: number;
  readonly method: 'uniform' | 'kmeans' | 'uncertain' | 'outlier';
  readonly count: number;
  /** Frames that are on the list, list. */
  readonly taken: readonly number[];
  /** For the methods that ask where a model was unsure. */
  readonly tracks: AnalyzedTracks | null;
  /** Absolute path of the file of looks. */
  readonly looks: string;
}

/** Frames that were chosen, and what was looked at for it. */
export interface ChosenFrames {
  /** Ascending list. */
  readonly frames: readonly number[];
  readonly candidates: number;
  readonly blurred: number;
  readonly corrupt: number;
}

/** Pixels that are decoded for one choice at most: about half a minute on two cores. */
const mostPixels = 1e10;

/**
 * Returns how many frames of a film may be looked at: each costs the frames since the key frame before, or, where they are near
 * one another, those since the last one.
 */
export function mostLooksOf(
  film: {
    readonly frameCount: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly keyFrameCount: number;
  },
  count: number,
): number {
  const { frameCount, widthPx, heightPx, keyFrameCount } = film;
  const pixels = Math.max(1, widthPx * heightPx);
  if (frameCount * pixels <= mostPixels) return Math.max(1000, count);
  const framesEach = frameCount / Math.max(1, keyFrameCount) / 2 + 1;
  const looks = Math.floor(mostPixels / (pixels * framesEach));
  return Math.max(60, 3 * count, Math.min(1000, looks));
}

/** Chooses frames of a film; what was seen of it is kept for the next time. */
export async function chooseFrames(
  request: ChooseFramesRequest,
  tracks: PoseTracks | undefined,
  tell: (share: number) => void,
): Promise<ChosenFrames> {
  const { path, fps, count, taken } = request;
  const [source, looks] = await Promise.all([openFrames(path, { fps }), openLooks(request.looks)]);
  try {
    const { frameCount, widthPx, heightPx, information } = source;
    const { keyFrameCount } = information;
    const selection = await selectFrames(source, {
      method: methodOf(request.method, tracks),
      count,
      taken,
      maximumLooks: mostLooksOf({ frameCount, widthPx, heightPx, keyFrameCount }, count),
      keptLooks: looks,
      onProgress: tell,
    });
    const { candidates, blurred, corrupt } = selection;
    return { frames: selection.frames.map(({ frame }) => frame), candidates, blurred, corrupt };
  } finally {
    await looks.save();
    await source.close();
  }
}

function methodOf(method: ChooseFramesRequest['method'], tracks: PoseTracks | undefined): SelectionMethod {
  if (method === 'uniform') return { kind: 'uniform' };
  if (method === 'kmeans') return { kind: 'k-means' };
  if (tracks === undefined) throw new TypeError(`frames to label: method ${method} needs tracks`);
  // The least sure are wanted, however sure they are.
  return method === 'uncertain'
    ? { kind: 'uncertain', tracks, minimumConfidence: 1 }
    : { kind: 'outlier', tracks, minimumDistancePx: 0 };
}
