import { FormatError } from '@zoopraxis/core';
import { emptyTree, joinTrees, type TreeEnsemble, type TreeNodes, type TreeObjective } from '../model/tree-ensemble.js';

type Json = Readonly<Record<string, unknown>>;

/** What is told beside a model. */
export interface ReadXgboostOptions {
  /** Name of the file in errors. */
  readonly path?: string;
}

const objectives: readonly TreeObjective[] = ['binary:logistic', 'multi:softprob', 'reg:squarederror'];
/** Outputs and columns that a model may have. */
const MOST = 10_000_000;

/** Reads parts of a model, and knows what to say where one is not as it should be. */
class ModelReader {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  fail(where: string, expected: string, found: unknown, hint?: string): never {
    const text = typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : describe(found);
    throw new FormatError({
      format: 'XGBoost model',
      where,
      expected,
      found: text,
      ...(this.#path === undefined ? {} : { path: this.#path }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  object(value: unknown, where: string): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail(where, 'an object', value);
    return value as Json;
  }

  list(value: unknown, where: string, length?: number): readonly unknown[] {
    if (!Array.isArray(value)) this.fail(where, 'a list', value);
    if (length !== undefined && value.length !== length) this.fail(where, `${length} values`, value);
    return value;
  }

  count(value: unknown, where: string, least = 0): number {
    const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
    if (!(typeof number === 'number' && Number.isInteger(number) && number >= least && number <= MOST))
      this.fail(where, `a whole number in ${least}..${MOST}`, value);
    return number;
  }

  floats(value: unknown, where: string, length: number): number[] {
    return this.list(value, where, length).map((item, index) => {
      if (!(typeof item === 'number' && Number.isFinite(Math.fround(item))))
        this.fail(`${where}[${index}]`, 'a finite 32-bit number', item);
      return item;
    });
  }

  integers(value: unknown, where: string, length: number, least: number, most: number): number[] {
    return this.list(value, where, length).map((item, index) => {
      const number = item === true ? 1 : item === false ? 0 : item;
      if (!(typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most))
        this.fail(`${where}[${index}]`, `a whole number in ${least}..${most}`, item);
      return number;
    });
  }

  baseScore(value: unknown, outputs: number, isProbability: boolean): Float32Array {
    const where = 'learner.learner_model_param.base_score';
    if (typeof value !== 'string' || value.length > 40 * (outputs + 1)) this.fail(where, 'a number as text', value);
    const inner = value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value;
    const parts = inner.split(',');
    if (parts.length !== 1 && parts.length !== outputs) this.fail(where, `1 or ${outputs} numbers`, value);
    const scores = parts.map((part) => {
      const number = Math.fround(/^\s*[-+]?[\d.]+([eE][-+]?\d+)?\s*$/.test(part) ? Number(part) : Number.NaN);
      if (!Number.isFinite(number) || (isProbability && !(number > 0 && number < 1)))
        this.fail(where, isProbability ? 'a probability between 0 and 1' : 'a finite number', value);
      return number;
    });
    return Float32Array.from({ length: outputs }, (_, output) => scores[output] ?? (scores[0] as number));
  }

  /** One tree: only nodes that its root leads to, in their order. */
  tree(value: unknown, where: string, columnCount: number): TreeNodes {
    const tree = this.object(value, where);
    const parameters = this.object(tree.tree_param, `${where}.tree_param`);
    const count = this.count(parameters.num_nodes, `${where}.tree_param.num_nodes`, 1);
    if (this.count(parameters.size_leaf_vector ?? '0', `${where}.tree_param.size_leaf_vector`) > 1)
      this.fail(
        `${where}.tree_param.size_leaf_vector`,
        'trees with one value a leaf',
        parameters.size_leaf_vector,
        'Train with multi_strategy one_output_per_tree.',
      );
    const left = this.integers(tree.left_children, `${where}.left_children`, count, -1, count - 1);
    const right = this.integers(tree.right_children, `${where}.right_children`, count, -1, count - 1);
    const column = this.integers(tree.split_indices, `${where}.split_indices`, count, 0, MOST);
    const missingLeft = this.integers(tree.default_left, `${where}.default_left`, count, 0, 1);
    const threshold = this.floats(tree.split_conditions, `${where}.split_conditions`, count);
    const gain = this.floats(tree.loss_changes, `${where}.loss_changes`, count);
    const cover = this.floats(tree.sum_hessian, `${where}.sum_hessian`, count);
    const weight = this.floats(tree.base_weights, `${where}.base_weights`, count);
    const hint = 'Train XGBoost without enable_categorical: give categories as numbers.';
    if (tree.split_type !== undefined) {
      const kinds = this.integers(tree.split_type, `${where}.split_type`, count, 0, 1);
      const categorical = kinds.indexOf(1);
      if (categorical >= 0)
        this.fail(`${where}.split_type[${categorical}]`, 'splits of numbers', 'a split of categories', hint);
    }
    if (tree.categories !== undefined && this.list(tree.categories, `${where}.categories`).length > 0)
      this.fail(`${where}.categories`, 'splits of numbers', 'categories', hint);

    // Each node may be reached once: else the tree has a circle, or two ways to one leaf.
    const reached = new Uint8Array(count);
    const waiting = [0];
    reached[0] = 1;
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if ((left[node] === -1) !== (right[node] === -1))
        this.fail(`${where}.left_children[${node}]`, 'two children or none', 'one child');
      if (left[node] === -1) continue;
      if ((column[node] as number) >= columnCount)
        this.fail(`${where}.split_indices[${node}]`, `a column below ${columnCount}`, column[node]);
      for (const child of [left[node] as number, right[node] as number]) {
        if (reached[child] === 1)
          this.fail(
            `${where}.left_children[${node}]`,
            'a tree, in which each node has one parent',
            `node ${child} twice`,
          );
        reached[child] = 1;
        waiting.push(child);
      }
    }
    const nodes = emptyTree();
    const place = new Int32Array(count);
    let next = 0;
    for (let node = 0; node < count; node++) if (reached[node] === 1) place[node] = next++;
    for (let node = 0; node < count; node++) {
      if (reached[node] === 0) continue;
      const isLeaf = left[node] === -1;
      nodes.column.push(isLeaf ? -1 : (column[node] as number));
      nodes.threshold.push(threshold[node] as number);
      nodes.left.push(place[isLeaf ? node : (left[node] as number)] as number);
      nodes.right.push(place[isLeaf ? node : (right[node] as number)] as number);
      nodes.missingLeft.push(missingLeft[node] as number);
      nodes.gain.push(gain[node] as number);
      nodes.cover.push(cover[node] as number);
      nodes.weight.push(weight[node] as number);
    }
    return nodes;
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/**
 * Returns the model of an XGBoost JSON file (text or bytes): `gbtree` of two classes, several, or numbers, in the layouts of
 * XGBoost 1.x to 3.x. Throws FormatError on anything else; every number is checked before it is used.
 */
export function treeEnsembleFromXgboost(file: string | Uint8Array, options: ReadXgboostOptions = {}): TreeEnsemble {
  const reader = new ModelReader(options.path);
  const text = typeof file === 'string' ? file : new TextDecoder().decode(file);
  const asJson = 'Save it with model.save_model("model.json").';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    reader.fail('byte 0', 'JSON', text, asJson);
  }
  const learner = reader.object(reader.object(parsed, 'the file').learner, 'learner');
  const booster = reader.object(learner.gradient_booster, 'learner.gradient_booster');
  if (booster.name !== 'gbtree')
    reader.fail('learner.gradient_booster.name', '"gbtree"', booster.name, 'Train XGBoost with booster gbtree.');
  const model = reader.object(booster.model, 'learner.gradient_booster.model');
  const parameters = reader.object(learner.learner_model_param, 'learner.learner_model_param');
  const name = reader.object(learner.objective, 'learner.objective').name;
  const objective =
    objectives.find((known) => known === name) ?? reader.fail('learner.objective.name', objectives.join(', '), name);
  const columnCount = reader.count(parameters.num_feature, 'learner.learner_model_param.num_feature', 1);
  const classes = reader.count(parameters.num_class ?? '0', 'learner.learner_model_param.num_class');
  const targets = reader.count(parameters.num_target ?? '1', 'learner.learner_model_param.num_target');
  const isMulti = objective === 'multi:softprob';
  if (isMulti && classes < 2) reader.fail('learner.learner_model_param.num_class', 'at least 2', classes);
  const outputCount = isMulti ? classes : Math.max(1, targets);
  if (objective === 'binary:logistic' && outputCount > 1)
    reader.fail('learner.learner_model_param.num_target', '1', outputCount);

  const at = 'learner.gradient_booster.model';
  const treeParameters = reader.object(model.gbtree_model_param, `${at}.gbtree_model_param`);
  const trees = reader.list(model.trees, `${at}.trees`);
  const treeCount = reader.count(treeParameters.num_trees, `${at}.gbtree_model_param.num_trees`);
  if (treeCount !== trees.length) reader.fail(`${at}.trees`, `${treeCount} trees`, trees);
  if (outputCount > Math.max(1, treeCount))
    reader.fail(`${at}.trees`, `a tree for each of ${outputCount} outputs`, trees);
  const outputs = reader.integers(model.tree_info, `${at}.tree_info`, treeCount, 0, outputCount - 1);
  const cats = model.cats === undefined ? undefined : reader.object(model.cats, `${at}.cats`);
  if (cats?.enc !== undefined && reader.list(cats.enc, `${at}.cats.enc`).length > 0)
    reader.fail(`${at}.cats.enc`, 'columns of numbers', 'categories', 'Give categories as numbers.');
  const names = reader.list(learner.feature_names ?? [], 'learner.feature_names');
  if (names.length > 0 && names.length !== columnCount)
    reader.fail('learner.feature_names', `${columnCount} names, or none`, names);
  const columnNames = names.map((item, index) =>
    typeof item === 'string' ? item : reader.fail(`learner.feature_names[${index}]`, 'a text', item),
  );
  const head = {
    objective,
    outputCount,
    columnCount,
    ...(columnNames.length === 0 ? {} : { columnNames }),
    baseScore: reader.baseScore(parameters.base_score, outputCount, objective === 'binary:logistic'),
    parallelTrees: Math.max(
      1,
      reader.count(treeParameters.num_parallel_tree ?? '1', `${at}.gbtree_model_param.num_parallel_tree`),
    ),
  };
  return joinTrees(
    head,
    trees.map((tree, index) => ({
      output: outputs[index] as number,
      nodes: reader.tree(tree, `${at}.trees[${index}]`, columnCount),
    })),
  );
}
