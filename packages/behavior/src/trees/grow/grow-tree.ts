import type { Random } from '@zoopraxis/core';
import { placeOfColumn } from '../bins/binned-rows.js';
import type { TreeNodes } from '../model/tree-ensemble.js';
import { COLUMN_BYTES, MISSING_BIN, STRIP } from '../wasm/training-kernels.js';
import { type Lane, shareOf } from './lane-memory.js';
import { FOUND_NUMBERS, histogramBytes } from './plan.js';
import { chooseColumns } from './sampling.js';

/** Smallest gain that is worth a split, as in XGBoost. */
const LEAST_GAIN = 1e-6;
/** Rows whose bins stay in the second cache while strip after strip is summed. */
const TILE = 2048;
/** Column of the found numbers where a node has no split. */
const NONE = -1;

/** What one tree grows from. */
export interface GrowOptions {
  /** Filled with the tree; thresholds of splits are bins. */
  readonly nodes: TreeNodes;
  readonly rowsInTree: number;
  readonly output: number;
  /** 1 for each column that the tree may use, shape `[column]`. */
  readonly columns: Uint8Array;
  readonly scale: number;
  readonly random: Random;
}

/** A leaf and its part of the list of rows. */
export interface GrownLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
}

interface Split {
  gain: number;
  column: number;
  bin: number;
  missingLeft: boolean;
  leftGradient: number;
  leftHessian: number;
}

interface OpenNode extends GrownLeaf {
  readonly depth: number;
  /** Turns from the root, `L` and `R`. */
  readonly path: string;
  readonly gradient: number;
  readonly hessian: number;
  /** 1 for each column that its split may use, shape `[column]`. */
  columns: Uint8Array;
  /** Which histogram it has, -1 for none. */
  slot: number;
  split?: Split;
}

/** Histograms of nodes; where none is free, an open node has to give its own back. */
class Slots {
  readonly #free: number[];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, index) => count - 1 - index);
  }

  take(open: readonly OpenNode[], leafWise: boolean): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    // The one that is split last, if at all.
    let victim: OpenNode | undefined;
    for (const node of open) {
      if (node.slot < 0) continue;
      if (victim === undefined || (leafWise && gainOf(node) < gainOf(victim))) victim = node;
    }
    if (victim === undefined) throw new TypeError('trees: no histogram is free');
    const { slot } = victim;
    victim.slot = -1;
    return slot;
  }

  give(slot: number): void {
    if (slot >= 0) this.#free.push(slot);
  }
}

const gainOf = (node: OpenNode): number => node.split?.gain ?? 0;

