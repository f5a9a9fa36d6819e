/** What an ensemble of trees predicts, in XGBoost's words. */
export type TreeObjective = 'binary:logistic' | 'multi:softprob' | 'reg:squarederror';

/** Trained trees, flattened: node numbers run over all trees. */
export interface TreeEnsemble {
  readonly objective: TreeObjective;
  /** Sums that a row has: 1, or the number of classes. */
  readonly outputCount: number;
  readonly columnCount: number;
  /** Names of the columns (list), where they are known. */
  readonly columnNames?: readonly string[];
  /** What an output is before any tree, shape `[output]`: a probability of two classes, else the margin itself. */
  readonly baseScore: Float32Array;
  /** Trees grown side by side in a round: 1 in boosting, all of them in a forest. */
  readonly parallelTrees: number;
  /** First node of each tree, its root, and the end of the last, shape `[tree + 1]`. */
  readonly treeStart: Uint32Array;
  /** Output that each tree adds to, shape `[tree]`. */
  readonly treeOutput: Int32Array;
  /** Column that each node asks for, -1 in a leaf; shape `[node]`. */
  readonly column: Int32Array;
  /** A value below it goes left; in a leaf what it adds. Shape `[node]`. */
  readonly threshold: Float32Array;
  /** Left child of each node, itself in a leaf; shape `[node]`. */
  readonly left: Int32Array;
  /** Right child of each node, itself in a leaf; shape `[node]`. */
  readonly right: Int32Array;
  /** 1 where a missing value goes left, shape `[node]`. */
  readonly missingLeft: Uint8Array;
  /** By how much each split lowered the loss (twice, as XGBoost counts), 0 in a leaf; shape `[node]`. */
  readonly gain: Float32Array;
  /** Sum of the Hessian of the rows that came to each node in training, shape `[node]`. */
  readonly cover: Float32Array;
  /** What each node would add if it were a leaf, shape `[node]`. */
  readonly weight: Float32Array;
}

/** One tree on its own; the arrays are as in {@link TreeEnsemble}, lists of numbers, with node 0 as the root. */
export interface TreeNodes {
  readonly column: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly gain: number[];
  readonly cover: number[];
  readonly weight: number[];
}

/** Returns a tree without nodes. */
export const emptyTree = (): TreeNodes => ({
  column: [],
  threshold: [],
  left: [],
  right: [],
  missingLeft: [],
  gain: [],
  cover: [],
  weight: [],
});

/** What an ensemble is besides its trees. */
export type EnsembleHead = Pick<
  TreeEnsemble,
  'objective' | 'outputCount' | 'columnCount' | 'columnNames' | 'baseScore' | 'parallelTrees'
>;

/** Returns an ensemble of trees, each with the output that it adds to. */
export function joinTrees(
  head: EnsembleHead,
  trees: readonly { readonly output: number; readonly nodes: TreeNodes }[],
): TreeEnsemble {
  const treeStart = new Uint32Array(trees.length + 1);
  trees.forEach(({ nodes }, tree) => {
    treeStart[tree + 1] = (treeStart[tree] as number) + nodes.column.length;
  });
  const count = treeStart[trees.length] as number;
  const ensemble = {
    ...head,
    treeStart,
    treeOutput: Int32Array.from(trees, ({ output }) => output),
    column: new Int32Array(count),
    threshold: new Float32Array(count),
    left: new Int32Array(count),
    right: new Int32Array(count),
    missingLeft: new Uint8Array(count),
    gain: new Float32Array(count),
    cover: new Float32Array(count),
    weight: new Float32Array(count),
  };
  trees.forEach(({ nodes }, tree) => {
    const start = treeStart[tree] as number;
    for (const name of ['column', 'threshold', 'missingLeft', 'gain', 'cover', 'weight'] as const)
      ensemble[name].set(nodes[name], start);
    for (let node = 0; node < nodes.column.length; node++) {
      ensemble.left[start + node] = start + (nodes.left[node] as number);
      ensemble.right[start + node] = start + (nodes.right[node] as number);
    }
  });
  return ensemble;
}

/** Returns what the sums of a row start from, shape `[output]`. */
export function baseMargins({ objective, baseScore }: Pick<EnsembleHead, 'objective' | 'baseScore'>): Float64Array {
  return Float64Array.from(baseScore, (score) =>
    objective === 'binary:logistic' ? Math.log(score / (1 - score)) : score,
  );
}

/** Returns a tree with its nodes level by level, those of a level from left to right. */
export function inLevels(nodes: TreeNodes): TreeNodes {
  const order = [0];
  for (let i = 0; i < order.length; i++) {
    const node = order[i] as number;
    if ((nodes.column[node] as number) >= 0) order.push(nodes.left[node] as number, nodes.right[node] as number);
  }
  const place: number[] = [];
  order.forEach((node, index) => {
    place[node] = index;
  });
  const take = (list: readonly number[]) => order.map((node) => list[node] as number);
  return {
    column: take(nodes.column),
    threshold: take(nodes.threshold),
    left: take(nodes.left).map((node) => place[node] as number),
    right: take(nodes.right).map((node) => place[node] as number),
    missingLeft: take(nodes.missingLeft),
    gain: take(nodes.gain),
    cover: take(nodes.cover),
    weight: take(nodes.weight),
  };
}

/** Returns the first trees of an ensemble. */
export function firstTrees(ensemble: TreeEnsemble, count: number): TreeEnsemble {
  const nodes = ensemble.treeStart[count] as number;
  return {
    ...ensemble,
    treeStart: ensemble.treeStart.slice(0, count + 1),
    treeOutput: ensemble.treeOutput.slice(0, count),
    column: ensemble.column.slice(0, nodes),
    threshold: ensemble.threshold.slice(0, nodes),
    left: ensemble.left.slice(0, nodes),
    right: ensemble.right.slice(0, nodes),
    missingLeft: ensemble.missingLeft.slice(0, nodes),
    gain: ensemble.gain.slice(0, nodes),
    cover: ensemble.cover.slice(0, nodes),
    weight: ensemble.weight.slice(0, nodes),
  };
}
