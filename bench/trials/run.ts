import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { kill } from './kill.js';
import { measures } from './measures.js';
import { openfield } from './openfield.js';
import { openfieldSessions } from './openfield-sessions.js';
import { writeTrialPage } from './page.js';
import { ratResidentIntruder } from './rat-resident-intruder.js';
import { reaching } from './reaching.js';
import { finishedRuns, recordRun } from './record.js';
import type { Trial } from './trial.js';

/** Every trial by name, in the order in which they run. */
const trials: Readonly<Record<string, Trial>> = {
  'openfield-sessions': openfieldSessions,
  openfield,
  reaching,
  kill,
  measures,
  'rat-resident-intruder': ratResidentIntruder,
};

const data = resolve(process.env.ZOOPRAXIS_DATA ?? '../shared/data');
const work = resolve(process.env.ZOOPRAXIS_TRIALS ?? 'build/trials');
const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();

/** Runs what is not done yet, records each run as soon as it ends, and writes the page again. */
async function runTrials(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const trial = trials[name];
    if (trial === undefined) {
      process.stderr.write(`trial: no trial ${name}; there are: ${Object.keys(trials).join(', ')}\n`);
      process.exitCode = 2;
      return;
    }
    if (!existsSync(resolve(data, trial.data))) {
      process.stderr.write(
        `trial ${name}: skipped, the data folder is not there (set ZOOPRAXIS_DATA): ${trial.data}\n`,
      );
      continue;
    }
    const done = new Set((await finishedRuns(name)).map(({ run }) => run));
    for (const run of trial.runs) {
      if (done.has(run)) {
        process.stderr.write(`trial ${name}: ${run} is done\n`);
        continue;
      }
      process.stderr.write(`\ntrial ${name}: ${run}\n`);
      const commit = git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
      const result = await trial.perform(run, { data: resolve(data, trial.data), work: resolve(work, name) });
      const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node ${process.version}`;
      await recordRun(name, { run, date: new Date().toISOString().slice(0, 10), commit, machine, result });
      await writeTrialPage(trials);
    }
  }
  await writeTrialPage(trials);
}

const chosen = process.argv.slice(2);
if (chosen[0] === '--page') await writeTrialPage(trials);
else await runTrials(chosen.length > 0 ? chosen : Object.keys(trials));