/** Grows one tree together with the other threads; returns its leaves, list. The nodes and leaves are the same in every thread. */
export function growTree(self: Lane, options: GrowOptions): GrownLeaf[] {
  const { plan, barrier } = self;
  const { settings } = plan;
  const { nodes, scale } = options;
  const [lambda, alpha] = [settings.lambda * scale, settings.alpha * scale];
  const leastHessian = Math.max(1, settings.minChildWeight * scale);
  const leafWise = settings.growth === 'leaf';
  const slots = new Slots(plan.slotCount);
  const leaves: GrownLeaf[] = [];
  const open: OpenNode[] = [];
  let leafCount = 1;

  const weightOf = (gradient: number, hessian: number): number => {
    const shrunk = Math.sign(gradient) * Math.max(Math.abs(gradient) - alpha, 0);
    return hessian + lambda > 0 ? -shrunk / (hessian + lambda) : 0;
  };
  const addNode = (gradient: number, hessian: number): number => {
    const node = nodes.column.length;
    const weight = settings.learningRate * weightOf(gradient, hessian);
    nodes.column.push(-1);
    nodes.threshold.push(weight);
    nodes.left.push(node);
    nodes.right.push(node);
    nodes.missingLeft.push(0);
    nodes.gain.push(0);
    nodes.cover.push(hessian / scale);
    nodes.weight.push(weight);
    return node;
  };
  // Where nodes see few columns, those alone are summed: less work than the sibling's difference, which needs all.
  const isSparse = settings.columnSampleByNode < 0.5;
  const columnsOf = (path: string): Uint8Array =>
    settings.columnSampleByNode < 1
      ? chooseColumns(options.columns, settings.columnSampleByNode, options.random.fork('columns', path))
      : options.columns;
  const splittable = ({ depth, hessian, start, end }: Pick<OpenNode, 'depth' | 'hessian' | 'start' | 'end'>): boolean =>
    end - start >= 2 && hessian >= 2 * leastHessian && (settings.maxDepth === 0 || depth < settings.maxDepth);
  const settle = (batch: readonly OpenNode[]): void => {
    findSplits(self, scale, batch, { lambda, alpha, leastHessian });
    for (const node of batch) {
      if (node.split !== undefined) open.push(node);
      else {
        slots.give(node.slot);
        leaves.push(node);
      }
    }
  };

  const all = { node: 0, start: 0, end: options.rowsInTree, depth: 0, path: '' };
  const rootSlot = slots.take(open, leafWise);
  sumHistograms(self, options.output, [
    { slot: rootSlot, start: 0, end: options.rowsInTree, columns: options.columns },
  ]);
  barrier.wait();
  const [gradient, hessian] = sumsOfSlot(self, rootSlot);
  addNode(gradient, hessian);
  const root: OpenNode = { ...all, gradient, hessian, columns: columnsOf(''), slot: rootSlot };
  if (splittable(root)) settle([root]);
  else leaves.push(root);

  while (open.length > 0) {
    const room = settings.maxLeaves > 0 ? settings.maxLeaves - leafCount : Number.POSITIVE_INFINITY;
    if (room <= 0) break;
    const batch = takeBatch(open, {
      leafWise,
      inOrder: settings.maxLeaves > 0,
      count: Math.min(room, plan.batchCount),
    });
    leafCount += batch.length;
    const middles = partitionRows(self, batch);
    const children: OpenNode[] = [];
    const sums: SummedNode[] = [];
    const siblings: { whole: number; part: number }[] = [];
    batch.forEach((parent, index) => {
      const split = parent.split as Split;
      const middle = middles[index] as number;
      const leftNode = addNode(split.leftGradient, split.leftHessian);
      const rightNode = addNode(parent.gradient - split.leftGradient, parent.hessian - split.leftHessian);
      nodes.column[parent.node] = split.column;
      nodes.threshold[parent.node] = split.bin;
      nodes.left[parent.node] = leftNode;
      nodes.right[parent.node] = rightNode;
      nodes.missingLeft[parent.node] = split.missingLeft ? 1 : 0;
      nodes.gain[parent.node] = split.gain;
      const depth = parent.depth + 1;
      const pair: OpenNode[] = [
        {
          node: leftNode,
          start: parent.start,
          end: middle,
          depth,
          path: `${parent.path}L`,
          gradient: split.leftGradient,
          hessian: split.leftHessian,
          columns: options.columns,
          slot: -1,
        },
        {
          node: rightNode,
          start: middle,
          end: parent.end,
          depth,
          path: `${parent.path}R`,
          gradient: parent.gradient - split.leftGradient,
          hessian: parent.hessian - split.leftHessian,
          columns: options.columns,
          slot: -1,
        },
      ];
      const wanted = pair.filter(splittable);
      const enoughLeaves = settings.maxLeaves > 0 && leafCount >= settings.maxLeaves;
      if (wanted.length === 0 || enoughLeaves) {
        slots.give(parent.slot);
        leaves.push(...pair);
        return;
      }
      const [small, large] = (pair[0] as OpenNode).end - parent.start <= parent.end - middle ? pair : pair.toReversed();
      if (small === undefined || large === undefined) return;
      for (const child of wanted) child.columns = columnsOf(child.path);
      if (isSparse) slots.give(parent.slot);
      if (parent.slot >= 0 && !isSparse) {
        large.slot = parent.slot;
        small.slot = slots.take(open, leafWise);
        sums.push({ ...small, columns: options.columns });
        siblings.push({ whole: large.slot, part: small.slot });
      } else {
        for (const child of wanted) {
          child.slot = slots.take(open, leafWise);
          sums.push(isSparse ? child : { ...child, columns: options.columns });
        }
      }
      children.push(...pair);
    });
    sumHistograms(self, options.output, sums);
    for (const { whole, part } of siblings) subtractHistogram(self, whole, part);
    const settled: OpenNode[] = [];
    for (const child of children) {
      if (splittable(child)) settled.push(child);
      else {
        slots.give(child.slot);
        leaves.push(child);
      }
    }
    if (settled.length > 0) settle(settled);
  }
  leaves.push(...open);
  return leaves;
}

/** Takes the nodes that are split next out of the open ones: the best, the first, or the last of them, which keeps few open. */
function takeBatch(
  open: OpenNode[],
  { leafWise, inOrder, count }: { leafWise: boolean; inOrder: boolean; count: number },
): OpenNode[] {
  if (leafWise) {
    let best = 0;
    for (let i = 1; i < open.length; i++) if (gainOf(open[i] as OpenNode) > gainOf(open[best] as OpenNode)) best = i;
    return open.splice(best, 1);
  }
  return inOrder ? open.splice(0, count) : open.splice(Math.max(0, open.length - count));
}

