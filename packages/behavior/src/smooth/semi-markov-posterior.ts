import type { DurationTable } from './durations.js';
import type { PreparedModel } from './semi-markov-model.js';

/** Where the running factor of a window is put back to 1, so that its numbers stay in range. */
const [LEAST_FACTOR, LARGEST_FACTOR] = [1e-60, 1e60];

/** Returns the sum of products of `count` values that end at `end`, latest first, with weights from 0 on. */
function dotBackward(values: Float64Array, end: number, weights: Float64Array, count: number): number {
  let [even, odd] = [0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const at = end - i;
    even += (values[at] as number) * (weights[i] as number) + (values[at - 2] as number) * (weights[i + 2] as number);
    odd +=
      (values[at - 1] as number) * (weights[i + 1] as number) + (values[at - 3] as number) * (weights[i + 3] as number);
  }
  for (; i < count; i++) even += (values[end - i] as number) * (weights[i] as number);
  return even + odd;
}

/** A window of the latest values, each times all factors since it came in: the factors are kept as one number. */
class DecayingWindow {
  readonly #values: Float64Array;
  readonly #size: number;
  #end = -1;
  #factor = 1;

  constructor(size: number) {
    this.#size = size;
    this.#values = new Float64Array(4 * size + 4096);
  }

  /** Adds a value, which the factors so far do not touch. */
  push(value: number): void {
    if (this.#end + 1 === this.#values.length) {
      this.#values.copyWithin(0, this.#values.length - this.#size);
      this.#end = this.#size - 1;
    }
    this.#values[++this.#end] = value / this.#factor;
  }

