import { frameAtSeconds, type TimeBase } from '@zoopraxis/core';
import type { IdentifiedAnnotations } from '@zoopraxis/io';
import type { JumpTarget } from '../api.js';

/** Places at most. */
const mostTargets = 200;

/** Disagreements shorter than this are about where a bout begins. */
const leastSec = 0.1;

/** Bouts of one behavior as stretches that do not overlap, ascending list of first and past second. */
type Stretches = readonly (readonly [number, number])[];

/** A stretch that one says is a behavior and another says is not. */
interface Difference {
  readonly startSec: number;
  readonly endSec: number;
  readonly yes: string;
  readonly no: string;
  readonly behavior: string;
  readonly subject: string;
}

function stretchesOf({ annotations }: IdentifiedAnnotations, name: string): Stretches {
  const which = annotations.behaviors.indexOf(name);
  const joined: [number, number][] = [];
  for (let bout = 0; bout < annotations.startSec.length; bout++) {
    if (annotations.behavior[bout] !== which) continue;
    const [start, end] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** Returns what of stretches is in none of others. */
function without(own: Stretches, others: Stretches): [number, number][] {
  const left: [number, number][] = [];
  let at = 0;
  for (const [start, end] of own) {
    let from = start;
    while (at < others.length && (others[at]?.[1] as number) <= start) at++;
    for (let i = at; i < others.length && (others[i]?.[0] as number) < end; i++) {
      const [otherStart, otherEnd] = others[i] as readonly [number, number];
      if (otherStart > from) left.push([from, otherStart]);
      from = Math.max(from, otherEnd);
    }
    if (from < end) left.push([from, end]);
  }
  return left;
}

/** Returns what of stretches both watched, where it is known. */
function watchedByBoth(
  [start, end]: readonly [number, number],
  a: IdentifiedAnnotations,
  b: IdentifiedAnnotations,
): [number, number] {
  const first = Math.max(start, a.observedSec?.[0] ?? start, b.observedSec?.[0] ?? start);
  return [first, Math.min(end, a.observedSec?.[1] ?? end, b.observedSec?.[1] ?? end)];
}

/**
 * Returns the places where two streams about the same animal say different things of a behavior that both scored, the
 * longest first, none near another.
 */
export function disagreementTargets(streams: readonly IdentifiedAnnotations[], timeBase: TimeBase): JumpTarget[] {
  const differences: Difference[] = [];
  for (const [i, a] of streams.entries()) {
    for (const b of streams.slice(i + 1)) {
      const [one, other] = [a.annotations, b.annotations];
      if (one.subject !== other.subject || one.target !== other.target || one.annotator === other.annotator) continue;
      for (const behavior of one.behaviors) {
        if (!other.behaviors.includes(behavior)) continue;
        const [own, theirs] = [stretchesOf(a, behavior), stretchesOf(b, behavior)];
        const add = (found: [number, number][], yes: string, no: string) => {
          for (const stretch of found) {
            const [startSec, endSec] = watchedByBoth(stretch, a, b);
            if (endSec - startSec < leastSec) continue;
            differences.push({ startSec, endSec, yes, no, behavior, subject: one.subject });
          }
        };
        add(without(own, theirs), one.annotator, other.annotator);
        add(without(theirs, own), other.annotator, one.annotator);
      }
    }
  }
  differences.sort(
    (a, b) => b.endSec - b.startSec - (a.endSec - a.startSec) || a.startSec - b.startSec || (a.yes < b.yes ? -1 : 1),
  );
  const chosen: Difference[] = [];
  const starts = new Map<number, number[]>();
  for (const difference of differences) {
    if (chosen.length >= mostTargets) break;
    const second = Math.floor(difference.startSec);
    const near = [second - 1, second, second + 1].some((at) =>
      starts.get(at)?.some((start) => Math.abs(start - difference.startSec) < 1),
    );
    if (near) continue;
    starts.set(second, [...(starts.get(second) ?? []), difference.startSec]);
    chosen.push(difference);
  }
  return chosen.map(({ startSec, endSec, yes, no, behavior, subject }) => {
    const score = endSec - startSec;
    const text = `${behavior}: ${yes} says yes, ${no} no, for ${score.toFixed(1)} s`;
    return { kind: 'disagreement', frame: frameAtSeconds(timeBase, startSec), individual: subject, score, text };
  });
}
