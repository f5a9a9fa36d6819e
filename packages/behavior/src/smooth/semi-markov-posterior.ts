import type { PreparedModel } from './semi-markov-model.js';

/** Where the running factor of a window is put back to 1, so that its numbers stay in range. */
const [LEAST_FACTOR, LARGEST_FACTOR] = [1e-60, 1e60];

/**
 * Frames between two countings of the bouts in each bin. A sum that is only added to and taken from keeps the round-off of what
 * has left it, and where the bin's bouts last longer than those they become, that grows.
 */
const RECOUNT_EVERY = 16;

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

  /** Returns the sum of the values of ages `from` to `to`, times weights `[age]`. */
  sum(from: number, to: number, weights: Float64Array): number {
    let total = 0;
    const end = this.#end;
    for (let age = from; age < to && age <= end; age++) {
      total += (this.#values[end - age] as number) * (weights[age] as number);
    }
    return total * this.#factor;
  }

  /** Returns the value that came in `age` pushes before the latest; 0 where there was none. */
  at(age: number): number {
    return age > this.#end ? 0 : (this.#values[this.#end - age] as number) * this.#factor;
  }
}

/** The tables of a class as probabilities. */
interface ClassTable {
  /** Shape `[duration]`, of lasting at least so long. */
  readonly survival: Float64Array;
  /** Shape `[duration]`, for the first bout: of ending after so many frames, and of lasting at least so long. */
  readonly firstExact: Float64Array;
  readonly firstSurvival: Float64Array;
  /** Probability of going on in each bin, shape `[bin]`; the last is the tail's. */
  readonly stays: Float64Array;
}

function tablesOf({ tables, edges }: PreparedModel): ClassTable[] {
  return tables.map(({ hazard, logSurvival, logFirstExact, logFirstSurvival }) => ({
    survival: logSurvival.map(Math.exp),
    firstExact: logFirstExact.map(Math.exp),
    firstSurvival: logFirstSurvival.map(Math.exp),
    stays: Float64Array.from(edges, (edge) => 1 - (hazard[edge - 1] as number)),
  }));
}

/**
 * Returns the probability of each class in each frame of one sequence given all its evidence, both of shape `[frame, class]`:
 * forward-backward over bouts (Yu 2010), scaled in each frame. A class holds in a frame as often as it held in the frame before,
 * plus the bouts that begin there, less those that ended. Within a bin of durations the chance to end is constant, so that the
 * bouts of a bin are kept as one sum: the cost of a frame is classes times bins, the memory three numbers per frame and class.
 */
export function semiMarkovPosterior(model: PreparedModel, evidence: Float64Array): Float32Array {
  const { classCount, durationCount, logStart, transition } = model;
  const frameCount = evidence.length / classCount;
  const out = new Float32Array(evidence.length);
  if (frameCount === 0) return out;
  const tables = tablesOf(model);
  const { edges } = model;
  const tailBin = edges.length - 1;
  const start = logStart.map(Math.exp);
  const last = durationCount - 1;
  const likelihood = new Float64Array(evidence.length);
  const scale = new Float64Array(frameCount);
  /** Bouts that begin with a frame, given what was before; bouts that end with it, given all up to it: `[frame, class]`. */
  const begun = new Float64Array(evidence.length);
  const ended = new Float64Array(evidence.length);

  const windows = tables.map(() => new DecayingWindow(durationCount));
  const first = start.slice();
  /** Bouts under way by bin of their age, `[bin]` by class. */
  const aged = tables.map(() => new Float64Array(edges.length));
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
      const coming = frame === 0 ? 0 : (begun[at + c] as number);
      const bins = aged[c] as Float64Array;
      let ends = 0;
      let entering = coming;
      for (let bin = 0; bin < tailBin; bin++) {
        // Those that were as old as the bin allows have gone on into the next one.
        const oldest = (edges[bin + 1] as number) - 1;
        const stays = table.stays[bin] as number;
        const leaving = window.at(oldest - 1) * (table.survival[oldest] as number);
        const mass = Math.max(0, (bins[bin] as number) * stays - leaving + entering) * factor;
        bins[bin] = mass;
        ends += mass * (1 - stays);
        entering = leaving;
      }
      if (frame === last) entering += (first[c] as number) * (table.firstSurvival[last] as number);
      const stays = table.stays[tailBin] as number;
      const mass = ((bins[tailBin] as number) * stays + entering) * factor;
      bins[tailBin] = mass;
      ends += mass * (1 - stays);
      window.push(coming);
      window.multiply(factor);
      if (frame % RECOUNT_EVERY === 0) {
        for (let bin = 0; bin < tailBin; bin++) {
          bins[bin] = window.sum((edges[bin] as number) - 1, (edges[bin + 1] as number) - 1, table.survival);
        }
      }
      first[c] = (first[c] as number) * factor;
      if (frame < last) ends += (first[c] as number) * (table.firstExact[frame] as number);
      ended[at + c] = ends;
      alive[c] = (alive[c] as number) * (scale[frame] as number);
    }
  }

  const follow = tables.map(() => new DecayingWindow(durationCount));
  const tails = tables.map(() => new DecayingWindow(durationCount));
  /** What follows bouts that end with a duration in a bin, `[bin]` by class. */
  const following = tables.map(() => new Float64Array(edges.length));
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
      const isFirst = frame === 0;
      // A bout that lasts until frame + k, with its evidence and what follows it, is value k of the window.
      const sums = following[c] as Float64Array;
      let sum = 0;
      let entering = next;
      for (let bin = 0; bin < tailBin; bin++) {
        const edge = edges[bin] as number;
        const stays = table.stays[bin] as number;
        const leaving = window.at((edges[bin + 1] as number) - 2);
        const weight =
          (table.survival[(edges[bin + 1] as number) - 1] as number) / (table.survival[edge - 1] as number);
        const value = Math.max(0, (sums[bin] as number) * stays - leaving * weight + entering) * factor;
        sums[bin] = value;
        sum += value * (table.survival[edge - 1] as number) * (1 - stays);
        entering = leaving;
      }
      window.push(next);
      window.multiply(factor);
      tailWindow.multiply(factor);
      if (frame % RECOUNT_EVERY === 0) {
        for (let bin = 0; bin < tailBin; bin++) {
          const from = (edges[bin] as number) - 1;
          const reached = table.survival[from] as number;
          sums[bin] = window.sum(from, (edges[bin + 1] as number) - 1, table.survival) / reached;
        }
      }
      const [stays, rests] = [table.stays[tailBin] as number, tailAhead[c] as number];
      tailAhead[c] = factor * (left === 1 ? 1 : (1 - stays) * next + stays * rests);
      if (left <= last) rest[c] = (rest[c] as number) * factor;
      const reach = last === 0 ? (tailAhead[c] as number) : tailWindow.at(last - 1);
      const survival = isFirst ? table.firstSurvival : table.survival;
      if (isFirst) sum = window.sum(0, last, table.firstExact);
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
