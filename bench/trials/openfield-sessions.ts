import { join } from 'node:path';
import { readDeepLabCutProject } from '@zoopraxis/io';
import { FolderStore, readPicture } from '@zoopraxis/io/node';
import { darkestPlace, everywhere, meanPositions, scoreAnswers } from './baselines.js';
import { importOnce, trainAndEvaluate } from './model-run.js';
import type { TrialRun } from './record.js';
import { head, type Kept, kept, scoreCells, table } from './scores.js';
import type { Trial } from './trial.js';

/** Mice whose sessions have labels; a session is named `<mouse>_<day>`. */
const mice = ['1', '2', '3', '5', '7'];

/** Five mice, one held out at a time: the compact network against an answer that never changes and against the darkest place. */
export const openfieldSessions: Trial = {
  data: 'openfield-sessions',
  runs: mice.map((mouse) => `mouse ${mouse}`),
  perform: async (run, { data, work }) => {
    const mouse = run.replace('mouse ', '');
    const { labels } = await readDeepLabCutProject(new FolderStore(data), { report: () => undefined });
    const isTest = labels.images.map(({ group }) => group.startsWith(`${mouse}_`));
    const images = (test: boolean) => [...labels.images.keys()].filter((image) => isTest[image] === test);
    const test = images(true);
    const points = labels.skeleton.keypoints.length;
    const still = meanPositions(labels, images(false));
    const dark: Float64Array[] = [];
    for (const image of test) {
      const { group, file } = labels.images[image] as (typeof labels.images)[number];
      const picture = await readPicture(join(data, 'labeled-data', group, file));
      dark.push(everywhere(points, darkestPlace(picture)));
    }
    const project = join(work, 'project');
    await importOnce(data, project);
    const groups = [...new Set(test.map((image) => (labels.images[image] as (typeof labels.images)[number]).group))];
    const network = await trainAndEvaluate(project, {
      name: `mouse-${mouse}-out`,
      network: 'unet',
      seed: 1,
      timeBudget: '10m',
      more: ['--test-groups', groups.join(',')],
    });
    return {
      testGroups: groups,
      network: { ...kept(network.evaluation), training: network.training },
      meanPosition: kept(
        scoreAnswers(
          labels,
          test,
          test.map(() => still),
        ),
      ),
      darkestPlace: kept(scoreAnswers(labels, test, dark)),
    };
  },
  describe: (runs: readonly TrialRun[]) => {
    const rows: string[][] = [];
    const names = { network: 'compact network', meanPosition: 'mean position', darkestPlace: 'darkest place' };
    const answers = ['network', 'meanPosition', 'darkestPlace'] as const;
    const of = (run: TrialRun, answer: string) => run.result[answer] as Kept;
    for (const run of runs) {
      for (const answer of answers) {
        rows.push([run.run, `${of(run, answer).frames}`, names[answer], ...scoreCells([of(run, answer)])]);
      }
    }
    if (runs.length === mice.length) {
      for (const answer of answers) {
        rows.push(['**mean of mice**', '', names[answer], ...scoreCells(runs.map((run) => of(run, answer)))]);
      }
    }
    return [
      '### A mouse never seen: `data/openfield-sessions`, one mouse out',
      '',
      '180 labeled frames (500x500 px) of five mice in nine sessions; NOSE, HEAD, TAIL (objectA is labeled once in all). All sessions of one mouse are held out, the compact network (`unet`) learns from the other four from random weights, ten minutes on two cores; the weights are those after the last step, so no run chooses anything by its held-out mouse. The settings of the preset were found with mouse 1 held out, so its row is somewhat too good; the other mice were not looked at before. Beside it stand two answers without learning: each point at its mean over the training frames, and every point at the center of the darkest 25 px square. A body length is the distance between NOSE and TAIL in the same frame.',
      '',
      table(['held out', 'frames', 'answer', ...head], rows),
    ].join('\n');
  },
};
