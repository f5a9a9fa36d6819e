import { minimize } from './minimize.js';

/** A multinomial logistic regression on standardized columns: plain data. */
export interface LogisticModel {
  readonly kind: 'logistic';
  readonly classCount: number;
  /** Mean of each column where it is known, list. */
  readonly mean: readonly number[];
  /** Standard deviation of each column, 1 for a constant one, list. */
  readonly deviation: readonly number[];
  /** Columns that are at times not known and get a second column that says so, list of indices. */
  readonly indicated: readonly number[];
  /** Columns, then indicators, then the constant: list of shape `[class, column]`, flat. */
  readonly weights: readonly number[];
}

/** Settings of {@link trainLogistic}. */
export interface LogisticOptions {
  readonly classCount: number;
  /** Weight of each row, shape `[row]`; default 1. */
  readonly rowWeights?: Float32Array;
  /** Rows to learn from, ascending, shape `[index]`; default all. */
  readonly useRows?: Uint32Array;
  /** Strength of the ridge penalty for each weight, in units of the mean loss. Default 1e-4. */
  readonly ridge?: number;
  readonly maxIterations?: number;
}

const blockRows = 2048;

/** Writes the logits of rows into `out`, shape `[class, row]`. */
function logitsOf(
  model: Omit<LogisticModel, 'weights'>,
  weights: ArrayLike<number>,
  design: { readonly values: Float32Array; readonly rowCount: number; readonly rows: Uint32Array },
  out: Float64Array,
): void {
  const { classCount, mean, deviation, indicated } = model;
  const width = mean.length + indicated.length + 1;
  const count = design.rows.length;
  for (let c = 0; c < classCount; c++) out.fill(weights[c * width + width - 1] as number, c * count, (c + 1) * count);
  const add = (column: number, term: (row: number) => number) => {
    for (let i = 0; i < count; i++) {
      const x = term(design.rows[i] as number);
      if (x === 0) continue;
      for (let c = 0; c < classCount; c++) {
        out[c * count + i] = (out[c * count + i] as number) + (weights[c * width + column] as number) * x;
      }
    }
  };
  for (let column = 0; column < mean.length; column++) {
    const [at, center, scale] = [column * design.rowCount, mean[column] as number, 1 / (deviation[column] as number)];
    add(column, (row) => {
      const value = design.values[at + row] as number;
      return Number.isNaN(value) ? 0 : (value - center) * scale;
    });
  }
  for (const [k, column] of indicated.entries()) {
    const at = column * design.rowCount;
    add(mean.length + k, (row) => (Number.isNaN(design.values[at + row] as number) ? 1 : 0));
  }
}

/** Replaces logits, shape `[class, row]`, by probabilities. */
function softmax(logits: Float64Array, classCount: number, count: number): void {
  for (let i = 0; i < count; i++) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) highest = Math.max(highest, logits[c * count + i] as number);
    let sum = 0;
    for (let c = 0; c < classCount; c++) {
      const e = Math.exp((logits[c * count + i] as number) - highest);
      logits[c * count + i] = e;
      sum += e;
    }
    for (let c = 0; c < classCount; c++) logits[c * count + i] = (logits[c * count + i] as number) / sum;
  }
}

/**
 * Returns a logistic regression of rows, values `[column, row]` and labels `[row]` (class; NaN = left out), by L-BFGS on
 * the mean weighted log loss with a ridge penalty. Columns are standardized by their known values; a missing value counts as
 * the mean, and a column of its own says that it was missing.
 *
 * @throws RangeError where no row is left.
 */
export function trainLogistic(values: Float32Array, labels: Float32Array, options: LogisticOptions): LogisticModel {
  const { classCount, rowWeights, ridge = 1e-4, maxIterations = 200 } = options;
  const rowCount = labels.length;
  const columnCount = values.length / rowCount;
  const all = options.useRows ?? Uint32Array.from(labels, (_, row) => row);
  const rows = all.filter((row) => !Number.isNaN(labels[row] as number));
  if (rows.length === 0) throw new RangeError('useRows: must hold a row with a label, got none');
  const [mean, deviation, indicated] = [[] as number[], [] as number[], [] as number[]];
  for (let column = 0; column < columnCount; column++) {
    let [count, average, squares] = [0, 0, 0];
    for (const row of rows) {
      const value = values[column * rowCount + row] as number;
      if (Number.isNaN(value)) continue;
      count++;
      const off = value - average;
      average += off / count;
      squares += off * (value - average);
    }
    mean.push(average);
    const spread = count > 1 ? Math.sqrt(squares / count) : 0;
    deviation.push(spread > 0 ? spread : 1);
    if (count < rows.length && count > 0) indicated.push(column);
  }
  const shape = { kind: 'logistic', classCount, mean, deviation, indicated } as const;
  const width = columnCount + indicated.length + 1;
  const weightSum = rows.reduce((sum, row) => sum + (rowWeights?.[row] ?? 1), 0);
  const loss = (weights: Float64Array, gradient: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      const isConstant = i % width === width - 1;
      sum += isConstant ? 0 : (ridge / 2) * (weights[i] as number) ** 2;
      gradient[i] = isConstant ? 0 : ridge * (weights[i] as number);
    }
    for (let from = 0; from < rows.length; from += blockRows) {
      const part = rows.subarray(from, from + blockRows);
      const count = part.length;
      const p = new Float64Array(classCount * count);
      logitsOf(shape, weights, { values, rowCount, rows: part }, p);
      softmax(p, classCount, count);
      for (let i = 0; i < count; i++) {
        const row = part[i] as number;
        const weight = (rowWeights?.[row] ?? 1) / weightSum;
        const at = (labels[row] as number) * count + i;
        sum -= weight * Math.log(Math.max(p[at] as number, 1e-300));
        p[at] = (p[at] as number) - 1;
        for (let c = 0; c < classCount; c++) p[c * count + i] = (p[c * count + i] as number) * weight;
      }
      const add = (column: number, term: (row: number) => number) => {
        for (let i = 0; i < count; i++) {
          const x = term(part[i] as number);
          if (x === 0) continue;
          for (let c = 0; c < classCount; c++) {
            const at = c * width + column;
            gradient[at] = (gradient[at] as number) + (p[c * count + i] as number) * x;
          }
        }
      };
      for (let column = 0; column < columnCount; column++) {
        const [at, center, scale] = [column * rowCount, mean[column] as number, 1 / (deviation[column] as number)];
        add(column, (row) => {
          const value = values[at + row] as number;
          return Number.isNaN(value) ? 0 : (value - center) * scale;
        });
      }
      for (const [k, column] of indicated.entries()) {
        add(columnCount + k, (row) => (Number.isNaN(values[column * rowCount + row] as number) ? 1 : 0));
      }
      add(width - 1, () => 1);
    }
    return sum;
  };
  const { at } = minimize(loss, new Float64Array(classCount * width), { maxIterations });
  return { ...shape, weights: [...at] };
}

/** Returns the probability of each class, shape `[row, class]`, of rows with values `[column, row]`. */
export function predictLogistic(model: LogisticModel, values: Float32Array, rowCount: number): Float32Array {
  const { classCount } = model;
  const out = new Float32Array(rowCount * classCount);
  for (let from = 0; from < rowCount; from += blockRows) {
    const count = Math.min(blockRows, rowCount - from);
    const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
    const p = new Float64Array(classCount * count);
    logitsOf(model, model.weights, { values, rowCount, rows }, p);
    softmax(p, classCount, count);
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < classCount; c++) out[(from + i) * classCount + c] = p[c * count + i] as number;
    }
  }
  return out;
}
