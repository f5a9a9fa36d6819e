import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  type Annotations,
  type Behavior,
  createAnnotations,
  StorageError,
  secondsOfFrame,
  type TimeBase,
} from '@zoopraxis/core';
import type { FileProblem, RecordedAnnotations } from '@zoopraxis/io';
import type { RecordingLength } from './recording-lengths.js';

/** Formats that bouts are written in. */
export const writtenFormats = ['caltech', 'bento', 'boris', 'boris-project', 'simba', 'csv'] as const;

/** One of the formats that bouts are written in. */
export type WrittenFormat = (typeof writtenFormats)[number];

const endings: Readonly<Record<WrittenFormat, string>> = {
  caltech: '.txt',
  bento: '.annot',
  boris: '.boris.csv',
  'boris-project': '.boris',
  simba: '.csv',
  csv: '.csv',
};

/** Where and how bouts are written. */
export interface BoutFilesOptions {
  readonly format: WrittenFormat;
  /** A folder, which gets a file for each recording; or a file for all of them, told by an ending such as `.csv`. */
  readonly out: string;
  readonly force: boolean;
  /** Word of Caltech files for frames without a behavior. */
  readonly background?: string | undefined;
  /** Behaviors that overlap go into several channels of a Caltech file. */
  readonly split?: boolean;
  readonly lengthOf: (recording: string) => Promise<RecordingLength>;
  /** The catalogue of behaviors, which BORIS projects hold. */
  readonly behaviors?: readonly Behavior[];
  /** Returns the file of a recording's video, which BORIS projects name. */
  readonly mediumOf?: (recording: string) => string | undefined;
  readonly report: (problem: FileProblem) => void;
  readonly signal: AbortSignal;
}

/** One file that was written. */
export interface WrittenBouts {
  readonly path: string;
  readonly recordings: readonly string[];
  readonly bouts: number;
  readonly channels: readonly string[];
}

/** Files that were written and recordings that could not be. */
export interface WrittenFiles {
  readonly written: readonly WrittenBouts[];
  readonly failed: readonly { readonly path: string; readonly error: unknown }[];
}

/** Returns a recording's name without folders and the ending of its video. */
export const recordingStem = (name: string) =>
  basename(name.replaceAll('\\', '/')).replace(/\.[A-Za-z][A-Za-z0-9]{1,4}$/, '');

/**
 * Writes streams, one file for each recording or one for all, each replaced whole or not at all.
 * @throws StorageError where a file is there already and `force` is not given, before anything is written; and where one
 * file cannot hold several recordings.
 */
