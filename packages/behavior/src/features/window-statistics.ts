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
  if (radius === 1) {
    threeFrames(values, base, start, end, rows);
    return;
  }
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
  const share = 1 / (2 * radius + 1);
  const center = values[base + cut] as number;
  let total = 0;
  let square = 0;
  let lowest = center;
  let highest = center;
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
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
    sum[back] = total;
    squares[back] = square;
    low[back] = lowest;
    high[back] = highest;
  }
  total = 0;
  square = 0;
  lowest = center;
  highest = center;
  for (let next = cut + 1; next < from + radius; next++) {
    const value = values[base + next] as number;
    const off = value - center;
    total += off;
    square += off * off;
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
  }
  for (let frame = from; frame <= to; frame++) {
    // The value at the cut itself adds nothing to the sums.
    const value = values[base + frame + radius] as number;
    const off = value - center;
    total += off;
    square += off * off;
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
    const back = cut - frame + radius;
    const place = frame - start;
    if (min >= 0) {
      const other = low[back] as number;
      out[min + place] = lowest < other ? lowest : other;
    }
    if (max >= 0) {
      const other = high[back] as number;
      out[max + place] = highest > other ? highest : other;
    }
    const all = (sum[back] as number) + total;
    if (mean >= 0) out[mean + place] = center + all * share;
    if (std >= 0) {
      const variance = ((squares[back] as number) + square - all * all * share) * share;
      out[std + place] = variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}

/** Windows of three frames, one by one. */
function threeFrames(values: Float64Array, base: number, start: number, end: number, rows: StatisticRows): void {
  const { out, min, max, mean, std } = rows;
  const third = 1 / 3;
  let before = values[base + start - 1] as number;
  let center = values[base + start] as number;
  for (let frame = start; frame < end; frame++) {
    const after = values[base + frame + 1] as number;
    const place = frame - start;
    const left = before - center;
    const right = after - center;
    const total = left + right;
    // No number in the sum: at least one is missing.
    if (Number.isNaN(total)) eachWindow(values, base, start, frame, frame, 1, rows);
    else {
      if (min >= 0) {
        const lower = before < after ? before : after;
        out[min + place] = lower < center ? lower : center;
      }
      if (max >= 0) {
        const upper = before > after ? before : after;
        out[max + place] = upper > center ? upper : center;
      }
      if (mean >= 0) out[mean + place] = center + total * third;
      if (std >= 0) {
        const variance = (left * left + right * right - total * total * third) * third;
        out[std + place] = variance > 0 ? Math.sqrt(variance) : 0;
      }
    }
    before = center;
    center = after;
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
    const share = 1 / numbers;
    if (mean >= 0) out[mean + place] = center + all * share;
    if (std >= 0) {
      const variance = ((squares[back] as number) + square - all * all * share) * share;
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
