import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { DomainError, StorageError } from '@zoopraxis/core';
import { type FileProblem, type ReadBoutFile, type RecordedAnnotations, shareScored } from '@zoopraxis/io';
import { failureOf } from '../behavior/evaluate-folders.js';
import { listBoutFiles } from '../behavior/match-files.js';
import {
  type BoutReading,
  chooseStreams,
  type LoadContext,
  loadBoutFile,
  type StreamChoice,
} from './load-bout-files.js';
import { expandManifests } from './manifest-files.js';
import { recordingStem } from './write-bout-files.js';

/** Files and folders of bouts by several annotators. */
export interface ScoringSources {
  /** Each is a folder of one annotator's files, or a file. */
  readonly sources: readonly string[];
  /** Who scored each source, list as long as the sources, or one name for all; by default what files say, else the name of the folder or file. */
  readonly annotators?: readonly string[] | undefined;
  /** The recording that all files are about. */
  readonly recording?: string | undefined;
  readonly choice: StreamChoice;
  readonly reading: BoutReading;
  /** Behaviors that all annotators scored, with bouts or without. */
  readonly scored?: readonly string[] | undefined;
  /** True where files of different names, one for each source, are about one recording. */
  readonly alike?: boolean;
}

/** What several annotators scored. */
export interface Scorings {
  /** Recordings without the endings of their videos. */
  readonly streams: readonly RecordedAnnotations[];
  readonly files: number;
  readonly failed: ReturnType<typeof failureOf>[];
}

/**
 * Returns the streams of all sources. An annotator whom a file does not name has the name of the source: of its folder
 * where the sources are folders, or files of one name in several folders, else of its file.
 * @throws StorageError for names that are not as many as the sources, and where not one file can be read.
 */
export async function loadScorings(options: ScoringSources, context: LoadContext): Promise<Scorings> {
  const { sources, annotators = [], recording, choice, reading, scored, alike = false } = options;
  if (annotators.length > 1 && annotators.length !== sources.length) {
    throw new StorageError(`--annotators names ${annotators.length} for ${sources.length} files and folders`, {
      hint: 'Name one for each, in their order, or one for all.',
    });
  }
  const listed = await Promise.all(
    sources.map(async (source) => ({
      path: resolve(source),
      isFolder: (await stat(resolve(source)).catch(() => undefined))?.isDirectory() ?? false,
      files: await expandManifests(await listBoutFiles([source]), context.report),
    })),
  );
  const stems = listed.flatMap(({ isFolder, files }) => (isFolder ? [] : files.map(({ stem }) => stem)));
  const sameName = new Set(stems).size < stems.length;
  const read: { source: number; file: ReadBoutFile }[] = [];
  const failed: Scorings['failed'] = [];
  for (const [source, { path, isFolder, files }] of listed.entries()) {
    const name = isFolder ? basename(path) : sameName ? basename(dirname(path)) : (files[0]?.stem ?? basename(path));
    const wanted = annotators.length === 1 ? annotators[0] : annotators[source];
    for (const file of files) {
      context.signal.throwIfAborted();
      try {
        const own = await loadBoutFile(
          file,
          { ...reading, annotator: wanted ?? name, ...(recording === undefined ? {} : { recording }) },
          context,
        );
        read.push({ source, file: { ...own, streams: own.streams.map((stream) => named(stream, recording)) } });
      } catch (error) {
        context.signal.throwIfAborted();
        if (!(error instanceof DomainError) || listed.reduce((sum, one) => sum + one.files.length, 0) < 2) throw error;
        failed.push(failureOf(file.path, error));
      }
    }
    if (wanted !== undefined) renameAnnotator(read, source, wanted);
  }
  if (read.length === 0 && failed[0] !== undefined) {
    throw new StorageError(`no file of bouts could be read, such as ${failed[0].path}: ${failed[0].message}`, {
      ...(failed[0].hint === undefined ? {} : { hint: failed[0].hint }),
    });
  }
  const files = alike ? aboutOneRecording(read, context.report) : read.map(({ file }) => file);
  const streams = shareScored(files, scored === undefined ? {} : { scored: [...scored] });
  return { streams: chooseStreams(streams, choice), files: read.length, failed };
}

/** Returns a stream under the plain name of its recording; an animal that nothing names keeps its recording's name. */
function named(stream: RecordedAnnotations, recording: string | undefined): RecordedAnnotations {
  const name = recording ?? recordingStem(stream.recording);
  return withRecording(stream, name);
}

function withRecording(stream: RecordedAnnotations, recording: string): RecordedAnnotations {
  const { annotations } = stream;
  const subject = annotations.subject === stream.recording ? recording : annotations.subject;
  return { ...stream, recording, annotations: { ...annotations, subject } };
}

/** Gives the one annotator of a source another name; where files name several, they keep theirs. */
function renameAnnotator(read: { source: number; file: ReadBoutFile }[], source: number, name: string): void {
  const own = read.filter((one) => one.source === source);
  const names = new Set(own.flatMap(({ file }) => file.streams.map(({ annotations }) => annotations.annotator)));
  if (names.size !== 1) return;
  for (const one of own) {
    const streams = one.file.streams.map((stream) => ({
      ...stream,
      annotations: { ...stream.annotations, annotator: name },
    }));
    one.file = { ...one.file, streams };
  }
}

/** Returns files as about one recording, where each source is one file of one recording and their names all differ. */
function aboutOneRecording(
  read: readonly { source: number; file: ReadBoutFile }[],
  report: (problem: FileProblem) => void,
): ReadBoutFile[] {
  const files = read.map(({ file }) => file);
  const names = files.map(({ streams }) => [...new Set(streams.map(({ recording }) => recording))]);
  const all = names.flat();
  const isSingle =
    names.every((own) => own.length === 1) && new Set(read.map(({ source }) => source)).size === read.length;
  if (!isSingle || read.length < 2 || new Set(all).size !== all.length) return files;
  const [first] = all as [string];
  report({
    severity: 'note',
    code: 'different-copies',
    file: first,
    where: 'the names',
    message: `Files of different names, one each, are taken for scorings of one recording: ${all.slice(0, 4).join(', ')}${all.length > 4 ? ', …' : ''}.`,
    hint: 'Files of several recordings go into a folder for each annotator.',
  });
  return files.map((file) => ({ ...file, streams: file.streams.map((stream) => withRecording(stream, first)) }));
}
