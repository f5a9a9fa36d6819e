import { choleskyFactor } from '../dense.js';
import { createDesignMatrix, type DesignMatrix, type FixedEffect } from './design-matrix.js';
import type { MixedModelOptions, MixedModelRows } from './mixed-model-result.js';
import { type GroupedMoments, groupMoments } from './random-intercept.js';

const what = 'linear mixed model';

/** Rows that a model can use. */
export interface Prepared {
  readonly design: DesignMatrix;
  /** Shape `[row]`. */
  readonly response: Float64Array;
  /** Index of the animal, shape `[row]`. */
  readonly animal: Int32Array;
  readonly animals: readonly (string | number)[];
  readonly leftOut: number;
}

/**
 * Returns the rows without missing values, and their design matrix.
 * @throws RangeError for missing values, one animal, or one row an animal.
 */
export function prepare({ response, animals, fixed }: MixedModelRows, options: MixedModelOptions): Prepared {
  const count = response.length;
  if (animals.length !== count) {
    throw new RangeError(`${what}: needs one animal a row, got ${animals.length} of ${count}`);
  }
  for (const { name, values } of fixed) {
    if (values.length !== count) {
      throw new RangeError(`${what}: ${name} must have ${count} rows like the response, got ${values.length}`);
    }
  }
  const kept: number[] = [];
  for (let row = 0; row < count; row++) {
    const columns = [{ name: 'the response', value: response[row] }].concat(
      fixed.flatMap(({ name, values }) => {
        const value = values[row];
        return typeof value === 'number' ? [{ name, value }] : [];
      }),
    );
    const bad = columns.find(({ value }) => !Number.isFinite(value));
    if (bad === undefined) kept.push(row);
    else if (options.missing !== 'omit' || !Number.isNaN(bad.value)) {
      throw new RangeError(`${what}: ${bad.name} needs finite numbers, got ${bad.value} in row ${row}`);
    }
  }
  const known = new Map<string | number, number>();
  const animal = Int32Array.from(kept, (row) => {
    const name = animals[row] as string | number;
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name) as number;
  });
  if (known.size < 2) {
    throw new RangeError(`${what}: needs two animals or more, got ${known.size === 1 ? [...known.keys()][0] : 'none'}`);
  }
  if (known.size === kept.length) {
    throw new RangeError(
      `${what}: needs several rows of some animal, got one of each of ${known.size} animals; a t test or ANOVA does that`,
    );
  }
  const keepColumn = (effect: FixedEffect): FixedEffect => {
    if (kept.length === count) return effect;
    if (typeof effect.values[0] !== 'string') {
      return { ...effect, values: Float64Array.from(kept, (row) => effect.values[row] as number) };
    }
    const values = kept.map((row) => effect.values[row] as string);
    const present = new Set(values);
    return { ...effect, values, ...(effect.levels && { levels: effect.levels.filter((level) => present.has(level)) }) };
  };
  return {
    design: createDesignMatrix(what, kept.length, fixed.map(keepColumn), options.interactions),
    response: Float64Array.from(kept, (row) => response[row] as number),
    animal,
    animals: [...known.keys()],
    leftOut: count - kept.length,
  };
}

/** Columns and response on scales of their own, with the way back. */
export interface Standardized {
  readonly moments: GroupedMoments;
  readonly responseMean: number;
  /** Shape `[column]`. */
  readonly means: Float64Array;
  /** Shape `[column]`. */
  readonly scales: Float64Array;
  readonly logScales: number;
}

/**
 * Returns the moments of columns that were centered and scaled.
 * @throws RangeError for columns that depend on each other, too few animals, or a response without variation.
 */
