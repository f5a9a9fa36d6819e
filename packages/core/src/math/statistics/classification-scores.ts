import { type Category, sortedCategories } from './agreement-result.js';
import { countPairs } from './kappa.js';
import type { MissingRule } from './test-result.js';

/** Scores of one class. A score is null where it is 0/0 and the rule is `null`. */
export interface CategoryScores {
  readonly category: Category;
  /** Units of this class in the reference. */
  readonly support: number;
  /** Units predicted as this class. */
  readonly predictedCount: number;
  readonly truePositives: number;
  readonly precision: number | null;
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN): 0 where precision and recall are 0, undefined only where the class is in neither list. */
  readonly f1: number | null;
}

/** What becomes of 0/0: told as null and left out of means, or counted as 0 or 1. */
export type UndefinedScoreRule = 'null' | 'zero' | 'one';

/** How well predicted classes meet those of a reference: plain JSON data. */
export interface ClassificationScores {
  readonly categories: readonly Category[];
  /** Units by reference (row) and prediction (column): shape `[category, category]`. */
  readonly confusion: readonly (readonly number[])[];
  readonly unitCount: number;
  readonly leftOutCount: number;
  /** One for each category: list. */
  readonly perCategory: readonly CategoryScores[];
  /** Share of units that are right, over all categories (micro accuracy). */
  readonly accuracy: number;
  /** Mean of the recalls of the averaged categories (macro or balanced accuracy). */
  readonly macroAccuracy: number | null;
  /** From the summed counts of the averaged categories; all three equal `accuracy` where every category is averaged. */
  readonly micro: { readonly precision: number | null; readonly recall: number | null; readonly f1: number | null };
  readonly macro: {
    readonly precision: number | null;
    readonly recall: number | null;
    /** Mean of the F1 scores of the categories: what scikit-learn and most papers of this field call macro F1. */
    readonly f1MeanOfScores: number | null;
    /** F1 of the mean precision and mean recall: the other definition, not below the first where all scores are defined. */
    readonly f1OfMeans: number | null;
  };
  /** Mean of F1 scores, each by the support of its category. */
  readonly weightedF1: number | null;
  /** Categories that the means are over: list. */
  readonly averagedOver: readonly Category[];
  /** What was undefined, or left out: list of sentences. */
  readonly notes: readonly string[];
}

/** Settings of {@link classificationScores}. */
export interface ClassificationScoresOptions {
  /** Default those that occur, numbers ascending, then texts. */
  readonly categories?: readonly Category[];
  /** Categories that means and micro scores are over, such as the behaviors without `other`; default all. */
  readonly averageOver?: readonly Category[];
  /** Default `null`. */
  readonly undefinedScores?: UndefinedScoreRule;
  /** What becomes of units without a class (NaN, null); default `refuse`. */
  readonly missing?: MissingRule;
}

/**
 * Returns confusion matrix, precision, recall and F1 of each category, and their micro and macro means. The two macro F1
 * differ (Opitz and Burst 2019), so both have a name.
 * @throws RangeError for lists of unequal length, no unit, or an unknown category.
 */
export function classificationScores(
  reference: ArrayLike<Category | null | undefined>,
  predicted: ArrayLike<Category | null | undefined>,
  options: ClassificationScoresOptions = {},
): ClassificationScores {
  const categories = options.categories ?? sortedCategories([Array.from(reference), Array.from(predicted)]);
  const { counts, leftOut } = countPairs('classification scores', reference, predicted, {
    categories,
    missing: options.missing ?? 'refuse',
  });
  const size = categories.length;
  const confusion = categories.map((_, i) => Array.from(counts.subarray(i * size, (i + 1) * size)));
  return scoresOfConfusion(confusion, { ...options, categories, leftOutCount: leftOut });
}

/**
 * Returns the same scores from a confusion matrix, units by reference (row) and prediction (column): shape
 * `[category, category]`.
 * @throws RangeError for a matrix that is not square, holds no unit or a negative count.
 */
