import { type Annotations, createAnnotations, FormatError, type Provenance } from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.js';
import { provenanceSchema } from '../records/noun-schemas.js';
import { parseJson } from '../records/parse-record.js';
import type { TableColumn } from './table-writer.js';
import { footerKey } from './tracks-layout.js';

/** Annotations of one animal by one annotator, and the recording that they are about. */
export interface RecordedAnnotations {
  /** Id of the recording. */
  readonly recording: string;
  /** Its list of behaviors is what was scored: one without bouts did not happen, one that is not listed is not known. */
  readonly annotations: Annotations;
  /** First and last second that the annotator watched, where it is known, shape `[2]`. */
  readonly observedSec?: readonly [number, number];
  /** Names by which bouts are edited, list in their order; only where a file keeps them. */
  readonly ids?: readonly string[];
}

/** Annotations of one or many recordings, and what they were made from. */
export interface AnnotationsTable {
  /** By recording, subject, target, annotator and channel, list. */
  readonly streams: readonly RecordedAnnotations[];
  readonly provenance: Provenance;
}

const streamSchema = z.object({
  recording: z.string().min(1),
  subject: z.string(),
  target: z.string().optional(),
  annotator: z.string(),
  channel: z.string(),
  behaviors: z.array(z.string()),
  frameBase: z
    .object({
      fps: z.number().positive(),
      firstFrame: z.union([z.literal(0), z.literal(1)]),
      endIncluded: z.boolean(),
    })
    .optional(),
  observedSec: z.tuple([z.number(), z.number()]).optional(),
  boutCount: z.int().min(0),
  /** Bouts that begin before an earlier one of the same behavior ended; left out = not known. */
  overlapCount: z.int().min(0).optional(),
  modifiers: z.boolean(),
  probability: z.boolean(),
  /** Whether the column `bout_id` holds names of the bouts; left out = no. */
  ids: z.boolean().optional(),
});

/** All of a stream but its bouts, and how many those are. */
export type StreamFooter = z.output<typeof streamSchema>;

const footerSchema = z.object({
  format: z.literal('zoopraxis annotations'),
  version: z.literal(1, { error: 'version 1; a newer file needs a newer Zoopraxis' }),
  streams: z.array(streamSchema),
  provenance: provenanceSchema,
});

/** What the footer of an annotations file holds; rows follow the order of its streams. */
export type AnnotationsFooter = z.output<typeof footerSchema>;

/**
 * Columns of an annotations file, one row for each bout: seconds in the recording, half-open, point events with equal
 * ends; `probability` is empty where it is not given, `modifiers` a JSON list of texts, empty where there are none.
 */
export const annotationColumns: readonly TableColumn[] = [
  { name: 'recording', kind: 'text', optional: false },
  { name: 'subject', kind: 'text', optional: false },
  { name: 'target', kind: 'text', optional: true },
  { name: 'annotator', kind: 'text', optional: false },
  { name: 'channel', kind: 'text', optional: false },
  { name: 'behavior', kind: 'text', optional: false },
  { name: 'start_sec', kind: 'float64', optional: false },
  { name: 'end_sec', kind: 'float64', optional: false },
  { name: 'probability', kind: 'float32', optional: true },
  { name: 'modifiers', kind: 'text', optional: true },
];

/** Column of the names of bouts, in files that are edited here; other files do not have it. */
export const idColumn: TableColumn = { name: 'bout_id', kind: 'text', optional: true };

const keyOf = ({ recording, annotations: { subject, target, annotator, channel } }: RecordedAnnotations): string[] => [
  recording,
  subject,
  target ?? '',
  annotator,
  channel,
];

/**
 * Returns streams in the order in which files hold them, after checking each.
 * @throws RangeError where two are of the same recording, subject, target, annotator and channel, or one is not valid.
 */
