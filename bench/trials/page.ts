import { join } from 'node:path';
import { writeBetweenMarks } from '../results.js';
import { finishedRuns } from './record.js';
import type { Trial } from './trial.js';

/** Writes the accuracy part of `docs/results/pose.md` from the runs that are recorded. */
export async function writeTrialPage(trials: Readonly<Record<string, Trial>>): Promise<void> {
  const parts: string[] = [];
  for (const [name, trial] of Object.entries(trials)) {
    const runs = await finishedRuns(name);
    if (runs.length === 0) continue;
    const made = [...new Set(runs.map(({ date, commit, machine }) => `${date}, commit ${commit}, ${machine}`))];
    parts.push(trial.describe(runs), `Made: ${made.join('; ')}.`);
  }
  await writeBetweenMarks(join('docs', 'results', 'pose.md'), parts.join('\n\n'), 'npm run trial');
}
