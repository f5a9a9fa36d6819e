import type { Bout, IdentifiedAnnotations } from '@zoopraxis/io';
import type { BoutView, Saved, StreamView } from '../api.js';
import type { ServerContext } from '../server-context.js';

/** Returns the bouts of a stream, list in order of their start. */
export function boutViews({ annotations, ids }: IdentifiedAnnotations): BoutView[] {
  const { behaviors, behavior, startSec, endSec, probability, modifiers } = annotations;
  return ids.map((id, i): BoutView => {
    const chance = probability?.[i];
    const words = modifiers?.[i] ?? [];
    return {
      id,
      behavior: behaviors[behavior[i] as number] as string,
      startSec: startSec[i] as number,
      endSec: endSec[i] as number,
      ...(chance === undefined || Number.isNaN(chance) ? {} : { probability: chance }),
      ...(words.length === 0 ? {} : { modifiers: words }),
    };
  });
}

/** Returns a stream with its bouts. */
export function streamWithBouts(
  set: string,
  stream: IdentifiedAnnotations,
  isHuman: boolean,
): StreamView & { readonly bouts: readonly BoutView[] } {
  const { subject, target, annotator, channel, behaviors } = stream.annotations;
  const bouts = boutViews(stream);
  return {
    set,
    recording: stream.recording,
    subject,
    ...(target === undefined ? {} : { target }),
    annotator,
    channel,
    isHuman,
    behaviors,
    boutCount: bouts.length,
    bouts,
  };
}

/** Returns a bout without fields that are not given. */
export function plainBout(bout: {
  readonly id: string;
  readonly behavior: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly probability?: number | undefined;
  readonly modifiers?: readonly string[] | undefined;
}): Bout {
  const { probability, modifiers, ...rest } = bout;
  return {
    ...rest,
    ...(probability === undefined ? {} : { probability }),
    ...(modifiers === undefined || modifiers.length === 0 ? {} : { modifiers }),
  };
}

/** Returns what says that an edit is on the disk, and tells it to the pages. */
export function tellSaved(
  { events }: ServerContext,
  saved: { readonly seq: number; readonly undo: string | null; readonly redo: string | null },
): Saved {
  const told: Saved = { seq: saved.seq, at: new Date().toISOString(), undo: saved.undo, redo: saved.redo };
  events.send({ kind: 'saved', saved: told });
  return told;
}
