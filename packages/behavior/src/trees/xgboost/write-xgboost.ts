import type { TreeEnsemble } from '../model/tree-ensemble.js';

/** How an XGBoost model is written. */
export interface WriteXgboostOptions {
  /** `1`: the layout of XGBoost 1.7, which all later versions read, too (the default); `3`: that of 3.x, which 2.x cannot read. */
  readonly layout?: 1 | 3;
}

/** Returns a 32-bit float as XGBoost writes it: the fewest digits that give it back, one before the point, an exponent. */
export function floatText(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) throw new RangeError(`number: must be finite in 32 bits, got ${value}`);
  if (single === 0) return Object.is(single, -0) ? '-0E0' : '0E0';
  let text = '';
  for (let digits = 0; digits < 9; digits++) {
    text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) {
      // Halfway between two texts XGBoost takes the even digit, toExponential the larger one.
      const [longer, exponent] = single.toExponential(digits + 1).split('e') as [string, string];
      const even = `${longer.slice(0, -1)}e${exponent}`;
      const isTie = longer.endsWith('5') && Number(`${longer}e${exponent}`) === single;
      if (isTie && /[02468]e/.test(even) && Math.fround(Number(even)) === single) text = even;
      break;
    }
  }
  return text.replace('e+', 'E').replace('e', 'E');
}

const floats = (values: Iterable<number>): string => `[${Array.from(values, floatText).join(',')}]`;
const whole = (values: Iterable<number>): string => `[${[...values].join(',')}]`;

/** Parent of the root in XGBoost's files. */
const NO_PARENT = 2147483647;

function treeText(model: TreeEnsemble, tree: number, layout: 1 | 3): string {
  const [start, end] = [model.treeStart[tree] as number, model.treeStart[tree + 1] as number];
  const count = end - start;
  const parents = new Array<number>(count).fill(NO_PARENT);
  const isLeaf = (node: number) => (model.column[node] as number) < 0;
  const child = (side: Int32Array, node: number) => (isLeaf(node) ? -1 : (side[node] as number) - start);
  const nodes = Array.from({ length: count }, (_, index) => start + index);
  for (const node of nodes) {
    if (isLeaf(node)) continue;
    parents[child(model.left, node)] = node - start;
    parents[child(model.right, node)] = node - start;
  }
  return [
    `{"base_weights":${floats(model.weight.subarray(start, end))}`,
    '"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[]',
    `"default_left":${whole(model.missingLeft.subarray(start, end))}`,
    `"id":${tree}`,
    `"left_children":${whole(nodes.map((node) => child(model.left, node)))}`,
    `"loss_changes":${floats(model.gain.subarray(start, end))}`,
    `"parents":${whole(parents)}`,
    `"right_children":${whole(nodes.map((node) => child(model.right, node)))}`,
    `"split_conditions":${floats(model.threshold.subarray(start, end))}`,
    `"split_indices":${whole(nodes.map((node) => Math.max(0, model.column[node] as number)))}`,
    `"split_type":${whole(nodes.map(() => 0))}`,
    `"sum_hessian":${floats(model.cover.subarray(start, end))}`,
    `"tree_param":{"num_deleted":"0","num_feature":"${model.columnCount}","num_nodes":"${count}","size_leaf_vector":"${layout === 3 ? 1 : 0}"}}`,
  ].join(',');
}

/**
 * Returns a model as XGBoost's JSON, its keys and numbers written as XGBoost writes them: a model that was read comes out
 * byte for byte, but for notes of its trainer: attributes, types of columns, `boost_from_average`. Throws RangeError where layout 1 cannot hold it: outputs that start from different
 * values. Source: XGBoost, "Introduction to Model IO" and its JSON schema.
 */
export function treeEnsembleToXgboost(model: TreeEnsemble, options: WriteXgboostOptions = {}): string {
  const { layout = 1 } = options;
  const { objective, outputCount, baseScore, columnCount, parallelTrees } = model;
  const treeCount = model.treeOutput.length;
  if (layout === 1 && baseScore.some((score) => score !== baseScore[0]))
    throw new RangeError('layout: must be 3 for a model whose outputs start from different values, got 1');
  const isMulti = objective === 'multi:softprob';
  const perRound = outputCount * parallelTrees;
  const rounds = Array.from({ length: Math.floor(treeCount / perRound) + 1 }, (_, round) => round * perRound);
  const leafVector = layout === 3 ? '' : ',"size_leaf_vector":"0"';
  const booster = [
    `"gbtree_model_param":{"num_parallel_tree":"${parallelTrees}","num_trees":"${treeCount}"${leafVector}}`,
    ...(layout === 3 ? [`"iteration_indptr":${whole(rounds)}`] : []),
    `"tree_info":${whole(model.treeOutput)}`,
    `"trees":[${Array.from({ length: treeCount }, (_, tree) => treeText(model, tree, layout)).join(',')}]`,
  ].join(',');
  const cats = layout === 3 ? '"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},' : '';
  const names = JSON.stringify(model.columnNames ?? []);
  const base = layout === 3 ? floats(baseScore) : floatText(baseScore[0] as number);
  const objectiveText = isMulti
    ? `{"name":"${objective}","softmax_multiclass_param":{"num_class":"${outputCount}"}}`
    : `{"name":"${objective}","reg_loss_param":{"scale_pos_weight":"1"}}`;
  return [
    `{"learner":{"attributes":{},"feature_names":${names},"feature_types":[]`,
    `"gradient_booster":{"model":{${cats}${booster}},"name":"gbtree"}`,
    `"learner_model_param":{"base_score":"${base}","boost_from_average":"1","num_class":"${isMulti ? outputCount : 0}","num_feature":"${columnCount}","num_target":"${isMulti ? 1 : outputCount}"}`,
    `"objective":${objectiveText}},"version":${layout === 3 ? '[3,2,0]' : '[1,7,6]'}}`,
  ].join(',');
}
