import { type FrameBase, StorageError } from '@zoopraxis/core';
import type { BoutFile, BoutReadOptions } from './annotations/bout-file.js';
import { type BoutColumn, readBoutTable } from './annotations/read-bout-table.js';
import { isBentoAnnotations, readBentoAnnotations } from './bento/read-annotations.js';
import { isBorisEvents, readBorisEvents } from './boris/read-events.js';
import { isBorisProject, readBorisProject } from './boris/read-project.js';
import { wholeBytes } from './byte-source.js';
import { isCaltechAnnotations, readCaltechAnnotations } from './caltech/read-annotations.js';
import { isDlcAnalyzerLabels, readDlcAnalyzerLabels } from './dlcanalyzer/read-labels.js';
import { frameTableKind, readFrameBouts } from './simba/read-frame-bouts.js';

/** Formats of bouts that are told apart by their content. */
export const boutFormats = ['table', 'dlcanalyzer', 'caltech', 'bento', 'boris', 'simba', 'frame-labels'] as const;

/** What files of bouts may not say themselves. */
export interface BoutFileOptions extends BoutReadOptions {
  /** Recording of a file that names none. */
  readonly recording: string;
  /** Animal of a file that names none; by default it has the name of its recording. */
  readonly subject?: string;
  /** Observer of a file that names none. */
  readonly annotator?: string;
  /** Frames per second of the videos, where files count in frames. */
  readonly fps?: number;
  /** Number of the first frame in tables. Default 0. */
  readonly firstFrame?: 0 | 1;
  /** True where the last frame belongs to its bout, in tables. Default false. */
  readonly endIncluded?: boolean;
  /** Names of columns of tables that are not the usual ones. */
  readonly columns?: Partial<Readonly<Record<BoutColumn, string>>>;
  /** True where Caltech's background before the first and after the last behavior was not scored. Default false. */
  readonly unscoredEnds?: boolean;
  /** Word of Caltech files for frames without a behavior. Default `base`. */
  readonly background?: string;
}

/** Bouts and the format they were in. */
export interface ReadBoutFile extends BoutFile {
  readonly format: (typeof boutFormats)[number];
  /** How the file counts frames; left out where it has seconds. */
  readonly frameBase?: FrameBase;
}

/**
 * Returns the bouts of a file whose format its content tells: Caltech Behavior Annotator, BENTO, BORIS (projects and
 * tabular events), DLCAnalyzer's label tables, tables with a row for each frame (SimBA's, or labels), or any other table
 * with a header.
 *
 * @throws FormatError with the line; StorageError where the file needs a frame rate or an annotator that is not given.
 */
export async function readBoutFile(bytes: Uint8Array, options: BoutFileOptions): Promise<ReadBoutFile> {
  const { path, report, signal, recording, annotator, fps, columns, background, unscoredEnds = false } = options;
  const { subject = recording, firstFrame = 0, endIncluded = false } = options;
  const plain = await wholeBytes(bytes, { path, signal, maxBytes: 2 ** 30 });
  const common = { report, ...(path === undefined ? {} : { path }), ...(signal === undefined ? {} : { signal }) };
  const file = path === undefined ? '' : `: ${path}`;
  if (isCaltechAnnotations(plain)) {
    if (fps === undefined) {
      throw new StorageError(`the file counts in frames and does not hold the frame rate of its video${file}`, {
        hint: 'Give it with --fps, such as --fps 30.',
      });
    }
    const read = await readCaltechAnnotations(plain, {
      ...common,
      recording,
      subject,
      annotator: whoScored(annotator, file),
      fps,
      unscoredEnds,
      ...(background === undefined ? {} : { background }),
    });
    return { ...read, format: 'caltech', frameBase: { fps, firstFrame: 1, endIncluded: true } };
  }
  if (isBentoAnnotations(plain)) {
    const read = await readBentoAnnotations(plain, {
      ...common,
      recording,
      subject,
      annotator: whoScored(annotator, file),
      ...(fps === undefined ? {} : { fps }),
    });
    return { ...read, format: 'bento' };
  }
  const isProject = isBorisProject(plain);
  if (isProject || isBorisEvents(plain)) {
    const read = await (isProject ? readBorisProject : readBorisEvents)(plain, {
      ...common,
      annotator: whoScored(annotator, file),
      ...(options.subject === undefined ? {} : { subject: options.subject }),
    });
    return { ...read, format: 'boris' };
  }
  // Whoever names columns has seen the table, and means what they hold.
  if (isDlcAnalyzerLabels(plain) && Object.keys(columns ?? {}).length === 0) {
    return { ...(await readDlcAnalyzerLabels(plain, common)), format: 'dlcanalyzer' };
  }
  const kind = Object.keys(columns ?? {}).length === 0 ? frameTableKind(plain) : undefined;
  if (kind !== undefined) {
    const read = await readFrameBouts(plain, {
      ...common,
      recording,
      subject,
      annotator: whoScored(annotator, file),
      firstFrame,
      ...(fps === undefined ? {} : { fps }),
      ...(background === undefined ? {} : { background }),
    });
    return { ...read, format: kind };
  }
  const frameBase: FrameBase | undefined = fps === undefined ? undefined : { fps, firstFrame, endIncluded };
  const read = await readBoutTable(plain, {
    ...common,
    ...(columns === undefined ? {} : { columns }),
    ...(frameBase === undefined ? {} : { frameBase }),
    defaults: {
      recording,
      ...(options.subject === undefined ? {} : { subject: options.subject }),
      ...(annotator === undefined ? {} : { annotator }),
    },
  });
  return { ...read, format: 'table', ...(frameBase === undefined ? {} : { frameBase }) };
}

function whoScored(annotator: string | undefined, file: string): string {
  if (annotator !== undefined) return annotator;
  throw new StorageError(`the file does not say who scored${file}`, { hint: 'Name the person with --annotator.' });
}
