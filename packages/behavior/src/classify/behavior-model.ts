import type { Provenance } from '@zoopraxis/core';
import type { Decision } from './decision.js';
import type { Scorer } from './scorer.js';
import type { ClassCount } from './training-recording.js';

/** What a model says of itself; plain JSON data. */
export interface BehaviorModelCard {
  /** Ids of the recordings it learned from, sorted list. */
  readonly trainedOn: readonly string[];
  /** Their animals or sessions, sorted list: scores on these are no test. */
  readonly groups: readonly string[];
  readonly counts: readonly ClassCount[];
  /** Frames that were learned from. */
  readonly rowCount: number;
  readonly inner: {
    readonly count: number;
    readonly by: 'group' | 'block';
    /** Macro F1 of the inner folds by smoother: what the choice was made by, not a test. */
    readonly tried: readonly { readonly smoother: string; readonly macroF1: number }[];
  };
  readonly settings: object;
  readonly training: Readonly<Record<string, unknown>>;
  /** Settings of `createFeatureSource`, or null. */
  readonly featureSpec: unknown;
  readonly tracks: unknown;
  readonly provenance: Provenance | null;
  /** What a user must know, list of sentences. */
  readonly notes: readonly string[];
}

/** A trained classifier of behavior: plain data. */
export interface BehaviorModel {
  /** Order of all lists by class; the background is last where there is one. */
  readonly behaviors: readonly string[];
  readonly background?: string;
  /** Frames per second that it was trained at. */
  readonly fps: number;
  /** Keys of the feature columns that it reads, in its order, list. */
  readonly columns: readonly string[];
  readonly scorer: Scorer;
  readonly decision: Decision;
  readonly card: BehaviorModelCard;
}
