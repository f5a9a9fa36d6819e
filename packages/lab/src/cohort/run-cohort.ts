import {
  type AnimalCourse,
  type BoutMeasureName,
  boutDurations,
  type CohortDesign,
  type CohortRow,
  type ConditionValue,
  countTransitions,
  designGroups,
  type GroupCourse,
  groupTimeCourses,
  type LeftOut,
  measureBouts,
  orderedValues,
  sumTransitions,
  type Transitions,
  timeCourses,
  type UnitOfAnalysis,
} from '@zoopraxis/behavior';
import { type Recording, StorageError } from '@zoopraxis/core';
import type { Project } from '@zoopraxis/io';
import type { ProgressListener } from '../progress/progress-event.js';
import type { Queries } from '../query/queries.js';
import { type BodyPartChoice, divideByBodyPart } from './body-part-observations.js';
import { aggregateBouts, type StreamMeasures } from './bout-query.js';
import { boutRows, type MeasureRows } from './cohort-rows.js';
import { type CohortStream, cohortStreams, type StreamChoice } from './cohort-streams.js';
import { type MovementMeasureName, movementRows } from './movement-rows.js';
import { readObservations, type StreamObservation } from './observations.js';

/** What a cohort is asked. */
export interface CohortOptions extends StreamChoice {
  readonly by: string;
  readonly within?: string;
  /** Groups in their order; by default all values of the condition. */
  readonly groups?: readonly string[];
  readonly paired: boolean;
  readonly unit: UnitOfAnalysis;
  readonly measures: readonly BoutMeasureName[];
  readonly movement: readonly MovementMeasureName[];
  readonly mergeGapSec?: number;
  readonly minimumBoutSec?: number;
  /** Width of the bins of time courses; none are made without it. */
  readonly binSec?: number;
  readonly transitions: boolean;
  readonly withSelf: boolean;
  readonly maximumGapSec?: number;
  readonly bodyParts?: Pick<BodyPartChoice, 'behavior' | 'by'>;
  readonly tracks?: readonly string[];
  readonly keypoint?: string;
  readonly cutoff: number;
  readonly lengthUnit?: 'px' | 'cm';
  readonly minimumStaySec?: number;
}

/** One measure with its values in groups. */
export interface CohortMeasure extends MeasureRows {
  readonly design: CohortDesign;
}

/** Transitions of one group at one level. */
export interface GroupTransitions extends Transitions {
  readonly group: string;
  readonly level: string | undefined;
  /** Recordings and subjects that are summed. */
  readonly observationCount: number;
}

/** Time course of one behavior in all groups at one level. */
export interface BehaviorCourse {
  readonly behavior: string;
  readonly level: string | undefined;
  readonly binSec: number;
  readonly groups: readonly GroupCourse[];
}

/** What a cohort gives. */
export interface Cohort {
  readonly by: string;
  readonly within: string | undefined;
  readonly groups: readonly string[];
  readonly levels: readonly (string | undefined)[];
  readonly streams: readonly CohortStream[];
  readonly measures: readonly CohortMeasure[];
  readonly transitions: readonly GroupTransitions[];
  readonly timeCourses: readonly BehaviorCourse[];
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly string[];
}

/** What running needs beside the options. */
export interface CohortRun {
  readonly queries: Pick<Queries, 'rows'>;
  readonly signal: AbortSignal;
  readonly progress: ProgressListener;
}

/** Returns the value of a condition as the name of its group. */
const groupOf = (conditions: Readonly<Record<string, ConditionValue>>, name: string | undefined) =>
  name === undefined || conditions[name] === undefined ? undefined : String(conditions[name]);

/** What only whole bouts tell, kept small: one entry for each stream. */
interface WalkedStream {
  readonly measured: StreamMeasures | undefined;
  readonly durations: ReadonlyMap<string, Float64Array>;
}

