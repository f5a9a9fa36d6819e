import { join, resolve } from 'node:path';
import { DomainError } from '@zoopraxis/core';
import { formatNumber } from '@zoopraxis/figures';
import { z } from 'zod';
import { chooseDevice } from '../jobs/choose-device.js';
import { nameField, positional } from './fields.js';
import { defineOperation } from './operation.js';

/** Finds the body points in every frame of videos. */
export const track = defineOperation({
  name: 'track',
  summary: 'Find the body points in every frame of videos',
  details:
    'Of each video a Parquet file, a CSV and an HDF5 file in the layout of DeepLabCut, and a record of what was done are written. Videos that are done are skipped when the same command is started again, and one that was interrupted goes on where it was. A video that cannot be read is reported at the end; the others are finished.',
  examples: [
    'zoopraxis track m3v1.mp4 --model openfield/models/first --out tracks',
    'zoopraxis track videos/ --model openfield/models/first --out tracks --follow auto --json',
  ],
  input: z.object({
    videos: positional(z.array(z.string().min(1)).min(1), 'videos, folders of videos, or folders of images'),
    model: z.string().min(1).meta({ description: 'model folder', placeholder: 'project/models/name' }),
    out: z.string().min(1).meta({ description: 'folder for the tracks', placeholder: 'folder' }),
    name: nameField('file name of the results, of a single video; by default that of the video').optional(),
    formats: z
      .array(z.enum(['csv', 'h5', 'none']))
      .default(['csv', 'h5'])
      .describe('files to write beside the Parquet file'),
    precision: z
      .enum(['fp32', 'int8'])
      .default('fp32')
      .describe('int8 is faster on most processors and a little less exact'),
    follow: z
      .string()
      .regex(/^(auto|\d+)$/, 'must be auto or a number of px')
      .optional()
      .meta({
        description: 'look only at a box that follows the animal: auto, or its side in px',
        placeholder: 'auto|px',
      }),
    region: z
      .string()
      .regex(/^\d+,\d+,\d+,\d+$/, 'must be left,top,width,height in px')
      .optional()
      .meta({ description: 'look only at this part of every frame', placeholder: 'left,top,width,height' }),
    batchSize: z.int().min(1).max(256).optional().describe('frames that go through the network together'),
    device: z.enum(['auto', 'cpu', 'webgpu', 'cuda']).default('auto').describe('where to compute'),
    threads: z.int().min(1).optional().describe('threads of the processor, by default all'),
    overwrite: z.boolean().default(false).describe('replace tracks of other settings, another model or another video'),
  }),
  output: z.object({
    out: z.string(),
    videos: z.array(
      z.object({
        video: z.string(),
        frames: z.int(),
        fps: z.number(),
        corruptFrames: z.int(),
        files: z.record(z.string(), z.string()),
        /** `skipped` where the same had been done before. */
        state: z.enum(['tracked', 'resumed', 'skipped']),
        framesPerSec: z.number().nullable(),
      }),
    ),
    failed: z.array(z.object({ path: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() })),
  }),
  resume: 'Start the same command again to go on from the last finished frames.',
  async run(input, { signal, progress }) {
    const { trackVideos } = await import('../track/track-videos.js');
    const [leftPx, topPx, widthPx, heightPx] = (input.region ?? '').split(',').map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const started = new Map<string, { sec: number; frame: number }>();
    const rates = new Map<string, number>();
    const { videos, failures } = await trackVideos(input.videos, {
      modelFolder: input.model,
      outFolder: resolve(input.out),
      ...(input.name === undefined ? {} : { name: input.name }),
      exports: input.formats.filter((format) => format !== 'none'),
      precision: input.precision,
      ...(input.follow === undefined ? {} : { follow: input.follow === 'auto' ? 'auto' : Number(input.follow) }),
      ...(input.region === undefined ? {} : { region: { leftPx, topPx, widthPx, heightPx } }),
      ...(input.batchSize === undefined ? {} : { batchSize: input.batchSize }),
      device: await chooseDevice(input.device, signal),
      ...(input.threads === undefined ? {} : { threads: input.threads }),
      overwrite: input.overwrite,
      signal,
      onNote: (text) => progress({ kind: 'note', text }),
      onProgress: ({ video, index, count, frame, frameCount }) => {
        const sec = performance.now() / 1000;
        const from = started.get(video);
        if (from === undefined) started.set(video, { sec, frame });
        else if (sec > from.sec) rates.set(video, (frame - from.frame) / (sec - from.sec));
        const place = count > 1 ? ` (${index + 1} of ${count})` : '';
        const task = `tracking ${video.split(/[\\/]/).at(-1)}${place}`;
        progress({ kind: 'work', task, done: frame, total: frameCount, unit: 'frames' });
      },
    });
    if (videos.length === 0 && failures.length === 1) throw failures[0]?.error;
    return {
      out: resolve(input.out),
      videos: videos.map(({ video, record, files, isUnchanged, resumedAtFrame }) => ({
        video,
        frames: record.frameCount,
        fps: record.fps,
        corruptFrames: record.corruptFrames.length,
        files: { ...files },
        state: isUnchanged ? ('skipped' as const) : resumedAtFrame > 0 ? ('resumed' as const) : ('tracked' as const),
        framesPerSec: rates.get(video) ?? null,
      })),
      failed: failures.map(({ path, error }) => ({ path, ...describeFailure(error) })),
    };
  },
  text: ({ videos, out }) =>
    [
      ...videos.map(({ video, frames, corruptFrames, state }) => {
        const damage = corruptFrames > 0 ? `, ${formatNumber(corruptFrames)} damaged` : '';
        return `${state === 'skipped' ? 'done before' : state}: ${video} (${formatNumber(frames)} frames${damage})`;
      }),
      `tracks: ${out}`,
      ...(videos[0] === undefined
        ? []
        : [
            `next: zoopraxis render ${videos[0].files.parquet ?? join(out, '<name>.parquet')} --video ${videos[0].video}`,
          ]),
    ].join('\n'),
  failures: ({ failed }) =>
    failed.map(({ path, message, hint }) => `not tracked: ${path}: ${message}${hint ? ` ${hint}` : ''}`),
});

function describeFailure(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof DomainError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}
