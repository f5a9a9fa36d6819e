import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type Annotations, createAnnotations, DomainError, FormatError, StorageError } from '@zoopraxis/core';
import type { FileProblem, RecordedAnnotations } from '@zoopraxis/io';

/** Which of the bouts of a file are meant, and what the file does not say. */
export interface BoutChoice {
  /** Recording that the file is about. */
  readonly stem: string;
  /** Name of the stream (channel), where files have several. */
  readonly stream?: string;
  /** Person who scored, where files have several. */
  readonly annotator?: string;
  /** Animal that acts, where files have several. */
  readonly subject?: string;
  /** Frames per second of the video, for files that count in frames. */
  readonly fps?: number;
  /** What the numbers of a table without units are; by default seconds. */
  readonly unit?: 'frames' | 'seconds';
  /** How tables that hold frames count them; by default from 0, the last frame not in the bout. */
  readonly firstFrame?: 0 | 1;
  readonly endIncluded?: boolean;
  /** Takes what a reader finds worth telling. */
  readonly report: (problem: FileProblem) => void;
  readonly signal?: AbortSignal;
}

/** What one observer said of one recording. */
export interface ChosenBouts {
  /** Bouts of all targets of the chosen animal. */
  readonly annotations: Annotations;
  /** First and last second that was watched, where the file tells, shape `[2]`. */
  readonly observedSec?: readonly [number, number];
  /** Behaviors that the file could have scored and that no stream of it has, list. */
  readonly offered: readonly string[];
  /** Where the file counts in frames, its rate. */
  readonly fps?: number;
}

/** Largest file of bouts that is read. */
const maximumBytes = 2 ** 28;

/**
 * Returns the bouts of one recording, of one stream, annotator and animal, from a file of any known format.
 * @throws FormatError naming what there is to choose from where a choice is missing or fits nothing, and where the file is
 * damaged; StorageError where it cannot be read or its rate is not known.
 */
export async function readBouts(path: string, choice: BoutChoice): Promise<ChosenBouts> {
  const { stem, report, signal, fps, unit, firstFrame, endIncluded } = choice;
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined) throw new StorageError(`there is no such file of annotations: ${absolute}`);
  if (found.size > maximumBytes) {
    throw new StorageError(`the file of annotations is larger than 256 MiB: ${absolute}`, {
      hint: 'Check that it holds bouts.',
    });
  }
  const { readBoutFile } = await import('@zoopraxis/io');
  if (isParquet(absolute)) {
    const streams = chooseStreams(await parquetStreams(absolute), { ...choice, path: absolute });
    const [first] = streams;
    return {
      annotations: joinTargets(streams.map(({ annotations }) => annotations)),
      ...(first?.observedSec === undefined ? {} : { observedSec: first.observedSec }),
      offered: [],
    };
  }
  const bytes = new Uint8Array(await readFile(absolute));
  const problems: FileProblem[] = [];
  const read = (rate: number | undefined) => {
    problems.length = 0;
    return readBoutFile(bytes, {
      path: absolute,
      recording: stem,
      subject: choice.subject ?? stem,
      annotator: choice.annotator ?? 'annotator',
      report: (problem) => void problems.push(problem),
      ...(signal === undefined ? {} : { signal }),
      ...(rate === undefined ? {} : { fps: rate }),
      ...(firstFrame === undefined ? {} : { firstFrame }),
      ...(endIncluded === undefined ? {} : { endIncluded }),
    });
  };
  // A rate says to the reader of tables that numbers are frames, which seldom holds: it is kept for files that need it.
  const file = await read(unit === 'frames' ? fps : undefined).catch((error: unknown) => {
    if (fps === undefined || unit !== undefined || !(error instanceof DomainError)) throw error;
    return read(fps);
  });
  for (const problem of problems) {
    // What is scored is said by the options of the operation, and our own tables have columns for people.
    if (problem.code !== 'unscored-ends' && problem.code !== 'unknown-column') report(problem);
  }
  const streams = chooseStreams(file.streams, { ...choice, path: absolute });
  const observed = streams.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
  return {
    annotations: joinTargets(streams.map(({ annotations }) => annotations)),
    ...(observed.length === 0
      ? {}
      : { observedSec: [Math.min(...observed.map(([a]) => a)), Math.max(...observed.map(([, b]) => b))] as const }),
    offered: file.offered ?? [],
    ...(file.frameBase === undefined ? {} : { fps: file.frameBase.fps }),
  };
}

const isParquet = (path: string) => /\.parquet$/i.test(path);

