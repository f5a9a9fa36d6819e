import { Random } from '@zoopraxis/core';
import { placeOfColumn } from '../bins/binned-rows.js';
import { emptyTree, type TreeNodes } from '../model/tree-ensemble.js';
import { instantiate } from '../wasm/instance.js';
import { type TrainingKernels, trainingKernels } from '../wasm/training-kernels.js';
import { BARRIER_WORDS, Barrier } from './barrier.js';
import { largestResidual, scaleFor, writeGradients } from './gradients.js';
import { growTree } from './grow-tree.js';
import { type Lane, type LaneMemory, shareOf } from './lane-memory.js';
import { type PlannedMetric, scoreRows } from './metrics.js';
import type { RegionName, TrainingPlan } from './plan.js';
import { chooseColumns, chooseSome } from './sampling.js';

/** What one round gave: a tree for each output, thresholds still as bins, and the score of the validation rows. */
export interface RoundResult {
  readonly trees: readonly TreeNodes[];
  readonly score?: number;
}

/**
 * Returns a function that does one thread's part of a round. All threads run the same rounds: each decides all that is
 * to be decided in the same way, and works on its own columns or rows, so that nobody has to be asked.
 */
export function openLane(plan: TrainingPlan, shared: WebAssembly.Memory, lane: number): (round: number) => RoundResult {
  const kernels = instantiate<TrainingKernels>(trainingKernels, shared);
  const { layout, settings, laneCount, trainCount, validationCount, at } = plan;
  const { rowCount } = layout;
  const { outputCount, objective, forest } = settings;
  const root = new Random(settings.seed);
  return (round) => {
    // Views are made anew: a memory that is not shared moves when it grows.
    const { buffer } = shared;
    const words = (name: RegionName, count: number) => new Uint32Array(buffer, at[name], count);
    const barrier = new Barrier(new Int32Array(buffer, at.barrier, BARRIER_WORDS), laneCount);
    const memory: LaneMemory = {
      bins: new Uint8Array(buffer),
      found: new Float64Array(buffer, at.found, (at.counts - at.found) / 8),
      counts: new Int32Array(buffer, at.counts, (at.scratch - at.counts) / 4),
      scratch: new Float64Array(buffer, at.scratch + 64 * lane, 8),
      labels: new Float32Array(buffer, at.labels, rowCount),
      weights: new Float32Array(buffer, at.weights, rowCount),
      margins: new Float64Array(buffer, at.margins, rowCount * outputCount),
      gradients: new Int32Array(buffer, at.gradients, 2 * rowCount * outputCount),
      rows: words('rows', trainCount),
      leftRows: words('leftRows', trainCount),
      rightRows: words('rightRows', trainCount),
      histograms: new Float64Array(buffer, at.histograms),
      rowCount,
      outputCount,
    };
    const trainRows = words('trainRows', trainCount);
    const validationRows = words('validationRows', validationCount);
    const outRows = words('outRows', trainCount);
    const own = trainRows.subarray(...shareOf(trainCount, lane, laneCount));
    const self: Lane = { plan, lane, barrier, kernels, memory };

    const scale =
      objective === 'reg:squarederror' && !forest
        ? scaleFor(largestResidual(memory, trainRows), trainCount)
        : plan.scale;
    if (!forest) writeGradients(objective, memory, own, scale);

    const trees: TreeNodes[] = [];
    for (let output = 0; output < outputCount; output++) {
      const random = root.fork('round', round, forest ? 0 : output);
      // The rows of a tree, in ascending order; the first thread draws them.
      let rowsInTree = trainCount;
      if (forest) {
        const drawn = drawRows(self, trainRows, random.fork('rows'), round > 0 || output > 0);
        rowsInTree = drawn;
      } else {
        rowsInTree = Math.max(1, Math.round(settings.subsample * trainCount));
        if (lane === 0) takeRows(memory.rows, outRows, trainRows, rowsInTree, random.fork('rows'));
      }
      barrier.wait();
      if (forest) {
        const draws = new Uint32Array(buffer, at.draws, rowCount);
        writeDrawnGradients(
          memory,
          output,
          memory.rows.subarray(...shareOf(rowsInTree, lane, laneCount)),
          draws,
          scale,
        );
        barrier.wait();
      }
      const columns = chooseColumns(
        new Uint8Array(layout.columnCount).fill(1),
        settings.columnSample,
        random.fork('columns'),
      );
      const nodes = emptyTree();
      const leaves = growTree(self, { nodes, rowsInTree, output, columns, scale, random: random.fork('nodes') });
      const margins = memory.margins.subarray(output * rowCount, (output + 1) * rowCount);
      if (!forest) {
        for (const { node, start, end } of leaves) {
          const value = Math.fround(nodes.threshold[node] as number);
          const [from, to] = shareOf(end - start, lane, laneCount);
          for (let i = start + from; i < start + to; i++) {
            const row = memory.rows[i] as number;
            margins[row] = (margins[row] as number) + value;
          }
        }
        const left = trainCount - rowsInTree;
        addTree(self, nodes, outRows.subarray(...shareOf(left, lane, laneCount)), margins);
      }
      addTree(self, nodes, validationRows.subarray(...shareOf(validationCount, lane, laneCount)), margins);
      trees.push(nodes);
      barrier.wait();
    }
    if (plan.metric === undefined || lane !== 0) return { trees: lane === 0 ? trees : [] };
    const metric: PlannedMetric = plan.metric;
    return { trees, score: scoreRows(metric, objective, memory, validationRows) };
  };
}

