import type { Bout, IdentifiedAnnotations } from '@zoopraxis/io';
import { z } from 'zod';
import type { BoutView, Saved, StreamView } from '../api.js';
import type { ServerContext } from '../server-context.js';

/** Returns the bouts of a stream, list in order of their start. */
export const boutViews = (stream: IdentifiedAnnotations): BoutView[] => stream.ids.map((_, i) => boutViewAt(stream, i));

/** Returns one bout of a stream, by its place. */
export function boutViewAt({ annotations, ids }: IdentifiedAnnotations, i: number): BoutView {
  const { behaviors, behavior, startSec, endSec, probability, modifiers } = annotations;
  const chance = probability?.[i];
  const words = modifiers?.[i] ?? [];
  return {
    id: ids[i] as string,
    behavior: behaviors[behavior[i] as number] as string,
    startSec: startSec[i] as number,
    endSec: endSec[i] as number,
    ...(chance === undefined || Number.isNaN(chance) ? {} : { probability: chance }),
    ...(words.length === 0 ? {} : { modifiers: words }),
  };
}

/** Returns a stream with its bouts, or with those of them that are given. */
export function streamWithBouts(
  set: string,
  stream: IdentifiedAnnotations,
  isHuman: boolean,
  bouts: readonly BoutView[] = boutViews(stream),
): StreamView & { readonly bouts: readonly BoutView[]; readonly observedSec?: readonly [number, number] } {
  const { subject, target, annotator, channel, behaviors } = stream.annotations;
  return {
    set,
    recording: stream.recording,
    subject,
    ...(target === undefined ? {} : { target }),
    annotator,
    channel,
    isHuman,
    behaviors,
    boutCount: stream.ids.length,
    bouts,
    ...(stream.observedSec === undefined ? {} : { observedSec: stream.observedSec }),
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

/** Schema of the name that a page gives an edit. */
export const editName = z.string().min(1).max(100).optional();

/** Returns the name of an edit as the project takes it. */
export const sentEdit = (edit: string | undefined): { readonly id?: string } =>
  edit === undefined ? {} : { id: edit };

/** Returns what says that an edit of an annotator is on the disk, and tells it to the pages. */
export async function tellSaved(
  { events, project }: ServerContext,
  {
    of,
    annotator,
    edit = null,
  }: { readonly of: 'labels' | 'bouts'; readonly annotator: string; readonly edit?: string | null | undefined },
): Promise<Saved> {
  const words = of === 'labels' ? await project.labelUndoWords(annotator) : await project.boutUndoWords(annotator);
  const seq = of === 'labels' ? project.labelSeq : project.boutSeq;
  const saved: Saved = { seq, at: new Date().toISOString(), undo: words.undo, redo: words.redo };
  events.send({ kind: 'saved', saved, of, edit });
  return saved;
}
