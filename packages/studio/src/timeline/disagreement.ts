import {
  type BoutColumns,
  comparedSides,
  type DifferingStretches,
  disagreementOf as disagreementOfColumns,
} from '@zoopraxis/behavior';
import type { BoutView } from 'zoopraxis';
import { endSeen, firstSeen, stripOf } from '../page/strip.js';
import type { BoutStream } from '../state/bouts.js';
import type { TimeRange } from '../state/studio-store.js';

/** Stretches, ascending and apart; seconds, each of shape `[stretch]`. */
export type Stretches = DifferingStretches;

/** Returns where a stream differs from another; surely right inside the range alone. */
export type Differing = (range: TimeRange) => Stretches;

type Bouts = readonly BoutView[];

/** Bouts that are compared with every drawing; more are compared once, whole. */
const comparedAtOnce = 2000;

const byStart = (a: BoutView, b: BoutView) => a.startSec - b.startSec;

const merged = new WeakMap<Bouts, { readonly of: readonly Bouts[]; readonly bouts: Bouts }>();

/** Returns the bouts of streams as one list by start; the same list for the same bouts. */
function boutsOf(streams: readonly BoutStream[]): Bouts {
  const [first] = streams;
  if (first === undefined) return [];
  if (streams.length === 1) return first.bouts;
  const of = streams.map(({ bouts }) => bouts);
  const known = merged.get(first.bouts);
  if (known?.of.length === of.length && known.of.every((bouts, i) => bouts === of[i])) return known.bouts;
  const bouts = of.flat().sort(byStart);
  merged.set(first.bouts, { of, bouts });
  return bouts;
}

function boutsSeen(bouts: Bouts, { fromSec, toSec }: TimeRange): Bouts {
  const strip = stripOf(bouts);
  return bouts.slice(firstSeen(strip, fromSec), endSeen(strip, toSec));
}

/** Returns what all of the streams watched, seconds; undefined where none says. */
function watchedBy(streams: readonly BoutStream[]): readonly [number, number] | undefined {
  const spans = streams.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
  if (spans.length === 0) return undefined;
  return [Math.max(...spans.map(([from]) => from)), Math.min(...spans.map(([, to]) => to))];
}

const differences = new WeakMap<Bouts, { readonly with: Bouts; readonly key: string; readonly stretches: Stretches }>();

/**
 * Returns a function of where a stream differs from the human's that it is compared with, or undefined where there is none.
 * The server lists places of disagreement by the same functions of `behavior`.
 */
export function differingOf(
  stream: BoutStream,
  all: readonly BoutStream[],
  { annotator, atLeastSec }: { readonly annotator: string; readonly atLeastSec: number },
): Differing | undefined {
  const sides = comparedSides(stream, all, annotator);
  if (sides === undefined) return undefined;
  const { reference, other, behaviors } = sides;
  const withinSec = watchedBy([...reference, ...other]);
  const options = { behaviors, atLeastSec, ...(withinSec === undefined ? {} : { withinSec }) };
  const key = JSON.stringify(options);
  const compare = (a: Bouts, b: Bouts): Stretches =>
    disagreementOfColumns(stripOf(a) satisfies BoutColumns, stripOf(b) satisfies BoutColumns, options);
  return (range) => {
    const [person, said] = [boutsOf(reference), boutsOf(other)];
    const known = differences.get(said);
    if (known?.with === person && known.key === key) return known.stretches;
    const [ours, theirs] = [boutsSeen(person, range), boutsSeen(said, range)];
    // After each edit of a long stream only what is seen is compared anew.
    if (ours.length + theirs.length <= comparedAtOnce) return compare(ours, theirs);
    const stretches = compare(person, said);
    differences.set(said, { with: person, key, stretches });
    return stretches;
  };
}
