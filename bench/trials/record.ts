import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** One finished run of a trial, as it is committed. */
export interface TrialRun {
  /** What tells this run from the others of its trial, such as `test mouse 3`. */
  readonly run: string;
  readonly date: string;
  /** Commit of the code, with `+` where the tree held changes. */
  readonly commit: string;
  readonly machine: string;
  readonly result: Readonly<Record<string, unknown>>;
}

const folder = join('docs', 'results', 'trials');

/** Returns the runs of a trial that are done, in the order in which they were done. */
export async function finishedRuns(trial: string): Promise<TrialRun[]> {
  try {
    return JSON.parse(await readFile(join(folder, `${trial}.json`), 'utf8')) as TrialRun[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Adds a run to the file of its trial, in one step. */
export async function recordRun(trial: string, run: TrialRun): Promise<void> {
  const path = join(folder, `${trial}.json`);
  const runs = [...(await finishedRuns(trial)), run];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify(runs, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
