import { type DetectionScores, scoresOfAmounts } from '../annotators/bouts/overlap-scores.js';
import type { Spans } from '../annotators/bouts/spans.js';
import { type LabelRun, labelRuns } from './scored-frames.js';

/**
 * Returns how well a candidate finds the bouts of a reference where a bout is found if one of the candidate starts and ends
 * no more than `tolerance` beside it, in the unit of the spans; each bout in one pair at most and as many pairs as possible.
 */
export function scoreBoutsByBoundary(
  reference: Spans,
  candidate: Spans,
  { tolerance }: { readonly tolerance: number },
): DetectionScores {
  if (!(tolerance >= 0)) throw new RangeError(`bouts: tolerance must be 0 or more, got ${tolerance}`);
  // Both lists ascend in starts and in ends, so what comes too early for one bout comes too early for all later ones.
  let [i, j, truePositive] = [0, 0, 0];
  // Seconds such as 0.1 + 0.2 must not miss a tolerance of 0.3 by their last bit.
  const reach = tolerance + 1e-9 * Math.max(1, tolerance);
  while (i < reference.length && j < candidate.length) {
    const onset = (candidate[j] as number) - (reference[i] as number);
    const offset = (candidate[j + 1] as number) - (reference[i + 1] as number);
    if (onset < -reach || offset < -reach) j += 2;
    else if (onset > reach || offset > reach) i += 2;
    else {
      truePositive++;
      i += 2;
      j += 2;
    }
  }
  return scoresOfAmounts({
    truePositive,
    falsePositive: candidate.length / 2 - truePositive,
    falseNegative: reference.length / 2 - truePositive,
  });
}

/**
 * Returns what each run of labels is called by another labeling of the same frames: the behavior of its run that shares the
 * most frames with it, the earlier of equals; counts by own behavior and the other's: shape `[own behavior, other behavior]`.
 * With the truth's runs this gives annotation-side F1, with the prediction's runs prediction-side F1 (Nührenberg, vassi).
 */
export function countRunsByOther(
  label: Uint8Array,
  other: Uint8Array,
  { behaviorCount }: { readonly behaviorCount: number },
): number[][] {
  const counts = Array.from({ length: behaviorCount }, () => new Array<number>(behaviorCount).fill(0));
  const others = labelRuns(other);
  let first = 0;
  for (const run of labelRuns(label)) {
    while (first < others.length && (others[first] as LabelRun).endFrame <= run.startFrame) first++;
    let [most, called] = [0, -1];
    for (let at = first; at < others.length; at++) {
      const { startFrame, endFrame, behavior } = others[at] as LabelRun;
      if (startFrame >= run.endFrame) break;
      const shared = Math.min(endFrame, run.endFrame) - Math.max(startFrame, run.startFrame);
      if (shared > most) [most, called] = [shared, behavior];
    }
    if (called >= 0) (counts[run.behavior] as number[])[called]!++;
  }
  return counts;
}
