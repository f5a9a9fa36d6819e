import { join } from 'node:path';
import { importOnce, trainAndEvaluate } from './model-run.js';
import type { TrialRun } from './record.js';
import { head, type Kept, kept, scoreCells, table } from './scores.js';
import type { Trial } from './trial.js';

/** A reach filmed from the side, few frames and many points missing. */
export const reaching: Trial = {
  data: 'reaching',
  runs: ['seed 1'],
  perform: async (_run, { data, work }) => {
    const project = join(work, 'project');
    await importOnce(data, project);
    const { evaluation, training } = await trainAndEvaluate(project, {
      ...{ name: 'seed-1', network: 'unet', seed: 1, timeBudget: '10m' },
      more: ['--held-out-share', '0.2', '--split-seed', '1'],
    });
    return { network: kept(evaluation), training };
  },
  describe: (runs: readonly TrialRun[]) => {
    const [run] = runs;
    const scores = run?.result.network as Kept;
    const rows = Object.entries(scores.perKeypoint).map(([name, of]) => [
      name,
      `${of.labeledPoints}`,
      of.meanErrorPx === null ? '' : of.meanErrorPx.toFixed(2),
    ]);
    return [
      '### Reaching from the side, within one clip: `data/reaching`',
      '',
      '55 labeled frames of one clip, five points, several of them often missing; a fixed fifth of the frames is held out, the compact network learns for ten minutes on two cores. With so few frames a held-out figure is rough.',
      '',
      table(['run', 'frames', ...head], [[run?.run ?? '', `${scores.frames}`, ...scoreCells([scores])]]),
      '',
      table(['keypoint', 'labeled in held-out frames', 'mean, px'], rows),
    ].join('\n');
  },
};
