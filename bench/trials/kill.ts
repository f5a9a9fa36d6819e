import { join } from 'node:path';
import { drawInstants, type KilledWork, runWithKills } from '../../test/kill/killed-run.js';
import { makePhantomWork } from '../../test/kill/phantom-work.js';
import type { TrialRun } from './record.js';
import { table } from './scores.js';
import type { Trial } from './trial.js';

const COUNT = 20;

/** Training and tracking of a synthetic recording, killed at random instants and started again. */
export const kill: Trial = {
  data: '.',
  runs: [`${COUNT} instants`],
  perform: async (_run, { work }) => {
    const made = await makePhantomWork(join(work, 'made'), { labeledFrames: 24, videoFrames: 3000 });
    const task: KilledWork = { ...made, training: ['--steps', '150'], tracking: [], work };
    const undisturbed = await runWithKills(task, 'undisturbed', []);
    const runs: Record<string, unknown>[] = [];
    for (const [index, instant] of drawInstants(COUNT, undisturbed, 1).entries()) {
      const { hashes, kills } = await runWithKills(task, 'killed', [instant]);
      const different = Object.keys(hashes).filter(
        (of) => hashes[of as keyof typeof hashes] !== undisturbed.hashes[of as keyof typeof hashes],
      );
      runs.push({ instant, kills, different });
      process.stderr.write(`kill ${index + 1} of ${COUNT}: ${JSON.stringify(runs.at(-1))}\n`);
    }
    return { durationSec: undisturbed.durationMs / 1000, writes: undisturbed.writes, runs };
  },
  describe: (runs: readonly TrialRun[]) => {
    const result = runs[0]?.result as { durationSec: number; writes: number; runs: KillRow[] };
    const killed = result.runs.filter(({ kills }) => kills > 0);
    const same = killed.filter(({ different }) => different.length === 0);
    return [
      '### Killed at any instant',
      '',
      `A training of 150 steps and the tracking of 3,000 frames of a synthetic recording (${result.durationSec.toFixed(0)} s undisturbed, ${result.writes} changes of files seen) were killed with SIGKILL, by turns at a random time and at a random change of a file, and started again by the same commands. Weights, network file, positions and confidences were compared bit by bit with the undisturbed run.`,
      '',
      table(
        ['instants', 'processes killed', 'same bits', 'different'],
        [[`${result.runs.length}`, `${killed.length}`, `${same.length}`, `${killed.length - same.length}`]],
      ),
    ].join('\n');
  },
};

interface KillRow {
  readonly kills: number;
  readonly different: readonly string[];
}