/**
 * Returns the measures of a project's recordings in the groups that a condition makes: bouts aggregated by DuckDB over
 * the project's files, everything that needs whole bouts (transitions, time courses, body parts, bouts as units) read
 * some recordings at a time.
 * @param recordings With true conditions.
 * @throws StorageError for what the user can mend: no recording with the condition, an animal in two groups.
 */
export async function runCohort(
  project: Project,
  recordings: readonly Recording[],
  options: CohortOptions,
  { queries, signal, progress }: CohortRun,
): Promise<Cohort> {
  const { by, within, unit, bodyParts } = options;
  progress({ kind: 'stage', text: 'looking up what was scored' });
  const { streams, leftOut, notes } = await cohortStreams(project, recordings, { ...options, queries });
  const names = [...new Set([by, ...(within === undefined ? [] : [within])])];
  requireConditions(recordings, streams, names);
  const byId = new Map(recordings.map((recording) => [recording.id, recording]));
  const outside: LeftOut[] = [...leftOut];
  const needsBouts = options.transitions || options.binSec !== undefined || bodyParts !== undefined || unit === 'bout';
  const walked = new Map<CohortStream, WalkedStream>();
  const transitions: { stream: CohortStream; counted: Transitions }[] = [];
  const courses = new Map<string, (AnimalCourse & { level: string | undefined })[]>();
  if (needsBouts) {
    let done = 0;
    for await (const read of readObservations(project, streams, { signal })) {
      progress({ kind: 'work', task: 'reading bouts', done: ++done, total: streams.length, unit: 'recordings' });
      const recording = byId.get(read.stream.recording) as Recording;
      const tracks = options.tracks === undefined ? {} : { tracks: options.tracks };
      const divided =
        bodyParts === undefined
          ? read
          : await divideByBodyPart(project, recording, read, { ...bodyParts, cutoff: options.cutoff, ...tracks });
      if ('reason' in divided) {
        outside.push(divided);
        continue;
      }
      walkStream(divided, read.stream);
    }
  }

  function walkStream({ stream, observation }: StreamObservation, key: CohortStream): void {
    const measures =
      bodyParts === undefined
        ? undefined
        : measureBouts(observation, options).filter(({ behavior }) => stream.behaviors.includes(behavior));
    const durations = new Map(
      unit === 'bout'
        ? stream.behaviors.map((behavior) => [behavior, boutDurations(observation, behavior, options)])
        : [],
    );
    walked.set(key, { measured: measures && { stream, measures }, durations });
    if (options.transitions) {
      const { maximumGapSec, withSelf } = options;
      const limits = { ...options, withSelf, ...(maximumGapSec === undefined ? {} : { maximumGapSec }) };
      transitions.push({ stream, counted: countTransitions(observation, { ...limits, behaviors: stream.behaviors }) });
    }
    if (options.binSec === undefined) return;
    const group = groupOf(stream.conditions, by);
    if (group === undefined) return;
    const level = groupOf(stream.conditions, within);
    for (const course of timeCourses(observation, { ...options, binSec: options.binSec })) {
      if (!stream.behaviors.includes(course.behavior)) continue;
      const list = courses.get(course.behavior) ?? [];
      courses.set(course.behavior, list);
      list.push({ group, level, animal: stream.animal, amount: course.timeSec, observed: course.observedSec });
    }
  }

  progress({ kind: 'stage', text: 'measuring' });
  const used = bodyParts === undefined ? streams : streams.filter((stream) => walked.has(stream));
  const measured: StreamMeasures[] =
    bodyParts === undefined
      ? await aggregateBouts(queries, streams, { ...options, signal })
      : used.flatMap((stream) => walked.get(stream)?.measured ?? []);
  const measures = unit === 'bout' ? options.measures.filter((name) => name === 'bout-duration') : options.measures;
  const fromBouts = boutRows(
    measured,
    measures,
    unit === 'bout'
      ? (stream, behavior) => {
          const key = streams.find((one) => one === stream || sameStream(one, stream));
          return (key && walked.get(key)?.durations.get(behavior)) ?? [];
        }
      : undefined,
  );
  const fromTracks =
    options.movement.length === 0
      ? []
      : await movementRows(project, recordings, { ...options, measures: options.movement, signal });
  const all = [...fromBouts, ...fromTracks];
  const everyRow = all.flatMap(({ rows }) => rows);
  const groups = options.groups ?? valuesOf(everyRow, by);
  const levels: (string | undefined)[] = within === undefined ? [undefined] : valuesOf(everyRow, within);
  const design = { by, groups, paired: options.paired, unit } as const;
  const levelsOf = within === undefined ? {} : { within, levels: levels as string[] };
  return {
    by,
    within,
    groups,
    levels,
    streams: used,
    measures: all.map((one) => ({ ...one, design: designed(one, { ...design, ...levelsOf }) })),
    transitions: options.transitions ? transitionsOf(transitions, { by, within, groups, levels }) : [],
    timeCourses: [...courses].flatMap(([behavior, list]) =>
      levels.map((level) => ({
        behavior,
        level,
        binSec: options.binSec as number,
        groups: groupTimeCourses(
          list.filter((one) => within === undefined || one.level === level),
          { groups, scale: 100 },
        ),
      })),
    ),
    leftOut: outside,
    notes,
  };
}

