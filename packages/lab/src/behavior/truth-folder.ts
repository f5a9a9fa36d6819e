import type { FrameTruth, FrameTruthNote } from '@zoopraxis/behavior';
import { StorageError, type TimeBase } from '@zoopraxis/core';
import type { FileProblem } from '@zoopraxis/io';
import { type ChosenBouts, readBouts } from './read-bouts.js';

/** How annotations of many recordings become labels of frames. */
export interface TruthSettings {
  readonly stream?: string;
  readonly annotator?: string;
  readonly subject?: string;
  /** Names that stand for "not scored", such as `base`. */
  readonly unscored?: readonly string[];
  /** Fine behaviors and the coarse ones they count as. */
  readonly coarse?: Readonly<Record<string, string>>;
  /** Behaviors to label; default all that any of the files has. */
  readonly classes?: readonly string[];
  /** Behaviors that were looked for, by the stem of the recording; recordings that are not in it were scored for all. */
  readonly scored?: ReadonlyMap<string, readonly string[]>;
  /** What the numbers of tables without units are; by default seconds. */
  readonly unit?: 'frames' | 'seconds';
  /** Number of the first frame in tables that hold frames, default 0. */
  readonly firstFrame?: 0 | 1;
  /** Whether the last frame of a bout in such tables belongs to it, default false. */
  readonly endIncluded?: boolean;
}

/** Bouts of one recording with its name. */
export interface NamedBouts extends ChosenBouts {
  readonly stem: string;
  readonly path: string;
}

/** Annotations of a folder, read and understood together. */
export interface TruthFolder {
  readonly bouts: ReadonlyMap<string, NamedBouts>;
  /** Behaviors that labels are of, without the background; list, sorted. */
  readonly behaviors: readonly string[];
  /** Name of what goes on in frames without a bout; null: such frames were not scored. */
  readonly background: string | null;
  /** Files that could not be read. */
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
}

/** What frames without a bout show. */
export const backgroundName = 'other';

/** Rate of a recording's video: one for all, or a function of its stem. */
export type FpsOf = (stem: string) => number | undefined;

/**
 * Returns the annotations of recordings. A behavior that any file has was scored in all of them, but
 * for what `scored` says. A name that stands for
 * "not scored" and that no file lists as a behavior is the files' word for frames without one (`base` of the Caltech
 * annotator), so that frames without a bout are not scored.
 * @throws StorageError where no file can be read, or `classes` names a behavior that nobody scored.
 */
export async function readTruthFolder(
  files: readonly { readonly stem: string; readonly path: string }[],
  settings: TruthSettings,
  context: { readonly fpsOf: FpsOf; readonly report: (problem: FileProblem) => void; readonly signal: AbortSignal },
): Promise<TruthFolder> {
  const { foldBehavior } = await import('@zoopraxis/behavior');
  const { stream, annotator, subject, unscored = [], coarse = {}, unit, firstFrame, endIncluded } = settings;
  const bouts = new Map<string, NamedBouts>();
  const failures: { path: string; error: unknown }[] = [];
  for (const { stem, path } of files) {
    context.signal.throwIfAborted();
    const fps = context.fpsOf(stem);
    try {
      const read = await readBouts(path, {
        stem,
        report: context.report,
        signal: context.signal,
        ...(stream === undefined ? {} : { stream }),
        ...(annotator === undefined ? {} : { annotator }),
        ...(subject === undefined ? {} : { subject }),
        ...(fps === undefined ? {} : { fps }),
        ...(unit === undefined ? {} : { unit }),
        ...(firstFrame === undefined ? {} : { firstFrame }),
        ...(endIncluded === undefined ? {} : { endIncluded }),
      });
      bouts.set(stem, { ...read, stem, path });
    } catch (error) {
      context.signal.throwIfAborted();
      failures.push({ path, error });
    }
  }
  if (bouts.size === 0 && failures[0] !== undefined) throw failures[0].error;
  const named = new Set([...bouts.values()].flatMap(({ annotations }) => [...annotations.behaviors]));
  const isGap = unscored.some((name) => !named.has(name));
  const background = isGap ? null : backgroundName;
  const folded = new Set(
    [...named]
      .filter((name) => !unscored.includes(name))
      .map((name) => {
        const line = foldBehavior(name, { coarse });
        return line.find((candidate) => settings.classes?.includes(candidate)) ?? (line.at(-1) as string);
      }),
  );
  for (const name of settings.classes ?? []) {
    if (folded.has(name)) continue;
    throw new StorageError(`no annotation has the behavior ${name}; they have ${[...folded].sort().join(', ')}`, {
      hint: 'Correct --classes, or fold finer behaviors into it with --map fine=coarse.',
    });
  }
  if (folded.size === 0) {
    throw new StorageError(`the annotations hold no bout of a behavior that is scored: ${files[0]?.path}`, {
      hint: 'Check --stream and --unscored: they say which bouts count.',
    });
  }
  const behaviors = (settings.classes === undefined ? [...folded].sort() : [...settings.classes]).filter(
    (name) => name !== background,
  );
  return { bouts, behaviors, background, failures };
}