/** Gradient and Hessian of all rows of a node, from any column's histogram: each has every row once. */
function sumsOfSlot({ plan, memory }: Lane, slot: number): [gradient: number, hessian: number] {
  const from = (slot * histogramBytes(plan.layout)) / 8;
  let [gradient, hessian] = [0, 0];
  for (let i = from; i < from + COLUMN_BYTES / 8; i += 2) {
    gradient += memory.histograms[i] as number;
    hessian += memory.histograms[i + 1] as number;
  }
  return [gradient, hessian];
}

/** A node whose histogram is summed. */
type SummedNode = Pick<OpenNode, 'slot' | 'start' | 'end' | 'columns'>;

/** Sums this thread's columns of the rows of nodes. */
function sumHistograms({ plan, lane, kernels, memory }: Lane, output: number, wanted: readonly SummedNode[]): void {
  const { layout, at, laneCount } = plan;
  const [firstStrip, endStrip] = shareOf(layout.stripCount, lane, laneCount);
  const gradients = at.gradients + output * layout.rowCount * 8;
  for (const { slot, start, end, columns } of wanted) {
    const used: boolean[] = [];
    // The first column gives the sums of the root.
    for (let strip = 0; strip < layout.stripCount; strip++)
      used.push(strip === 0 || columns.subarray(strip * STRIP, (strip + 1) * STRIP).includes(1));
    const base = at.histograms + slot * histogramBytes(layout);
    const cells = (base - at.histograms) / 8;
    for (let strip = firstStrip; strip < endStrip; strip++) {
      const cell = cells + (strip * STRIP * COLUMN_BYTES) / 8;
      if (used[strip]) memory.histograms.fill(0, cell, cell + (STRIP * COLUMN_BYTES) / 8);
    }
    for (let strip = firstStrip; strip < endStrip; ) {
      // Strips up to the end of a group share the lines that their bins lie on.
      const groupEnd = Math.min(endStrip, (Math.floor(strip / 8) + 1) * 8);
      for (let tile = start; tile < end; tile += TILE) {
        const rows = at.rows + 4 * tile;
        const rowsEnd = at.rows + 4 * Math.min(end, tile + TILE);
        const first = placeOfColumn(layout, strip * STRIP);
        if (end - start < layout.rowCount / 2) kernels.touchRows(first.base, first.stride, rows, rowsEnd);
        for (let s = strip; s < groupEnd; s++) {
          if (!used[s]) continue;
          const { base: bins, stride } = placeOfColumn(layout, s * STRIP);
          kernels.sumStrip(bins, stride, rows, rowsEnd, gradients, base + s * STRIP * COLUMN_BYTES);
        }
      }
      strip = groupEnd;
    }
  }
}

function subtractHistogram({ plan, lane, kernels }: Lane, whole: number, part: number): void {
  const { layout, at, laneCount } = plan;
  const [first, end] = shareOf(layout.stripCount, lane, laneCount);
  if (first === end) return;
  const size = histogramBytes(layout);
  const bytes = STRIP * COLUMN_BYTES;
  const [from, to] = [at.histograms + whole * size, at.histograms + part * size];
  kernels.subtract(from + first * bytes, to + first * bytes, from + end * bytes);
}

