import { describeAnnotators, measureAnnotators } from './annotators.js';
import type { TrialRun } from './record.js';
import { describeConsensusSimulation, runConsensusSimulation } from './simulation.js';
import { describeSleapMetrics, measureSleapMetrics } from './sleap-metrics.js';
import type { Trial } from './trial.js';
import { describeTrimouse, measureTrimouse } from './trimouse.js';

/** The parts of the trial: how each is measured and told. */
const parts: Readonly<
  Record<
    string,
    {
      readonly perform: (data: string) => Promise<Record<string, unknown>> | Record<string, unknown>;
      readonly describe: (result: Readonly<Record<string, unknown>>) => string;
    }
  >
> = {
  annotators: { perform: measureAnnotators, describe: describeAnnotators },
  'stored metrics of SLEAP': { perform: measureSleapMetrics, describe: describeSleapMetrics },
  trimouse: { perform: measureTrimouse, describe: describeTrimouse },
  simulation: { perform: runConsensusSimulation, describe: describeConsensusSimulation },
};

/** Measures on real data: what is computed, beside what others computed of it. */
export const measures: Trial = {
  data: '.',
  page: 'measures',
  runs: Object.keys(parts),
  perform: async (run, { data }) => (parts[run] as (typeof parts)[string]).perform(data),
  describe: (runs: readonly TrialRun[]) =>
    Object.entries(parts)
      .flatMap(([name, { describe }]) => runs.filter(({ run }) => run === name).map(({ result }) => describe(result)))
      .join('\n\n'),
};