/**
 * Returns the label of each frame of one recording of a folder, what was odd about it, and the behaviors that were looked for
 * where not all were.
 */
export async function truthOf(
  { behaviors, background }: Pick<TruthFolder, 'behaviors' | 'background'>,
  { stem, annotations, observedSec }: NamedBouts,
  { timeBase, settings }: { readonly timeBase: TimeBase; readonly settings: TruthSettings },
): Promise<{
  truth: FrameTruth;
  scoredBehaviors?: readonly string[];
  notes: readonly Pick<FrameTruthNote, 'message'>[];
}> {
  const { foldBehavior, frameTruth } = await import('@zoopraxis/behavior');
  const coarse = settings.coarse === undefined ? {} : { coarse: settings.coarse };
  const { truth, notes } = frameTruth([annotations], {
    timeBase,
    behaviors,
    background,
    ...coarse,
    ...(settings.unscored === undefined ? {} : { unscored: settings.unscored }),
    ...(observedSec === undefined ? {} : { watchedSec: observedSec }),
  });
  const said = settings.scored?.get(stem);
  if (said === undefined) return { truth, notes };
  const countsAs = (name: string) => foldBehavior(name, coarse).find((candidate) => behaviors.includes(candidate));
  const looked = new Set(said.flatMap((name) => countsAs(name) ?? []));
  const seen = behaviors.filter((name) => !looked.has(name) && truth.label.includes(truth.behaviors.indexOf(name)));
  const unknown = said.filter((name) => countsAs(name) === undefined);
  return {
    truth,
    scoredBehaviors: truth.behaviors.filter((name) => looked.has(name)),
    notes: [
      ...notes,
      ...(unknown.length === 0
        ? []
        : [
            {
              message: `looked for by the table of scored behaviors, but never seen or not asked for: ${unknown.join(', ')}`,
            },
          ]),
      ...(seen.length === 0
        ? []
        : [{ message: `has bouts of what was not looked for by the table of scored behaviors: ${seen.join(', ')}` }]),
    ],
  };
}

/**
 * Returns `fine=coarse` pairs as an object.
 * @throws StorageError for a word without two names, or a behavior that is given twice.
 */
export function parseMap(words: readonly string[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const word of words) {
    const [fine = '', coarse = '', ...rest] = word.split('=').map((part) => part.trim());
    if (fine === '' || coarse === '' || rest.length > 0) {
      throw new StorageError(`--map: must be fine=coarse, such as sniff_face=investigation, got ${word}`);
    }
    if (fine in map && map[fine] !== coarse) {
      throw new StorageError(`--map: ${fine} can count as one behavior, got ${map[fine]} and ${coarse}`);
    }
    map[fine] = coarse;
  }
  return { ...map };
}
