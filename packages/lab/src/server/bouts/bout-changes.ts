import { randomUUID } from 'node:crypto';
import type { IdentifiedAnnotations } from '@zoopraxis/io';
import type { BoutChanges, BoutView } from '../api.js';
import { boutViewAt, streamWithBouts } from './bout-views.js';

/** States of one recording and set that are remembered: pages that are further behind read all. */
const mostStates = 3;

/** Recordings and sets whose states are remembered. */
const mostPlaces = 16;

interface State {
  readonly version: string;
  readonly streams: ReadonlyMap<string, IdentifiedAnnotations>;
}

/** Returns a text that is the same for the same stream of a recording and set alone. */
const nameOf = ({ annotations: { subject, target, annotator, channel } }: IdentifiedAnnotations): string =>
  JSON.stringify([subject, target ?? null, annotator, channel]);

function isSameBout(a: IdentifiedAnnotations, i: number, b: IdentifiedAnnotations, j: number): boolean {
  const [one, other] = [a.annotations, b.annotations];
  return (
    a.ids[i] === b.ids[j] &&
    one.startSec[i] === other.startSec[j] &&
    one.endSec[i] === other.endSec[j] &&
    one.behaviors[one.behavior[i] as number] === other.behaviors[other.behavior[j] as number] &&
    Object.is(one.probability?.[i] ?? Number.NaN, other.probability?.[j] ?? Number.NaN) &&
    (one.modifiers?.[i] ?? []).join('\n') === (other.modifiers?.[j] ?? []).join('\n')
  );
}

/** Returns which bouts of a stream are new or changed, and which are gone; what is the same at both ends costs little. */
export function changedBouts(
  before: IdentifiedAnnotations,
  after: IdentifiedAnnotations,
): { readonly bouts: readonly BoutView[]; readonly removed: readonly string[] } {
  if (before === after) return { bouts: [], removed: [] };
  let [start, end] = [0, 0];
  const shorter = Math.min(before.ids.length, after.ids.length);
  while (start < shorter && isSameBout(before, start, after, start)) start++;
  while (end < shorter - start && isSameBout(before, before.ids.length - 1 - end, after, after.ids.length - 1 - end)) {
    end++;
  }
  const old = new Map<string, number>();
  for (let i = start; i < before.ids.length - end; i++) old.set(before.ids[i] as string, i);
  const bouts: BoutView[] = [];
  for (let i = start; i < after.ids.length - end; i++) {
    const id = after.ids[i] as string;
    const place = old.get(id);
    old.delete(id);
    if (place === undefined || !isSameBout(before, place, after, i)) bouts.push(boutViewAt(after, i));
  }
  return { bouts, removed: [...old.keys()] };
}

/** Tells pages what changed in bouts that they know. */
export interface BoutChangeTeller {
  /** Returns the bouts of a recording in a set, or, where `since` is known, what changed after it. */
  tell(
    place: { readonly set: string; readonly recording: string; readonly since?: string | undefined },
    streams: readonly IdentifiedAnnotations[],
    isHuman: (annotator: string) => boolean,
  ): BoutChanges;
}

/** Returns what remembers the states that pages were told. */
export function createBoutChangeTeller(): BoutChangeTeller {
  // What another start of the server told may not be what is on the disk now.
  const start = randomUUID().slice(0, 8);
  const places = new Map<string, readonly State[]>();
  let count = 0;
  return {
    tell({ set, recording, since }, streams, isHuman) {
      const key = JSON.stringify([set, recording]);
      const states = places.get(key) ?? [];
      const known = since === undefined ? undefined : states.find(({ version }) => version === since);
      const latest = states.at(-1);
      const isNew =
        latest?.streams.size !== streams.length || streams.some((one) => latest.streams.get(nameOf(one)) !== one);
      const state =
        latest === undefined || isNew
          ? { version: `${start}.${++count}`, streams: new Map(streams.map((one) => [nameOf(one), one])) }
          : latest;
      places.delete(key);
      places.set(key, state === latest ? states : [...states, state].slice(-mostStates));
      for (const old of [...places.keys()].slice(0, Math.max(0, places.size - mostPlaces))) places.delete(old);
      return {
        version: state.version,
        streams: streams.map((stream) => {
          const human = isHuman(stream.annotations.annotator);
          const before = known?.streams.get(nameOf(stream));
          if (before === undefined) return { ...streamWithBouts(set, stream, human), isWhole: true, removed: [] };
          const { bouts: _, ...head } = streamWithBouts(set, stream, human, []);
          return { ...head, isWhole: false, ...changedBouts(before, stream) };
        }),
      };
    },
  };
}
