/** A line of numbers inside a larger array, shape `[place]`: the value of frame f stands at `base + f`. */
export interface FrameLine {
  /** Shape `[place]`; NaN = missing. */
  readonly values: Float64Array;
  readonly base: number;
}

/** Where the statistics of one line and one window go: the value of frame f stands at the start plus `f - start`. */
export interface StatisticRows {
  /** Shape `[place]`. */
  readonly out: Float32Array | Float64Array;
  /** First places of min, max, mean and SD; below 0 = not wanted. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
}

/** Room for the suffix sums of one segment, by how far back they reach. */
export interface WindowScratch {
  /** Shape `[frames before the cut]`. */
  readonly sum: Float64Array;
  /** Shape `[frames before the cut]`. */
  readonly squares: Float64Array;
  /** Shape `[frames before the cut]`. */
  readonly low: Float64Array;
  /** Shape `[frames before the cut]`. */
  readonly high: Float64Array;
  /** Numbers that are not NaN, shape `[frames before the cut]`. */
  readonly known: Int32Array;
}

/** Returns room for windows of up to `widthFrames`. */
export function createWindowScratch(widthFrames: number): WindowScratch {
  const make = () => new Float64Array(widthFrames);
  return { sum: make(), squares: make(), low: make(), high: make(), known: new Int32Array(widthFrames) };
}

/**
 * Writes min, max, mean and SD (of the population) of the window `f - radius .. f + radius` for all frames f from `start`
 * to `end` (excluded). NaN is left out; a window without a number gives NaN.
 *
 * The recording is cut at the multiples of the window's width, counted from frame 0: each window then holds exactly one
 * cut, and is a suffix before it and a prefix after it (van Herk 1992). All sums are of differences from the value at the
 * cut, so nothing cancels, and their order depends on the frame alone: the bits are the same at any block size.
 */
export function windowStatistics(
  line: FrameLine,
  start: number,
  end: number,
  radius: number,
  rows: StatisticRows,
  scratch: WindowScratch,
): void {
  const { values, base } = line;
  let holes = false;
  for (let at = base + start - radius; at < base + end + radius; at++) {
    const value = values[at] as number;
    if (Number.isNaN(value)) {
      holes = true;
      break;
    }
  }
  const width = 2 * radius + 1;
  for (let cut = Math.ceil((start - radius) / width) * width; cut - width + 1 + radius < end; cut += width) {
    const from = Math.max(start, cut - width + 1 + radius);
    const to = Math.min(end - 1, cut + radius);
    if (from > to) continue;
    if (!holes) wholeSegment(values, base, start, from, to, cut, radius, rows, scratch);
    else if (Number.isNaN(values[base + cut])) eachWindow(values, base, start, from, to, radius, rows);
    else brokenSegment(values, base, start, from, to, cut, radius, rows, scratch);
  }
}

function wholeSegment(
  values: Float64Array,
  base: number,
  start: number,
  from: number,
  to: number,
  cut: number,
  radius: number,
  rows: StatisticRows,
  scratch: WindowScratch,
): void {
  const { out, min, max, mean, std } = rows;
  const { sum, squares, low, high } = scratch;
  const width = 2 * radius + 1;
  const center = values[base + cut] as number;
  let [total, square, lowest, highest] = [0, 0, center, center];
  sum[0] = 0;
  squares[0] = 0;
  low[0] = center;
  high[0] = center;
  const longest = cut - from + radius;
  for (let back = 1; back <= longest; back++) {
    const value = values[base + cut - back] as number;
    const off = value - center;
    total += off;
    square += off * off;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    sum[back] = total;
    squares[back] = square;
    low[back] = lowest;
    high[back] = highest;
  }
  total = 0;
  square = 0;
  lowest = center;
  highest = center;
  let next = cut + 1;
  for (let frame = from; frame <= to; frame++) {
    for (const last = frame + radius; next <= last; next++) {
      const value = values[base + next] as number;
      const off = value - center;
      total += off;
      square += off * off;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    const back = cut - frame + radius;
    const place = frame - start;
    if (min >= 0) out[min + place] = lowest < (low[back] as number) ? lowest : (low[back] as number);
    if (max >= 0) out[max + place] = highest > (high[back] as number) ? highest : (high[back] as number);
    const all = (sum[back] as number) + total;
    if (mean >= 0) out[mean + place] = center + all / width;
    if (std >= 0) {
      const variance = ((squares[back] as number) + square - (all * all) / width) / width;
      out[std + place] = variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}

/** The same, in the same order, with NaN left out. */
function brokenSegment(
  values: Float64Array,
  base: number,
  start: number,
  from: number,
  to: number,
  cut: number,
  radius: number,
  rows: StatisticRows,
  scratch: WindowScratch,
): void {
  const { out, min, max, mean, std } = rows;
  const { sum, squares, low, high, known } = scratch;
  const center = values[base + cut] as number;
  let [total, square, lowest, highest, count] = [0, 0, center, center, 0];
  for (let back = 0; back <= cut - from + radius; back++) {
    const value = values[base + cut - back] as number;
    if (back > 0 && !Number.isNaN(value)) {
      const off = value - center;
      total += off;
      square += off * off;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      count++;
    }
    sum[back] = total;
    squares[back] = square;
    low[back] = lowest;
    high[back] = highest;
    known[back] = count;
  }
  [total, square, lowest, highest, count] = [0, 0, center, center, 1];
  let next = cut + 1;
  for (let frame = from; frame <= to; frame++) {
    for (; next <= frame + radius; next++) {
      const value = values[base + next] as number;
      if (Number.isNaN(value)) continue;
      const off = value - center;
      total += off;
      square += off * off;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      count++;
    }
    const back = cut - frame + radius;
    const place = frame - start;
    const numbers = count + (known[back] as number);
    const all = (sum[back] as number) + total;
    if (min >= 0) out[min + place] = Math.min(lowest, low[back] as number);
    if (max >= 0) out[max + place] = Math.max(highest, high[back] as number);
    if (mean >= 0) out[mean + place] = center + all / numbers;
    if (std >= 0) {
      const variance = ((squares[back] as number) + square - (all * all) / numbers) / numbers;
      out[std + place] = variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}

/** Window by window, where the value at the cut is missing. */
function eachWindow(
  values: Float64Array,
  base: number,
  start: number,
  from: number,
  to: number,
  radius: number,
  rows: StatisticRows,
): void {
  const { out, min, max, mean, std } = rows;
  for (let frame = from; frame <= to; frame++) {
    let [center, total, square, lowest, highest, count] = [Number.NaN, 0, 0, Number.NaN, Number.NaN, 0];
    for (let at = base + frame - radius; at <= base + frame + radius; at++) {
      const value = values[at] as number;
      if (Number.isNaN(value)) continue;
      if (count === 0) {
        center = value;
        lowest = value;
        highest = value;
      }
      const off = value - center;
      total += off;
      square += off * off;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      count++;
    }
    const place = frame - start;
    if (min >= 0) out[min + place] = lowest;
    if (max >= 0) out[max + place] = highest;
    if (mean >= 0) out[mean + place] = count === 0 ? Number.NaN : center + total / count;
    if (std >= 0) {
      const variance = (square - (total * total) / count) / count;
      out[std + place] = count === 0 ? Number.NaN : variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}