export function scoresOfConfusion(
  confusion: readonly (readonly number[])[],
  options: Omit<ClassificationScoresOptions, 'missing'> & { leftOutCount?: number } = {},
): ClassificationScores {
  const what = 'classification scores';
  const { undefinedScores = 'null', leftOutCount = 0 } = options;
  const categories = options.categories ?? confusion.map((_, i) => i);
  const size = categories.length;
  if (confusion.length !== size || confusion.some((row) => row.length !== size)) {
    throw new RangeError(`${what}: the confusion matrix must have shape [${size},${size}]`);
  }
  if (confusion.some((row) => row.some((count) => !(count >= 0 && Number.isFinite(count))))) {
    throw new RangeError(`${what}: counts must be numbers from 0`);
  }
  const columnSums = categories.map((_, j) => confusion.reduce((sum, row) => sum + (row[j] as number), 0));
  const rowSums = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const unitCount = rowSums.reduce((sum, count) => sum + count, 0);
  if (unitCount === 0) throw new RangeError(`${what}: needs one unit or more, got none`);
  const averagedOver = options.averageOver ?? categories;
  const chosen = averagedOver.map((category) => {
    const which = categories.indexOf(category);
    if (which < 0) throw new RangeError(`${what}: averageOver must be among the categories, got ${category}`);
    return which;
  });
  if (chosen.length === 0) throw new RangeError(`${what}: averageOver must name one category or more, got none`);
  const instead = { null: null, zero: 0, one: 1 }[undefinedScores];
  const ratio = (part: number, whole: number) => (whole === 0 ? instead : part / whole);
  const perCategory = categories.map((category, i): CategoryScores => {
    const truePositives = confusion[i]?.[i] as number;
    const [support, predictedCount] = [rowSums[i] as number, columnSums[i] as number];
    return {
      category,
      support,
      predictedCount,
      truePositives,
      precision: ratio(truePositives, predictedCount),
      recall: ratio(truePositives, support),
      f1: ratio(2 * truePositives, support + predictedCount),
    };
  });
  const averaged = chosen.map((i) => perCategory[i] as CategoryScores);
  const meanOf = (name: 'precision' | 'recall' | 'f1'): number | null => {
    const known = averaged.flatMap((scores) => scores[name] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const total = (name: 'truePositives' | 'support' | 'predictedCount') =>
    averaged.reduce((sum, scores) => sum + scores[name], 0);
  const [precision, recall] = [meanOf('precision'), meanOf('recall')];
  const balanced = precision === null || recall === null ? null : ratio(2 * precision * recall, precision + recall);
  const rule = { null: 'left out of the means', zero: 'counted as 0', one: 'counted as 1' }[undefinedScores];
  const tell = (list: readonly CategoryScores[], score: string, reason: string) =>
    list.length === 0
      ? []
      : [`${score} of ${list.map((s) => s.category).join(', ')} is undefined (${reason}) and ${rule}.`];
  return {
    categories,
    confusion,
    unitCount,
    leftOutCount,
    perCategory,
    accuracy: confusion.reduce((sum, row, i) => sum + (row[i] as number), 0) / unitCount,
    macroAccuracy: recall,
    micro: {
      precision: ratio(total('truePositives'), total('predictedCount')),
      recall: ratio(total('truePositives'), total('support')),
      f1: ratio(2 * total('truePositives'), total('support') + total('predictedCount')),
    },
    macro: { precision, recall, f1MeanOfScores: meanOf('f1'), f1OfMeans: balanced },
    weightedF1: ratio(
      averaged.reduce((sum, scores) => sum + (scores.f1 ?? 0) * scores.support, 0),
      total('support'),
    ),
    averagedOver,
    notes: [
      ...tell(
        averaged.filter((s) => s.predictedCount === 0),
        'Precision',
        'never predicted',
      ),
      ...tell(
        averaged.filter((s) => s.support === 0),
        'Recall',
        'not in the reference',
      ),
      ...tell(
        averaged.filter((s) => s.support + s.predictedCount === 0),
        'F1',
        'in neither list',
      ),
      ...(leftOutCount > 0 ? [`${leftOutCount} units lack a class and were left out.`] : []),
    ],
  };
}