function takeRows(
  rows: Uint32Array,
  outRows: Uint32Array,
  trainRows: Uint32Array,
  count: number,
  random: Random,
): void {
  if (count === trainRows.length) {
    rows.set(trainRows);
    return;
  }
  let [next, out] = [0, 0];
  const chosen = chooseSome(trainRows.length, count, random);
  for (let i = 0; i < trainRows.length; i++) {
    if (next < count && chosen[next] === i) rows[next++] = trainRows[i] as number;
    else outRows[out++] = trainRows[i] as number;
  }
}

/** Draws as many rows as there are, with replacement; returns how many different ones came. */
function drawRows(self: Lane, trainRows: Uint32Array, random: Random, again: boolean): number {
  const { plan, memory, barrier, lane } = self;
  const draws = new Uint32Array(memory.bins.buffer, plan.at.draws, plan.layout.rowCount);
  if (lane === 0) {
    if (again) draws.fill(0);
    for (let i = 0; i < trainRows.length; i++) {
      const row = trainRows[random.integer(trainRows.length)] as number;
      draws[row] = (draws[row] as number) + 1;
    }
    let count = 0;
    for (const row of trainRows) if ((draws[row] as number) > 0) memory.rows[count++] = row;
    memory.counts[0] = count;
  }
  barrier.wait();
  const count = memory.counts[0] as number;
  barrier.wait();
  return count;
}

/** Gradients of squared error around 0, of rows as often as they were drawn. */
function writeDrawnGradients(
  { labels, weights, gradients, rowCount, outputCount }: LaneMemory,
  output: number,
  rows: Uint32Array,
  draws: Uint32Array,
  scale: number,
): void {
  for (const row of rows) {
    const weight = scale * (weights[row] as number) * (draws[row] as number);
    const label = outputCount > 1 ? (labels[row] === output ? 1 : 0) : (labels[row] as number);
    gradients[2 * (output * rowCount + row)] = Math.round(-weight * label);
    gradients[2 * (output * rowCount + row) + 1] = Math.round(weight);
  }
}

/** Adds what a tree says of rows (list) to their margins, shape `[row]`. */
function addTree({ plan, memory }: Lane, nodes: TreeNodes, rows: Uint32Array, margins: Float64Array): void {
  if (rows.length === 0) return;
  const bins = memory.bins;
  const places = nodes.column.map((column) => placeOfColumn(plan.layout, Math.max(0, column)));
  const base = Int32Array.from(places, (place) => place.base);
  const stride = Int32Array.from(places, (place) => place.stride);
  const column = Int32Array.from(nodes.column);
  const limit = Float32Array.from(nodes.threshold);
  const [left, right] = [Int32Array.from(nodes.left), Int32Array.from(nodes.right)];
  const missingLeft = Uint8Array.from(nodes.missingLeft);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    let node = 0;
    while ((column[node] as number) >= 0) {
      const bin = bins[(base[node] as number) + row * (stride[node] as number)] as number;
      const toLeft = bin === 255 ? missingLeft[node] === 1 : bin <= (limit[node] as number);
      node = (toLeft ? left[node] : right[node]) as number;
    }
    margins[row] = (margins[row] as number) + (limit[node] as number);
  }
}
