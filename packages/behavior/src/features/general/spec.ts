import type { LengthUnit } from '@zoopraxis/core';
import type { WindowSpec } from '../windows.js';
import type { FeatureGroup } from './measure.js';
import type { BodyRole } from './roles.js';

/** How a value of each animal (or pair) becomes a value of all, where animals are not told apart. */
export type ExchangeStatistic = 'min' | 'max' | 'mean' | 'range';

/** All of them, in the order of columns. */
export const exchangeStatistics: readonly ExchangeStatistic[] = ['min', 'max', 'mean', 'range'];

/** Which features of any animals are computed, and how; plain data that goes into a model's card. */
export interface GeneralFeatureSpec {
  readonly set: 'general';
  /** Groups of features; default all that the skeleton and the recording allow, without `position`. */
  readonly groups?: readonly FeatureGroup[];
  /** Keypoints that are used; default all. */
  readonly keypoints?: readonly string[];
  /** Keypoint of each role, null for a role that none has; what is not said is guessed from names. */
  readonly roles?: Readonly<Partial<Record<BodyRole, string | null>>>;
  /** Triples of keypoints, end, middle, end, for `angles`; default along the middle of the body. */
  readonly angles?: readonly (readonly [string, string, string])[];
  /**
   * True where the names of individuals mean nothing (unnamed, or identities jump): then features are the same whoever
   * is called what, in every frame. Default false.
   */
  readonly symmetric?: boolean;
  /** What of the animals' values becomes columns where `symmetric`; default min and max, which hold all of two. */
  readonly exchange?: readonly ExchangeStatistic[];
  /** `auto`: cm where the recording is calibrated, else body lengths. Default `auto`. */
  readonly lengths?: LengthUnit | 'auto';
  /** Widths of the windows in which speeds are fitted, seconds, list; default 0.2, 0.5 and 1. */
  readonly spansSec?: readonly number[];
  /** Points less sure than this are missing; default 0 (the tracks are taken as filtered). */
  readonly minimumConfidence?: number;
  /** Windows around each frame whose statistics become columns; default none. */
  readonly windows?: readonly WindowSpec[];
  /** Whether the value of the frame itself is a column beside its windows; default true. */
  readonly keepRaw?: boolean;
  /** More columns than this are refused; default 4,000. */
  readonly maxColumns?: number;
}

/**
 * Windows that served a classifier of two rats best of those tried, without the columns themselves (`keepRaw: false`):
 * four for each column, up to 3 s to each side; list. See `docs/features.md`.
 */
export const contextWindows: readonly WindowSpec[] = [
  { radiusSec: 0.2, statistics: ['mean'] },
  { radiusSec: 1, statistics: ['mean', 'std'] },
  { radiusSec: 3, statistics: ['mean'] },
];
