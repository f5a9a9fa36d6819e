import { type ConditionValue, conditionsOfSubject, type LeftOut, type Stretch } from '@zoopraxis/behavior';
import { type Exclusion, type Recording, StorageError } from '@zoopraxis/core';
import type { AnnotationsFooter, Project, VideoEntry } from '@zoopraxis/io';
import type { Queries } from '../query/queries.js';
import { quoteName } from '../query/quote.js';

/** Bouts of one subject in one recording, as one annotator scored them, and what is known of the recording. */
export interface CohortStream {
  /** Name of the annotations in the project. */
  readonly file: string;
  readonly recording: string;
  readonly subject: string;
  readonly target: string | undefined;
  readonly annotator: string;
  readonly channel: string;
  /** Who it is, over all recordings. */
  readonly animal: string;
  readonly conditions: Readonly<Record<string, ConditionValue>>;
  readonly scored: Stretch;
  readonly exclusions: readonly Exclusion[];
  /** Behaviors that were scored and that are asked for; each is in one stream of a recording and subject alone. */
  readonly behaviors: readonly string[];
  /** All behaviors that were scored. */
  readonly scoredBehaviors: readonly string[];
  readonly boutCount: number;
  /** True where no two bouts of one behavior overlap, so that sums are plain. */
  readonly isDisjoint: boolean;
  /** Columns in which the streams of its file differ, list; `recording` is always one. */
  readonly tellingColumns: readonly KeyColumn[];
}

/** Columns that say which stream a bout is of. */
export type KeyColumn = 'recording' | 'subject' | 'target' | 'annotator' | 'channel';

const keyColumns: readonly KeyColumn[] = ['recording', 'subject', 'target', 'annotator', 'channel'];

/** Which bouts are used; everything by default. */
export interface StreamChoice {
  readonly behaviors?: readonly string[];
  readonly annotators?: readonly string[];
  readonly subjects?: readonly string[];
  readonly channels?: readonly string[];
  /** Names of annotations in the project. */
  readonly annotations?: readonly string[];
  /** Condition that names the animal; default `animal`. */
  readonly animal?: string;
  /** Seconds of each recording that are analyzed; by default all that was scored. */
  readonly fromSec?: number;
  readonly untilSec?: number;
}

/** What is compared, and what is not. */
export interface CohortStreams {
  readonly streams: readonly CohortStream[];
  readonly leftOut: readonly LeftOut[];
  /** What a careful reader should know, list of sentences. */
  readonly notes: readonly string[];
}

type StreamFooter = AnnotationsFooter['streams'][number];

/** Returns how long a recording is: its videos, segment after segment of one view; undefined where it has none. */
export function recordingSeconds(recording: Recording, videos: readonly VideoEntry[]): number | undefined {
  const own = videos.filter(({ id }) => recording.videos.includes(id));
  const byView = new Map<string, number>();
  for (const { view, segment, frameCount, fps } of own) {
    const sec = frameCount / fps;
    const before = byView.get(view) ?? 0;
    // Segments follow one another; other videos of one view show the same time.
    byView.set(view, segment === undefined ? Math.max(before, sec) : before + sec);
  }
  return byView.size === 0 ? undefined : Math.max(...byView.values());
}

/** Returns who a subject is, or why that is not known. */
function animalOf(
  recording: string,
  subject: string,
  {
    conditions,
    name,
    subjectCount,
  }: { conditions: Record<string, ConditionValue>; name: string; subjectCount: number },
): string {
  const animal = conditions[name];
  if (animal !== undefined) return String(animal);
  return subjectCount > 1 ? `${recording}/${subject}` : recording;
}

/**
 * Returns the streams of a project's annotations that a cohort is made of, sorted by recording, and what is left out.
 *
 * Who an animal is says the condition `animal` (`<subject>.animal` where a recording has several); without it each
 * recording counts as an animal of its own.
 * @param recordings With true conditions: those of a blinded project unblinded.
 * @throws StorageError where two streams tell of the same behavior of the same animal and none is chosen.
 */