export async function writeBoutFiles(
  streams: readonly RecordedAnnotations[],
  options: BoutFilesOptions,
): Promise<WrittenFiles> {
  const { format, force, report, signal } = options;
  const out = resolve(options.out);
  const recordings = new Map<string, RecordedAnnotations[]>();
  for (const stream of streams) {
    recordings.set(stream.recording, [...(recordings.get(stream.recording) ?? []), stream]);
  }
  const isFile = extname(out) !== '' && !(await stat(out).catch(() => undefined))?.isDirectory();
  if (isFile && !out.toLowerCase().endsWith(extname(endings[format]))) {
    throw new StorageError(`a file of the format ${format} ends with ${endings[format]}: ${out}`, {
      hint: `Choose the format with --to, or name a folder.`,
    });
  }
  if (isFile && recordings.size > 1 && (format === 'caltech' || format === 'bento' || format === 'simba')) {
    throw new StorageError(`one file of the format ${format} holds one recording, and there are ${recordings.size}`, {
      hint: 'Name a folder with --out: it gets a file for each recording.',
    });
  }
  const targets = new Map<string, RecordedAnnotations[]>();
  if (isFile) targets.set(out, [...recordings.values()].flat());
  else {
    for (const [recording, own] of recordings) {
      const path = join(out, `${fileName(recordingStem(recording))}${endings[format]}`);
      const before = targets.get(path)?.[0]?.recording;
      if (before !== undefined) {
        throw new StorageError(`the recordings ${before} and ${recording} would get the same file: ${path}`, {
          hint: 'Convert them into different folders.',
        });
      }
      targets.set(path, own);
    }
  }
  if (!force) await refuseExisting([...targets.keys()]);
  const written: WrittenBouts[] = [];
  const failed: { path: string; error: unknown }[] = [];
  const { FolderStore } = await import('@zoopraxis/io/node');
  for (const [path, own] of targets) {
    signal.throwIfAborted();
    try {
      const problems: FileProblem[] = [];
      const bytes = await bytesOf(own, path, { ...options, report: (problem) => void problems.push(problem) });
      await new FolderStore(dirname(path)).write(basename(path), bytes);
      for (const problem of problems) report(problem);
      written.push({
        path,
        recordings: [...new Set(own.map(({ recording }) => recording))].sort(),
        bouts: own.reduce((sum, { annotations }) => sum + annotations.startSec.length, 0),
        channels: [...new Set(own.map(({ annotations }) => annotations.channel))].sort(),
      });
    } catch (error) {
      signal.throwIfAborted();
      failed.push({ path, error });
    }
  }
  return { written, failed };
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  const present: string[] = [];
  for (const path of paths) if ((await stat(path).catch(() => undefined)) !== undefined) present.push(path);
  const [first] = present;
  if (first === undefined) return;
  throw new StorageError(
    present.length === 1
      ? `the file is there already: ${first}`
      : `${present.length} files are there already, such as ${first}`,
    { hint: 'Name another folder with --out, or replace them with --force. Nothing was written.' },
  );
}

/** Returns a name that every file system takes. */
const fileName = (name: string) =>
  name
    .replace(/[/\\:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '_')
    .slice(0, 150) || 'recording';

async function bytesOf(
  streams: readonly RecordedAnnotations[],
  path: string,
  options: BoutFilesOptions,
): Promise<Uint8Array> {
  const io = await import('@zoopraxis/io');
  const { format, report, lengthOf, behaviors, mediumOf, background, split = false } = options;
  const file = basename(path);
  if (format === 'csv') return io.writeBoutTable(streams, { report, path: file });
  const lengths = new Map<string, RecordingLength>();
  for (const { recording } of streams) {
    if (!lengths.has(recording)) lengths.set(recording, await lengthOf(recording));
  }
  if (format === 'boris' || format === 'boris-project') {
    const known = {
      fps: (recording: string) => lengths.get(recording)?.fps,
      lengthSec: (recording: string) => {
        const { fps, frameCount, timeBase } = lengths.get(recording) ?? {};
        if (timeBase !== undefined) return secondsOfFrame(timeBase, timeBase.frameCount);
        return fps === undefined || frameCount === undefined ? watchedUntil(streams, recording) : frameCount / fps;
      },
    };
    if (format === 'boris') return io.writeBorisEvents(streams, known);
    const date = new Date().toISOString().slice(0, 19);
    return io.writeBorisProject(streams, {
      ...known,
      ...(behaviors === undefined ? {} : { behaviors }),
      ...(mediumOf === undefined ? {} : { mediumOf }),
      name: basename(path, '.boris'),
      date,
      report,
      path: file,
    });
  }
  const recording = streams[0]?.recording ?? '';
  const length = lengths.get(recording) ?? {};
  const fps =
    length.fps ?? streams.find(({ annotations }) => annotations.frameBase !== undefined)?.annotations.frameBase?.fps;
  if (fps === undefined) {
    throw new StorageError(`the format ${format} counts in frames, and nothing says the frame rate of ${recording}`, {
      hint: 'Give it with --fps, or name tracks or videos with --tracks or --videos.',
    });
  }
  const watched = watchedUntil(streams, recording);
  const frameCount = length.frameCount ?? (watched === undefined ? undefined : Math.round(watched * fps));
  if (frameCount === undefined) {
    throw new StorageError(
      `the format ${format} covers the whole video, and nothing says how many frames ${recording} has`,
      {
        hint: 'Give the number with --frames, or name tracks or videos with --tracks or --videos.',
      },
    );
  }
  const { timeBase } = length;
  const steady = timeBase === undefined ? streams : streams.map((stream) => onEvenFrames(stream, timeBase, fps));
  const common = { fps, frameCount, report, path: file };
  if (format === 'simba') return io.writeSimbaTargets(steady, common);
  if (format === 'bento') return io.writeBentoAnnotations(steady, { ...common, movies: [recording] });
  return io.writeCaltechAnnotations(split ? steady.flatMap(splitOverlaps) : steady, {
    ...common,
    ...(background === undefined ? {} : { background }),
  });
}

function watchedUntil(streams: readonly RecordedAnnotations[], recording: string): number | undefined {
  const ends = streams.flatMap((stream) =>
    stream.recording === recording && stream.observedSec !== undefined ? [stream.observedSec[1]] : [],
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Returns bouts in the time that frames would have at an even rate: formats of frames know no other. */
function onEvenFrames(stream: RecordedAnnotations, base: TimeBase, fps: number): RecordedAnnotations {
  const times = base.timesSec ?? new Float64Array(0);
  const evenSec = (sec: number) => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] as number) < sec - 1e-9) low = middle + 1;
      else high = middle;
    }
    const before = sec - secondsOfFrame(base, low - 1);
    return (low > 0 && before < secondsOfFrame(base, low) - sec ? low - 1 : low) / fps;
  };
  const { annotations } = stream;
  return {
    ...stream,
    annotations: createAnnotations({
      ...annotations,
      startSec: annotations.startSec.map(evenSec),
      endSec: annotations.endSec.map(evenSec),
    }),
  };
}

