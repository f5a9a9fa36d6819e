/** Bins on each side of zero. */
const HALF = 4096;

/** Smallest exponent of the range: values below 2^-40 lie in the bins beside zero. */
const LEAST_EXPONENT = -40;

/** Where the values of a tensor are rounded to: `low` at most 0, `high` at least 0. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * How the range of a tensor is chosen from calibration: all values (`minMax`); all but a share of them
 * (`{ percentile: 99.99 }`: half of the rest is cut at each end); or what gives the least squared error of the rounded
 * values (`meanSquaredError`).
 */
export type RangeRule = 'minMax' | 'meanSquaredError' | { readonly percentile: number };

/**
 * Counts of values in even bins over `-2^e .. 2^e`. The exponent e grows with the values and bins of a larger range are
 * unions of those of a smaller one, so the counts do not depend on the order or grouping of what was added.
 */
export class ValueHistogram {
  /** Number of values per bin, shape `[8192]`, from the lowest. */
  counts = new Float64Array(2 * HALF);
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #exponent = LEAST_EXPONENT;

  /** Width of a bin. */
  get width(): number {
    return 2 ** this.#exponent / HALF;
  }

  /** Counts values (shape [value]); a value that is not finite is a RangeError. */
  add(values: Float32Array): void {
    let limit = 2 ** this.#exponent;
    let factor = HALF / limit;
    let { min, max } = this;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (!(value < limit && value >= -limit)) {
        if (!Number.isFinite(value)) throw new RangeError(`values must be finite, got ${value}`);
        this.#reach(Math.abs(value));
        limit = 2 ** this.#exponent;
        factor = HALF / limit;
      }
      if (value < min) min = value;
      if (value > max) max = value;
      const bin = Math.floor(value * factor) + HALF;
      this.counts[bin] = (this.counts[bin] as number) + 1;
    }
    this.min = min;
    this.max = max;
  }

  #reach(magnitude: number): void {
    while (magnitude >= 2 ** this.#exponent) {
      this.#exponent++;
      const wide = new Float64Array(2 * HALF);
      for (const [bin, count] of this.counts.entries()) {
        const at = Math.floor((bin - HALF) / 2) + HALF;
        wide[at] = (wide[at] as number) + count;
      }
      this.counts = wide;
    }
  }

  /** Returns the value at the lower edge of a bin. */
  edge(bin: number): number {
    return (bin - HALF) * this.width;
  }

  /** Returns the range that a rule chooses; it holds 0, as padding needs it. */
  range(rule: RangeRule): Range {
    const full = { low: Math.min(0, this.min), high: Math.max(0, this.max) };
    if (rule === 'minMax') return full;
    return rule === 'meanSquaredError' ? this.#leastError(full) : this.#percentile(full, rule.percentile);
  }

  #percentile({ low, high }: Range, percentile: number): Range {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    const cut = (total * (100 - percentile)) / 200;
    let below = 0;
    let first = 0;
    while (below + (this.counts[first] as number) <= cut && first < HALF) below += this.counts[first++] as number;
    let above = 0;
    let last = 2 * HALF - 1;
    while (above + (this.counts[last] as number) <= cut && last > HALF) above += this.counts[last--] as number;
    return {
      low: Math.max(low, Math.min(0, this.edge(first))),
      high: Math.min(high, Math.max(0, this.edge(last + 1))),
    };
  }

  /** Searches the upper end, then the lower one, on a grid of 1/64 of the full range. */
  #leastError(full: Range): Range {
    const steps = Array.from({ length: 63 }, (_, i) => 1 - i / 64);
    const used = [...this.counts.keys()].filter((bin) => this.counts[bin] !== 0);
    const best = (candidates: readonly Range[]): Range => {
      const errors = candidates.map((range) => this.#error(range, used));
      return candidates[errors.indexOf(Math.min(...errors))] as Range;
    };
    const upper = best(steps.map((step) => ({ low: full.low, high: full.high * step })));
    return best(steps.map((step) => ({ low: full.low * step, high: upper.high })));
  }

  /** Squared error of rounding to 255 steps: step^2 / 12 inside the range, the squared distance outside. */
  #error({ low, high }: Range, used: readonly number[]): number {
    const rounding = ((high - low) / 255) ** 2 / 12;
    let total = 0;
    for (const bin of used) {
      const middle = this.edge(bin) + this.width / 2;
      const outside = Math.max(0, low - middle, middle - high);
      // The bin of exact zeros, which a ReLU makes, is rounded without an error.
      if (bin === HALF && low === 0) continue;
      total += (this.counts[bin] as number) * (outside > 0 ? outside * outside : rounding);
    }
    return total;
  }
}
