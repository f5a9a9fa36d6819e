import { type Behavior, StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { Report } from '../file-problem.js';
import type { BorisWriteOptions } from './write-events.js';

/** How a BORIS project is written. */
export interface BorisProjectOptions extends BorisWriteOptions {
  /** Name of the project. */
  readonly name: string;
  /** Date of project and observations, ISO 8601 such as `2026-11-21T12:00:00`: the files have one, bouts have none. */
  readonly date: string;
  readonly report: Report;
  /** The catalogue of behaviors: their keys, kinds and exclusions, and those that have no bouts. */
  readonly behaviors?: readonly Behavior[];
  /** Returns the file of a recording's video; default the name of the recording. */
  readonly mediumOf?: (recording: string) => string | undefined;
  /** Name of the file, for messages. */
  readonly path?: string;
}

/** Players that an observation of BORIS has. */
const players = 8;

/** Seconds to the millisecond, as BORIS keeps them. */
const rounded = (sec: number) => Math.round(sec * 1000) / 1000;
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const numbered = <T>(list: readonly T[]) => Object.fromEntries(list.map((item, i) => [String(i), item]));

/**
 * Returns the bytes of bouts as a BORIS project (`.boris`, JSON, format 7.0), each recording an observation of its name with
 * one medium of that name. States are events that start and stop in turn, to the millisecond; a behavior all of whose bouts
 * are instants is a point event. Modifiers become sets of each behavior, by their place. A subject called like its recording
 * is none. What an observation was watched for is its time interval where it is not the whole recording. Annotators and
 * channels are not stored, which is told where there are several.
 *
 * @throws StorageError where bouts of one behavior, subject and modifiers overlap: BORIS pairs starts and stops in turn.
 */
export function writeBorisProject(
  streams: readonly RecordedAnnotations[],
  { name, date, fps, lengthSec, report, behaviors = [], mediumOf, path = '' }: BorisProjectOptions,
): Uint8Array {
  const recordings = sorted(streams.map(({ recording }) => recording));
  const subjects = sorted(
    streams.flatMap(({ recording, annotations: { subject } }) => (subject === recording ? [] : [subject])),
  );
  const observations = recordings.map((recording) => {
    const own = streams.filter((stream) => stream.recording === recording);
    tellLost(own, recording, { report, path });
    const length = lengthSec?.(recording);
    const medium = mediumOf?.(recording) ?? recording;
    const rate = fps?.(recording);
    const watched = own.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
    const from = Math.min(...watched.map(([start]) => start));
    const to = Math.max(...watched.map(([, end]) => end));
    const isPart = watched.length > 0 && (from > 0 || length === undefined || Math.abs(to - length) > 0.0005);
    return [
      recording,
      {
        file: Object.fromEntries(
          Array.from({ length: players }, (_, i) => [String(i + 1), i === 0 ? [medium] : []] as const),
        ),
        type: 'MEDIA',
        date,
        description: '',
        'time offset': 0,
        events: eventsOf(own, recording),
        'observation time interval': isPart ? [rounded(from), rounded(to)] : [0, 0],
        independent_variables: {},
        visualize_spectrogram: false,
        close_behaviors_between_videos: false,
        media_info: {
          length: length === undefined ? {} : { [medium]: rounded(length) },
          fps: rate === undefined ? {} : { [medium]: rate },
          hasVideo: { [medium]: true },
          hasAudio: { [medium]: false },
          offset: { 1: 0 },
        },
      },
    ] as const;
  });
  const project = {
    time_format: 'hh:mm:ss',
    project_date: date,
    project_name: name,
    project_description: '',
    project_format_version: '7.0',
    subjects_conf: numbered(subjects.map((subject) => ({ key: '', name: subject, description: '' }))),
    behaviors_conf: numbered(behaviorsOf(streams, behaviors)),
    behavioral_categories: [],
    independent_variables: {},
    coding_map: {},
    behaviors_coding_map: [],
    converters: {},
    observations: Object.fromEntries(observations),
  };
  return new TextEncoder().encode(`${JSON.stringify(project, null, 1)}\n`);
}

/** Returns the catalogue of behaviors as BORIS keeps it: in the order of the one that is given, then by name; list. */
function behaviorsOf(
  streams: readonly RecordedAnnotations[],
  catalog: readonly Behavior[] = [],
): Record<string, unknown>[] {
  const states = new Set<string>();
  const known = new Set<string>();
  const modifiers = new Map<string, Set<string>[]>();
  for (const { annotations } of streams) {
    for (const [bout, which] of annotations.behavior.entries()) {
      const code = annotations.behaviors[which] as string;
      known.add(code);
      if ((annotations.endSec[bout] as number) > (annotations.startSec[bout] as number)) states.add(code);
      const sets = modifiers.get(code) ?? [];
      modifiers.set(code, sets);
      for (const [place, value] of (annotations.modifiers?.[bout] ?? []).entries()) {
        sets[place] ??= new Set();
        sets[place].add(value);
      }
    }
  }
  const listed = catalog.map((behavior) => behavior.name);
  const others = sorted(streams.flatMap(({ annotations }) => annotations.behaviors));
  const isPoint = (code: string) =>
    known.has(code) ? !states.has(code) : catalog.find((behavior) => behavior.name === code)?.kind === 'point';
  return [...new Set([...listed, ...others])].map((code) => ({
    type: isPoint(code) ? 'Point event' : 'State event',
    key: catalog.find((behavior) => behavior.name === code)?.key ?? '',
    code,
    description: '',
    category: '',
    modifiers: numbered(
      (modifiers.get(code) ?? []).map((values, place) => ({
        name: `set ${place + 1}`,
        type: 0,
        values: sorted(values),
      })),
    ),
    excluded: catalog.find((behavior) => behavior.name === code)?.exclusiveWith.join(',') ?? '',
    'coding map': '',
  }));
}

type BorisRow = readonly [timeSec: number, subject: string, code: string, modifier: string, comment: string];

function eventsOf(streams: readonly RecordedAnnotations[], recording: string): BorisRow[] {
  const points = new Set(
    behaviorsOf(streams).flatMap(({ type, code }) => (type === 'Point event' ? [code as string] : [])),
  );
  const rows: { row: BorisRow; order: number }[] = [];
  const bouts = new Map<string, [number, number][]>();
  for (const { annotations } of streams) {
    const subject = annotations.subject === recording ? '' : annotations.subject;
    for (const [bout, which] of annotations.behavior.entries()) {
      const code = annotations.behaviors[which] as string;
      const [start, end] = [annotations.startSec[bout] as number, annotations.endSec[bout] as number];
      const modifier = (annotations.modifiers?.[bout] ?? []).join('|');
      const id = JSON.stringify([subject, code, modifier]);
      const own = bouts.get(id) ?? [];
      own.push([start, end]);
      bouts.set(id, own);
      rows.push({ row: [rounded(start), subject, code, modifier, ''], order: 1 });
      if (!points.has(code)) rows.push({ row: [rounded(end), subject, code, modifier, ''], order: 0 });
    }
  }
  for (const [id, own] of bouts) {
    own.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const at = own.findIndex(([start], i) => i > 0 && start < (own[i - 1] as [number, number])[1]);
    if (at < 0) continue;
    const [subject, code] = JSON.parse(id) as [string, string];
    throw new StorageError(
      `${recording}: two bouts of ${code} of ${subject || recording} overlap at ${(own[at] as [number, number])[0].toFixed(3)} s, which BORIS cannot hold`,
      { hint: 'Write one annotator and one channel at a time, or merge the bouts.' },
    );
  }
  return rows
    .sort(
      ({ row: a, order: ao }, { row: b, order: bo }) =>
        a[0] - b[0] || ao - bo || compare(a[1], b[1]) || compare(a[2], b[2]),
    )
    .map(({ row }) => row);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Tells where several annotators or channels become one. */
function tellLost(
  streams: readonly RecordedAnnotations[],
  recording: string,
  { report, path }: { readonly report: Report; readonly path: string },
): void {
  for (const [what, names] of [
    ['annotators', sorted(streams.map(({ annotations }) => annotations.annotator))],
    ['channels', sorted(streams.map(({ annotations }) => annotations.channel))],
  ] as const) {
    if (names.length < 2) continue;
    report({
      severity: 'warning',
      code: 'not-stored',
      file: path,
      where: `observation ${recording}`,
      message: `BORIS has no ${what}; the bouts of ${names.join(', ')} stand together.`,
      hint: 'Write one at a time where they must stay apart.',
    });
  }
}
