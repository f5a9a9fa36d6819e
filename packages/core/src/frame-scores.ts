import type { Provenance } from './provenance.js';
import { createTimeBase, type TimeBase } from './time-base.js';

/** How likely each behavior is in each frame. */
export interface FrameScores {
  readonly behaviors: readonly string[];
  /** The animal that acts. */
  readonly subject: string;
  /** The animal it acts on. */
  readonly target?: string;
  readonly timeBase: TimeBase;
  /** Shape `[frame, behavior]`, 0..1, not necessarily of sum 1; NaN = not scored. */
  readonly probability: Float32Array;
  readonly provenance: Provenance;
}

/**
 * Returns scores after checking names, length and range.
 * @throws RangeError naming what cannot be.
 */
export function createFrameScores(scores: FrameScores): FrameScores {
  const { behaviors, probability } = scores;
  const timeBase = createTimeBase(scores.timeBase);
  if (behaviors.length === 0 || new Set(behaviors).size !== behaviors.length) {
    throw new RangeError(`frame scores: behaviors must be at least one name, each once, got ${behaviors.join(', ')}`);
  }
  const length = timeBase.frameCount * behaviors.length;
  if (probability.length !== length) {
    throw new RangeError(
      `frame scores: probability must have shape [${timeBase.frameCount},${behaviors.length}], got ${probability.length} values`,
    );
  }
  for (let at = 0; at < length; at++) {
    const value = probability[at] as number;
    if (value < 0 || value > 1) {
      const frame = Math.floor(at / behaviors.length);
      throw new RangeError(
        `frame scores: probability must be in 0..1, got ${value} for ${behaviors[at % behaviors.length]} in frame ${frame}`,
      );
    }
  }
  return { ...scores, timeBase };
}
