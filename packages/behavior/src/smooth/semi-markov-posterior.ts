import type { PreparedModel } from './semi-markov-model.js';

/** Probabilities below this are 0: nothing hangs on them, and subnormal numbers are many times slower. */
const NEGLIGIBLE = 1e-200;

/** The states of a model: class and frames since the bout's start, of which the last stands for all longer ones. */
class AgeStates {
  readonly classCount: number;
  readonly ageCount: number;
  readonly size: number;
  readonly #stay: readonly Float64Array[];
  readonly #hazard: readonly Float64Array[];
  readonly #transition: Float64Array;
  readonly #ended: Float64Array;
  readonly #begun: Float64Array;
  readonly #first: Float64Array;

  constructor({ classCount, durationCount, tables, logStart, transition }: PreparedModel) {
    this.classCount = classCount;
    this.ageCount = durationCount;
    this.size = classCount * durationCount;
    this.#hazard = tables.map(({ hazard }) => hazard);
    this.#stay = tables.map(({ hazard }) => hazard.map((ends) => 1 - ends));
    this.#transition = transition;
    this.#ended = new Float64Array(classCount);
    this.#begun = new Float64Array(classCount);
    this.#first = Float64Array.from({ length: this.size }, (_, at) => {
      const c = Math.floor(at / durationCount);
      return Math.exp((logStart[c] as number) + (tables[c]?.logAge[at % durationCount] as number));
    });
  }

  /** Writes the states of a sequence's first frame before its evidence. */
  begin(into: Float64Array): void {
    into.set(this.#first);
  }

  /** Writes the states of the next frame before its evidence. */
  advance(from: Float64Array, into: Float64Array): void {
    const { classCount, ageCount } = this;
    for (let c = 0; c < classCount; c++) {
      const at = c * ageCount;
      const [stay, hazard] = [this.#stay[c] as Float64Array, this.#hazard[c] as Float64Array];
      let ended = 0;
      let before = 0;
      for (let age = 0; age < ageCount; age++) {
        const value = from[at + age] as number;
        ended += value * (hazard[age] as number);
        into[at + age] = before;
        const next = value * (stay[age] as number);
        before = next < NEGLIGIBLE ? 0 : next;
      }
      into[at + ageCount - 1] = (into[at + ageCount - 1] as number) + before;
      this.#ended[c] = ended;
    }
    for (let c = 0; c < classCount; c++) {
      let begun = 0;
      for (let other = 0; other < classCount; other++) {
        begun += (this.#ended[other] as number) * (this.#transition[other * classCount + c] as number);
      }
      into[c * ageCount] = (into[c * ageCount] as number) + begun;
    }
  }

  /** Multiplies by the likelihood of a frame, `[class]`, and makes the sum 1. */
  weigh(values: Float64Array, likelihood: Float64Array): void {
    const { classCount, ageCount } = this;
    let total = 0;
    for (let c = 0; c < classCount; c++) {
      let sum = 0;
      for (let at = c * ageCount; at < (c + 1) * ageCount; at++) sum += values[at] as number;
      total += sum * (likelihood[c] as number);
    }
    for (let c = 0; c < classCount; c++) {
      const factor = (likelihood[c] as number) / total;
      for (let at = c * ageCount; at < (c + 1) * ageCount; at++) {
        const value = (values[at] as number) * factor;
        values[at] = value < NEGLIGIBLE ? 0 : value;
      }
    }
  }

  /** Writes how likely the following frames are after each state, from the same of the next frame; the largest is 1. */
  retreat(next: Float64Array, likelihood: Float64Array, into: Float64Array): void {
    const { classCount, ageCount } = this;
    for (let c = 0; c < classCount; c++) {
      this.#begun[c] = (likelihood[c] as number) * (next[c * ageCount] as number);
    }
    let largest = 0;
    for (let c = 0; c < classCount; c++) {
      let after = 0;
      for (let other = 0; other < classCount; other++) {
        after += (this.#transition[c * classCount + other] as number) * (this.#begun[other] as number);
      }
      const at = c * ageCount;
      const weight = likelihood[c] as number;
      const [stay, hazard] = [this.#stay[c] as Float64Array, this.#hazard[c] as Float64Array];
      for (let age = 0; age < ageCount; age++) {
        const following = next[at + (age + 1 < ageCount ? age + 1 : age)] as number;
        const value = (stay[age] as number) * weight * following + (hazard[age] as number) * after;
        into[at + age] = value;
        if (value > largest) largest = value;
      }
    }
    for (let at = 0; at < into.length; at++) {
      const value = (into[at] as number) / largest;
      into[at] = value < NEGLIGIBLE ? 0 : value;
    }
  }
}

/**
 * Returns the probability of each class in each frame of one sequence given all its evidence, both of shape `[frame, class]`:
 * forward-backward over class and time since the bout began, scaled in each frame. The cost of a frame is classes times
 * durations; memory grows with the square root of the sequence, for states are kept now and then and worked out again between.
 */
export function semiMarkovPosterior(model: PreparedModel, evidence: Float64Array): Float32Array {
  const states = new AgeStates(model);
  const { classCount, ageCount, size } = states;
  const frameCount = evidence.length / classCount;
  const out = new Float32Array(evidence.length);
  if (frameCount === 0) return out;
  const likelihood = (frame: number, into: Float64Array): Float64Array => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) highest = Math.max(highest, evidence[frame * classCount + c] as number);
    for (let c = 0; c < classCount; c++) into[c] = Math.exp((evidence[frame * classCount + c] as number) - highest);
    return into;
  };
  const weights = new Float64Array(classCount);
  const step = (frame: number, from: Float64Array | undefined, into: Float64Array): void => {
    if (from) states.advance(from, into);
    else states.begin(into);
    states.weigh(into, likelihood(frame, weights));
  };
  const blockFrames = Math.max(1, Math.ceil(Math.sqrt(frameCount)));
  const blockCount = Math.ceil(frameCount / blockFrames);
  const kept: Float64Array[] = [];
  let [current, spare] = [new Float64Array(size), new Float64Array(size)];
  for (let frame = 0; frame < frameCount; frame++) {
    step(frame, frame === 0 ? undefined : current, spare);
    [current, spare] = [spare, current];
    if (frame % blockFrames === 0) kept.push(current.slice());
  }
  const block = Array.from({ length: Math.min(blockFrames, frameCount) }, () => new Float64Array(size));
  let [after, before] = [new Float64Array(size).fill(1), new Float64Array(size)];
  for (let index = blockCount - 1; index >= 0; index--) {
    const start = index * blockFrames;
    const end = Math.min(frameCount, start + blockFrames);
    block[0]?.set(kept.pop() as Float64Array);
    for (let frame = start + 1; frame < end; frame++) {
      step(frame, block[frame - start - 1] as Float64Array, block[frame - start] as Float64Array);
    }
    for (let frame = end - 1; frame >= start; frame--) {
      if (frame < frameCount - 1) {
        states.retreat(after, likelihood(frame + 1, weights), before);
        [after, before] = [before, after];
      }
      const forward = block[frame - start] as Float64Array;
      let total = 0;
      for (let c = 0; c < classCount; c++) {
        let sum = 0;
        for (let at = c * ageCount; at < (c + 1) * ageCount; at++)
          sum += (forward[at] as number) * (after[at] as number);
        weights[c] = sum;
        total += sum;
      }
      for (let c = 0; c < classCount; c++) out[frame * classCount + c] = (weights[c] as number) / total;
    }
  }
  return out;
}
