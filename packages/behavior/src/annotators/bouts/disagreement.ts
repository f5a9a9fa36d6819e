/** Bouts as columns, ascending by start. */
export interface BoutColumns {
  /** Seconds, shape `[bout]`, rising. */
  readonly startSec: Float64Array;
  /** Seconds, shape `[bout]`; not included. */
  readonly endSec: Float64Array;
  /** Index into `behaviors`, shape `[bout]`. */
  readonly behavior: ArrayLike<number>;
  readonly behaviors: readonly string[];
}

/** Stretches, ascending and apart; seconds, each of shape `[stretch]`. */
export interface DifferingStretches {
  readonly fromSec: Float64Array;
  readonly toSec: Float64Array;
}

/** What is looked for in {@link disagreementOf}. */
export interface DisagreementOptions {
  /** Behaviors that both could have said. */
  readonly behaviors: readonly string[];
  /** Shorter stretches (half a frame) are rounding. */
  readonly atLeastSec: number;
  /** What both watched, from and to in seconds; left out: everything. */
  readonly withinSec?: readonly [number, number];
}

interface Edges {
  readonly timeSec: Float64Array;
  /** Behavior times 2, plus 1 where it begins; shape `[edge]`. */
  readonly what: Int32Array;
}

function edgesOf({ startSec, endSec, behavior, behaviors }: BoutColumns, codeOf: (behavior: string) => number): Edges {
  const codes = behaviors.map(codeOf);
  const codeAt = (bout: number) => codes[behavior[bout] as number] as number;
  const lasting: number[] = [];
  let isRising = true;
  for (let bout = 0; bout < startSec.length; bout++) {
    if (codeAt(bout) < 0 || (endSec[bout] as number) <= (startSec[bout] as number)) continue;
    if (lasting.length > 0 && (endSec[lasting.at(-1) as number] as number) > (endSec[bout] as number)) isRising = false;
    lasting.push(bout);
  }
  // Ends of bouts that do not overlap rise as well.
  const byEnd = isRising ? lasting : [...lasting].sort((a, b) => (endSec[a] as number) - (endSec[b] as number));
  const timeSec = new Float64Array(2 * lasting.length);
  const what = new Int32Array(2 * lasting.length);
  for (let start = 0, end = 0; end < byEnd.length; ) {
    const next = lasting[start];
    const last = byEnd[end] as number;
    const at = start + end;
    if (next !== undefined && (startSec[next] as number) < (endSec[last] as number)) {
      timeSec[at] = startSec[next] as number;
      what[at] = 2 * codeAt(next) + 1;
      start++;
    } else {
      timeSec[at] = endSec[last] as number;
      what[at] = 2 * codeAt(last);
      end++;
    }
  }
  return { timeSec, what };
}

/**
 * Returns where two scorings differ: somewhere one has a behavior that the other has not. Point events do not count, and two
 * stretches that touch are one.
 */
export function disagreementOf(
  ours: BoutColumns,
  theirs: BoutColumns,
  { behaviors, atLeastSec, withinSec }: DisagreementOptions,
): DifferingStretches {
  const codes = new Map(behaviors.map((name, at) => [name, at]));
  const codeOf = (name: string) => codes.get(name) ?? -1;
  const [a, b] = [edgesOf(ours, codeOf), edgesOf(theirs, codeOf)];
  const inA = new Int32Array(behaviors.length);
  const inB = new Int32Array(behaviors.length);
  const [first, last] = withinSec ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const [fromSec, toSec]: [number[], number[]] = [[], []];
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
  const close = (time: number) => {
    const [from, to] = [Math.max(since, first), Math.min(time, last)];
    since = Number.NaN;
    if (!(to - from >= atLeastSec) || to <= from) return;
    if (toSec.length > 0 && from - (toSec.at(-1) as number) < atLeastSec) toSec[toSec.length - 1] = to;
    else {
      fromSec.push(from);
      toSec.push(to);
    }
  };
  while (atA < a.timeSec.length || atB < b.timeSec.length) {
    const time = Math.min(a.timeSec[atA] ?? Number.POSITIVE_INFINITY, b.timeSec[atB] ?? Number.POSITIVE_INFINITY);
    while (a.timeSec[atA] === time) take(a, atA++, inA, inB);
    while (b.timeSec[atB] === time) take(b, atB++, inB, inA);
    if (differing > 0 && Number.isNaN(since)) since = time;
    if (differing === 0 && !Number.isNaN(since)) close(time);
  }
  return { fromSec: Float64Array.from(fromSec), toSec: Float64Array.from(toSec) };
}

/** What must be known of a stream of bouts to find what it is compared with. */
export interface ComparedStream {
  /** Name of the file that it is in. */
  readonly set: string;
  readonly subject: string;
  readonly target?: string | undefined;
  readonly annotator: string;
  readonly channel: string;
  readonly isHuman: boolean;
  readonly behaviors: readonly string[];
  readonly boutCount: number;
}

/** Two sides that say something of the same animals. */
export interface ComparedSides<Stream> {
  /** A person's streams, list. */
  readonly reference: readonly Stream[];
  /** Streams of a model or another person, list; among them the one that was asked about. */
  readonly other: readonly Stream[];
  /** Behaviors that both could have said. */
  readonly behaviors: readonly string[];
}

/** Tells whether two streams may be of the same animals: a target that one does not name is no difference. */
const isSameAnimal = (a: ComparedStream, b: ComparedStream): boolean =>
  a.subject === b.subject && (a.target === undefined || b.target === undefined || a.target === b.target);

/**
 * Returns what a stream is compared with, undefined where there is nothing: with the streams of the person `annotator`, else of
 * the first person who scored the same animals; people only in the same channel. Where one side does not name targets, all that
 * the other side says of the animal stands against it. A model is asked only for the behaviors that it knows.
 */
export function comparedSides<Stream extends ComparedStream>(
  stream: Stream,
  all: readonly Stream[],
  annotator: string,
): ComparedSides<Stream> | undefined {
  const people = all
    .filter((other) => other.isHuman && other.boutCount > 0 && isSameAnimal(other, stream))
    .filter(({ channel }) => !stream.isHuman || channel === stream.channel)
    .sort((a, b) => Number(b.annotator === annotator) - Number(a.annotator === annotator));
  const [first] = people;
  if (first === undefined || (stream.isHuman && first.annotator === stream.annotator)) return undefined;
  const isOneWith = (a: Stream, b: Stream) =>
    a.set === b.set && a.annotator === b.annotator && a.isHuman === b.isHuman && a.channel === b.channel;
  const reference = people.filter((each) => isOneWith(each, first));
  const other = all.filter((each) => isOneWith(each, stream) && reference.some((own) => isSameAnimal(own, each)));
  const asked = stream.isHuman
    ? [...other, ...reference]
    : all.filter((each) => !each.isHuman && each.annotator === stream.annotator);
  return { reference, other, behaviors: [...new Set(asked.flatMap(({ behaviors }) => behaviors))] };
}
