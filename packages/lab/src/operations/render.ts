import { basename, dirname, extname, join, resolve } from 'node:path';
import { FormatError } from '@zoopraxis/core';
import { z } from 'zod';
import { readTracks } from '../jobs/tracks-file.js';
import { videoOfTracks } from '../track/tracked-video.js';
import { positional, trackedVideoField } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';

/** Draws tracks on their video. */
export const render = defineOperation({
  name: 'render',
  summary: 'Draw tracks on their video, as an MP4 that every player and browser shows',
  examples: [
    'zoopraxis render tracks/m3v1.parquet',
    'zoopraxis render tracks/m3v1.parquet --video m3v1.mp4 --out talk.mp4 --trail 30 --start 10 --end 40',
  ],
  input: z.object({
    tracks: positional(z.string().min(1), 'tracks file: Parquet of Zoopraxis, or CSV or HDF5 of DeepLabCut'),
    video: trackedVideoField(),
    out: z.string().min(1).optional().meta({
      description: 'file to write, by default <tracks>-labeled.mp4 beside the tracks',
      placeholder: 'file.mp4',
    }),
    cutoff: z.number().min(0).max(1).default(0.6).describe('points less sure than this are not drawn'),
    trail: z.int().min(0).max(10_000).default(0).describe('frames of the path drawn behind each point'),
    radius: z.number().positive().optional().describe('radius of a point in px'),
    start: z.number().min(0).default(0).describe('begin at this time, in seconds'),
    end: z.number().positive().optional().describe('end at this time, in seconds'),
    width: z.int().min(16).optional().describe('width of the new video in px'),
    quality: z.int().min(1).max(100).default(75).describe('from 1 (small file) to 100'),
    caption: z.boolean().default(true).describe('leave out frame number and time'),
  }),
  output: z.object({
    video: z.string(),
    frames: z.int(),
    corruptFrames: z.int(),
    problems: z.array(problemSchema),
  }),
  async run({ tracks: tracksPath, video: named, ...options }, { signal, progress }) {
    const video = await videoOfTracks(tracksPath, named);
    const { openFrames } = await import('@zoopraxis/io/node');
    const { frameAtSeconds } = await import('@zoopraxis/core');
    const { writeLabeledVideo } = await import('../render/labeled-video.js');
    const { problems, report } = collectProblems();
    const out = options.out ?? defaultOut(tracksPath);
    const source = await openFrames(video, {
      signal,
      ...(options.width === undefined ? {} : { widthPx: options.width }),
    });
    try {
      const { information } = source;
      const tracks = await readTracks(tracksPath, { fps: information.fps, report });
      if (tracks.timeBase.frameCount !== information.frameCount) {
        const counts = `tracks have ${tracks.timeBase.frameCount} frames, the video has ${information.frameCount}`;
        // One frame more or less comes from other programs' way of counting; more means another video.
        if (Math.abs(tracks.timeBase.frameCount - information.frameCount) > 1) {
          throw new FormatError({
            format: 'tracks',
            path: tracksPath,
            where: 'the number of frames',
            expected: `${information.frameCount}, as in ${basename(video)}`,
            found: String(tracks.timeBase.frameCount),
            hint: 'Name the video that was tracked.',
          });
        }
        report({
          severity: 'warning',
          code: 'frame-gap',
          file: basename(tracksPath),
          where: 'the end',
          message: `The ${counts}.`,
        });
      }
      const start = options.start === 0 ? 0 : frameAtSeconds(source, options.start);
      const end =
        options.end === undefined ? undefined : Math.min(frameAtSeconds(source, options.end) + 1, source.frameCount);
      const { frameCount, corruptFrameCount } = await writeLabeledVideo(out, {
        source,
        tracks,
        tracksWidthPx: information.widthPx,
        style: {
          cutoff: options.cutoff,
          trailFrames: options.trail,
          ...(options.radius === undefined ? {} : { radiusPx: options.radius }),
        },
        start,
        ...(end === undefined ? {} : { end }),
        ...(tracks.provenance.synthetic === true ? { mark: 'synthetic' } : {}),
        caption: options.caption,
        quality: options.quality,
        signal,
        onProgress: (done, total) =>
          progress({ kind: 'work', task: `drawing ${basename(out)}`, done, total, unit: 'frames' }),
      });
      return { video: resolve(out), frames: frameCount, corruptFrames: corruptFrameCount, problems };
    } finally {
      await source.close();
    }
  },
  text: ({ video, frames, corruptFrames, problems }) =>
    [
      ...problemLines(problems),
      `wrote ${video}: ${frames} frames${corruptFrames > 0 ? `, ${corruptFrames} of them damaged in the source` : ''}`,
    ].join('\n'),
});

/** Returns the name beside a tracks file. */
export function defaultOut(tracksPath: string, suffix = '-labeled.mp4'): string {
  return join(dirname(tracksPath), `${basename(tracksPath, extname(tracksPath))}${suffix}`);
}
