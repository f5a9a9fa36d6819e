import { fileURLToPath } from 'node:url';
import { bootstrapInterval, Random } from '@zoopraxis/core';
import { describeMachine } from '@zoopraxis/nn/node';
import { type InstanceImage, poseAveragePrecision } from '@zoopraxis/pose';
import { jsonLines } from './child.js';
import { timeCohort } from './cohort-work.js';
import { writeBetweenMarks } from './results.js';

/** What a work took, and what another program took for the same. */
export interface MeasureTimes {
  /** Seconds of each run of ours, list. */
  readonly ours: readonly number[];
  /** The other program, and the seconds of each of its runs, list; absent where it is not installed. */
  readonly peer?: { readonly name: string; readonly seconds: readonly number[] };
}

/** One row of the table: a work of stated size with the seconds it should stay under. */
interface MeasureWork {
  readonly title: string;
  readonly aimSec: number;
  readonly run: () => Promise<MeasureTimes>;
}

const RUNS = 3;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** Returns the seconds of each run of a work, list; one run before them warms up. */
export async function timeRuns(work: () => unknown, runs = RUNS): Promise<number[]> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    await work();
    seconds.push((performance.now() - begin) / 1000);
  }
  return seconds;
}

async function timeBootstrap(): Promise<MeasureTimes> {
  const random = new Random('bench measures');
  const values = Float64Array.from({ length: 1000 }, () => random.normal() + 5);
  let seed = 0;
  const ours = await timeRuns(() => bootstrapInterval(values, { random: new Random(seed++), resampleCount: 10_000 }));
  const script = fileURLToPath(new URL('../../bench/peers/scipy_bootstrap.py', import.meta.url));
  try {
    const [found] = await jsonLines<{ seconds: number[]; version: string }>(
      process.env.PEER_PYTHON ?? 'python3',
      ['-W', 'ignore', script, '1000', '10000', String(RUNS)],
      300,
    );
    if (found !== undefined) return { ours, peer: { name: `SciPy ${found.version}`, seconds: found.seconds } };
  } catch {
    process.stderr.write('bench measures: SciPy is absent (set PEER_PYTHON to a Python that has it)\n');
  }
  return { ours };
}

/** Times AP and AR of 10,000 labeled animals of 17 points with as many predictions, a tenth of them false. */
async function timeAveragePrecision(): Promise<MeasureTimes> {
  const random = new Random('bench average precision');
  const sigma = { values: Array.from({ length: 17 }, () => 0.05), convention: 'coco' } as const;
  const animal = () => {
    const [x, y, size] = [900 * random.uniform(), 900 * random.uniform(), 30 + 170 * random.uniform()];
    return Float64Array.from({ length: 34 }, (_, i) => (i % 2 === 0 ? x : y) + size * random.uniform());
  };
  const images: InstanceImage[] = Array.from({ length: 5000 }, () => {
    const labeled = [animal(), animal()].map((keypoints) => ({ keypoints }));
    const predicted = labeled.map(({ keypoints }) => ({
      keypoints: random.uniform() < 0.1 ? animal() : keypoints.map((value) => value + 8 * random.normal()),
      score: random.uniform(),
    }));
    return { labeled, predicted };
  });
  return { ours: await timeRuns(() => poseAveragePrecision(images, { sigma })) };
}

/** Every work, in the order of the table. */
const works: readonly MeasureWork[] = [
  { title: 'BCa bootstrap of a mean: 10,000 resamples of 1,000 values', aimSec: 1, run: timeBootstrap },
  { title: 'AP and AR by area of 10,000 animals of 17 keypoints', aimSec: 2, run: timeAveragePrecision },
  {
    title: 'Time, count, duration and latency of 10,000,000 bouts of 500 recordings, by DuckDB',
    aimSec: 1,
    run: async () => ({ ours: await timeCohort(timeRuns) }),
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
