import type { ProjectView, RecordingView, StreamView } from 'zoopraxis';
import { call } from '../server/client.js';
import type { BoutStream } from '../state/bouts.js';
import { endOf } from '../state/clock.js';
import { readClock } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { type ComparedRecording, sharedSpan } from './agreement.js';

/** Who is compared: all streams of an annotator in a set and channel. */
export interface Scorer {
  readonly set: string;
  readonly annotator: string;
  readonly channel: string;
}

/** Which part of the recordings is compared. */
export type ComparedPart = 'whole' | 'shared';

/** Returns a text that is the same for the same scorer alone. */
export const scorerId = ({ set, annotator, channel }: Scorer): string => JSON.stringify([set, annotator, channel]);

/** Returns who scored any of some streams, in their order, each once; list. */
export function scorersOf(streams: readonly StreamView[]): (Scorer & { readonly isHuman: boolean })[] {
  const found = new Map<string, Scorer & { readonly isHuman: boolean }>();
  for (const { set, annotator, channel, isHuman } of streams) {
    const scorer = { set, annotator, channel, isHuman };
    if (!found.has(scorerId(scorer))) found.set(scorerId(scorer), scorer);
  }
  return [...found.values()];
}

/** Returns the name of a scorer as lists show it: more than the annotator only where that is not enough. */
export function scorerTitle(scorer: Scorer, all: readonly Scorer[]): string {
  const alike = all.filter(({ annotator }) => annotator === scorer.annotator);
  const parts = [
    scorer.annotator,
    ...(alike.some(({ channel }) => channel !== scorer.channel) ? [scorer.channel] : []),
    ...(alike.some(({ set }) => set !== scorer.set) ? [`set ${scorer.set}`] : []),
  ];
  return parts.join(' · ');
}

/** Returns with whom a scorer is compared unless another is chosen: another person of the same channel, else a model, else any. */
export function likelyPartner<Each extends Scorer & { readonly isHuman: boolean }>(
  scorer: Scorer,
  all: readonly Each[],
): Each | undefined {
  const rank = ({ annotator, channel, isHuman }: Each) =>
    Number(annotator === scorer.annotator) * 4 + Number(isHuman && channel !== scorer.channel) * 2 + Number(!isHuman);
  const others = all.filter((each) => scorerId(each) !== scorerId(scorer));
  return others.sort((a, b) => rank(a) - rank(b))[0];
}

/** Returns the recordings in which two have bouts, in the project's order; list. */
export function sharedRecordings(
  { recordings, annotations }: ProjectView,
  pair: readonly [Scorer, Scorer],
): RecordingView[] {
  const [first, second] = pair.map(
    (scorer) =>
      new Set(annotations.filter((stream) => scorerId(stream) === scorerId(scorer)).map(({ recording }) => recording)),
  );
  return recordings.filter(({ id }) => first?.has(id) && second?.has(id));
}

/**
 * Returns the streams of two scorers of one recording that are about the same animal, in pairs. Where each has a single stream
 * those two are compared, for models often do not say toward whom.
 */
export function pairedStreams(
  streams: readonly BoutStream[],
  [first, second]: readonly [Scorer, Scorer],
): (readonly [BoutStream, BoutStream])[] {
  const own = (scorer: Scorer) => streams.filter((stream) => scorerId(stream) === scorerId(scorer));
  const [ours, theirs] = [own(first), own(second)];
  const [a, b] = [ours[0], theirs[0]];
  if (ours.length === 1 && theirs.length === 1 && a !== undefined && b !== undefined) return [[a, b]];
  return ours.flatMap((stream) => {
    const same = theirs.find(({ subject, target }) => subject === stream.subject && target === stream.target);
    return same === undefined ? [] : [[stream, same] as const];
  });
}

/** Recordings whose bouts are asked for at once. */
const atOnce = 20;

/** Reads what two scored in recordings, ready to be compared; recordings without a clock or a shared part are left out. */
export async function readCompared(
  recordings: readonly RecordingView[],
  pair: readonly [Scorer, Scorer],
  options: {
    readonly part: ComparedPart;
    /** Streams of the recording that is open, with what was edited just now. */
    readonly shown: readonly BoutStream[];
    readonly signal: AbortSignal;
    readonly onProgress: (done: number, of: number) => void;
  },
): Promise<ComparedRecording[]> {
  const { part, shown, signal, onProgress } = options;
  const compared: ComparedRecording[] = [];
  const sets = [...new Set(pair.map(({ set }) => set))];
  let read: readonly BoutStream[] = [];
  for (const [at, recording] of recordings.entries()) {
    signal.throwIfAborted();
    onProgress(at, recordings.length);
    const open = shown.filter((stream) => stream.recording === recording.id);
    if (at % atOnce === 0) {
      const ids = recordings.slice(at, at + atOnce).map(({ id }) => id);
      const needed = ids.filter((id) => !shown.some((stream) => stream.recording === id));
      const query = { recordings: JSON.stringify(needed) };
      const answers =
        needed.length === 0 ? [] : sets.map((set) => call('GET /api/bouts', { query: { set, ...query }, signal }));
      read = (await Promise.all(answers)).flat();
    }
    const own = open.length > 0 ? open : read.filter((stream) => stream.recording === recording.id);
    const clock = await readClock(recording, studio.getState());
    if (clock === undefined) continue;
    for (const [first, second] of pairedStreams(own, pair)) {
      const span = part === 'shared' ? sharedSpan(first.bouts, second.bouts) : { fromSec: 0, toSec: endOf(clock) };
      if (span === null) continue;
      compared.push({ recording: recording.id, clock, first: first.bouts, second: second.bouts, ...span });
    }
  }
  return compared;
}
