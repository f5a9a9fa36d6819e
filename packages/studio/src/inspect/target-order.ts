import type { JumpTarget } from 'zoopraxis';

/** Kinds of places that this folder leads to; list. */
export const targetKinds = [
  'low confidence',
  'large jump',
  'identity crossing',
  'disagreement',
  'worst',
] as const satisfies readonly JumpTarget['kind'][];

/** A kind of place that this folder leads to. */
export type TargetKind = (typeof targetKinds)[number];

/** How a list of places is walked. */
export type TargetOrder = 'score' | 'time';

/** Returns places in order: the worst first, or as they come in time; equal ones by time, then by name. */
export function orderTargets(targets: readonly JumpTarget[], order: TargetOrder): JumpTarget[] {
  const name = ({ individual = '', keypoint = '' }: JumpTarget) => `${individual}/${keypoint}`;
  const byTime = (a: JumpTarget, b: JumpTarget) => a.frame - b.frame || (name(a) < name(b) ? -1 : 1);
  return [...targets].sort((a, b) => (order === 'score' && b.score !== a.score ? b.score - a.score : byTime(a, b)));
}

/**
 * Returns the index of the place to go to from `current` (index, or -1 for none) in a list that {@link orderTargets}
 * returned; -1 in an empty list. In time it goes by the frame that is shown: the next one after it. Round at both ends.
 */
export function nextTarget(
  ordered: readonly JumpTarget[],
  options: { readonly order: TargetOrder; readonly current: number; readonly frame: number; readonly step: 1 | -1 },
): number {
  const { order, current, frame, step } = options;
  const last = ordered.length - 1;
  if (last < 0) return -1;
  const isAtCurrent = ordered[current]?.frame === frame;
  if (order === 'score' || isAtCurrent) {
    if (current < 0) return step === 1 ? 0 : last;
    return (current + step + ordered.length) % ordered.length;
  }
  if (step === 1) {
    const next = ordered.findIndex((target) => target.frame > frame);
    return next < 0 ? 0 : next;
  }
  const previous = ordered.findLastIndex((target) => target.frame < frame);
  return previous < 0 ? last : previous;
}

/** Returns the index of the target whose frame is nearest to a frame, or -1 where none is within `withinFrames`. */
export function nearestTarget(targets: readonly JumpTarget[], frame: number, withinFrames: number): number {
  let [best, distance] = [-1, withinFrames];
  targets.forEach((target, i) => {
    const away = Math.abs(target.frame - frame);
    if (away <= distance && (best < 0 || away < distance)) [best, distance] = [i, away];
  });
  return best;
}

/** Returns a score as the list shows it: three digits. */
export function scoreText(score: number): string {
  if (!Number.isFinite(score)) return '–';
  const size = Math.abs(score);
  return size >= 100 || size === 0 ? String(Math.round(score)) : Number(score.toPrecision(3)).toString();
}