export function sortStreams(streams: readonly RecordedAnnotations[]): RecordedAnnotations[] {
  const sorted = streams
    .map((stream) => ({ key: keyOf(stream), stream }))
    .sort((a, b) => {
      const at = a.key.findIndex((part, i) => part !== b.key[i]);
      return at < 0 ? 0 : (a.key[at] as string) < (b.key[at] as string) ? -1 : 1;
    });
  for (const [i, { key, stream }] of sorted.entries()) {
    const [recording, subject, target, annotator, channel] = key;
    if (recording === '') throw new RangeError('annotations: recording must not be empty');
    if (i > 0 && key.every((part, at) => part === sorted[i - 1]?.key[at])) {
      const toward = target === '' ? '' : ` toward ${target}`;
      throw new RangeError(
        `annotations: ${recording} must have ${subject}${toward} by ${annotator}, channel ${channel}, once, got it twice`,
      );
    }
    const { observedSec } = stream;
    if (observedSec !== undefined && !(observedSec.every(Number.isFinite) && observedSec[0] <= observedSec[1])) {
      throw new RangeError(`annotations: observedSec of ${recording} must ascend, got ${observedSec.join(' to ')}`);
    }
  }
  return sorted.map(({ stream }) => {
    const annotations = createAnnotations(stream.annotations);
    if (stream.ids !== undefined) checkIds(stream.ids, stream.annotations, annotations);
    return { ...stream, annotations };
  });
}

/** Throws RangeError where ids are not one for each bout, or bouts are not in the order of files, which would part them. */
function checkIds(ids: readonly string[], given: Annotations, sorted: Annotations): void {
  const isSorted = given.startSec.every(
    (start, i) =>
      start === sorted.startSec[i] && given.endSec[i] === sorted.endSec[i] && given.behavior[i] === sorted.behavior[i],
  );
  if (ids.length === given.startSec.length && isSorted) return;
  throw new RangeError(`annotations: ids must be one for each of the sorted bouts, got ${ids.length}`);
}

/** Returns how many bouts begin before an earlier one of the same behavior ended: sums are plain where there are none. */
function countOverlaps({ behaviors, behavior, startSec, endSec }: Annotations): number {
  const until = new Float64Array(behaviors.length).fill(Number.NEGATIVE_INFINITY);
  let count = 0;
  for (let bout = 0; bout < startSec.length; bout++) {
    const which = behavior[bout] as number;
    if ((startSec[bout] as number) < (until[which] as number)) count++;
    until[which] = Math.max(until[which] as number, endSec[bout] as number);
  }
  return count;
}

/** Returns the JSON of the footer of streams in their order. */
export function annotationsFooterText(streams: readonly RecordedAnnotations[], provenance: Provenance): string {
  return canonicalJson({
    format: 'zoopraxis annotations',
    version: 1,
    streams: streams.map(({ recording, annotations, observedSec, ids }): StreamFooter => {
      const { subject, target, annotator, channel, behaviors, frameBase, startSec, modifiers, probability } =
        annotations;
      return {
        recording,
        subject,
        target,
        annotator,
        channel,
        behaviors: [...behaviors],
        frameBase,
        observedSec: observedSec === undefined ? undefined : [...observedSec],
        boutCount: startSec.length,
        overlapCount: countOverlaps(annotations),
        modifiers: modifiers !== undefined,
        probability: probability !== undefined,
        ...(ids === undefined ? {} : { ids: true }),
      };
    }),
    provenance,
  });
}

/**
 * Returns the footer of an annotations file.
 * @throws FormatError where there is none, or it is not ours.
 */
export function parseAnnotationsFooter(metadata: ReadonlyMap<string, string>, path: string): AnnotationsFooter {
  const text = metadata.get(footerKey);
  if (text === undefined) {
    throw new FormatError({
      format: 'zoopraxis annotations',
      path,
      where: `the footer's key ${footerKey}`,
      expected: 'the description of annotations',
      found: 'none',
      hint: 'Import bouts of other programs with `zoopraxis import annotations`.',
    });
  }
  return parseJson(footerSchema, text, { format: 'zoopraxis annotations', path });
}
