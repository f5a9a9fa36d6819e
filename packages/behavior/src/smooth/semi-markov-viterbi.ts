import type { PreparedModel } from './semi-markov-model.js';

/** Frames between two attempts to settle the past. */
const SETTLE_EVERY = 4096;

function grown<A extends Int32Array | Uint8Array>(array: A, length: number, make: (length: number) => A): A {
  if (array.length >= length) return array;
  const larger = make(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}

/**
 * Finds the likeliest bouts of one sequence (Viterbi over segments), frame by frame: the cost of a frame is classes times
 * durations. Labels are given out as soon as no continuation can change them, so that memory does not grow with the
 * sequence; the result is that of the whole.
 */
export class SemiMarkovViterbi {
  readonly #model: PreparedModel;
  readonly #logTransition: Float64Array;
  /** Best score of all before a bout of a class that starts at a frame, less `sum`: by class, a window that slides. */
  readonly #startScore: readonly Float64Array[];
  #windowBase = 0;
  /** Evidence of all frames so far, shape `[class]`. */
  readonly #sum: Float64Array;
  /** Best score of a bout of at least the largest duration, less `sum`, and where it started. */
  readonly #tail: Float64Array;
  readonly #tailStart: Int32Array;
  readonly #end: Float64Array;
  /** Start of the best bout that ends with a frame; class before the best bout that starts at a frame: `[frame, class]`. */
  #boutStart = new Int32Array(0);
  #classBefore = new Uint8Array(0);
  #base = 0;
  #frame = 0;

  constructor(model: PreparedModel) {
    this.#model = model;
    const { classCount, durationCount } = model;
    this.#logTransition = model.transition.map(Math.log);
    this.#startScore = Array.from({ length: classCount }, () => new Float64Array(2 * durationCount + SETTLE_EVERY));
    this.#sum = new Float64Array(classCount);
    this.#tail = new Float64Array(classCount).fill(Number.NEGATIVE_INFINITY);
    this.#tailStart = new Int32Array(classCount);
    this.#end = new Float64Array(classCount);
    for (const scores of this.#startScore) scores[0] = Number.NEGATIVE_INFINITY;
  }

  /** Takes the evidence of frames, shape `[frame, class]`, and returns the labels that are now certain, shape `[frame]`. */
  push(evidence: Float64Array): Uint8Array {
    const { classCount } = this.#model;
    const settled: Uint8Array[] = [];
    for (let at = 0; at < evidence.length; at += classCount) {
      this.#step(evidence, at);
      if (this.#frame % SETTLE_EVERY === 0) settled.push(this.#settle());
    }
    const [only] = settled;
    if (settled.length <= 1) return only ?? new Uint8Array(0);
    const joined = new Uint8Array(settled.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const labels of settled) {
      joined.set(labels, offset);
      offset += labels.length;
    }
    return joined;
  }

  #step(evidence: Float64Array, at: number): void {
    const { classCount, durationCount, tables, logStart } = this.#model;
    const frame = this.#frame;
    const row = (frame - this.#base) * classCount;
    this.#boutStart = grown(this.#boutStart, row + 2 * classCount, (length) => new Int32Array(length));
    this.#classBefore = grown(this.#classBefore, row + 2 * classCount, (length) => new Uint8Array(length));
    this.#slide();
    const here = frame - this.#windowBase;
    const explicit = Math.min(durationCount - 1, frame);
    for (let c = 0; c < classCount; c++) {
      const { logExact, logSurvival, logFirstExact, logFirstSurvival, hazard } = tables[c] as (typeof tables)[0];
      const scores = this.#startScore[c] as Float64Array;
      let best = Number.NEGATIVE_INFINITY;
      let start = 0;
      for (let d = 0; d < explicit; d++) {
        const score = (scores[here - d] as number) + (logExact[d] as number);
        if (score > best) {
          best = score;
          start = d;
        }
      }
      start = frame - start;
      if (frame + 1 < durationCount) {
        const score = (logStart[c] as number) + (logFirstExact[frame] as number);
        if (score > best) [best, start] = [score, 0];
      }
      const ends = hazard[durationCount - 1] as number;
      let tail = (this.#tail[c] as number) + Math.log1p(-ends);
      const entered = frame - durationCount + 1;
      if (entered >= 0) {
        const score =
          entered === 0
            ? (logStart[c] as number) + (logFirstSurvival[durationCount - 1] as number)
            : (scores[here - durationCount + 1] as number) + (logSurvival[durationCount - 1] as number);
        if (score > tail) {
          tail = score;
          this.#tailStart[c] = entered;
        }
      }
      this.#tail[c] = tail;
      if (tail + Math.log(ends) > best) [best, start] = [tail + Math.log(ends), this.#tailStart[c] as number];
      const sum = (this.#sum[c] as number) + (evidence[at + c] as number);
      this.#sum[c] = sum;
      this.#end[c] = best + sum;
      this.#boutStart[row + c] = start;
    }
    for (let c = 0; c < classCount; c++) {
      let best = Number.NEGATIVE_INFINITY;
      let before = 0;
      for (let from = 0; from < classCount; from++) {
        if (from === c) continue;
        const score = (this.#end[from] as number) + (this.#logTransition[from * classCount + c] as number);
        if (score > best) [best, before] = [score, from];
      }
      (this.#startScore[c] as Float64Array)[here + 1] = best - (this.#sum[c] as number);
      this.#classBefore[row + classCount + c] = before;
    }
    this.#frame++;
  }

  /** Makes room for one more frame in the windows of scores. */
  #slide(): void {
    const here = this.#frame - this.#windowBase;
    const length = this.#startScore[0]?.length as number;
    if (here + 1 < length) return;
    const drop = here - this.#model.durationCount;
    for (const scores of this.#startScore) scores.copyWithin(0, drop, here + 1);
    this.#windowBase += drop;
  }

  /** Returns the labels of all frames that every continuation shares, and forgets their frames. */
  #settle(): Uint8Array {
    const { classCount, durationCount } = this.#model;
    const open = new Set<number>();
    const latest = this.#frame;
    for (let c = 0; c < classCount; c++) {
      for (let start = Math.max(0, latest - durationCount + 1); start <= latest; start++)
        open.add(start * classCount + c);
      if (latest >= durationCount) open.add((this.#tailStart[c] as number) * classCount + c);
    }
    // Bouts are replaced by those before them, the latest first, until one is left that all ways have in common.
    const queue = Float64Array.from(open).sort();
    const heap = [...queue];
    while (heap.length > 1) {
      const node = heap.pop() as number;
      const start = Math.floor(node / classCount);
      if (start <= this.#base) return new Uint8Array(0);
      const before = this.#before(start, node % classCount);
      const previous = before.start * classCount + before.label;
      let [low, high] = [0, heap.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((heap[middle] as number) < previous) low = middle + 1;
        else high = middle;
      }
      if (heap[low] !== previous) heap.splice(low, 0, previous);
    }
    const [common] = heap as [number];
    const start = Math.floor(common / classCount);
    if (start <= this.#base) return new Uint8Array(0);
    const labels = this.#trace(start, common % classCount);
    const drop = (start - this.#base) * classCount;
    this.#boutStart.copyWithin(0, drop, (this.#frame - this.#base) * classCount);
    this.#classBefore.copyWithin(0, drop, (this.#frame + 1 - this.#base) * classCount);
    this.#base = start;
    return labels;
  }

  /** Returns the bout before one of class `label` that starts at a frame. */
  #before(start: number, label: number): { start: number; label: number } {
    const { classCount } = this.#model;
    const before = this.#classBefore[(start - this.#base) * classCount + label] as number;
    return { label: before, start: this.#boutStart[(start - 1 - this.#base) * classCount + before] as number };
  }

  /** Returns the labels from the first frame not yet given out to a bout of class `label` at `end`. */
  #trace(end: number, label: number): Uint8Array {
    const labels = new Uint8Array(end - this.#base);
    let [at, current] = [end, label];
    while (at > this.#base) {
      const bout = this.#before(at, current);
      labels.fill(bout.label, Math.max(0, bout.start - this.#base), at - this.#base);
      [at, current] = [bout.start, bout.label];
    }
    return labels;
  }

  /** Returns the labels that were not given out yet, shape `[frame]`, and the log-probability of all bouts with the evidence. */
  finish(): { labels: Uint8Array; logProbability: number } {
    const { classCount, durationCount, tables, logStart } = this.#model;
    const count = this.#frame;
    if (count === 0) return { labels: new Uint8Array(0), logProbability: 0 };
    let [best, start, label] = [Number.NEGATIVE_INFINITY, 0, 0];
    const offer = (score: number, from: number, c: number) => {
      if (score > best) [best, start, label] = [score, from, c];
    };
    for (let c = 0; c < classCount; c++) {
      const { logSurvival, logFirstSurvival } = tables[c] as (typeof tables)[0];
      const scores = this.#startScore[c] as Float64Array;
      const sum = this.#sum[c] as number;
      for (let d = 0; d < durationCount - 1 && d < count - 1; d++) {
        offer(
          (scores[count - 1 - d - this.#windowBase] as number) + (logSurvival[d] as number) + sum,
          count - 1 - d,
          c,
        );
      }
      if (count < durationCount) offer((logStart[c] as number) + (logFirstSurvival[count - 1] as number) + sum, 0, c);
      offer((this.#tail[c] as number) + sum, this.#tailStart[c] as number, c);
    }
    const before = start > this.#base ? this.#trace(start, label) : new Uint8Array(0);
    const labels = new Uint8Array(count - this.#base).fill(label);
    labels.set(before);
    return { labels, logProbability: best };
  }
}
