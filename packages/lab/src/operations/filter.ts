import { basename, dirname, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { formatNumber, formatPercent } from '@zoopraxis/figures';
import { z } from 'zod';
import { programVersions } from '../jobs/program-version.js';
import { readTracks } from '../jobs/tracks-file.js';
import { positional } from './fields.js';
import { defineOperation } from './operation.js';
import { collectProblems, problemLines, problemSchema } from './problems.js';
import { defaultOut } from './render.js';

/** Cleans tracks: cutoffs, smoothing, filled gaps; what was done is written into the new file. */
export const filter = defineOperation({
  name: 'filter',
  summary: 'Clean tracks: cutoffs, medians, smoothing, filled gaps',
  details: [
    'Steps run in the order in which they are written, with settings after =, joined by a colon:',
    '  likelihood=0.6           remove points less sure',
    '  jump=30                  remove points that move farther than 30 px a frame',
    '  median=5                 running median over 5 frames',
    '  savitzky-golay=7:2       polynomial of degree 2 over 7 frames',
    '  kalman=velocity:10       Kalman smoother; fills gaps of at most 10 frames',
    '  fill=20:linear           fill gaps of at most 20 frames',
    'The old file stays as it is.',
  ].join('\n'),
  examples: ['zoopraxis filter tracks/m3v1.parquet --steps likelihood=0.6,median=5,fill=20'],
  input: z.object({
    tracks: positional(z.string().min(1), 'tracks file: Parquet of Zoopraxis, or CSV or HDF5 of DeepLabCut'),
    steps: z
      .string()
      .min(1)
      .default('likelihood=0.6,median=5,fill=10')
      .meta({ description: 'what to do, in order', placeholder: 'steps' }),
    out: z.string().min(1).optional().meta({
      description: 'Parquet file to write, by default <tracks>-filtered.parquet beside the tracks',
      placeholder: 'file',
    }),
    fps: z.number().positive().optional().describe('frames per second, for files that do not say it'),
  }),
  output: z.object({
    tracks: z.string(),
    frames: z.int(),
    effects: z.array(
      z.object({ kind: z.string(), removedPoints: z.int(), filledPoints: z.int(), movedPoints: z.int() }),
    ),
    missingShare: z.object({ before: z.number(), after: z.number() }),
    problems: z.array(problemSchema),
  }),
  async run({ tracks: path, steps, out = defaultOut(path, '-filtered.parquet'), fps }, { signal, progress }) {
    const [{ applyFilters, parseFilterSteps }, { writeTracksFile }, { FolderStore, hashFile }] = await Promise.all([
      import('@zoopraxis/pose'),
      import('@zoopraxis/io'),
      import('@zoopraxis/io/node'),
    ]);
    const parsed = userWrote(() => parseFilterSteps(steps));
    const { problems, report } = collectProblems();
    const before = await readTracks(path, { report, ...(fps === undefined ? {} : { fps }) });
    if (resolve(out) === resolve(path)) {
      throw new StorageError(`the filtered tracks must go to another file: ${resolve(out)}`, { hint: 'Give --out.' });
    }
    const { tracks, effects } = await applyFilters(before, parsed, {
      signal,
      versions: programVersions(),
      inputs: [{ name: basename(path), contentHash: await hashFile(path) }],
      onProgress: (share) =>
        progress({ kind: 'work', task: 'filtering', done: Math.round(share * 100), total: 100, unit: '%' }),
    });
    await writeTracksFile(new FolderStore(dirname(resolve(out))), basename(out), tracks);
    return {
      tracks: resolve(out),
      frames: tracks.timeBase.frameCount,
      effects: effects.map(({ noise: _, ...effect }) => effect),
      missingShare: { before: missingShare(before.position), after: missingShare(tracks.position) },
      problems,
    };
  },
  text: ({ tracks, effects, missingShare: share, problems }) =>
    [
      ...problemLines(problems),
      ...effects.map(
        ({ kind, removedPoints, filledPoints, movedPoints }) =>
          `${kind}: ${formatNumber(removedPoints)} points removed, ${formatNumber(filledPoints)} filled, ${formatNumber(movedPoints)} moved`,
      ),
      `missing points: ${formatPercent(share.before)} before, ${formatPercent(share.after)} after`,
      `wrote ${tracks}`,
    ].join('\n'),
});

/** What the user wrote is refused by parsers with RangeError, which faces would take for a fault of ours. */
export function userWrote<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw new StorageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function missingShare(position: Float32Array): number {
  let missing = 0;
  for (let i = 0; i < position.length; i += 2) if (Number.isNaN(position[i] as number)) missing++;
  return position.length === 0 ? 0 : missing / (position.length / 2);
}
