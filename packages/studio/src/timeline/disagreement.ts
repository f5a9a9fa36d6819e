import type { BoutView } from 'zoopraxis';
import { type Strip, stripOf } from '../page/strip.js';

/** Stretches, ascending and apart; seconds, each of shape `[stretch]`. */
export interface Stretches {
  readonly fromSec: Float64Array;
  readonly toSec: Float64Array;
}

interface Edges {
  readonly timeSec: Float64Array;
  /** Behavior times 2, plus 1 where it begins; shape `[edge]`. */
  readonly what: Int32Array;
}

function edgesOf(strip: Strip, codeOf: (behavior: string) => number): Edges {
  const codes = strip.behaviors.map(codeOf);
  const count = strip.startSec.length;
  const times: number[] = [];
  const what: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < count; at++) {
    const code = codes[strip.behavior[at] as number] as number;
    if (code < 0 || (strip.endSec[at] as number) <= (strip.startSec[at] as number)) continue;
    ends.push(at);
  }
  // Ends of bouts that do not overlap rise as well.
  const isRising = ends.every(
    (at, i) => i === 0 || (strip.endSec[ends[i - 1] as number] as number) <= (strip.endSec[at] as number),
  );
  const byEnd = isRising
    ? ends
    : [...ends].sort((first, second) => (strip.endSec[first] as number) - (strip.endSec[second] as number));
  let [start, end] = [0, 0];
  while (end < byEnd.length) {
    const next = ends[start];
    const last = byEnd[end] as number;
    const endTime = strip.endSec[last] as number;
    if (next !== undefined && (strip.startSec[next] as number) < endTime) {
      times.push(strip.startSec[next] as number);
      what.push(2 * (codes[strip.behavior[next] as number] as number) + 1);
      start++;
    } else {
      times.push(endTime);
      what.push(2 * (codes[strip.behavior[last] as number] as number));
      end++;
    }
  }
  return { timeSec: Float64Array.from(times), what: Int32Array.from(what) };
}

/**
 * Returns where two lists of bouts differ in the behaviors that both could have said: somewhere one has a behavior that
 * the other has not. Shorter stretches than `atLeastSec` (half a frame) are rounding. Point events do not count.
 */
export function disagreementOf(
  ours: readonly BoutView[],
  theirs: readonly BoutView[],
  { behaviors, atLeastSec }: { readonly behaviors: readonly string[]; readonly atLeastSec: number },
): Stretches {
  const codes = new Map(behaviors.map((name, at) => [name, at]));
  const codeOf = (name: string) => codes.get(name) ?? -1;
  const [a, b] = [edgesOf(stripOf(ours), codeOf), edgesOf(stripOf(theirs), codeOf)];
  const inA = new Int32Array(behaviors.length);
  const inB = new Int32Array(behaviors.length);
  const [from, to]: [number[], number[]] = [[], []];
  let [atA, atB, differing] = [0, 0, 0];
  let since = Number.NaN;
  const take = (edges: Edges, at: number, mine: Int32Array, other: Int32Array) => {
    const what = edges.what[at] as number;
    const code = what >> 1;
    const before = mine[code] as number;
    const after = before + (what % 2 === 1 ? 1 : -1);
    mine[code] = after;
    if (before > 0 === after > 0) return;
    differing += after > 0 === (other[code] as number) > 0 ? -1 : 1;
  };
  while (atA < a.timeSec.length || atB < b.timeSec.length) {
    const time = Math.min(a.timeSec[atA] ?? Number.POSITIVE_INFINITY, b.timeSec[atB] ?? Number.POSITIVE_INFINITY);
    while (a.timeSec[atA] === time) take(a, atA++, inA, inB);
    while (b.timeSec[atB] === time) take(b, atB++, inB, inA);
    if (differing > 0 && Number.isNaN(since)) since = time;
    if (differing === 0 && !Number.isNaN(since)) {
      if (time - since >= atLeastSec) {
        // Two that touch are one.
        if (to.length > 0 && since - (to.at(-1) as number) < atLeastSec) to[to.length - 1] = time;
        else {
          from.push(since);
          to.push(time);
        }
      }
      since = Number.NaN;
    }
  }
  return { fromSec: Float64Array.from(from), toSec: Float64Array.from(to) };
}
