import { z } from 'zod';

/** Longest name or title that a journal holds. */
const text = z.string().max(10_000);

/**
 * Schema of a bout in the journal, list of four to six: id, behavior, seconds of start and end in the recording
 * (half-open; a point event ends where it starts), probability or null, modifiers.
 */
export const boutSchema = z.union([
  z.tuple([text, text, z.number(), z.number()]),
  z.tuple([text, text, z.number(), z.number(), z.number().nullable()]),
  z.tuple([text, text, z.number(), z.number(), z.number().nullable(), z.array(text)]),
]);

const changeSchema = z.object({
  set: text,
  recording: text,
  subject: text,
  target: text.optional(),
  annotator: text,
  channel: text,
  /** Bouts that go, as they were. */
  removed: z.array(boutSchema).default([]),
  /** Bouts that come; one with the id of a removed one replaces it. */
  added: z.array(boutSchema).default([]),
  /** Behaviors that are scored from now on. */
  scored: z.array(text).default([]),
  /** Behaviors that are not scored any more, unless bouts of them are left. */
  unscored: z.array(text).default([]),
});

/** A behavior of the catalogue; what a newer program keeps with it stays. */
const behaviorSchema = z.looseObject({ name: text });

const ethogramSchema = z.object({
  before: z.array(behaviorSchema),
  after: z.array(behaviorSchema),
  /** New names by old ones. */
  renamed: z.record(text, text).default({}),
});

/** Schema of one entry of the journal of bouts: all or nothing of it happened. */
export const boutEntrySchema = z.object({
  seq: z.int().min(1),
  /** When, in ISO 8601. */
  at: z.string(),
  /** What: an edit, taken back, done again; a file that another program wrote, taken in; an entry that was lost. */
  kind: z.enum(['edit', 'undo', 'redo', 'import', 'lost']),
  by: text.optional(),
  /** Name that its sender gave it: sent again, it is the same entry. */
  id: z.string().max(200).optional(),
  /** Words for it in menus. */
  title: text.optional(),
  /** Entry that an undo or redo is about. */
  target: z.int().min(1).optional(),
  changes: z.array(changeSchema).default([]),
  /** The catalogue of behaviors before and after. */
  ethogram: ethogramSchema.optional(),
  /** Set that a file replaces, and the hash of its content: the file is kept in `bouts/files/`. */
  file: z.object({ set: text, content: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  note: z.string().optional(),
});

/** One entry of the journal of bouts. */
export type BoutEntry = z.output<typeof boutEntrySchema>;

/** What one entry does to one stream. */
export type BoutChange = BoutEntry['changes'][number];

/** A bout as the journal holds it. */
export type BoutData = z.output<typeof boutSchema>;

/** One bout of a stream. */
export interface Bout {
  /** Stays the same while the bout is trimmed or relabeled; no two of a stream have the same. */
  readonly id: string;
  readonly behavior: string;
  readonly startSec: number;
  /** Not included; a point event ends where it starts. */
  readonly endSec: number;
  /** 0..1, where it is given. */
  readonly probability?: number;
  readonly modifiers?: readonly string[];
}

/** Which stream of bouts: those of one animal (toward another) in one recording by one annotator in one channel. */
export interface BoutStreamKey {
  readonly recording: string;
  readonly subject: string;
  readonly target?: string | undefined;
  readonly annotator: string;
  readonly channel: string;
}

/** Returns a bout as the journal holds it; its probability as files do, in single precision. */
export function boutData({ id, behavior, startSec, endSec, probability, modifiers = [] }: Bout): BoutData {
  const chance = probability === undefined ? null : Math.fround(probability);
  if (modifiers.length > 0) return [id, behavior, startSec, endSec, chance, [...modifiers]];
  return chance === null ? [id, behavior, startSec, endSec] : [id, behavior, startSec, endSec, chance];
}

/** Returns the bout that the journal holds. */
export function boutOf([id, behavior, startSec, endSec, probability, modifiers]: BoutData): Bout {
  return {
    id,
    behavior,
    startSec,
    endSec,
    ...(probability === undefined || probability === null ? {} : { probability }),
    ...(modifiers === undefined || modifiers.length === 0 ? {} : { modifiers }),
  };
}

/** Tells whether two bouts are the same in all. */
export function sameBout(a: Bout, b: Bout): boolean {
  return JSON.stringify(boutData(a)) === JSON.stringify(boutData(b));
}

/** Returns the text that tells streams of a set apart. */
export const streamKeyText = ({ recording, subject, target, annotator, channel }: BoutStreamKey): string =>
  JSON.stringify([recording, subject, target ?? null, annotator, channel]);
