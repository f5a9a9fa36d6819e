import type { BinnedRows } from '../bins/binned-rows.js';
import type { GrowthSettings } from '../grow/plan.js';
import type { TreeObjective } from '../model/tree-ensemble.js';

/** One round of training that is done. */
export interface TreeRound {
  /** Counted from 0. */
  readonly round: number;
  /** Score of the validation rows, where there are any. */
  readonly score?: number;
  /** The round with the best score so far. */
  readonly bestRound?: number;
}

/** Rows that decide when to stop; they are not trained on. */
export interface TreeValidation {
  /** Row numbers, list. */
  readonly rows: Uint32Array;
  /** `logloss` (the default but for squared error), `auc` and `aucpr` (average precision) of two classes, `rmse` of numbers. */
  readonly metric?: 'logloss' | 'auc' | 'aucpr' | 'rmse';
  /** Rounds without a better score after which training stops; the model ends with its best round. */
  readonly patience: number;
}

/** How trees are trained. Defaults are XGBoost's. */
export interface TreeOptions {
  readonly objective: TreeObjective;
  /** Number of classes of `multi:softprob`. */
  readonly classes?: number;
  readonly rounds: number;
  /** 0.3 by default. */
  readonly learningRate?: number;
  /** 6 by default; 0 = no limit. */
  readonly maxDepth?: number;
  /** Leaves of a tree at most; no limit by default, and 2^maxDepth is one. */
  readonly maxLeaves?: number;
  /** Whether the whole level is split next (the default) or the leaf that gains most. */
  readonly growth?: 'depth' | 'leaf';
  /** Least sum of the Hessian on each side of a split, 1 by default. */
  readonly minChildWeight?: number;
  /** Least gain of a split, 0 by default. */
  readonly gamma?: number;
  /** L2 penalty of leaves, 1 by default. */
  readonly lambda?: number;
  /** L1 penalty of leaves, 0 by default. */
  readonly alpha?: number;
  /** Share of the rows that a tree sees, 1 by default. */
  readonly subsample?: number;
  /** Share of the columns that a tree sees, 1 by default. */
  readonly columnSample?: number;
  /** Share of a tree's columns that a split sees, 1 by default. */
  readonly columnSampleByNode?: number;
  /** 0 by default. The same seed gives the same model, bit for bit, at any number of threads. */
  readonly seed?: number | string;
  /** Weight of each row, shape `[row]`; 1 by default. */
  readonly weights?: Float32Array;
  /** Weight of each class, list, times that of the row; 1 by default. */
  readonly classWeights?: readonly number[];
  /** Rows to train on (numbers, list); all but those of the validation by default. */
  readonly useRows?: Uint32Array;
  readonly validation?: TreeValidation;
  /** Names of the columns (list), kept in the model. */
  readonly columnNames?: readonly string[];
  /** Memory for histograms, 512 MiB by default; less of it costs time, never changes the model. */
  readonly histogramMiB?: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (round: TreeRound) => void;
}

/** Options that were checked, with every default. */
export interface CheckedOptions {
  readonly settings: GrowthSettings;
  /** Ascending row numbers, list. */
  readonly trainRows: Uint32Array;
  /** Ascending row numbers, list. */
  readonly validationRows: Uint32Array;
  /** Weights of rows times those of their classes, shape `[row]`. */
  readonly weights: Float32Array;
}

/** Checks numbers by name: all of them, or those of one kind. */
function checkNumber(name: string, value: number, least: number, most: number, whole = false): number {
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value)))
    throw new RangeError(
      `${name}: must be a ${whole ? 'whole ' : ''}number in ${least}..${most === Number.MAX_VALUE ? '' : most}, got ${value}`,
    );
  return value;
}

/** Returns row numbers in ascending order, list; throws RangeError on doubles and on numbers that are no rows. */
function sortedRows(name: string, rows: Uint32Array, rowCount: number): Uint32Array {
  const sorted = rows.slice().sort();
  for (let i = 0; i < sorted.length; i++) {
    if ((sorted[i] as number) >= rowCount)
      throw new RangeError(`${name}: must be rows below ${rowCount}, got ${sorted[i]}`);
    if (i > 0 && sorted[i] === sorted[i - 1])
      throw new RangeError(`${name}: must name each row once (use weights), got ${sorted[i]} twice`);
  }
  return sorted;
}

