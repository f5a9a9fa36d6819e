import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBinEdges, createBinnedRows, predictTrees } from '@zoopraxis/behavior';
import { openTreePredictor, trainTreesThreaded } from '@zoopraxis/behavior/node';
import { Random } from '@zoopraxis/core';
import { jsonLines } from './child.js';
import { RUNS } from './time-runs.js';

const ROWS = 160_000;
const TEST_ROWS = 40_000;
const COLUMNS = 300;
const ROUNDS = 100;
const THREADS = 2;
const EDGE_ROWS = 20_000;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

interface Run {
  readonly binSec: number;
  readonly trainSec: number;
  readonly rowsPerSec: number;
  readonly auc: number;
  readonly version?: string;
}

/** Normal columns of which twenty decide the class, with noise; a twentieth of the values is missing. */
function makeRows(): { values: Float32Array; labels: Float32Array } {
  const count = ROWS + TEST_ROWS;
  const random = new Random('bench trees');
  // Shared between threads, as XGBoost's threads share theirs.
  const values = new Float32Array(new SharedArrayBuffer(4 * count * COLUMNS));
  random.fillNormal(values);
  const noise = new Float32Array(count);
  random.fillNormal(noise);
  const at = (column: number, row: number) => values[column * count + row] as number;
  const labels = Float32Array.from({ length: count }, (_, row) => {
    // A bare product of two columns is found by luck of the first splits: AUC would differ by 0.003 between equal programs.
    let signal =
      1.2 * at(0, row) + at(1, row) * (1 + 0.5 * Math.tanh(at(2, row))) + 0.3 * at(2, row) + Math.sin(3 * at(3, row));
    for (let column = 4; column < 20; column++) signal += 0.15 * at(column, row);
    return signal + (noise[row] as number) > 1.5 ? 1 : 0;
  });
  for (let i = 0; i < values.length; i++) if (random.uniform() < 0.05) values[i] = Number.NaN;
  return { values, labels };
}

/** Rows `from` to `to` of values, shape `[column, row]`. */
function cut(values: Float32Array, from: number, to: number): Float32Array {
  const count = ROWS + TEST_ROWS;
  const part = new Float32Array((to - from) * COLUMNS);
  for (let column = 0; column < COLUMNS; column++)
    part.set(values.subarray(column * count + from, column * count + to), column * (to - from));
  return part;
}

/** Area under the curve, by ranks. */
function areaUnderCurve(margins: Float32Array, labels: Float32Array): number {
  const order = Uint32Array.from(margins.keys()).sort((a, b) => (margins[a] as number) - (margins[b] as number));
  let [ranks, positives] = [0, 0];
  order.forEach((row, rank) => {
    if (labels[row] !== 1) return;
    ranks += rank + 1;
    positives++;
  });
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (margins.length - positives));
}

async function runOurs(values: Float32Array, labels: Float32Array): Promise<Run> {
  const training = cut(values, 0, ROWS);
  const begin = performance.now();
  const edges = createBinEdges(cut(values, 0, EDGE_ROWS), COLUMNS);
  const rows = createBinnedRows(edges, ROWS);
  rows.appendBlock(training, ROWS);
  const binned = performance.now();
  const model = await trainTreesThreaded(rows, labels.subarray(0, ROWS), {
    objective: 'binary:logistic',
    rounds: ROUNDS,
    learningRate: 0.1,
    maxDepth: 6,
    threads: THREADS,
  });
  const trained = performance.now();
  const predictor = await openTreePredictor(model, { threads: THREADS });
  await predictor.predict(cut(values, 0, 1000), 1000);
  const start = performance.now();
  await predictor.predict(values, ROWS + TEST_ROWS);
  const predicted = performance.now() - start;
  await predictor.close();
  const margins = predictTrees(model, cut(values, ROWS, ROWS + TEST_ROWS), TEST_ROWS, { output: 'margin' });
  return {
    binSec: (binned - begin) / 1000,
    trainSec: (trained - binned) / 1000,
    rowsPerSec: (1000 * (ROWS + TEST_ROWS)) / predicted,
    auc: areaUnderCurve(margins, labels.subarray(ROWS)),
  };
}

