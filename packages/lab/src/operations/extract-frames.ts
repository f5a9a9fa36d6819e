import { basename, extname, resolve } from 'node:path';
import { type LabeledImage, type PoseTracks, StorageError } from '@zoopraxis/core';
import { formatNumber } from '@zoopraxis/figures';
import type { SelectionMethod } from '@zoopraxis/pose';
import { z } from 'zod';
import { withProject } from '../jobs/project-folder.js';
import { readTracks } from '../jobs/tracks-file.js';
import { positional, projectField, seedField } from './fields.js';
import { defineOperation } from './operation.js';

/** Takes frames that are worth labeling out of videos into a project. */
export const extractFrames = defineOperation({
  name: 'extract-frames',
  summary: 'Take frames that are worth labeling out of videos into a project',
  details: [
    'uniform: by chance, spread over the video. k-means: frames that look different.',
    'uncertain: frames in which a model was unsure; outlier: frames in which a point jumps. Both need --tracks.',
    'Blurred and damaged frames are left out, and so are frames next to ones that the project has already.',
  ].join('\n'),
  examples: [
    'zoopraxis extract-frames openfield m3v1.mp4 --count 20',
    'zoopraxis extract-frames openfield m3v1.mp4 --method uncertain --tracks tracks/m3v1.parquet',
  ],
  input: z.object({
    project: projectField(),
    videos: positional(z.array(z.string().min(1)).min(1), 'videos, or folders of images'),
    count: z.int().min(1).max(100_000).default(20).describe('frames of each video'),
    method: z.enum(['uniform', 'k-means', 'uncertain', 'outlier']).default('k-means').describe('how frames are chosen'),
    tracks: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'tracks of the video, for uncertain and outlier', placeholder: 'file' }),
    start: z.number().min(0).default(0).describe('from this time on, in seconds'),
    end: z.number().positive().optional().describe('up to this time, in seconds'),
    blurShare: z.number().min(0).max(0.9).default(0.1).describe('share of the least sharp frames that is left out'),
    seed: seedField(),
  }),
  output: z.object({
    project: z.string(),
    videos: z.array(
      z.object({
        video: z.string(),
        group: z.string(),
        frames: z.array(z.int()),
        candidates: z.int(),
        blurred: z.int(),
        corrupt: z.int(),
      }),
    ),
  }),
  resume: 'Start the same command again: frames that are in the project stay.',
  async run(input, { signal, progress }) {
    const needsTracks = input.method === 'uncertain' || input.method === 'outlier';
    if (needsTracks && (input.tracks === undefined || input.videos.length > 1)) {
      throw new StorageError(`--method ${input.method} needs one video and its tracks`, {
        hint: 'Give them with --tracks.',
      });
    }
    const [{ selectFrames }, { openFrames, writePng }, { frameAtSeconds }] = await Promise.all([
      import('@zoopraxis/pose'),
      import('@zoopraxis/io/node'),
      import('@zoopraxis/core'),
    ]);
    return withProject(input.project, 'write', async (project, folder) => {
      const done = [];
      for (const video of input.videos) {
        const source = await openFrames(video, { signal });
        try {
          const group = basename(video, extname(video));
          const tracks = needsTracks
            ? await readTracks(input.tracks as string, { fps: source.fps, report: () => undefined })
            : undefined;
          const taken = project.images().flatMap((image) => (image.group === group ? (image.frame ?? []) : []));
          const selection = await selectFrames(source, {
            method: methodOf(input.method, tracks),
            count: input.count,
            seed: input.seed,
            start: input.start === 0 ? 0 : frameAtSeconds(source, input.start),
            ...(input.end === undefined
              ? {}
              : { end: Math.min(frameAtSeconds(source, input.end) + 1, source.frameCount) }),
            taken,
            blurShare: input.blurShare,
            signal,
            onProgress: (share) =>
              progress({
                kind: 'work',
                task: `looking at ${basename(video)}`,
                done: Math.round(share * 100),
                total: 100,
                unit: '%',
              }),
          });
          const images: { image: LabeledImage; bytes: Uint8Array }[] = [];
          for (const { frame } of selection.frames) {
            const file = `img${String(frame).padStart(7, '0')}.png`;
            images.push({ image: { group, file, frame }, bytes: await writePng(await source.frame(frame, signal)) });
          }
          await project.addImages(images);
          const { candidates, blurred, corrupt } = selection;
          const frames = selection.frames.map(({ frame }) => frame);
          done.push({ video: resolve(video), group, frames, candidates, blurred, corrupt });
        } finally {
          await source.close();
        }
      }
      return { project: folder, videos: done };
    });
  },
  text: ({ project, videos }) =>
    [
      ...videos.map(
        ({ video, group, frames, candidates, blurred, corrupt }) =>
          `${video}: ${frames.length} frames of ${formatNumber(candidates)} looked at (${blurred} blurred, ${corrupt} damaged left out), in labeled-data/${group}`,
      ),
      `project: ${project}`,
    ].join('\n'),
});

function methodOf(
  kind: 'uniform' | 'k-means' | 'uncertain' | 'outlier',
  tracks: PoseTracks | undefined,
): SelectionMethod {
  if (kind === 'uniform' || kind === 'k-means') return { kind };
  return { kind, tracks: tracks as PoseTracks };
}