/**
 * Returns a stream as as many as it takes that no two bouts overlap; bouts of one behavior stay together where they can.
 * Nothing is joined or left out.
 */
export function splitOverlaps(stream: RecordedAnnotations): RecordedAnnotations[] {
  const { annotations } = stream;
  const { behaviors, behavior, startSec, endSec } = annotations;
  const layers: number[][] = [];
  const collides = (layer: readonly number[], bout: number) =>
    layer.some(
      (other) =>
        (startSec[other] as number) < (endSec[bout] as number) &&
        (startSec[bout] as number) < (endSec[other] as number),
    );
  for (let which = 0; which < behaviors.length; which++) {
    const lists: number[][] = [];
    const until: number[] = [];
    for (const [bout, of] of behavior.entries()) {
      if (of !== which) continue;
      const free = until.findIndex((sec) => sec <= (startSec[bout] as number));
      const at = free < 0 ? lists.length : free;
      lists[at] = [...(lists[at] ?? []), bout];
      until[at] = endSec[bout] as number;
    }
    for (const own of lists) {
      const layer = layers.find((candidate) => !own.some((bout) => collides(candidate, bout)));
      if (layer === undefined) layers.push(own);
      else layer.push(...own);
    }
  }
  if (layers.length < 2) return [stream];
  return layers.map((bouts, i) => ({
    ...stream,
    annotations: { ...pick(annotations, bouts), channel: `${annotations.channel}_${i + 1}` },
  }));
}

function pick(annotations: Annotations, bouts: readonly number[]): Annotations {
  const sorted = [...bouts].sort((a, b) => a - b);
  const { startSec, endSec, behavior, behaviors, modifiers, probability, ...rest } = annotations;
  const names = [...new Set(sorted.map((bout) => behaviors[behavior[bout] as number] as string))].sort();
  return createAnnotations({
    ...rest,
    behaviors: names,
    startSec: Float64Array.from(sorted, (bout) => startSec[bout] as number),
    endSec: Float64Array.from(sorted, (bout) => endSec[bout] as number),
    behavior: Int32Array.from(sorted, (bout) => names.indexOf(behaviors[behavior[bout] as number] as string)),
    ...(modifiers && { modifiers: sorted.map((bout) => modifiers[bout] as readonly string[]) }),
    ...(probability && { probability: Float32Array.from(sorted, (bout) => probability[bout] as number) }),
  });
}