async function runXgboost(folder: string): Promise<Run | undefined> {
  const script = fileURLToPath(new URL('../../bench/peers/xgboost_trees.py', import.meta.url));
  const sizes = [ROWS, TEST_ROWS, COLUMNS, ROUNDS, THREADS].map(String);
  try {
    const [run] = await jsonLines<Run>(
      process.env.PEER_PYTHON ?? 'python3',
      ['-W', 'ignore', script, folder, ...sizes],
      1800,
    );
    return run;
  } catch {
    process.stderr.write('bench behavior: XGBoost is absent (set PEER_PYTHON to a Python that has it)\n');
    return undefined;
  }
}

/** Times our trees and XGBoost's in turn, on the same rows; returns a table in Markdown. */
export async function benchBehaviorTrees(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zoopraxis-bench-'));
  try {
    const { values, labels } = makeRows();
    await writeFile(join(folder, 'values.f32'), new Uint8Array(values.buffer));
    await writeFile(join(folder, 'labels.f32'), new Uint8Array(labels.buffer));
    const ours: Run[] = [];
    const theirs: Run[] = [];
    for (let run = 0; run < RUNS; run++) {
      ours.push(await runOurs(values, labels));
      const peer = await runXgboost(folder);
      if (peer !== undefined) theirs.push(peer);
      process.stderr.write(`bench trees: ${JSON.stringify({ ours: ours.at(-1), theirs: peer })}\n`);
    }
    const of = (runs: readonly Run[], name: 'binSec' | 'trainSec' | 'rowsPerSec' | 'auc') =>
      median(runs.map((run) => run[name]));
    const peerText = (name: 'binSec' | 'trainSec' | 'rowsPerSec' | 'auc', text: (value: number) => string) =>
      theirs.length === 0 ? 'none in this run' : text(of(theirs, name));
    const verdict = (met: boolean) => (theirs.length === 0 ? '' : met ? 'met' : 'missed');
    const seconds = (value: number) => `${value.toFixed(2)} s`;
    const [train, peerTrain] = [of(ours, 'trainSec'), theirs.length === 0 ? Number.NaN : of(theirs, 'trainSec')];
    const name = theirs[0] === undefined ? 'XGBoost' : `XGBoost ${theirs[0].version}, hist`;
    return `### Trees

${whole(ROWS)} synthetic rows of ${COLUMNS} columns (normal, a twentieth missing, twenty of them decide), ${ROUNDS} trees of depth 6, ${THREADS} threads each; medians of ${RUNS} runs in turn. AUC is on ${whole(TEST_ROWS)} other rows.

| work | ours | ${name} | aim | |
|---|---|---|---|---|
| training | ${seconds(train)} | ${peerText('trainSec', seconds)} | at most 1.0 of XGBoost | ${verdict(train <= peerTrain)}${theirs.length === 0 ? '' : ` (${(train / peerTrain).toFixed(2)})`} |
| binning, one thread here | ${seconds(of(ours, 'binSec'))} | ${peerText('binSec', seconds)} | | |
| AUC | ${of(ours, 'auc').toFixed(4)} | ${peerText('auc', (value) => value.toFixed(4))} | within 0.001 | ${theirs.length === 0 ? '' : verdict(Math.abs(of(ours, 'auc') - of(theirs, 'auc')) <= 0.001)} |
| prediction | ${whole(of(ours, 'rowsPerSec'))} rows/s | ${peerText('rowsPerSec', (value) => `${whole(value)} rows/s`)} | at least XGBoost's | ${theirs.length === 0 ? '' : verdict(of(ours, 'rowsPerSec') >= of(theirs, 'rowsPerSec'))} |
`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