export function standardize({ design, response, animal, animals }: Prepared): Standardized {
  const { columnNames, rowCount, values } = design;
  const p = columnNames.length;
  if (rowCount <= p) throw new RangeError(`${what}: needs more rows than its ${p} coefficients, got ${rowCount}`);
  const means = new Float64Array(p);
  const scales = new Float64Array(p).fill(1);
  const columns = Float64Array.from(values);
  for (let c = 1; c < p; c++) {
    let mean = 0;
    for (let row = 0; row < rowCount; row++) mean += (values[row * p + c] as number) / rowCount;
    let squares = 0;
    for (let row = 0; row < rowCount; row++) squares += ((values[row * p + c] as number) - mean) ** 2;
    const scale = Math.sqrt(squares / rowCount);
    if (!(scale > 1e-12 * Math.abs(mean))) {
      throw new RangeError(`${what}: ${columnNames[c]} must differ between rows, got ${values[c]} in all of them`);
    }
    means[c] = mean;
    scales[c] = scale;
    for (let row = 0; row < rowCount; row++) columns[row * p + c] = ((values[row * p + c] as number) - mean) / scale;
  }
  requireIndependence(columns, columnNames, rowCount);
  let responseMean = 0;
  for (const value of response) responseMean += value / rowCount;
  const centered = response.map((value) => value - responseMean);
  const moments = groupMoments(columns, centered, { animal, animalCount: animals.length });
  const between = columnNames.filter(
    (_, c) => c === 0 || (moments.withinColumns[c * p + c] as number) < 1e-9 * rowCount,
  );
  if (animals.length <= between.length) {
    throw new RangeError(
      `${what}: ${between.length} coefficients that differ only between animals need ${between.length + 1} animals or ` +
        `more, got ${animals.length}`,
    );
  }
  let total = moments.withinResponse;
  for (const [i, mean] of moments.responseMeans.entries()) total += (moments.sizes[i] as number) * mean * mean;
  const magnitude = responseMean * responseMean * rowCount + total;
  if (!(total > 1e-24 * magnitude)) {
    throw new RangeError(`${what}: the response must differ between rows, got ${response[0]} in all of them`);
  }
  if (!(moments.withinResponse > 1e-20 * total)) {
    throw new RangeError(`${what}: rows of one animal must differ, got the same response in all rows of every animal`);
  }
  return { moments, responseMean, means, scales, logScales: scales.reduce((sum, scale) => sum + Math.log(scale), 0) };
}

/** Refuses a column that the columns before it make up. */
function requireIndependence(columns: Float64Array, names: readonly string[], rowCount: number): void {
  const p = names.length;
  const gram = new Float64Array(p * p);
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < p; c++) {
      const value = (columns[row * p + c] as number) / rowCount;
      for (let d = 0; d <= c; d++) gram[c * p + d]! += value * (columns[row * p + d] as number);
    }
  }
  for (let size = 1; size <= p; size++) {
    const part = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) part[i * size + j] = gram[i * p + j] as number;
    const lower = choleskyFactor(part, size);
    if (lower === undefined || (lower[size * size - 1] as number) ** 2 < 1e-10) {
      throw new RangeError(
        `${what}: ${names[size - 1]} says nothing beyond the effects before it; leave one of them out`,
      );
    }
  }
}

/** Returns T M T' of a matrix of shape `[column, column]`, where T takes coefficients of standardized columns back to those of the columns themselves. */
export function unscaleCovariance(matrix: Float64Array, { means, scales }: Standardized): Float64Array {
  const p = means.length;
  const back = (row: number, column: number): number => {
    if (column === 0) return row === 0 ? 1 : 0;
    if (row === 0) return -(means[column] as number) / (scales[column] as number);
    return row === column ? 1 / (scales[column] as number) : 0;
  };
  const half = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = i === 0 ? 0 : back(i, i) * (matrix[i * p + j] as number);
      if (i === 0) for (let k = 0; k < p; k++) sum += back(0, k) * (matrix[k * p + j] as number);
      half[i * p + j] = sum;
    }
  }
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let sum = j === 0 ? 0 : back(j, j) * (half[i * p + j] as number);
      if (j === 0) for (let k = 0; k < p; k++) sum += back(0, k) * (half[i * p + k] as number);
      out[i * p + j] = sum;
    }
  }
  return out;
}