export async function cohortStreams(
  project: Project,
  recordings: readonly Recording[],
  { queries, ...choice }: StreamChoice & { readonly queries: Pick<Queries, 'rows'> },
): Promise<CohortStreams> {
  const { readAnnotationsFooter } = await import('@zoopraxis/io');
  const { animal: animalName = 'animal', annotators, subjects, channels, behaviors } = choice;
  const known = new Map(recordings.map((recording) => [recording.id, recording]));
  const found: { file: string; footer: StreamFooter; tellingColumns: readonly KeyColumn[] }[] = [];
  for (const file of choice.annotations ?? (await project.listAnnotations())) {
    const footer = await readAnnotationsFooter(project.store, project.annotationsName(file));
    if (footer === undefined) await project.readAnnotations(file);
    const tellingColumns = keyColumns.filter(
      (key) => key === 'recording' || new Set(footer?.streams.map((stream) => stream[key])).size > 1,
    );
    for (const stream of footer?.streams ?? []) found.push({ file, footer: stream, tellingColumns });
  }
  const leftOut: LeftOut[] = [];
  const notes = new Set<string>();
  const chosen = found.filter(({ footer }) => {
    const { recording, subject, annotator, channel } = footer;
    if (!known.has(recording)) leftOut.push({ who: recording, reason: 'is no recording of the project' });
    return (
      known.has(recording) &&
      (annotators?.includes(annotator) ?? true) &&
      (subjects?.includes(subject) ?? true) &&
      (channels?.includes(channel) ?? true)
    );
  });
  const subjectsOf = new Map<string, Set<string>>();
  for (const { footer } of chosen) {
    subjectsOf.set(footer.recording, (subjectsOf.get(footer.recording) ?? new Set()).add(footer.subject));
  }
  const scoredAtAll = new Set(found.map(({ footer }) => footer.recording));
  for (const { id } of recordings) {
    if (subjectsOf.has(id)) continue;
    leftOut.push({ who: id, reason: scoredAtAll.has(id) ? 'has no bouts of what was chosen' : 'was not scored' });
  }
  const lengths = await lastSeconds(chosen, { project, known, queries, notes });
  const streams: CohortStream[] = [];
  const owner = new Map<string, CohortStream>();
  for (const { file, footer, tellingColumns } of chosen) {
    const recording = known.get(footer.recording) as Recording;
    const { id } = recording;
    const subjectsHere = subjectsOf.get(id) as Set<string>;
    const conditions = conditionsOfSubject(
      { conditions: recording.conditions, subjects: [...new Set([...recording.subjects, ...subjectsHere])] },
      footer.subject,
    );
    const sharedAnimal = recording.conditions[animalName] !== undefined && subjectsHere.size > 1;
    if (sharedAnimal && recording.conditions[`${footer.subject}.${animalName}`] === undefined) {
      throw new StorageError(
        `recording ${id} has bouts of ${[...subjectsHere].sort().join(' and ')}, and one condition ${animalName} for all of them`,
        {
          hint: `Choose whose bouts count with --subjects, or name each animal in a condition such as ${footer.subject}.${animalName}.`,
        },
      );
    }
    if (conditions[animalName] === undefined) {
      notes.add(
        `Recordings without a condition ${animalName} count as animals of their own; name the animals where some were filmed more than once.`,
      );
    }
    const animal = animalOf(id, footer.subject, { conditions, name: animalName, subjectCount: subjectsHere.size });
    const stream: CohortStream = {
      file,
      recording: id,
      subject: footer.subject,
      target: footer.target,
      annotator: footer.annotator,
      channel: footer.channel,
      animal,
      conditions,
      scored: scoredSpan(footer, choice, lengths.get(id)),
      exclusions: recording.exclusions,
      behaviors: footer.behaviors.filter((name) => behaviors?.includes(name) ?? true),
      scoredBehaviors: footer.behaviors,
      boutCount: footer.boutCount,
      isDisjoint: footer.overlapCount === 0,
      tellingColumns,
    };
    for (const behavior of stream.behaviors) {
      const key = JSON.stringify([id, footer.subject, behavior]);
      const other = owner.get(key);
      if (other !== undefined) throw severalTell(behavior, stream, other);
      owner.set(key, stream);
    }
    streams.push(stream);
  }
  const order = (a: CohortStream, b: CohortStream) =>
    a.recording < b.recording ? -1 : Number(a.recording > b.recording);
  return { streams: streams.sort(order), leftOut, notes: [...notes] };
}

function severalTell(behavior: string, one: CohortStream, other: CohortStream): StorageError {
  const difference = (
    [
      ['annotator', 'annotators', one.annotator, other.annotator],
      ['channel', 'channels', one.channel, other.channel],
      ['file of annotations', 'annotations', one.file, other.file],
      ['target', 'annotations', one.target ?? 'none', other.target ?? 'none'],
    ] as const
  ).find(([, , a, b]) => a !== b);
  const [what, option, a, b] = difference ?? ['stream', 'annotations', one.file, other.file];
  return new StorageError(
    `${behavior} of ${one.subject} in recording ${one.recording} was scored twice, by ${what} ${a} and ${b}`,
    { hint: `Choose which counts with --${option}.` },
  );
}

/** Returns the seconds that were scored: as the annotator says, else the whole recording, cut to what is asked for. */
function scoredSpan({ observedSec }: StreamFooter, { fromSec, untilSec }: StreamChoice, lengthSec = 0): Stretch {
  const [start, end] = observedSec ?? [0, lengthSec];
  const startSec = Math.max(start, fromSec ?? start);
  return { startSec, endSec: Math.max(startSec, Math.min(end, untilSec ?? end)) };
}

/** Returns the length of recordings whose annotations do not say what was observed, by id. */
async function lastSeconds(
  chosen: readonly { readonly file: string; readonly footer: StreamFooter }[],
  {
    project,
    known,
    queries,
    notes,
  }: {
    readonly project: Project;
    readonly known: ReadonlyMap<string, Recording>;
    readonly queries: Pick<Queries, 'rows'>;
    readonly notes: Set<string>;
  },
): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  const unknown = new Set<string>();
  for (const { footer } of chosen) {
    if (footer.observedSec !== undefined || lengths.has(footer.recording)) continue;
    const recording = known.get(footer.recording) as Recording;
    const sec = recordingSeconds(recording, project.manifest.videos) ?? conditionSeconds(recording);
    if (sec === undefined) unknown.add(footer.recording);
    else lengths.set(footer.recording, sec);
  }
  if (unknown.size === 0) return lengths;
  notes.add(
    `Neither a video nor the annotations tell how long ${unknown.size} recordings were scored, so each counts until its last bout ends: shares, rates and latencies are of that time. The condition duration_sec says it better.`,
  );
  for (const file of new Set(chosen.map((one) => one.file))) {
    const sql = `SELECT recording, max(end_sec) FROM annotations.${quoteName(file)} GROUP BY recording`;
    for (const [id, sec] of (await queries.rows(sql, { maximumRows: 1_000_000 })).rows) {
      if (!unknown.has(String(id)) || typeof sec !== 'number') continue;
      lengths.set(String(id), Math.max(lengths.get(String(id)) ?? 0, sec));
    }
  }
  return lengths;
}

function conditionSeconds({ conditions }: Recording): number | undefined {
  const sec = Number(conditions.duration_sec ?? Number.NaN);
  return sec > 0 && Number.isFinite(sec) ? sec : undefined;
}
