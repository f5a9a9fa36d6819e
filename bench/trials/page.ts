import { join } from 'node:path';
import { writeBetweenMarks } from '../results.js';
import { finishedRuns } from './record.js';
import type { Trial } from './trial.js';

/** Writes what trials say into their pages of `docs/results`, from the runs that are recorded. */
export async function writeTrialPage(trials: Readonly<Record<string, Trial>>): Promise<void> {
  const pages = new Map<string, string[]>();
  for (const [name, trial] of Object.entries(trials)) {
    const runs = await finishedRuns(name);
    if (runs.length === 0) continue;
    const made = [...new Set(runs.map(({ date, commit, machine }) => `${date}, commit ${commit}, ${machine}`))];
    const { page = 'pose' } = trial;
    pages.set(page, [...(pages.get(page) ?? []), trial.describe(runs), `Made: ${made.join('; ')}.`]);
  }
  for (const [page, parts] of pages) {
    await writeBetweenMarks(join('docs', 'results', `${page}.md`), parts.join('\n\n'), 'npm run trial');
  }
}
