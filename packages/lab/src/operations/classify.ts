import { formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { placeFields } from '../behavior/feature-options.js';
import { failedSchema, failureLines, noteLines, someNames } from './behavior-fields.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Classifies the behavior in tracks. */
export const classify = defineOperation({
  name: 'classify',
  summary: 'Name the behavior in every frame of tracks with a trained classifier',
  details:
    'Of each file of tracks a table of bouts (<name>.csv, seconds half-open and frames from 0), the probability of each behavior in every frame (<name>.scores.parquet) and a record of what was done are written. Files that are done are skipped when the same command is started again, unless tracks, model or options changed. With --each-resident there is one such set for each animal (<name>.<animal>.csv). A file that cannot be classified is reported at the end; the others are finished.',
  examples: [
    'zoopraxis classify tracks --model models/social --out behavior',
    'zoopraxis classify tracks --model models/social --out behavior --formats scores,caltech --json',
  ],
  input: z.object({
    tracks: positional(z.array(z.string().min(1)).min(1), 'files or folders of tracks'),
    model: z.string().min(1).meta({ description: 'model folder that train behavior wrote', placeholder: 'folder' }),
    out: z.string().min(1).meta({ description: 'folder for the results', placeholder: 'folder' }),
    formats: z
      .array(z.enum(['scores', 'caltech', 'none']))
      .default(['scores'])
      .describe('files to write beside the table of bouts'),
    fps: z
      .number()
      .positive()
      .optional()
      .describe('frames per second of files that do not say theirs, by default that of the model'),
    ...placeFields(),
    resident: z.string().min(1).optional().describe('name of the animal that comes first, by default that of training'),
    eachResident: z
      .boolean()
      .default(false)
      .describe('classify once with each animal in the first place, where the model tells animals apart'),
    videos: z.string().min(1).optional().meta({
      description: 'folder of the videos, for models that read their pixels',
      placeholder: 'folder',
    }),
    overwrite: z.boolean().default(false).describe('replace files that classify did not write'),
  }),
  output: z.object({
    out: z.string(),
    recordings: z.array(
      z.object({
        recording: z.string(),
        tracks: z.string(),
        frames: z.int(),
        fps: z.number(),
        bouts: z.int().nullable(),
        files: z.record(z.string(), z.string()),
        /** `skipped` where the same had been done before. */
        state: z.enum(['classified', 'skipped']),
        framesPerSec: z.number().nullable(),
      }),
    ),
    behaviors: z.array(z.string()),
    trainedOn: z.array(z.string()),
    notes: z.array(z.string()),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  resume: 'Start the same command again to go on with the recordings that are left.',
  async run(input, context) {
    const { classifyFolder } = await import('../behavior/classify-folder.js');
    const { problems, report } = collectProblems();
    const { out, files, failed, trainedOn } = await classifyFolder(
      {
        tracks: input.tracks,
        model: input.model,
        out: input.out,
        formats: input.formats.filter((format) => format !== 'none'),
        ...(input.fps === undefined ? {} : { fps: input.fps }),
        place: input,
        ...(input.resident === undefined ? {} : { resident: input.resident }),
        ...(input.videos === undefined ? {} : { videos: input.videos }),
        eachResident: input.eachResident,
        overwrite: input.overwrite,
        report,
      },
      context,
    );
    return {
      out,
      recordings: files.map(({ tracks, record, isUnchanged, boutCount, framesPerSec }) => ({
        recording: record.recording,
        tracks,
        frames: record.frameCount,
        fps: record.fps,
        bouts: boutCount,
        files: { ...record.files },
        state: isUnchanged ? ('skipped' as const) : ('classified' as const),
        framesPerSec,
      })),
      behaviors: files[0]?.record.behaviors ?? [],
      trainedOn: [...trainedOn],
      notes: files.flatMap(({ record, isUnchanged }) =>
        isUnchanged ? [] : record.notes.map((note) => `${record.recording}: ${note}`),
      ),
      problems,
      failed: [...failed],
    };
  },
  text: ({ recordings, out, trainedOn, notes, problems }) =>
    [
      ...problemLines(problems),
      ...noteLines(notes),
      ...recordings.map(({ recording, frames, bouts, state }) =>
        state === 'skipped'
          ? `done before: ${recording} (${formatNumber(frames)} frames)`
          : `classified: ${recording} (${formatNumber(frames)} frames, ${formatNumber(bouts ?? 0)} bouts)`,
      ),
      ...(trainedOn.length === 0
        ? []
        : [`the model was trained on ${someNames(trainedOn)}: scores on these are no test`]),
      `bouts and probabilities: ${out}`,
      `next: zoopraxis evaluate behavior --predicted ${out} --truth <annotations>`,
    ].join('\n'),
  failures: ({ failed }) => failureLines('not classified', failed),
});
