import { createMemory, growMemory } from '../wasm/instance.js';
import { MISSING_BIN, STRIP } from '../wasm/training-kernels.js';
import { type BinEdges, infinite } from './bin-edges.js';

/** Columns whose bins of one row share a line of the cache. */
const GROUP = 64;
/** Cuts that fit a column, up to a power of two for the search. */
const SEARCHED = 256;

/** Where the bins of columns lie in a memory: groups of up to 64 columns, each `[row, column]`, one byte a bin. */
export interface BinLayout {
  readonly columnCount: number;
  readonly rowCount: number;
  /** Strips of eight columns, the last one filled up. */
  readonly stripCount: number;
}

/** Returns the address of the bins of a column in row 0, and the bytes from one row to the next. */
export function placeOfColumn(layout: BinLayout, column: number): { base: number; stride: number } {
  const group = Math.floor(column / GROUP);
  const padded = layout.stripCount * STRIP;
  return {
    base: group * GROUP * layout.rowCount + (column % GROUP),
    stride: Math.min(GROUP, padded - group * GROUP),
  };
}

/** A part of a memory that a training has for itself. */
export interface MemoryRegion {
  readonly start: number;
  release(): void;
}

/**
 * Rows of features as bins, one byte each, in memory that threads share (where the host lets them). Filled block by
 * block, so that the features themselves need not be held. Any number of models is trained on one of these.
 */
export class BinnedRows {
  readonly edges: BinEdges;
  /** Rows that it holds when full. */
  readonly rowCount: number;
  /** Where the bins lie. */
  readonly layout: BinLayout;
  /** Holds the bins from address 0, and behind them what trainings need. */
  readonly memory: WebAssembly.Memory;
  readonly #cuts: Float32Array;
  readonly #regions: { start: number; end: number }[] = [];
  #filled = 0;

  /** Use {@link createBinnedRows}. */
  constructor(edges: BinEdges, rowCount: number) {
    if (!(Number.isInteger(rowCount) && rowCount > 0))
      throw new RangeError(`rowCount: must be a whole number above 0, got ${rowCount}`);
    this.edges = edges;
    this.rowCount = rowCount;
    const stripCount = Math.ceil(edges.columnCount / STRIP);
    this.layout = { columnCount: edges.columnCount, rowCount, stripCount };
    this.memory = createMemory(this.#binBytes);
    this.#cuts = new Float32Array(edges.columnCount * SEARCHED).fill(Number.POSITIVE_INFINITY);
    for (let column = 0; column < edges.columnCount; column++) {
      const [from, to] = [edges.start[column] as number, edges.start[column + 1] as number];
      if (!(to >= from && to - from < MISSING_BIN))
        throw new RangeError(
          `edges: a column must have 0..${MISSING_BIN - 1} cuts, got ${to - from} in column ${column}`,
        );
      this.#cuts.set(edges.cuts.subarray(from, to), column * SEARCHED);
    }
  }

  get #binBytes(): number {
    // Reads of eight bins may reach behind the last row.
    return Math.ceil((this.layout.stripCount * STRIP * this.rowCount + STRIP) / 64) * 64;
  }

  /** Rows that have been given. */
  get filledCount(): number {
    return this.#filled;
  }

  /** Adds rows of values, shape `[column, row]`, NaN = missing; throws RangeError on too many rows and infinite values. */
  appendBlock(values: Float32Array, rowCount: number): void {
    const { columnCount } = this.layout;
    if (!(Number.isInteger(rowCount) && rowCount >= 0) || values.length !== columnCount * rowCount)
      throw new RangeError(`values: must have ${columnCount} columns of ${rowCount} rows, got ${values.length} values`);
    if (this.#filled + rowCount > this.rowCount)
      throw new RangeError(`rows: must be at most ${this.rowCount} in all, got ${this.#filled + rowCount}`);
    const bins = new Uint8Array(this.memory.buffer);
    const cuts = this.#cuts;
    for (let column = 0; column < columnCount; column++) {
      const { base, stride } = placeOfColumn(this.layout, column);
      const firstCut = column * SEARCHED - 1;
      let at = base + this.#filled * stride;
      for (let row = 0; row < rowCount; row++, at += stride) {
        const value = values[column * rowCount + row] as number;
        if (!Number.isFinite(value)) {
          if (!Number.isNaN(value)) throw infinite('values', column, this.#filled + row, value);
          bins[at] = MISSING_BIN;
          continue;
        }
        // Eight steps of a binary search without branches: how many cuts are at or below the value.
        let found = firstCut;
        if ((cuts[found + 128] as number) <= value) found += 128;
        if ((cuts[found + 64] as number) <= value) found += 64;
        if ((cuts[found + 32] as number) <= value) found += 32;
        if ((cuts[found + 16] as number) <= value) found += 16;
        if ((cuts[found + 8] as number) <= value) found += 8;
        if ((cuts[found + 4] as number) <= value) found += 4;
        if ((cuts[found + 2] as number) <= value) found += 2;
        if ((cuts[found + 1] as number) <= value) found += 1;
        bins[at] = found - firstCut;
      }
    }
    this.#filled += rowCount;
  }

  /** Returns a part of the memory behind the bins for a training, aligned to 64 bytes; trainings at once get parts of their own. */
  reserve(bytes: number): MemoryRegion {
    let start = this.#binBytes;
    let place = 0;
    for (; place < this.#regions.length; place++) {
      const region = this.#regions[place] as { start: number; end: number };
      if (start + bytes <= region.start) break;
      start = region.end;
    }
    const region = { start, end: start + Math.ceil(bytes / 64) * 64 };
    growMemory(this.memory, region.end);
    this.#regions.splice(place, 0, region);
    return {
      start,
      release: () => {
        const index = this.#regions.indexOf(region);
        if (index >= 0) this.#regions.splice(index, 1);
      },
    };
  }
}

/** Returns rows of bins to be filled; throws UnavailableError where more than 4 GiB would be needed. */
export function createBinnedRows(edges: BinEdges, rowCount: number): BinnedRows {
  return new BinnedRows(edges, rowCount);
}
