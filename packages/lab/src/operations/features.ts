import { formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { featureFields, readsPixels } from '../behavior/feature-options.js';
import { failedSchema, failureLines, noteLines } from './behavior-fields.js';
import { positional } from './fields.js';
import { userWrote } from './filter.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

const { featureGroups: groups, ...otherFields } = featureFields();

function sizeOf(text: string): { widthPx: number; heightPx: number } {
  const [widthPx = 0, heightPx = 0] = text.split('x').map(Number);
  return { widthPx, heightPx };
}

/** Computes features of tracks. */
export const features = defineOperation({
  name: 'features',
  summary: 'Compute features of movement and posture for every frame of tracks',
  details:
    'Of each file of tracks one table with a row for each frame is written, Parquet or CSV, with units and definitions of all columns in <name>.features.json. Files that are done are skipped when the same command is started again.',
  examples: [
    'zoopraxis features tracks --out features',
    'zoopraxis features tracks/day1.parquet --out features --set mars --resident black --format csv',
    'zoopraxis features pose --out features --fps 30 --set mars --mode mars --videos videos',
  ],
  input: z.object({
    tracks: positional(z.array(z.string().min(1)).min(1), 'files or folders of tracks'),
    out: z.string().min(1).meta({ description: 'folder for the tables', placeholder: 'folder' }),
    ...otherFields,
    groups,
    format: z.enum(['parquet', 'csv']).default('parquet').describe('kind of the tables'),
    fps: z.number().positive().optional().describe('frames per second, for files that do not say it'),
    resample: z.number().positive().optional().describe('bring the tracks to this rate first'),
    filter: z.string().min(1).optional().meta({
      description: 'steps of zoopraxis filter before features, such as likelihood=0.5,fill=5',
      placeholder: 'steps',
    }),
    videos: z.string().min(1).optional().meta({
      description: 'folder of the videos: of the set mars, the features that read their pixels are there too',
      placeholder: 'folder',
    }),
    frameSize: z
      .string()
      .regex(/^[1-9]\d{0,4}x[1-9]\d{0,4}$/, 'must be width x height in px, such as 1024x570')
      .optional()
      .meta({
        description:
          'size of the video in px, for the boxes of MARS pose files, which are shares of it; default from --videos',
        placeholder: '1024x570',
      }),
    repairSwaps: z.boolean().default(false).describe('put right names that change from one animal to another'),
  }),
  output: z.object({
    out: z.string(),
    recordings: z.array(
      z.object({
        recording: z.string(),
        frames: z.int(),
        columns: z.int(),
        table: z.string(),
        state: z.enum(['computed', 'skipped']),
        framesPerSec: z.number().nullable(),
      }),
    ),
    notes: z.array(z.string()),
    problems: z.array(problemSchema),
    failed: z.array(failedSchema),
  }),
  resume: 'Start the same command again to go on with the recordings that are left.',
  async run(input, context) {
    const [{ computeFeatures }, { parseFilterSteps }] = await Promise.all([
      import('../behavior/features-folder.js'),
      import('@zoopraxis/pose'),
    ]);
    const { problems, report } = collectProblems();
    const found = await computeFeatures(
      {
        tracks: input.tracks,
        out: input.out,
        format: input.format,
        choice: { ...input, featureGroups: input.groups, pixels: readsPixels(input) },
        ...(input.videos === undefined ? {} : { videos: input.videos }),
        preparation: {
          ...(input.fps === undefined ? {} : { fps: input.fps }),
          ...(input.resample === undefined ? {} : { targetFps: input.resample }),
          ...(input.filter === undefined ? {} : { filter: userWrote(() => parseFilterSteps(input.filter as string)) }),
          repairsSwaps: input.repairSwaps,
          ...(input.frameSize === undefined ? {} : { size: sizeOf(input.frameSize) }),
        },
        report,
      },
      context,
    );
    return { ...found, problems };
  },
  text: ({ recordings, out, notes, problems }) =>
    [
      ...problemLines(problems),
      ...noteLines(notes),
      ...recordings.map(
        ({ recording, frames, columns, state }) =>
          `${state === 'skipped' ? 'done before' : 'computed'}: ${recording} (${formatNumber(frames)} frames, ${formatNumber(columns)} columns)`,
      ),
      `features: ${out}`,
    ].join('\n'),
  failures: ({ failed }) => failureLines('not computed', failed),
});