  multiply(factor: number): void {
    this.#factor *= factor;
    if (this.#factor > LEAST_FACTOR && this.#factor < LARGEST_FACTOR) return;
    for (let i = Math.max(0, this.#end - this.#size + 1); i <= this.#end; i++) {
      // What has become too small to matter goes to 0 and not to slow subnormal numbers.
      const value = (this.#values[i] as number) * this.#factor;
      this.#values[i] = value < 1e-200 ? 0 : value;
    }
    this.#factor = 1;
  }

  /** Returns the sum of the latest `count` values, latest first, times weights. */
  sum(weights: Float64Array, count: number): number {
    return dotBackward(this.#values, this.#end, weights, Math.min(count, this.#end + 1)) * this.#factor;
  }

  /** Returns the value that came in `age` pushes before the latest; 0 where there was none. */
  at(age: number): number {
    return age > this.#end ? 0 : (this.#values[this.#end - age] as number) * this.#factor;
  }
}

/** The tables of a class as probabilities. */
interface ClassTable {
  readonly exact: Float64Array;
  readonly survival: Float64Array;
  readonly firstExact: Float64Array;
  readonly firstSurvival: Float64Array;
  /** Probability of ending, and of going on, beyond the durations that are told apart. */
  readonly ends: number;
  readonly stays: number;
}

function tableOf({ logExact, logSurvival, logFirstExact, logFirstSurvival, hazard }: DurationTable): ClassTable {
  const ends = hazard.at(-1) as number;
  return {
    exact: logExact.map(Math.exp),
    survival: logSurvival.map(Math.exp),
    firstExact: logFirstExact.map(Math.exp),
    firstSurvival: logFirstSurvival.map(Math.exp),
    ends,
    stays: 1 - ends,
  };
}

/**
 * Returns the probability of each class in each frame of one sequence given all its evidence, both of shape `[frame, class]`:
 * forward-backward over bouts (Yu 2010), scaled in each frame. A class holds in a frame as often as it held in the frame before,
 * plus the bouts that begin there, less those that ended. The cost of a frame is classes times durations, twice; the memory
 * three numbers per frame and class.
 */
export function semiMarkovPosterior(model: PreparedModel, evidence: Float64Array): Float32Array {
  const { classCount, durationCount, logStart, transition } = model;
  const frameCount = evidence.length / classCount;
  const out = new Float32Array(evidence.length);
  if (frameCount === 0) return out;
  const tables = model.tables.map(tableOf);
  const start = logStart.map(Math.exp);
  const last = durationCount - 1;
  const likelihood = new Float64Array(evidence.length);
  const scale = new Float64Array(frameCount);
  /** Bouts that begin with a frame, given what was before; bouts that end with it, given all up to it: `[frame, class]`. */
  const begun = new Float64Array(evidence.length);
  const ended = new Float64Array(evidence.length);

  const windows = tables.map(() => new DecayingWindow(durationCount));
  const first = start.slice();
  const tail = new Float64Array(classCount);
  const alive = new Float64Array(classCount);
  for (let frame = 0; frame < frameCount; frame++) {
    const at = frame * classCount;
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) highest = Math.max(highest, evidence[at + c] as number);
    let total = 0;
    for (let c = 0; c < classCount; c++) {
      let into = 0;
      if (frame === 0) into = start[c] as number;
      else {
        for (let from = 0; from < classCount; from++) {
          into += (ended[at - classCount + from] as number) * (transition[from * classCount + c] as number);
        }
      }
      begun[at + c] = into;
      const weight = Math.exp((evidence[at + c] as number) - highest);
      likelihood[at + c] = weight;
      const before = frame === 0 ? 0 : (alive[c] as number) - (ended[at - classCount + c] as number);
      alive[c] = (Math.max(0, before) + into) * weight;
      total += alive[c] as number;
    }
    // Any factor would do: this one keeps the sum of all bouts under way near 1.
    scale[frame] = total > 0 ? 1 / total : 1;
    for (let c = 0; c < classCount; c++) {
      const table = tables[c] as ClassTable;
      const window = windows[c] as DecayingWindow;
      const factor = (likelihood[at + c] as number) * (scale[frame] as number);
      // The first bout has durations of its own and is kept apart.
      window.push(frame === 0 ? 0 : (begun[at + c] as number));
      window.multiply(factor);
      first[c] = (first[c] as number) * factor;
      let reached = window.at(last) * (table.survival[last] as number);
      if (frame === last) reached += (first[c] as number) * (table.firstSurvival[last] as number);
      tail[c] = (tail[c] as number) * table.stays * factor + reached;
      let ends = window.sum(table.exact, last) + (tail[c] as number) * table.ends;
      if (frame < last) ends += (first[c] as number) * (table.firstExact[frame] as number);
      ended[at + c] = ends;
      alive[c] = (alive[c] as number) * (scale[frame] as number);
    }
  }

  const follow = tables.map(() => new DecayingWindow(durationCount));
  const tails = tables.map(() => new DecayingWindow(durationCount));
  const rest = new Float64Array(classCount).fill(1);
  const tailAhead = new Float64Array(classCount);
  const ahead = new Float64Array(classCount);
  const now = new Float64Array(classCount);
  for (let frame = frameCount - 1; frame >= 0; frame--) {
    const at = frame * classCount;
    const left = frameCount - frame;
    for (let c = 0; c < classCount; c++) {
      const table = tables[c] as ClassTable;
      const [window, tailWindow] = [follow[c], tails[c]] as [DecayingWindow, DecayingWindow];
      let next = 0;
      if (left > 1) {
        for (let to = 0; to < classCount; to++) {
          next += (transition[c * classCount + to] as number) * (ahead[to] as number);
        }
      }
      const factor = (likelihood[at + c] as number) * (scale[frame] as number);
      // Value of age k: a bout that lasts until frame + k, with its evidence and what follows it.
      window.push(next);
      window.multiply(factor);
      tailWindow.multiply(factor);
      const beyond = left === 1 ? 1 : table.ends * next + table.stays * (tailAhead[c] as number);
      tailAhead[c] = factor * beyond;
      if (left <= last) rest[c] = (rest[c] as number) * factor;
      const reach = last === 0 ? (tailAhead[c] as number) : tailWindow.at(last - 1);
      const isFirst = frame === 0;
      const survival = isFirst ? table.firstSurvival : table.survival;
      let sum = window.sum(isFirst ? table.firstExact : table.exact, last);
      sum += left <= last ? (survival[left - 1] as number) * (rest[c] as number) : (survival[last] as number) * reach;
      now[c] = sum;
      tailWindow.push(tailAhead[c] as number);
      begun[at + c] = (begun[at + c] as number) * sum;
      ended[at + c] = (ended[at + c] as number) * next;
    }
    ahead.set(now);
  }

  const share = begun.slice(0, classCount);
  const whole = share.reduce((sum, value) => sum + value, 0);
  for (let frame = 0; frame < frameCount; frame++) {
    const at = frame * classCount;
    let total = 0;
    for (let c = 0; c < classCount; c++) {
      const change = frame === 0 ? 0 : (begun[at + c] as number) - (ended[at - classCount + c] as number);
      share[c] = Math.max(0, (share[c] as number) + change / (frame === 0 ? 1 : whole));
      total += share[c] as number;
    }
    // Divided by their sum, so that round-off does not add up over the frames.
    for (let c = 0; c < classCount; c++) {
      share[c] = (share[c] as number) / total;
      out[at + c] = share[c] as number;
    }
  }
  return out;
}