/** Returns options with defaults filled in, checked against labels, shape `[row]`; throws TypeError or RangeError on what cannot be trained. */
export function checkOptions(
  rows: BinnedRows,
  labels: Float32Array,
  options: TreeOptions,
  forest = false,
): CheckedOptions {
  const { objective, validation, classWeights } = options;
  const count = rows.filledCount;
  if (!['binary:logistic', 'multi:softprob', 'reg:squarederror'].includes(objective))
    throw new TypeError(
      `objective: must be binary:logistic, multi:softprob or reg:squarederror, got ${String(objective)}`,
    );
  if (count === 0) throw new RangeError('rows: must be at least one, got none');
  if (labels.length !== count && labels.length !== rows.rowCount)
    throw new RangeError(`labels: must be one for each of ${count} rows, got ${labels.length}`);
  const isMulti = objective === 'multi:softprob';
  const { classes } = options;
  if (isMulti) checkNumber('classes', classes ?? Number.NaN, 2, 10_000, true);
  else if (classes !== undefined && !(objective === 'binary:logistic' && classes === 2))
    throw new RangeError(`classes: must be left out for ${objective}, got ${classes}`);
  const classCount = isMulti ? (classes as number) : objective === 'binary:logistic' ? 2 : 0;

  const validationRows = sortedRows('validation.rows', validation?.rows ?? new Uint32Array(0), count);
  if (validation !== undefined && validationRows.length === 0)
    throw new RangeError('validation.rows: must be at least one row, got none');
  const held = new Uint8Array(count);
  for (const row of validationRows) held[row] = 1;
  const trainRows =
    options.useRows === undefined
      ? Uint32Array.from({ length: count }, (_, row) => row).filter((row) => held[row] === 0)
      : sortedRows('useRows', options.useRows, count);
  if (trainRows.length === 0) throw new RangeError('useRows: must be at least one row, got none');
  for (const row of trainRows)
    if (held[row] === 1) throw new RangeError(`useRows: must not be validated on as well, got row ${row} in both`);

  if (options.weights !== undefined && options.weights.length !== labels.length)
    throw new RangeError(`weights: must be one for each label (${labels.length}), got ${options.weights.length}`);
  if (classWeights !== undefined) {
    if (classWeights.length !== classCount)
      throw new RangeError(`classWeights: must be one for each of ${classCount} classes, got ${classWeights.length}`);
    classWeights.forEach((weight, index) => {
      checkNumber(`classWeights[${index}]`, weight, 0, Number.MAX_VALUE);
    });
  }
  const weights = new Float32Array(rows.rowCount);
  for (const [list, what] of [
    [trainRows, 'train'],
    [validationRows, 'validation'],
  ] as const) {
    let total = 0;
    for (const row of list) {
      const label = labels[row] as number;
      const fits =
        classCount > 0 ? Number.isInteger(label) && label >= 0 && label < classCount : Number.isFinite(label);
      if (!fits)
        throw new RangeError(
          `labels: must be ${classCount > 0 ? `whole numbers in 0..${classCount - 1}` : 'finite'}, got ${label} in row ${row} (leave rows without a label out of useRows)`,
        );
      const weight = (options.weights?.[row] ?? 1) * (classWeights?.[label] ?? 1);
      if (!(weight >= 0 && Number.isFinite(weight)))
        throw new RangeError(`weights: must be finite and not negative, got ${weight} in row ${row}`);
      weights[row] = weight;
      total += weight;
    }
    if (list.length > 0 && !(total > 0)) throw new RangeError(`weights: ${what} rows must not all weigh 0`);
  }

  const metric = validation?.metric;
  if (metric !== undefined) {
    const allowed = isMulti ? ['logloss'] : objective === 'binary:logistic' ? ['logloss', 'auc', 'aucpr'] : ['rmse'];
    if (!allowed.includes(metric))
      throw new RangeError(`validation.metric: must be ${allowed.join(' or ')} for ${objective}, got ${metric}`);
  }
  if (metric === 'auc' || metric === 'aucpr') {
    const positives = validationRows.filter((row) => labels[row] === 1 && (weights[row] as number) > 0).length;
    const negatives = validationRows.filter((row) => labels[row] === 0 && (weights[row] as number) > 0).length;
    if (positives === 0 || negatives === 0)
      throw new RangeError(
        `validation.rows: must hold rows of both classes for ${metric}, got ${positives} of 1 and ${negatives} of 0`,
      );
  }
  if (validation !== undefined) checkNumber('validation.patience', validation.patience, 1, 2 ** 31, true);
  checkNumber('histogramMiB', options.histogramMiB ?? 512, 0, 4096);
  checkNumber('rounds', options.rounds, 1, 100_000, true);
  const { columnNames } = options;
  if (columnNames !== undefined && columnNames.length !== rows.layout.columnCount)
    throw new RangeError(
      `columnNames: must be one for each of ${rows.layout.columnCount} columns, got ${columnNames.length}`,
    );
  const most = Number.MAX_VALUE;
  const growth = options.growth ?? 'depth';
  if (growth !== 'depth' && growth !== 'leaf')
    throw new TypeError(`growth: must be depth or leaf, got ${String(growth)}`);
  const share = (name: 'subsample' | 'columnSample' | 'columnSampleByNode'): number => {
    const value = options[name] ?? 1;
    if (!(value > 0 && value <= 1)) throw new RangeError(`${name}: must be above 0 and at most 1, got ${value}`);
    return value;
  };
  const settings: GrowthSettings = {
    objective: forest ? 'reg:squarederror' : objective,
    outputCount: isMulti ? (classes as number) : 1,
    learningRate: checkNumber('learningRate', options.learningRate ?? 0.3, 1e-12, 1000),
    maxDepth: checkNumber('maxDepth', options.maxDepth ?? 6, 0, 1000, true),
    maxLeaves: checkNumber('maxLeaves', options.maxLeaves ?? 0, 0, 2 ** 24, true),
    growth,
    minChildWeight: checkNumber('minChildWeight', options.minChildWeight ?? 1, 0, most),
    gamma: checkNumber('gamma', options.gamma ?? 0, 0, most),
    lambda: checkNumber('lambda', options.lambda ?? 1, 0, most),
    alpha: checkNumber('alpha', options.alpha ?? 0, 0, most),
    subsample: share('subsample'),
    columnSample: share('columnSample'),
    columnSampleByNode: share('columnSampleByNode'),
    seed: options.seed ?? 0,
    forest,
  };
  if (settings.maxLeaves === 1) throw new RangeError('maxLeaves: must be 0 or at least 2, got 1');
  return { settings, trainRows, validationRows, weights };
}
