import { formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import type { WrittenFormat } from '../annotations/write-bout-files.js';
import { boutReadingFields, boutReadingOf } from './annotation-fields.js';
import { failedSchema, failureLines, someNames } from './behavior-fields.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Schema of the files that operations on bouts write. */
export const writtenSchema = z.object({
  path: z.string(),
  recordings: z.array(z.string()),
  bouts: z.int(),
  channels: z.array(z.string()),
});

/** Rewrites bouts of behavior in the format of another program. */
export const annotationsConvert = defineOperation({
  name: 'annotations convert',
  summary: 'Rewrite bouts of behavior for another program',
  details:
    'Takes every format that import annotations takes. With a folder as --out each recording gets a file of its own; with a file name (csv, boris, boris-project) all go into one. Formats that count in frames need the frame rate and the number of frames: from the file itself, --fps and --frames, or tracks or videos of the same names. Files that are there already are refused before anything is written.',
  examples: [
    'zoopraxis annotations convert scored --to caltech --out caltech --fps 30 --tracks tracks',
    'zoopraxis annotations convert project.boris --to csv --out bouts.csv --annotator ann',
    'zoopraxis annotations convert session01.txt --to bento --out bento --fps 30 --channel S1',
  ],
  input: z.object({
    files: positional(z.array(z.string().min(1)).min(1), 'files or folders of bouts'),
    to: z
      .enum(['caltech', 'bento', 'boris', 'boris-project', 'simba', 'csv'])
      .describe('format to write; boris: tabular events, boris-project: a project'),
    out: z.string().min(1).meta({ description: 'folder, or file for all recordings together', placeholder: 'path' }),
    frames: z.int().positive().optional().describe('frames of each video, where nothing else says it'),
    annotator: z.string().min(1).optional().describe('who scored, where files do not say it; else whose bouts to take'),
    subject: z
      .string()
      .min(1)
      .optional()
      .describe('animal that acts, where files do not say it; else whose bouts to take'),
    channel: z.string().min(1).optional().describe('stream (channel) to take, such as S1; by default all'),
    split: z.boolean().default(false).describe('put behaviors that overlap into several streams of a Caltech file'),
    ...boutReadingFields(),
    force: z.boolean().default(false).describe('replace files that are there'),
  }),
  output: z.object({
    format: z.string(),
    written: z.array(writtenSchema),
    sources: z.array(z.object({ path: z.string(), format: z.string(), bouts: z.int() })),
    behaviors: z.array(z.string()),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  async run(input, { signal, progress }) {
    const { problems, report } = collectProblems();
    const [
      { listBoutFiles },
      { recordingLengths },
      load,
      { recordingStem, writeBoutFiles },
      { failureOf },
      { expandManifests },
    ] = await Promise.all([
      import('../behavior/match-files.js'),
      import('../annotations/recording-lengths.js'),
      import('../annotations/load-bout-files.js'),
      import('../annotations/write-bout-files.js'),
      import('../behavior/evaluate-folders.js'),
      import('../annotations/manifest-files.js'),
    ]);
    const files = await expandManifests(await listBoutFiles(input.files), report);
    const lengthOf = await recordingLengths({ ...input, report });
    const reading = await boutReadingOf(input);
    const fpsOf = async (stem: string) => (await lengthOf(stem)).fps;
    const format: WrittenFormat = input.to;
    // Only a table names who scored; other formats lose the name, so that none is asked for.
    const annotator = input.annotator ?? (format === 'csv' ? undefined : 'annotator');
    const sources: { path: string; format: string; bouts: number }[] = [];
    const failed: z.output<typeof failedSchema>[] = [];
    const streams: Awaited<ReturnType<typeof load.loadBoutFile>>['streams'][number][] = [];
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      try {
        const read = await load.loadBoutFile(
          file,
          {
            ...reading,
            ...(annotator === undefined ? {} : { annotator }),
            ...(input.subject === undefined ? {} : { subject: input.subject }),
          },
          { fpsOf, report, signal },
        );
        const own = load.chooseStreams(read.streams, input);
        streams.push(...own);
        const bouts = own.reduce((sum, { annotations }) => sum + annotations.startSec.length, 0);
        sources.push({ path: file.path, format: read.format, bouts });
      } catch (error) {
        signal.throwIfAborted();
        if (files.length === 1) throw error;
        failed.push(failureOf(file.path, error));
      }
      progress({ kind: 'work', task: 'reading bouts', done: i + 1, total: files.length, unit: 'files' });
    }
    const result = await writeBoutFiles(streams, {
      ...input,
      format,
      lengthOf: (recording) => lengthOf(recordingStem(recording)),
      report,
      signal,
    });
    if (
      result.written.length === 0 &&
      result.failed[0] !== undefined &&
      result.failed.length === 1 &&
      failed.length === 0
    ) {
      throw result.failed[0].error;
    }
    return {
      format,
      written: result.written.map((file) => ({
        ...file,
        recordings: [...file.recordings],
        channels: [...file.channels],
      })),
      sources,
      behaviors: [...new Set(streams.flatMap(({ annotations }) => annotations.behaviors))].sort(),
      problems,
      failed: [...failed, ...result.failed.map(({ path, error }) => failureOf(path, error))],
    };
  },
  text: ({ format, written, behaviors, problems }) =>
    [...problemLines(problems), ...writtenLines(written), `format: ${format}; behaviors: ${someNames(behaviors)}`].join(
      '\n',
    ),
  failures: ({ failed }) => failureLines('not converted', failed),
});

/** Files that are listed one by one before they are counted. */
const shownFiles = 8;

/** Returns lines about files that were written. */
export function writtenLines(written: readonly z.output<typeof writtenSchema>[]): string[] {
  const lines = written.slice(0, shownFiles).map(({ path, recordings, bouts }) => {
    const of = recordings.length === 1 ? recordings[0] : `${recordings.length} recordings`;
    return `wrote ${path} (${of}, ${formatNumber(bouts)} bouts)`;
  });
  if (written.length > shownFiles) lines.push(`wrote ${written.length - shownFiles} more files`);
  return lines;
}
