import type { TrialRun } from './record.js';

/** Where a trial finds its data and may write. */
export interface TrialPlace {
  /** Folder of the data set. */
  readonly data: string;
  /** Folder for projects and tracks; kept, so that a run that was cut off goes on. */
  readonly work: string;
}

/** A long check on real recordings, made of runs that are recorded one by one. */
export interface Trial {
  /** Folder of `data/` that it needs, `.` for several. */
  readonly data: string;
  /** Page of `docs/results` that tells of it; default `pose`. */
  readonly page?: string;
  /** Names of its runs, list in the order in which they run. */
  readonly runs: readonly string[];
  /** Returns the result of one run; called again for a run that was cut off. */
  readonly perform: (run: string, place: TrialPlace) => Promise<Record<string, unknown>>;
  /** Returns its part of the results page as Markdown. */
  readonly describe: (runs: readonly TrialRun[]) => string;
}
