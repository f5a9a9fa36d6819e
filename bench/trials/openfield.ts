import { join } from 'node:path';
import { readTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { importOnce, trainAndEvaluate } from './model-run.js';
import type { TrialRun } from './record.js';
import { head, type Kept, kept, scoreCells, table } from './scores.js';
import { describeTracks, type TracksDescription } from './tracks-description.js';
import type { Trial } from './trial.js';
import { zoopraxis } from './zoopraxis.js';

const seeds = [1, 2, 3];
const modelName = (seed: number) => `seed-${seed}`;

/** One clip, a fixed split of its frames and three seeds; then a film of another mouse. */
export const openfield: Trial = {
  data: 'openfield',
  runs: [...seeds.map((seed) => `seed ${seed}`), 'another mouse'],
  perform: async (run, { data, work }) => {
    const project = join(work, 'project');
    await importOnce(data, project);
    if (run !== 'another mouse') {
      const seed = Number(run.replace('seed ', ''));
      const { evaluation, training } = await trainAndEvaluate(project, {
        ...{ name: modelName(seed), network: 'unet', seed, timeBudget: '10m' },
        more: ['--held-out-share', '0.2', '--split-seed', '1'],
      });
      return { network: kept(evaluation), training };
    }
    const out = join(work, 'tracks');
    const video = join(data, 'videos', 'm3v1mp4.mp4');
    await zoopraxis('track', video, '--model', join(project, 'models', modelName(1)), '--out', out);
    const tracks = await readTracksFile(new FolderStore(out), 'm3v1mp4.parquet');
    if (tracks === undefined) throw new Error('openfield: the tracks are not there');
    return { tracks: describeTracks(tracks) };
  },
  describe: (runs: readonly TrialRun[]) => {
    const trained = runs.filter(({ run }) => run !== 'another mouse');
    const scores = trained.map(({ result }) => result.network as Kept);
    const rows = trained.map(({ run }, i) => [run, `${scores[i]?.frames}`, ...scoreCells(scores.slice(i, i + 1))]);
    if (rows.length === seeds.length) rows.push(['**mean of seeds**', '', ...scoreCells(scores)]);
    const other = runs.find(({ run }) => run === 'another mouse')?.result.tracks as TracksDescription | undefined;
    return [
      '### Within one clip: `data/openfield`',
      '',
      '116 labeled frames (640x480 px) of one clip of one mouse; a fixed fifth of the frames is held out, the compact network learns from the others for ten minutes on two cores, three seeds. The frames are neighbors in time, so this says how well labels of a clip carry over to the rest of that clip, not to another animal; and the settings of the preset were found on other splits of the same frames. Aim: mean at most 5 px, median at most 3 px.',
      '',
      table(['run', 'frames', ...head], rows),
      ...(other === undefined ? [] : ['', ...describeOther(other)]),
    ].join('\n');
  },
};

function describeOther({ frames, keypoints }: TracksDescription): string[] {
  return [
    `The model of seed 1 on \`videos/m3v1mp4.mp4\`, ${frames} frames of another mouse, without labels. A jump is the distance that a point moves from one frame to the next.`,
    '',
    table(
      [
        'keypoint',
        'median confidence',
        'confidence below 0.6',
        'median jump, px',
        '99th percentile, px',
        'jumps above 30 px',
      ],
      Object.entries(keypoints).map(([name, of]) => [
        name,
        of.medianConfidence.toFixed(3),
        `${(100 * of.belowCutoff).toFixed(1)} %`,
        of.medianJumpPx.toFixed(2),
        of.p99JumpPx.toFixed(1),
        `${of.largeJumps}`,
      ]),
    ),
  ];
}