/** Finds the best split of each node among this thread's columns, then with the other threads the best of all. */
function findSplits(
  self: Lane,
  scale: number,
  batch: readonly OpenNode[],
  { lambda, alpha, leastHessian }: { lambda: number; alpha: number; leastHessian: number },
): void {
  const { plan, lane, kernels, memory, barrier } = self;
  const { layout, at, laneCount, binCounts, settings } = plan;
  const [firstStrip, endStrip] = shareOf(layout.stripCount, lane, laneCount);
  const [firstColumn, endColumn] = [firstStrip * STRIP, Math.min(layout.columnCount, endStrip * STRIP)];
  const scratch = at.scratch + 64 * lane;
  const out = memory.scratch;
  batch.forEach((node, index) => {
    const base = at.histograms + node.slot * histogramBytes(layout);
    const cells = (base - at.histograms) / 8;
    const mask = node.columns;
    const best: Split = { gain: NONE, column: NONE, bin: 0, missingLeft: false, leftGradient: 0, leftHessian: 0 };
    for (let column = firstColumn; column < endColumn; column++) {
      if (mask[column] === 0) continue;
      const from = base + column * COLUMN_BYTES;
      const to = from + (binCounts[column] as number) * 16;
      const missing = cells + (column * COLUMN_BYTES) / 8 + 2 * MISSING_BIN;
      const [missingGradient, missingHessian] = [
        memory.histograms[missing] as number,
        memory.histograms[missing + 1] as number,
      ];
      const scan = (leftGradient: number, leftHessian: number): boolean => {
        const at = kernels.scanColumn(
          from,
          to,
          leftGradient,
          leftHessian,
          node.gradient,
          node.hessian,
          alpha,
          lambda,
          leastHessian,
          scratch,
        );
        const gain = (out[0] as number) / (out[1] as number);
        if (!(gain > best.gain)) return false;
        best.gain = gain;
        best.column = column;
        best.bin = (at - from) / 16;
        best.leftGradient = out[2] as number;
        best.leftHessian = out[3] as number;
        return true;
      };
      // Where the node misses nothing, what is missing later follows the larger part.
      if (scan(0, 0)) best.missingLeft = missingHessian === 0 && best.leftHessian > node.hessian - best.leftHessian;
      if (missingHessian !== 0 && scan(missingGradient, missingHessian)) best.missingLeft = true;
    }
    const place = (index * laneCount + lane) * FOUND_NUMBERS;
    memory.found.set(
      [best.gain, best.column, best.bin, best.missingLeft ? 1 : 0, best.leftGradient, best.leftHessian],
      place,
    );
  });
  barrier.wait();
  batch.forEach((node, index) => {
    let best = NONE;
    for (let other = 0; other < laneCount; other++) {
      const place = (index * laneCount + other) * FOUND_NUMBERS;
      if ((memory.found[place + 1] as number) < 0) continue;
      if (best < 0 || (memory.found[place] as number) > (memory.found[best] as number)) best = place;
    }
    if (best < 0) return;
    const shrunk = Math.max(Math.abs(node.gradient) - alpha, 0);
    const own = node.hessian + lambda > 0 ? (shrunk * shrunk) / (node.hessian + lambda) : 0;
    const gain = ((memory.found[best] as number) - own) / scale;
    if (!(gain > LEAST_GAIN && gain >= settings.gamma)) return;
    const [, column, bin, missingLeft, leftGradient, leftHessian] = memory.found.subarray(
      best,
      best + FOUND_NUMBERS,
    ) as unknown as number[];
    node.split = {
      gain,
      column: column as number,
      bin: bin as number,
      missingLeft: missingLeft === 1,
      leftGradient: leftGradient as number,
      leftHessian: leftHessian as number,
    };
  });
}

/** Puts the rows of each node in order, left ones first, each part in its old order; returns where the right ones start, list. */
function partitionRows({ plan, lane, kernels, memory, barrier }: Lane, batch: readonly OpenNode[]): number[] {
  const { layout, at, laneCount } = plan;
  const { rows, leftRows, rightRows, counts } = memory;
  const part = ({ start, end }: OpenNode, which: number) => {
    const [from, to] = shareOf(end - start, which, laneCount);
    return [start + from, start + to] as const;
  };
  batch.forEach((node, index) => {
    const split = node.split as Split;
    const [from, to] = part(node, lane);
    let count = 0;
    if (to > from) {
      const { base, stride } = placeOfColumn(layout, split.column);
      const [rowsFrom, rowsTo] = [at.rows + 4 * from, at.rows + 4 * to];
      const left = at.leftRows + 4 * from;
      const also = split.missingLeft ? MISSING_BIN : split.bin;
      const end = kernels.partition(base, stride, rowsFrom, rowsTo, split.bin, also, left, at.rightRows + 4 * from);
      count = ((end >>> 0) - left) / 4;
    }
    counts[index * laneCount + lane] = count;
  });
  barrier.wait();
  const middles = batch.map((node, index) => {
    let [toLeft, before, ownLeft, ownRight] = [0, 0, 0, 0];
    const [from, to] = part(node, lane);
    for (let other = 0; other < laneCount; other++) {
      if (other === lane) {
        ownLeft = node.start + toLeft;
        ownRight = before;
      }
      const [start, end] = part(node, other);
      const left = counts[index * laneCount + other] as number;
      toLeft += left;
      before += end - start - left;
    }
    const middle = node.start + toLeft;
    const count = counts[index * laneCount + lane] as number;
    rows.set(leftRows.subarray(from, from + count), ownLeft);
    rows.set(rightRows.subarray(from, to - count), middle + ownRight);
    return middle;
  });
  barrier.wait();
  return middles;
}
