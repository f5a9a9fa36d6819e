/** The label of a frame that nobody scored: it enters no training and no measure. */
export const unscoredLabel = 255;

/**
 * What was said of each frame of one recording, by a person or by a classifier.
 *
 * Each frame has one label: an index into `behaviors`, or `unscoredLabel` (255). A behavior such as
 * "other" or "nonsocial" is a behavior like the rest, where it is scored.
 */
export interface FrameTruth {
  /** Names of the behaviors, at most 255, each once. */
  readonly behaviors: readonly string[];
  /** `[frame]`, index into `behaviors`; 255 = not scored. */
  readonly label: Uint8Array;
}
