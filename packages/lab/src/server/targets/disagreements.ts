import { type BoutColumns, type ComparedSides, comparedSides, disagreementOf } from '@zoopraxis/behavior';
import { frameAtSeconds, type TimeBase } from '@zoopraxis/core';
import type { IdentifiedAnnotations } from '@zoopraxis/io';
import type { JumpTarget } from '../api.js';

/** Places at most. */
const mostTargets = 200;

/** Disagreements shorter than this are about where a bout begins: the timeline hatches them, the list leaves them out. */
const leastSec = 0.1;

/** Bouts of a stream, and whose they are. */
export interface JudgedStream extends IdentifiedAnnotations {
  /** Name of the file that it is in. */
  readonly set: string;
  readonly isHuman: boolean;
}

/** A stretch that one says is a behavior and another says is not. */
interface Difference {
  readonly startSec: number;
  readonly endSec: number;
  readonly yes: string;
  readonly no: string;
  readonly behavior: string;
  readonly subject: string;
}

interface Side extends JudgedStream {
  readonly subject: string;
  readonly target?: string | undefined;
  readonly annotator: string;
  readonly channel: string;
  readonly behaviors: readonly string[];
  readonly boutCount: number;
}

const sideOf = (stream: JudgedStream): Side => {
  const { subject, target, annotator, channel, behaviors, startSec } = stream.annotations;
  return { ...stream, subject, target, annotator, channel, behaviors, boutCount: startSec.length };
};

/** Returns the bouts of streams as columns, by start. */
function columnsOf(streams: readonly Side[]): BoutColumns {
  const behaviors = [...new Set(streams.flatMap((stream) => stream.annotations.behaviors))];
  const [first] = streams;
  if (streams.length === 1 && first !== undefined) return first.annotations;
  const bouts = streams
    .flatMap(({ annotations: { startSec, endSec, behavior, behaviors: own } }) =>
      Array.from(startSec, (start, i) => ({
        start,
        end: endSec[i] as number,
        code: behaviors.indexOf(own[behavior[i] as number] as string),
      })),
    )
    .sort((a, b) => a.start - b.start);
  return {
    startSec: Float64Array.from(bouts, ({ start }) => start),
    endSec: Float64Array.from(bouts, ({ end }) => end),
    behavior: Int32Array.from(bouts, ({ code }) => code),
    behaviors,
  };
}

/** Returns a function that tells whether a behavior goes on at a time; times that it is asked about must rise. */
function goingOn({ startSec, endSec, behavior, behaviors }: BoutColumns, name: string): (timeSec: number) => boolean {
  const code = behaviors.indexOf(name);
  let [bout, latest] = [0, Number.NEGATIVE_INFINITY];
  return (timeSec) => {
    for (; bout < startSec.length && (startSec[bout] as number) <= timeSec; bout++) {
      if (behavior[bout] === code) latest = Math.max(latest, endSec[bout] as number);
    }
    return latest > timeSec;
  };
}

function differencesOf({ reference, other, behaviors }: ComparedSides<Side>): Difference[] {
  const [person, said] = [reference[0] as Side, other[0] as Side];
  const [own, theirs] = [columnsOf(reference), columnsOf(other)];
  const spans = [...reference, ...other].flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
  const withinSec = [Math.max(...spans.map(([from]) => from)), Math.min(...spans.map(([, to]) => to))] as const;
  const differences: Difference[] = [];
  for (const behavior of behaviors) {
    const { fromSec, toSec } = disagreementOf(own, theirs, {
      ...{ behaviors: [behavior], atLeastSec: leastSec },
      ...(spans.length === 0 ? {} : { withinSec }),
    });
    const isOn = goingOn(own, behavior);
    for (const [i, startSec] of fromSec.entries()) {
      const isPersons = isOn(startSec);
      const [yes, no] = isPersons ? [person.annotator, said.annotator] : [said.annotator, person.annotator];
      differences.push({ startSec, endSec: toSec[i] as number, yes, no, behavior, subject: person.subject });
    }
  }
  return differences;
}

/**
 * Returns the places where a person and a model, or another person, say different things of the same animal, the longest first,
 * none near another. What is compared with what is the same as in the strips of the page.
 */
export function disagreementTargets(
  streams: readonly JudgedStream[],
  timeBase: TimeBase,
  annotator: string,
): JumpTarget[] {
  const all = streams.map(sideOf);
  const seen = new Set<string>();
  const differences: Difference[] = [];
  for (const stream of all) {
    const sides = comparedSides(stream, all, annotator);
    if (sides === undefined) continue;
    // Two streams of a side may stand against the same one.
    const pair = JSON.stringify([...sides.reference, ...sides.other].map((side) => all.indexOf(side)));
    if (seen.has(pair)) continue;
    seen.add(pair);
    differences.push(...differencesOf(sides));
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
