import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Picture } from '@zoopraxis/core';
import { formatDuration, formatMeasure, formatNumber, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import { programVersion } from '../jobs/program-version.js';
import { readTracks } from '../jobs/tracks-file.js';
import { recordOfTracks } from '../track/tracked-video.js';
import { positional, trackedVideoField } from './fields.js';
import { userWrote } from './filter.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { defaultOut } from './render.js';

/** Shows tracks as a page: where, how fast, how sure, and what they were made from. */
export const report = defineOperation({
  name: 'report',
  summary: 'Show tracks, or all figures and tables of a project, as one HTML page',
  details:
    'Of tracks: path, occupancy, speed, confidence, provenance. Of a project folder: its models with their errors, and every figure and table in its folder figures.',
  examples: [
    'zoopraxis report openfield',
    'zoopraxis report tracks/m3v1.parquet',
    'zoopraxis report tracks/m3v1.parquet --px-per-cm 8.2 --keypoint neck',
  ],
  input: z.object({
    tracks: positional(
      z.string().min(1),
      'tracks file (Parquet of Zoopraxis, or a file of another program), or project folder',
    ),
    video: trackedVideoField(),
    out: z.string().min(1).optional().meta({
      description: 'file to write, by default <tracks>-report.html beside the tracks, or report.html in the project',
      placeholder: 'file.html',
    }),
    keypoint: z.string().min(1).optional().describe('the point that stands for the animal'),
    cutoff: z.number().min(0).max(1).default(0.6).describe('points less sure than this are not used'),
    fps: z.number().positive().optional().describe('frames per second, for tracks that do not say it'),
    pxPerCm: z.number().positive().optional().describe('scale of the image, for speeds in cm/s'),
  }),
  output: z.object({
    report: z.string(),
    frames: z.int().optional().describe('of tracks'),
    keypoint: z.string().optional().describe('of tracks'),
    knownShare: z.number().optional().describe('of tracks'),
    figures: z.int().optional().describe('of a project'),
    tables: z.int().optional().describe('of a project'),
    leftOut: z.array(z.string()).optional().describe('of a project'),
    problems: z.array(problemSchema),
  }),
  async run({ tracks: path, video: named, out: wanted, ...options }, { signal, progress }) {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) {
      const { writeProjectReport } = await import('../report/project-report.js');
      const written = await writeProjectReport(path, { out: wanted ?? join(path, 'report.html'), signal });
      return { ...written, leftOut: [...written.leftOut], problems: [] };
    }
    const out = wanted ?? defaultOut(path, '-report.html');
    const [io, sections, page, provenance] = await Promise.all([
      import('@zoopraxis/io/node'),
      import('../report/track-sections.js'),
      import('../report/page.js'),
      import('../report/provenance-section.js'),
    ]);
    const { problems, report: tell } = collectProblems();
    const record = await recordOfTracks(path);
    const video = named ?? record?.video;
    progress({ kind: 'stage', text: 'reading tracks and background' });
    const scene = video === undefined ? undefined : await sceneOf(video, named !== undefined, tell, signal);
    const fps = scene?.fps ?? options.fps;
    const tracks = await readTracks(path, { report: tell, ...(fps === undefined ? {} : { fps }) });
    const size = scene ?? record ?? extentOf(tracks.position, tracks.dimensions);
    const { skeleton, timeBase } = tracks;
    const keypoint = options.keypoint ?? (skeleton.keypoints[sections.mainKeypoint(tracks)] as string);
    const badge = tracks.provenance.synthetic === true ? { badge: 'synthetic' } : {};
    const index = skeleton.keypoints.indexOf(keypoint);
    if (index < 0)
      userWrote(() => {
        throw new RangeError(`--keypoint must be one of ${skeleton.keypoints.join(', ')}, got ${keypoint}`);
      });
    const known = sections.pathOf(tracks, { individual: 0, keypoint: index, cutoff: options.cutoff });
    const knownShare = known.filter((value) => !Number.isNaN(value)).length / Math.max(known.length, 1);
    const html = page.reportPage({
      title: basename(video ?? path),
      lead: `Tracks of ${skeleton.keypoints.length} body points over ${formatDuration(timeBase.frameCount / timeBase.fps)}.`,
      synthetic: tracks.provenance.synthetic === true,
      highlights: [
        { value: formatNumber(timeBase.frameCount), label: 'frames' },
        { value: `${formatMeasure(timeBase.fps)}`, label: 'frames per second' },
        {
          value: formatPercent(knownShare),
          label: `of the frames with ${keypoint} at a confidence of ${options.cutoff} or more`,
        },
      ],
      sections: [
        ...(await sections.trackSections({
          tracks,
          widthPx: size.widthPx,
          heightPx: size.heightPx,
          keypoint,
          cutoff: options.cutoff,
          ...(scene === undefined ? {} : { background: scene.background }),
          ...(options.pxPerCm === undefined ? {} : { pxPerCm: options.pxPerCm }),
          ...badge,
        })),
        provenance.provenanceSection([{ name: basename(path), provenance: tracks.provenance }]),
      ],
      foot: `Zoopraxis ${programVersion}. Tracks: ${resolve(path)}`,
    });
    await new io.FolderStore(dirname(resolve(out))).write(basename(out), new TextEncoder().encode(html));
    return {
      report: join(dirname(resolve(out)), basename(out)),
      frames: timeBase.frameCount,
      keypoint,
      knownShare,
      problems,
    };
  },
  text: ({ report: path, problems, leftOut = [] }) =>
    [...problemLines(problems), ...leftOut, `report: ${path}`].join('\n'),
});

type Scene = { widthPx: number; heightPx: number; fps: number; background: Picture };

/** Returns size, rate and empty scene of the video; a video that the user did not name may be gone by now. */
async function sceneOf(
  video: string,
  isNamed: boolean,
  tell: ReturnType<typeof collectProblems>['report'],
  signal: AbortSignal,
): Promise<Scene | undefined> {
  const [{ openFrames }, { medianBackground }] = await Promise.all([
    import('@zoopraxis/io/node'),
    import('../report/background.js'),
  ]);
  try {
    const source = await openFrames(video, { signal });
    try {
      const { widthPx, heightPx, fps } = source;
      return { widthPx, heightPx, fps, background: await medianBackground(source, signal) };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (isNamed || signal.aborted) throw error;
    const message = `The video of the tracks cannot be read, so the figures have no background: ${error instanceof Error ? error.message : error}`;
    tell({ severity: 'warning', code: 'missing-image', file: basename(video), where: 'the file', message });
    return undefined;
  }
}

/** Returns the size of an image that holds all positions, where no video tells. */
function extentOf(position: Float32Array, dimensions: number): { widthPx: number; heightPx: number } {
  let [right, bottom] = [1, 1];
  for (let at = 0; at < position.length; at += dimensions) {
    const [x, y] = [position[at] as number, position[at + 1] as number];
    if (x > right) right = x;
    if (y > bottom) bottom = y;
  }
  return { widthPx: Math.ceil(right + 1), heightPx: Math.ceil(bottom + 1) };
}
