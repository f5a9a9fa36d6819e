import { type BehaviorModel, featureImportance, type Scorer, type TreeEnsemble, treeShap } from '@zoopraxis/behavior';
import type { FeatureBarsData, ShapBeeswarmData } from '@zoopraxis/figures';

/** Returns names of columns for figures: without the animal where all are of one, or of all animals alike; list. */
function shownColumns(columns: readonly string[]): readonly string[] {
  const prefix = columns.every((name) => name.startsWith('all ')) ? 'all '.length : 0;
  return columns.map((name) => name.slice(prefix));
}

/** Trees of one behavior, or of all. */
interface NamedTrees {
  readonly name: string;
  readonly ensemble: TreeEnsemble;
}

/** Returns the first trees of a classifier, by behavior where each has its own; undefined where it has none. */
function treesOf(scorer: Scorer, behaviors: readonly string[]): NamedTrees[] | undefined {
  switch (scorer.kind) {
    case 'trees': {
      if (scorer.strategy === 'multi-class')
        return scorer.ensembles.map((ensemble) => ({ name: 'all behaviors', ensemble }));
      const names = behaviors.filter((_, b) => b !== scorer.other);
      return scorer.ensembles.map((ensemble, i) => ({ name: names[i] ?? `behavior ${i + 1}`, ensemble }));
    }
    case 'mean':
      for (const { scorer: member } of scorer.members) {
        const trees = treesOf(member, behaviors);
        if (trees !== undefined) return trees;
      }
      return undefined;
    default:
      return undefined;
  }
}

/**
 * Returns how the gain of a classifier's trees is shared among its feature columns, in percent: of each behavior's classifier
 * where each has its own. Undefined for classifiers without trees. Columns that resemble each other share what one of them
 * would have alone.
 */
export function gainShares(
  model: Pick<BehaviorModel, 'behaviors' | 'columns' | 'scorer'>,
): FeatureBarsData | undefined {
  const trees = treesOf(model.scorer, model.behaviors);
  if (trees === undefined || trees.length === 0) return undefined;
  const gains = trees.map(({ ensemble }) => featureImportance(ensemble, 'totalGain'));
  const totals = gains.map((list) => list.reduce((sum, gain) => sum + gain, 0));
  const features = shownColumns(model.columns).map((name, column) => ({
    name,
    values: gains.map((list, i) => {
      const total = totals[i] as number;
      return total > 0 ? (100 * (list[column] as number)) / total : 0;
    }),
  }));
  return {
    measure: 'share of the gain of all splits',
    unit: '%',
    parts: trees.map(({ name }) => name),
    features: features.filter(({ values }) => values.some((value) => value > 0)),
  };
}

/** What features add to the scores of single frames. */
export interface ModelExplanation {
  /** One for each behavior. */
  readonly beeswarms: readonly ShapBeeswarmData[];
  /** Mean absolute SHAP values. */
  readonly bars: FeatureBarsData;
}

/**
 * Returns exact SHAP values of a classifier's trees for some frames, one figure's data for each behavior: what each column
 * adds to the log odds (of one classifier of all behaviors: to the score before softmax). Undefined for classifiers without
 * trees.
 * @param values Feature columns in the model's order, shape `[column, row]`; NaN = missing.
 */
export function explainRows(
  model: Pick<BehaviorModel, 'behaviors' | 'columns' | 'scorer'>,
  values: Float32Array,
  { rowCount, most = 15 }: { readonly rowCount: number; readonly most?: number },
): ModelExplanation | undefined {
  const trees = treesOf(model.scorer, model.behaviors);
  if (trees === undefined) return undefined;
  const width = model.columns.length + 1;
  const names = shownColumns(model.columns);
  const parts = trees.flatMap(({ name, ensemble }) => {
    const shap = treeShap(ensemble, values, rowCount);
    const { outputCount } = ensemble;
    return Array.from({ length: outputCount }, (_, output) => ({
      name: outputCount === 1 ? name : (model.behaviors[output] ?? `behavior ${output + 1}`),
      unit: outputCount === 1 ? 'log-odds' : 'score',
      of: (column: number) =>
        Float64Array.from(
          { length: rowCount },
          (_, row) => shap[(row * outputCount + output) * width + column] as number,
        ),
    }));
  });
  const sizes = parts.map(({ of }) =>
    model.columns.map(
      (_, column) => of(column).reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(rowCount, 1),
    ),
  );
  return {
    beeswarms: parts.map(({ name, unit, of }, i) => {
      const own = sizes[i] as number[];
      const largest = model.columns
        .map((_, column) => column)
        .filter((column) => (own[column] as number) > 0)
        .sort((a, b) => (own[b] as number) - (own[a] as number) || a - b)
        .slice(0, most);
      return {
        output: `${unit} of ${name}`,
        features: largest.map((column) => ({
          name: names[column] as string,
          shap: of(column),
          values: values.slice(column * rowCount, (column + 1) * rowCount),
        })),
        most,
      };
    }),
    bars: {
      measure: 'mean |SHAP value|',
      parts: parts.map(({ name }) => name),
      features: names.flatMap((name, column) => {
        const own = sizes.map((list) => list[column] as number);
        return own.some((size) => size > 0) ? [{ name, values: own }] : [];
      }),
    },
  };
}
