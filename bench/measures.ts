import { bootstrapInterval, Random } from '@zoopraxis/core';
import { describeMachine } from '@zoopraxis/nn/node';
import { timeCohort } from './cohort-work.js';
import { timeAveragePrecision } from './precision-work.js';
import { writeBetweenMarks } from './results.js';
import { type MeasureTimes, RUNS, runPeer, timeRuns } from './time-runs.js';

/** One row of the table: a work of stated size with the seconds it should stay under. */
interface MeasureWork {
  readonly title: string;
  readonly aimSec: number;
  readonly run: () => Promise<MeasureTimes>;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

async function timeBootstrap(): Promise<MeasureTimes> {
  const random = new Random('bench measures');
  const values = Float64Array.from({ length: 1000 }, () => random.normal() + 5);
  let seed = 0;
  const ours = await timeRuns(() => bootstrapInterval(values, { random: new Random(seed++), resampleCount: 10_000 }));
  const peer = await runPeer('scipy', 'scipy_bootstrap.py', [1000, 10_000]);
  return { ours, ...(peer && { peer: { name: `SciPy ${peer.version}`, seconds: peer.seconds } }) };
}

/** Every work, in the order of the table. */
const works: readonly MeasureWork[] = [
  { title: 'BCa bootstrap of a mean: 10,000 resamples of 1,000 values', aimSec: 1, run: timeBootstrap },
  { title: 'AP and AR by area of 10,000 animals of 17 keypoints', aimSec: 2, run: timeAveragePrecision },
  {
    title: 'Time, count, duration and latency of 10,000,000 bouts of 500 recordings, by DuckDB',
    aimSec: 1,
    run: timeCohort,
  },
];

const inSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 0.1 ? 3 : 2)} s`;

/** Times measures and statistics; `--write` puts the table into docs/results/measures-speed.md. */
export async function benchMeasures(args: readonly string[]): Promise<void> {
  const machine = describeMachine();
  const rows: string[] = [];
  for (const { title, aimSec, run } of works) {
    const { ours, peer } = await run();
    const mine = median(ours);
    const theirs = peer === undefined ? 'none in this run' : `${inSeconds(median(peer.seconds))} (${peer.name})`;
    rows.push(`| ${title} | ${inSeconds(mine)} | ${aimSec} s | ${mine < aimSec ? 'met' : 'missed'} | ${theirs} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
  }
  const text = `Medians of ${RUNS} runs each after one to warm up.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${machine.node}

| work | ours | aim | | another program |
|---|---|---|---|---|
${rows.join('\n')}
`;
  process.stdout.write(text);
  if (args.includes('--write')) await writeBetweenMarks('docs/results/measures-speed.md', text);
}
