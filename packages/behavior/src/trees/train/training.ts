import type { BinnedRows, MemoryRegion } from '../bins/binned-rows.js';
import { scaleFor } from '../grow/gradients.js';
import type { RoundResult } from '../grow/lane.js';
import { isHigherBetter } from '../grow/metrics.js';
import { planTraining, type TrainingPlan } from '../grow/plan.js';
import {
  baseMargins,
  firstTrees,
  inLevels,
  joinTrees,
  type TreeEnsemble,
  type TreeNodes,
} from '../model/tree-ensemble.js';
import { checkOptions, type TreeOptions } from './tree-options.js';

/** Largest finite 32-bit float: what is missing alone is right of it. */
const LARGEST = 3.4028234663852886e38;

/** A training that is set up in the rows' memory. */
export interface PreparedTraining {
  readonly plan: TrainingPlan;
  /** Shape `[output]`. */
  readonly baseScore: Float32Array;
  readonly region: MemoryRegion;
}

/** Returns what a single output starts from: the share of class 1 or the mean of the labels, as weighted. */
function startingScore(
  objective: TreeOptions['objective'],
  labels: Float32Array,
  rows: Uint32Array,
  weights: Float32Array,
) {
  let [sum, total] = [0, 0];
  for (const row of rows) {
    sum += (weights[row] as number) * (labels[row] as number);
    total += weights[row] as number;
  }
  const mean = sum / total;
  if (objective !== 'binary:logistic') return mean;
  // A class without an example still gets a finite start.
  return Math.min(1 - 1e-6, Math.max(1e-6, mean));
}

/** Returns a training laid out in the rows' memory, its options and labels (shape `[row]`) checked; the caller releases the region. */
export function prepareTraining(
  rows: BinnedRows,
  labels: Float32Array,
  options: TreeOptions,
  threads: number,
  forest = false,
): PreparedTraining {
  const { settings, trainRows, validationRows, weights } = checkOptions(rows, labels, options, forest);
  const { edges, layout } = rows;
  const { outputCount } = settings;
  const binCounts = Uint16Array.from(
    { length: layout.columnCount },
    (_, column) => (edges.start[column + 1] as number) - (edges.start[column] as number) + 1,
  );
  let largest = 0;
  for (const row of trainRows) {
    const own = weights[row] as number;
    // Rows of a forest are drawn up to some dozen times.
    largest = Math.max(largest, forest ? 64 * own * Math.max(1, Math.abs(labels[row] as number)) : own);
  }
  const metric =
    options.validation === undefined
      ? undefined
      : (options.validation.metric ?? (settings.objective === 'reg:squarederror' ? 'rmse' : 'logloss'));
  const parts = {
    layout,
    binCounts,
    settings,
    laneCount: Math.max(1, Math.min(threads, layout.stripCount)),
    scale: scaleFor(largest, trainRows.length),
    trainCount: trainRows.length,
    validationCount: validationRows.length,
    metric,
    histogramBudget: (options.histogramMiB ?? 512) * 2 ** 20,
  };
  const region = rows.reserve(planTraining(parts, 0).bytes);
  const plan = planTraining(parts, region.start);
  const { buffer } = rows.memory;
  new Uint8Array(buffer, plan.at.barrier, plan.at.labels - plan.at.barrier).fill(0);
  new Float32Array(buffer, plan.at.labels, labels.length).set(labels);
  new Float32Array(buffer, plan.at.weights, weights.length).set(weights);
  new Uint32Array(buffer, plan.at.trainRows, trainRows.length).set(trainRows);
  new Uint32Array(buffer, plan.at.validationRows, validationRows.length).set(validationRows);
  if (settings.forest) new Uint32Array(buffer, plan.at.draws, layout.rowCount).fill(0);
  const baseScore = new Float32Array(outputCount);
  if (outputCount === 1 && !forest) baseScore[0] = startingScore(settings.objective, labels, trainRows, weights);
  const base = baseMargins({ objective: settings.objective, baseScore });
  const margins = new Float64Array(buffer, plan.at.margins, outputCount * layout.rowCount);
  for (let output = 0; output < outputCount; output++)
    margins.fill(base[output] as number, output * layout.rowCount, (output + 1) * layout.rowCount);
  return { plan, baseScore, region };
}

/** Writes the values of cuts into a tree whose thresholds are bins. */
function cutTree(rows: BinnedRows, nodes: TreeNodes): void {
  const { start, cuts } = rows.edges;
  nodes.column.forEach((column, node) => {
    if (column < 0) return;
    const cut = (start[column] as number) + (nodes.threshold[node] as number);
    nodes.threshold[node] = cut < (start[column + 1] as number) ? (cuts[cut] as number) : LARGEST;
  });
}

/** Runs rounds until all are done or the validation score is best long ago; returns the trees up to the best round. */
export async function runRounds(
  rows: BinnedRows,
  { plan, baseScore }: PreparedTraining,
  options: TreeOptions,
  runRound: (round: number) => RoundResult | Promise<RoundResult>,
): Promise<TreeEnsemble> {
  const { outputCount, forest, objective } = plan.settings;
  const trees: { output: number; nodes: TreeNodes }[] = [];
  let best: { round: number; score: number } | undefined;
  for (let round = 0; round < options.rounds; round++) {
    options.signal?.throwIfAborted();
    const { trees: grown, score } = await runRound(round);
    grown.forEach((nodes, output) => {
      cutTree(rows, nodes);
      trees.push({ output, nodes: inLevels(nodes) });
    });
    if (score === undefined) {
      options.onRound?.({ round });
      continue;
    }
    const metric = plan.metric ?? 'logloss';
    const isBetter = best === undefined || (isHigherBetter(metric) ? score > best.score : score < best.score);
    if (isBetter) best = { round, score };
    options.onRound?.({ round, score, bestRound: best?.round ?? 0 });
    if (best !== undefined && round - best.round >= (options.validation?.patience ?? 0)) break;
  }
  const head = {
    objective,
    outputCount,
    columnCount: plan.layout.columnCount,
    ...(options.columnNames === undefined ? {} : { columnNames: options.columnNames }),
    baseScore,
    parallelTrees: forest ? options.rounds : 1,
  };
  const all = joinTrees(head, trees);
  return best === undefined ? all : firstTrees(all, (best.round + 1) * outputCount);
}
