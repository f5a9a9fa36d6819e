import type { FeatureColumn, TimeBase } from '@zoopraxis/core';

/** What one column of features is, without its values. */
export type FeatureInfo = Omit<FeatureColumn, 'values'>;

/** Features of consecutive frames. */
export interface FeatureBlock {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** Shape `[column, frame]`; NaN = not known. */
  readonly values: Float32Array;
}

/** Features of one recording, computed as they are asked for, in memory bounded by the longest window. */
export interface FeatureSource {
  readonly timeBase: TimeBase;
  /** In the order of the columns of each block. */
  readonly columns: readonly FeatureInfo[];
  /**
   * Returns the features of all frames in order, in blocks without gaps; may be asked for again, and gives the same bits.
   * A block's values may be written over when the next one is asked for.
   */
  blocks(options?: { readonly signal?: AbortSignal }): AsyncIterable<FeatureBlock>;
}
