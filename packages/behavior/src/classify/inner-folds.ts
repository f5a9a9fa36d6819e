import { foldsByGroup, type Random } from '@zoopraxis/core';

/** A frame that is in no inner fold: it lies at the border of two blocks. */
export const guardFold = 255;

/** Settings of {@link planInnerFolds}. */
export interface InnerFoldOptions {
  /** Default 3. */
  readonly count?: number;
  /** Frames of a block where there is a single group. Default 2,000, as MARS cuts its recordings. */
  readonly blockFrames?: number;
  readonly random: Random;
}

/** The parts of the training recordings that early stopping, thresholds and smoothing are fitted on in turn. */
export interface InnerFolds {
  readonly count: number;
  /** Fold of each frame, {@link guardFold} = none; one array for each recording, shape `[frame]`. */
  readonly fold: readonly Uint8Array[];
  readonly by: 'group' | 'block';
  /** What a user must know of them. */
  readonly note?: string;
}

/**
 * Returns inner folds: whole groups, or, of a single group, blocks of frames in turn with a second of nothing between them.
 * Blocks of one session are alike, so what is fitted on them is too sure of itself; the note says so.
 *
 * @param recordings group, frames and rate of each recording, list
 */
export function planInnerFolds(
  recordings: readonly { readonly group: string; readonly frameCount: number; readonly fps: number }[],
  { count = 3, blockFrames = 2000, random }: InnerFoldOptions,
): InnerFolds {
  if (!Number.isSafeInteger(count) || count < 2 || count > 50) {
    throw new RangeError(`inner folds: must be a whole number in 2..50, got ${count}`);
  }
  if (!Number.isSafeInteger(blockFrames) || blockFrames < 1) {
    throw new RangeError(`blockFrames: must be a whole number above 0, got ${blockFrames}`);
  }
  const groups = recordings.map(({ group }) => group);
  const groupCount = new Set(groups).size;
  if (groupCount >= 2) {
    const used = Math.min(count, groupCount);
    const folds = foldsByGroup(groups, { count: used, random });
    const fold = recordings.map(({ frameCount }, index) =>
      new Uint8Array(frameCount).fill(folds.findIndex(({ test }) => test.includes(index))),
    );
    return { count: used, fold, by: 'group' };
  }
  const fold = recordings.map(({ frameCount, fps }) => {
    const guard = Math.ceil(fps / 2);
    const block = Math.max(4 * guard, Math.min(blockFrames, Math.ceil(frameCount / (2 * count))));
    return Uint8Array.from({ length: frameCount }, (_, frame) => {
      const place = frame % block;
      return place < guard || place >= block - guard ? guardFold : Math.floor(frame / block) % count;
    });
  });
  return {
    count,
    fold,
    by: 'block',
    note: `all recordings are of one group (${groups[0]}): thresholds and smoothing were fitted on blocks of the same recordings, so they trust the classifier too much`,
  };
}
