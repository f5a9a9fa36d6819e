import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import { frameRuns, labelBouts, type SequenceStarts } from './frame-runs.js';

/** Options of {@link minBoutFilter}. */
export interface MinBoutOptions {
  /** Bouts of fewer frames vanish, list by class; 0 or 1 keeps all. */
  readonly minFrames: readonly number[];
  /** Two bouts of a class are joined over at most so many frames of others, list by class; 0 by default. */
  readonly gapFrames?: readonly number[];
  /** Where recordings begin, list of frame indices; one recording by default. */
  readonly sequences?: SequenceStarts;
}

function checkFrames(option: string, list: readonly number[]): void {
  for (const value of list) {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`${option}: must be whole numbers of frames, got ${value}`);
    }
  }
}

/**
 * Returns labels, shape `[frame]`, without short gaps and short bouts; 255 (not scored) stays and ends a sequence. Gaps are
 * filled first, class by class in order of their gaps, the longest allowed first. Then the shortest bout that is too short
 * goes, again and again: its frames go to its longer neighbor (the earlier of equal ones), and a bout alone in its run stays.
 */
export function minBoutFilter(labels: Uint8Array, options: MinBoutOptions): Uint8Array {
  const { minFrames, gapFrames = [], sequences = [0] } = options;
  checkFrames('minFrames', minFrames);
  checkFrames('gapFrames', gapFrames);
  const out = labels.slice();
  const runs = frameRuns(labels.length, sequences, (frame) => labels[frame] !== unscoredLabel);
  const order = [...gapFrames.keys()].sort((a, b) => (gapFrames[b] as number) - (gapFrames[a] as number) || a - b);
  for (const run of runs) {
    for (const label of order) {
      const bouts = labelBouts(out, run).filter((bout) => bout.label === label);
      for (let i = 1; i < bouts.length; i++) {
        const [from, to] = [bouts[i - 1]?.end as number, bouts[i]?.start as number];
        if (to - from <= (gapFrames[label] as number)) out.fill(label, from, to);
      }
    }
    dropShort(out, labelBouts(out, run), minFrames);
  }
  return out;
}

interface Node {
  start: number;
  end: number;
  label: number;
  before: Node | undefined;
  after: Node | undefined;
  gone: boolean;
}

/** Drops bouts from the shortest on; buckets by length keep it linear in bouts for the lengths that can be too short. */
function dropShort(
  labels: Uint8Array,
  bouts: readonly { start: number; end: number; label: number }[],
  minFrames: readonly number[],
): void {
  const longest = Math.max(0, ...minFrames);
  const nodes: Node[] = bouts.map((bout) => ({ ...bout, before: undefined, after: undefined, gone: false }));
  for (const [i, node] of nodes.entries()) [node.before, node.after] = [nodes[i - 1], nodes[i + 1]];
  const lengthOf = ({ start, end }: Node) => end - start;
  for (let length = 1; length < longest; length++) {
    for (const node of nodes) {
      if (node.gone || lengthOf(node) !== length || length >= (minFrames[node.label] ?? 0)) continue;
      const { before, after } = node;
      const into = before && (!after || lengthOf(before) >= lengthOf(after)) ? before : after;
      if (!into) continue;
      labels.fill(into.label, node.start, node.end);
      if (into === before) [before.end, before.after] = [node.end, after];
      else [into.start, into.before] = [node.start, before];
      if (after && into === before) after.before = before;
      if (before && into === after) before.after = after;
      node.gone = true;
      const [left, right] = into === before ? [before, after] : [before, into];
      if (left && right && left.label === right.label) {
        [left.end, left.after] = [right.end, right.after];
        if (right.after) right.after.before = left;
        right.gone = true;
      }
    }
  }
}