function sameStream(a: CohortStream, b: CohortStream): boolean {
  return (
    a.file === b.file &&
    a.recording === b.recording &&
    a.subject === b.subject &&
    a.target === b.target &&
    a.annotator === b.annotator &&
    a.channel === b.channel
  );
}

function valuesOf(rows: readonly CohortRow[], name: string): string[] {
  return orderedValues(rows.flatMap(({ conditions }) => (conditions[name] === undefined ? [] : [conditions[name]])));
}

function requireConditions(
  recordings: readonly Recording[],
  streams: readonly CohortStream[],
  names: readonly string[],
): void {
  const known = new Set([
    ...recordings.flatMap(({ conditions }) => Object.keys(conditions)),
    ...streams.flatMap(({ conditions }) => Object.keys(conditions)),
  ]);
  const missing = names.find((name) => !known.has(name));
  if (missing === undefined) return;
  throw new StorageError(`no recording has the condition ${missing}`, {
    hint:
      known.size === 0
        ? 'Take conditions in with `zoopraxis import conditions <table.csv> --to <project>`.'
        : `Conditions of the project: ${[...known].sort().join(', ')}.`,
  });
}

/** What data or options do not allow is the user's to mend. */
function designed(one: MeasureRows, options: Parameters<typeof designGroups>[1]): CohortDesign {
  try {
    return designGroups(one.rows, options);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new StorageError(`${one.title}: ${cause.message}`, {
      cause,
      hint: 'See --paired, --within, --groups and --unit.',
    });
  }
}

function transitionsOf(
  all: readonly { readonly stream: CohortStream; readonly counted: Transitions }[],
  { by, within, groups, levels }: Pick<Cohort, 'by' | 'within' | 'groups' | 'levels'>,
): GroupTransitions[] {
  const behaviors = [...new Set(all.flatMap(({ counted }) => counted.behaviors))].sort();
  return levels.flatMap((level) =>
    groups.map((group): GroupTransitions => {
      const own = all.filter(
        ({ stream }) =>
          groupOf(stream.conditions, by) === group &&
          (within === undefined || groupOf(stream.conditions, within) === level),
      );
      // Recordings scored for other behaviors have smaller matrices.
      const widened = own.map(({ counted }) => ({
        behaviors,
        counts: behaviors.map((from) =>
          behaviors.map((to) => counted.counts[counted.behaviors.indexOf(from)]?.[counted.behaviors.indexOf(to)] ?? 0),
        ),
      }));
      return { group, level, observationCount: own.length, ...sumTransitions(behaviors, widened) };
    }),
  );
}