/** Returns all bouts of a project's table of annotations. */
async function parquetStreams(path: string): Promise<readonly RecordedAnnotations[]> {
  const [{ readAnnotationsTable }, { FolderStore }] = await Promise.all([
    import('@zoopraxis/io'),
    import('@zoopraxis/io/node'),
  ]);
  return (await readAnnotationsTable(new FolderStore(dirname(path)), basename(path)))?.streams ?? [];
}

/** Returns the names of the recordings that a file of bouts is about, list; that of the file where it names none. */
export async function recordingsOf(path: string, fps: number | undefined): Promise<string[]> {
  const absolute = resolve(path);
  const own = stemOf(absolute);
  if (isParquet(absolute)) return [...new Set((await parquetStreams(absolute)).map(({ recording }) => recording))];
  const { readBoutFile } = await import('@zoopraxis/io');
  const bytes = new Uint8Array(await readFile(absolute));
  const read = (rate: object) =>
    readBoutFile(bytes, { path: absolute, recording: own, annotator: 'annotator', report: () => {}, ...rate });
  const file = await read({}).catch((error: unknown) => {
    if (fps === undefined || !(error instanceof DomainError)) throw error;
    return read({ fps });
  });
  return [...new Set(file.streams.map(({ recording }) => recording))];
}

/** Returns the streams of one recording, channel, annotator and subject. */
function chooseStreams(
  streams: readonly RecordedAnnotations[],
  choice: BoutChoice & { readonly path: string },
): readonly RecordedAnnotations[] {
  const { path, stem, stream, annotator, subject } = choice;
  const refuse = (where: string, expected: string, found: readonly string[], hint: string): never => {
    const list = found.length > 8 ? `${found.slice(0, 8).join(', ')}, …` : found.join(', ');
    throw new FormatError({ format: 'annotations', path, where, expected, found: list || 'no bouts', hint });
  };
  const named = (of: (stream: RecordedAnnotations) => string, among: readonly RecordedAnnotations[]) =>
    [...new Set(among.map(of))].sort();
  const recordings = named(({ recording }) => recording, streams);
  let left = streams;
  if (recordings.length > 1 || (recordings.length === 1 && streams.length > 1 && recordings[0] !== stem)) {
    const own = streams.filter(({ recording }) => stemOf(recording) === stem);
    if (own.length === 0 && recordings.length > 1) {
      refuse('its recordings', `recording ${stem}`, recordings, 'Give the recording its name in the table.');
    }
    if (own.length > 0) left = own;
  }
  const pick = (
    what: string,
    option: string,
    wanted: string | undefined,
    of: (stream: RecordedAnnotations) => string,
  ): void => {
    const names = named(of, left);
    if (wanted === undefined) {
      if (names.length > 1) refuse(what, `one ${option}`, names, `Choose one with --${option} ${names[0]}.`);
      return;
    }
    const own = left.filter((item) => of(item) === wanted);
    // What has but one, without a name of its own, needs no choice: our own files of bouts.
    if (own.length === 0 && names.length === 1 && isUnnamed(names[0] as string, stem)) return;
    if (own.length === 0) refuse(what, `${option} ${wanted}`, names, `Choose one with --${option}.`);
    left = own;
  };
  pick('its streams', 'stream', stream, ({ annotations }) => annotations.channel);
  pick('its annotators', 'annotator', annotator, ({ annotations }) => annotations.annotator);
  pick('its animals', 'subject', subject, ({ annotations }) => annotations.subject);
  if (left.length === 0) refuse('the file', 'bouts', [], 'Save the file again with the program that made it.');
  return left;
}

const stemOf = (name: string) => basename(name.replaceAll('\\', '/')).replace(/\.[A-Za-z0-9]{1,5}$/, '');
const isUnnamed = (name: string, stem: string) =>
  name === 'default' || name === 'annotator' || name === stem || stemOf(name) === stem;

/** Returns bouts of one animal toward any others as one list. */
function joinTargets(streams: readonly Annotations[]): Annotations {
  const [first, ...others] = streams as [Annotations, ...Annotations[]];
  if (others.length === 0) return first;
  const behaviors = [...new Set(streams.flatMap((stream) => stream.behaviors))].sort();
  const { target: _, modifiers: _modifiers, probability: _probability, ...rest } = first;
  const column = (of: (stream: Annotations) => ArrayLike<number>) =>
    streams.flatMap((stream) => Array.from(of(stream)));
  return createAnnotations({
    ...rest,
    behaviors,
    startSec: Float64Array.from(column(({ startSec }) => startSec)),
    endSec: Float64Array.from(column(({ endSec }) => endSec)),
    behavior: Int32Array.from(
      streams.flatMap((stream) =>
        Array.from(stream.behavior, (which) => behaviors.indexOf(stream.behaviors[which] as string)),
      ),
    ),
  });
}
