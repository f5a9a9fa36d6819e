/** What a polynomial fitted to a window is asked for. */
export interface SavitzkyGolayOptions {
  /** Number of values in the window, equally spaced. */
  readonly window: number;
  /** Degree of the polynomial, below `window`. */
  readonly order: number;
  /** 0 gives the value, 1 the slope, 2 the second derivative, ... Default 0. */
  readonly derivative?: number;
  /** Place in the window, from 0; fractions are fine. Default the middle, `(window - 1) / 2`. */
  readonly at?: number;
  /** Distance between values: derivatives are per this unit. Default 1. */
  readonly spacing?: number;
}

function checkWhole(name: string, value: number, lowest: number): void {
  if (!Number.isSafeInteger(value) || value < lowest) {
    throw new RangeError(`Savitzky-Golay: ${name} must be a whole number from ${lowest}, got ${value}`);
  }
}

/**
 * Returns weights, shape `[place]`, whose sum with values at the places `x` is a derivative at `at` of the polynomial of
 * degree `order` with the least squared error. Grows the orthonormal polynomials of the places one degree at a time
 * (Forsythe 1957), so that high orders and long windows stay exact where normal equations lose all digits.
 * @throws RangeError where there are fewer different places than `order + 1`.
 */
export function polynomialWeights(
  x: ArrayLike<number>,
  { order, derivative = 0, at }: { order: number; derivative?: number; at: number },
): Float64Array {
  const count = x.length;
  checkWhole('order', order, 0);
  checkWhole('derivative', derivative, 0);
  if (count <= order) throw new RangeError(`Savitzky-Golay: order must be below ${count} values, got ${order}`);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    low = Math.min(low, x[i] as number);
    high = Math.max(high, x[i] as number);
  }
  const center = (low + high) / 2;
  const scale = (high - low) / 2 || 1;
  const place = (at - center) / scale;
  const weights = new Float64Array(count);
  let [before, now, next] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  // Derivatives 0..derivative at the place asked for, of the polynomials of degree k - 1, k, k + 1.
  let [dBefore, dNow, dNext] = [0, 1, 2].map(() => new Float64Array(derivative + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  now.fill(1 / Math.sqrt(count));
  dNow[0] = 1 / Math.sqrt(count);
  let beta = 0;
  for (let degree = 0; ; degree++) {
    const factor = dNow[derivative] as number;
    for (let i = 0; i < count; i++) weights[i] = (weights[i] as number) + factor * (now[i] as number);
    if (degree === order) break;
    let alpha = 0;
    for (let i = 0; i < count; i++) alpha += (((x[i] as number) - center) / scale) * (now[i] as number) ** 2;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const t = ((x[i] as number) - center) / scale - alpha;
      const value = t * (now[i] as number) - beta * (before[i] as number);
      next[i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    if (!(norm > 1e-12)) {
      throw new RangeError(`Savitzky-Golay: order ${order} needs ${order + 1} different places, got ${degree + 1}`);
    }
    for (let i = 0; i < count; i++) next[i] = (next[i] as number) / norm;
    for (let d = 0; d <= derivative; d++) {
      const lower = d === 0 ? 0 : d * (dNow[d - 1] as number);
      dNext[d] = ((place - alpha) * (dNow[d] as number) + lower - beta * (dBefore[d] as number)) / norm;
    }
    beta = norm;
    [before, now, next] = [now, next, before];
    [dBefore, dNow, dNext] = [dNow, dNext, dBefore];
  }
  const unit = scale ** derivative;
  for (let i = 0; i < count; i++) weights[i] = (weights[i] as number) / unit;
  return weights;
}

/**
 * Returns the weights of a Savitzky-Golay filter, shape `[place]`, to be summed with a window in its own order (SciPy's
 * `savgol_coeffs(..., use='dot')`). Savitzky and Golay 1964; any window, order and derivative.
 * @throws RangeError naming the number that cannot be.
 */
export function savitzkyGolayWeights(options: SavitzkyGolayOptions): Float64Array {
  const { window, order, derivative = 0, at = (window - 1) / 2, spacing = 1 } = options;
  checkWhole('window', window, 1);
  if (!(spacing > 0)) throw new RangeError(`Savitzky-Golay: spacing must be above 0, got ${spacing}`);
  const places = Float64Array.from({ length: window }, (_, i) => i);
  const weights = polynomialWeights(places, { order, derivative, at });
  const unit = spacing ** derivative;
  return weights.map((weight) => weight / unit);
}

/**
 * Returns values after a Savitzky-Golay filter, shape `[frame]` as given. Within half a window of an end the polynomial
 * of the first or last whole window is read there (SciPy's `mode='interp'`). NaN rule: the filter runs within each
 * stretch without NaN and NaN stays NaN; a stretch shorter than the window is fitted as a whole, one of at most `order`
 * values stays as it is (its derivatives are NaN).
 * @throws RangeError naming the number that cannot be, such as an even window.
 */
export function savitzkyGolay(values: ArrayLike<number>, options: Omit<SavitzkyGolayOptions, 'at'>): Float64Array {
  const { window, order, derivative = 0 } = options;
  checkWhole('window', window, 1);
  if (window % 2 === 0) throw new RangeError(`Savitzky-Golay: window must be odd, got ${window}`);
  const tables = new Map<string, Float64Array>();
  const weightsFor = (length: number, at: number): Float64Array => {
    const key = `${length} ${at}`;
    let weights = tables.get(key);
    if (weights === undefined) {
      weights = savitzkyGolayWeights({ ...options, window: length, at });
      tables.set(key, weights);
    }
    return weights;
  };
  weightsFor(window, (window - 1) / 2);
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let start = 0; start < values.length; start++) {
    if (Number.isNaN(values[start] as number)) continue;
    let end = start;
    while (end < values.length && !Number.isNaN(values[end] as number)) end++;
    const length = Math.min(window, end - start);
    if (length <= order) {
      if (derivative === 0) for (let i = start; i < end; i++) out[i] = values[i] as number;
    } else {
      const half = (length - 1) / 2;
      const middle = weightsFor(length, half);
      for (let i = start; i < end; i++) {
        const first = Math.min(Math.max(i - Math.floor(half), start), end - length);
        const at = i - first;
        const weights = at === half ? middle : weightsFor(length, at);
        let sum = 0;
        for (let j = 0; j < length; j++) sum += (weights[j] as number) * (values[first + j] as number);
        out[i] = sum;
      }
    }
    start = end;
  }
  return out;
}
