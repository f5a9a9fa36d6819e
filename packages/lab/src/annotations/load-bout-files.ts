import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DomainError, StorageError } from '@zoopraxis/core';
import type { BoutColumn, FileProblem, ReadBoutFile, RecordedAnnotations } from '@zoopraxis/io';
import { type BoutSource, partOfManifest } from './manifest-files.js';

/** What files of bouts do not say themselves. */
export interface BoutReading {
  readonly annotator?: string;
  readonly subject?: string;
  readonly recording?: string;
  /** What the numbers of tables without units are; by default seconds. */
  readonly unit?: 'frames' | 'seconds';
  readonly firstFrame?: 0 | 1;
  readonly endIncluded?: boolean;
  readonly columns?: Partial<Readonly<Record<BoutColumn, string>>>;
  readonly unscoredEnds?: boolean;
  readonly background?: string;
}

/** What reading takes beside. */
export interface LoadContext {
  /** Frames per second of the video of a recording, where it is known. */
  readonly fpsOf: (stem: string) => Promise<number | undefined>;
  readonly report: (problem: FileProblem) => void;
  readonly signal: AbortSignal;
}

/** Largest file of bouts that is read. */
const maximumBytes = 2 ** 28;

/**
 * Returns the bouts of a file of any known format; a recording that it does not name is that of its own name.
 * @throws FormatError with the line; StorageError where the file cannot be read, or does not say who scored or the rate.
 */
export async function loadBoutFile(
  source: BoutSource,
  reading: BoutReading,
  context: LoadContext,
): Promise<ReadBoutFile> {
  const { path, stem } = source;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new StorageError(`there is no such file of bouts: ${path}`);
  if (found.size > maximumBytes) {
    throw new StorageError(`the file of bouts is larger than 256 MiB: ${path}`, { hint: 'Check that it holds bouts.' });
  }
  const { readBoutFile } = await import('@zoopraxis/io');
  const bytes = new Uint8Array(await readFile(path));
  const { unit, recording = stem, ...rest } = reading;
  const problems: FileProblem[] = [];
  const read = (fps: number | undefined) => {
    problems.length = 0;
    return readBoutFile(bytes, {
      ...rest,
      recording,
      path: basename(path),
      report: (problem) => void problems.push(problem),
      signal: context.signal,
      ...(fps === undefined ? {} : { fps }),
    });
  };
  const fps = (await context.fpsOf(stem)) ?? source.fps;
  // A rate says to the reader of tables that numbers are frames, so it is kept for files that need it.
  const file = await read(unit === 'frames' ? fps : undefined).catch((error: unknown) => {
    if (fps === undefined || unit !== undefined || !(error instanceof DomainError)) throw error;
    return read(fps).catch((second: unknown) => {
      context.signal.throwIfAborted();
      // The first reading was without a rate: its complaint counts, unless that was the rate.
      throw second instanceof DomainError && /frame rate|--fps/.test(`${error.message} ${error.hint ?? ''}`)
        ? second
        : error;
    });
  });
  for (const problem of problems) if (problem.code !== 'unscored-ends') context.report(problem);
  return partOfManifest(file, source);
}

/** Which streams are meant. */
export interface StreamChoice {
  readonly channel?: string | undefined;
  readonly annotator?: string | undefined;
  readonly subject?: string | undefined;
}

/**
 * Returns the streams of the chosen channel, annotator and animal.
 * @throws StorageError naming what there is, where a choice fits nothing.
 */
export function chooseStreams(streams: readonly RecordedAnnotations[], choice: StreamChoice): RecordedAnnotations[] {
  let left = [...streams];
  for (const key of ['channel', 'annotator', 'subject'] as const) {
    const wanted = choice[key];
    if (wanted === undefined) continue;
    const names = [...new Set(left.map(({ annotations }) => annotations[key]))].sort();
    left = left.filter(({ annotations }) => annotations[key] === wanted);
    if (left.length === 0) {
      throw new StorageError(`no bouts have the ${key} ${wanted}`, {
        hint: `There is ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}: choose one with --${key}.`,
      });
    }
  }
  return left;
}
