import type { Kernel } from './encode.js';
import { block, f64, f64x2, get, i32, i64, leaveIf, loop, sequence, set, tee, when } from './instructions.js';

/** Bins of a column, the last of which holds missing values. */
export const BINS = 256;
/** The bin of missing values. */
export const MISSING_BIN = BINS - 1;
/** Columns whose bins lie side by side, one byte each, and are summed together. */
export const STRIP = 8;
/** Bytes of one column's histogram: sums of gradient and of Hessian in each bin. */
export const COLUMN_BYTES = BINS * 16;

/**
 * Adds gradients and Hessians (32-bit integers) of rows to the histograms of eight columns. Sums of whole numbers below
 * 2^53 are exact, hence the same in any order. One read of eight bins serves eight histograms, which fit the first cache.
 */
const sumStrip: Kernel = {
  name: 'sumStrip',
  parameters: { bins: 'i32', stride: 'i32', rows: 'i32', end: 'i32', gradients: 'i32', histogram: 'i32' },
  locals: { row: 'i32', at: 'i32', eight: 'i64', pair: 'v128' },
  code: (at) => {
    const [bins, stride, rows, end] = [at('bins'), at('stride'), at('rows'), at('end')].map(get) as number[][];
    const cell = (column: number) => {
      const eight = get(at('eight'));
      const moved =
        column === 0 ? i64.shiftLeft(eight, i64.constant(4)) : i64.shiftRight(eight, i64.constant(8 * column - 4));
      const place = i32.add(i32.fromLong(i64.and(moved, i64.constant(0xff0))), get(at('histogram')));
      const offset = column * COLUMN_BYTES;
      return f64x2.store(tee(at('at'), place), f64x2.add(f64x2.load(get(at('at')), offset), get(at('pair'))), offset);
    };
    return loop(
      set(at('row'), i32.load(rows as number[])),
      set(
        at('pair'),
        f64x2.loadIntegers(i32.add(get(at('gradients')), i32.shiftLeft(get(at('row')), i32.constant(3)))),
      ),
      set(at('eight'), i64.load(i32.add(bins as number[], i32.multiply(get(at('row')), stride as number[])))),
      ...Array.from({ length: STRIP }, (_, column) => cell(column)),
      leaveIf(0, i32.below(tee(at('rows'), i32.add(rows as number[], i32.constant(4))), end as number[])),
    );
  },
};

/** Reads one byte of each row and returns their sum: the reads overlap, so that rows come into the cache many at a time. */
const touchRows: Kernel = {
  name: 'touchRows',
  parameters: { bins: 'i32', stride: 'i32', rows: 'i32', end: 'i32' },
  result: 'i32',
  locals: { sum: 'i32' },
  code: (at) =>
    sequence(
      loop(
        set(
          at('sum'),
          i32.add(
            get(at('sum')),
            i32.load8(i32.add(get(at('bins')), i32.multiply(i32.load(get(at('rows'))), get(at('stride'))))),
          ),
        ),
        leaveIf(0, i32.below(tee(at('rows'), i32.add(get(at('rows')), i32.constant(4))), get(at('end')))),
      ),
      get(at('sum')),
    ),
};

/** Takes one histogram from another: what remains is the sibling's. */
const subtract: Kernel = {
  name: 'subtract',
  parameters: { whole: 'i32', part: 'i32', end: 'i32' },
  code: (at) => {
    const [whole, part] = [get(at('whole')), get(at('part'))];
    return loop(
      ...[0, 16, 32, 48].map((offset) =>
        f64x2.store(whole, f64x2.subtract(f64x2.load(whole, offset), f64x2.load(part, offset)), offset),
      ),
      set(at('part'), i32.add(part, i32.constant(64))),
      leaveIf(0, i32.below(tee(at('whole'), i32.add(whole, i32.constant(64))), get(at('end')))),
    );
  },
};

/**
 * Finds the best split of one column: rows of the bins before `end`, bin after bin, go left, those given as `left` from
 * the start. Gains are compared as fractions, without a division. Writes, as 64-bit floats from `out`: numerator and
 * denominator of the best gain (numerator -1: none), gradient and Hessian left of it, address of its bin.
 */
const scanColumn: Kernel = {
  name: 'scanColumn',
  parameters: {
    bin: 'i32',
    end: 'i32',
    leftGradient: 'f64',
    leftHessian: 'f64',
    gradient: 'f64',
    hessian: 'f64',
    alpha: 'f64',
    lambda: 'f64',
    leastHessian: 'f64',
    out: 'i32',
  },
  result: 'i32',
  locals: {
    own: 'f64',
    rightHessian: 'f64',
    left: 'f64',
    right: 'f64',
    numerator: 'f64',
    denominator: 'f64',
    bestNumerator: 'f64',
    bestDenominator: 'f64',
    bestGradient: 'f64',
    bestHessian: 'f64',
    best: 'i32',
  },
  code: (at) => {
    const read = (name: string) => get(at(name));
    const shrunk = (sum: readonly number[]) =>
      f64.larger(f64.subtract(f64.absolute(sum), read('alpha')), f64.constant(0));
    const squared = (name: string, sum: readonly number[]) => f64.multiply(tee(at(name), shrunk(sum)), read(name));
    return sequence(
      set(at('bestNumerator'), f64.constant(-1)),
      set(at('bestDenominator'), f64.constant(1)),
      block(
        loop(
          block(
            set(at('leftGradient'), f64.add(read('leftGradient'), f64.load(read('bin')))),
            set(at('leftHessian'), f64.add(read('leftHessian'), tee(at('own'), f64.load(read('bin'), 8)))),
            // An empty bin makes no other split than the bin before it.
            leaveIf(0, f64.equal(read('own'), f64.constant(0))),
            set(at('rightHessian'), f64.subtract(read('hessian'), read('leftHessian'))),
            leaveIf(2, f64.below(read('rightHessian'), read('leastHessian'))),
            leaveIf(0, f64.below(read('leftHessian'), read('leastHessian'))),
            set(at('left'), squared('left', read('leftGradient'))),
            set(at('right'), squared('right', f64.subtract(read('gradient'), read('leftGradient')))),
            set(at('own'), f64.add(read('leftHessian'), read('lambda'))),
            set(at('rightHessian'), f64.add(read('rightHessian'), read('lambda'))),
            set(
              at('numerator'),
              f64.add(f64.multiply(read('left'), read('rightHessian')), f64.multiply(read('right'), read('own'))),
            ),
            set(at('denominator'), f64.multiply(read('own'), read('rightHessian'))),
            when(
              f64.above(
                f64.multiply(read('numerator'), read('bestDenominator')),
                f64.multiply(read('bestNumerator'), read('denominator')),
              ),
              set(at('bestNumerator'), read('numerator')),
              set(at('bestDenominator'), read('denominator')),
              set(at('bestGradient'), read('leftGradient')),
              set(at('bestHessian'), read('leftHessian')),
              set(at('best'), read('bin')),
            ),
          ),
          leaveIf(0, i32.below(tee(at('bin'), i32.add(read('bin'), i32.constant(16))), read('end'))),
        ),
      ),
      f64.store(read('out'), read('bestNumerator')),
      f64.store(read('out'), read('bestDenominator'), 8),
      f64.store(read('out'), read('bestGradient'), 16),
      f64.store(read('out'), read('bestHessian'), 24),
      read('best'),
    );
  },
};

/** Writes rows to two lists in their order, those of bins up to `bin` to the left one; returns the end of the left list. */
const partition: Kernel = {
  name: 'partition',
  parameters: {
    bins: 'i32',
    stride: 'i32',
    rows: 'i32',
    end: 'i32',
    bin: 'i32',
    alsoLeft: 'i32',
    left: 'i32',
    right: 'i32',
  },
  result: 'i32',
  locals: { row: 'i32', own: 'i32', step: 'i32' },
  code: (at) => {
    const read = (name: string) => get(at(name));
    return sequence(
      loop(
        set(at('row'), i32.load(read('rows'))),
        set(at('own'), i32.load8(i32.add(read('bins'), i32.multiply(read('row'), read('stride'))))),
        set(
          at('step'),
          i32.shiftLeft(
            i32.or(i32.atMost(read('own'), read('bin')), i32.equal(read('own'), read('alsoLeft'))),
            i32.constant(2),
          ),
        ),
        // Both are written, and the pointer of one moves: no branch to guess.
        i32.store(read('left'), read('row')),
        i32.store(read('right'), read('row')),
        set(at('left'), i32.add(read('left'), read('step'))),
        set(at('right'), i32.add(read('right'), i32.subtract(i32.constant(4), read('step')))),
        leaveIf(0, i32.below(tee(at('rows'), i32.add(read('rows'), i32.constant(4))), read('end'))),
      ),
      read('left'),
    );
  },
};

/** The kernels of training, in the order of their module. */
export const trainingKernels: readonly Kernel[] = [sumStrip, touchRows, subtract, scanColumn, partition];

/** The kernels as functions; addresses are bytes into the memory, unsigned 32-bit. Lists must not be empty. */
export interface TrainingKernels {
  sumStrip(bins: number, stride: number, rows: number, end: number, gradients: number, histogram: number): void;
  touchRows(bins: number, stride: number, rows: number, end: number): number;
  subtract(whole: number, part: number, end: number): void;
  scanColumn(
    bin: number,
    end: number,
    leftGradient: number,
    leftHessian: number,
    gradient: number,
    hessian: number,
    alpha: number,
    lambda: number,
    leastHessian: number,
    out: number,
  ): number;
  partition(
    bins: number,
    stride: number,
    rows: number,
    end: number,
    bin: number,
    alsoLeft: number,
    left: number,
    right: number,
  ): number;
}
