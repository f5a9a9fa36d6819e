/** A chain of hidden states, as plain data. */
export interface MarkovChain {
  /** Probability of each state at the first frame, shape `[state]`. */
  readonly start: readonly number[];
  /** Probability of the next state (column) after a state (row), shape `[state, state]`. */
  readonly transition: readonly (readonly number[])[];
}

/** Writes values over their sum; returns false, with nothing changed, where the sum is 0 or not finite. */
function normalize(values: Float64Array, from: number, count: number): boolean {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i] as number;
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return false;
  for (let i = from; i < from + count; i++) values[i] = (values[i] as number) / sum;
  return true;
}

/**
 * Writes the probability of each state given all observations, shape `[frame, state]`, over `likelihood` of the same
 * shape (of each frame's observation in each state, up to a factor per frame): the forward-backward algorithm (Rabiner
 * 1989), scaled in each frame, so that it neither under- nor overflows however long the sequence is.
 *
 * An observation that no state can have says nothing. One that cannot follow what was before begins the chain anew.
 */
export function smoothStates({ start, transition }: MarkovChain, likelihood: Float64Array): Float64Array {
  const stateCount = start.length;
  const frameCount = likelihood.length / stateCount;
  if (!Number.isInteger(frameCount)) {
    throw new RangeError(`likelihood: must have shape [frame,${stateCount}], got ${likelihood.length} values`);
  }
  const next = Float64Array.from(transition.flat());
  const forward = new Float64Array(likelihood.length);
  const begins = new Uint8Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) {
    const at = frame * stateCount;
    if (!normalize(likelihood, at, stateCount)) likelihood.fill(1, at, at + stateCount);
    for (let state = 0; state < stateCount; state++) {
      let into = 0;
      if (frame === 0) into = start[state] as number;
      else {
        for (let from = 0; from < stateCount; from++) {
          into += (forward[at - stateCount + from] as number) * (next[from * stateCount + state] as number);
        }
      }
      forward[at + state] = into * (likelihood[at + state] as number);
    }
    if (normalize(forward, at, stateCount)) continue;
    begins[frame] = 1;
    for (let state = 0; state < stateCount; state++) {
      forward[at + state] = (start[state] as number) * (likelihood[at + state] as number);
    }
    if (!normalize(forward, at, stateCount)) forward.set(likelihood.subarray(at, at + stateCount), at);
  }
  const backward = new Float64Array(stateCount).fill(1);
  const weighted = new Float64Array(stateCount);
  for (let frame = frameCount - 1; frame >= 0; frame--) {
    const at = frame * stateCount;
    for (let state = 0; state < stateCount; state++) {
      weighted[state] = (likelihood[at + state] as number) * (backward[state] as number);
      likelihood[at + state] = (forward[at + state] as number) * (backward[state] as number);
    }
    if (!normalize(likelihood, at, stateCount)) likelihood.set(forward.subarray(at, at + stateCount), at);
    for (let state = 0; state < stateCount; state++) {
      let out = 0;
      for (let to = 0; to < stateCount; to++) {
        out += (next[state * stateCount + to] as number) * (weighted[to] as number);
      }
      backward[state] = out;
    }
    if (begins[frame] === 1 || !normalize(backward, 0, stateCount)) backward.fill(1);
  }
  return likelihood;
}

/**
 * Returns the probabilities of a chain counted in labels: runs are pairs of label before and after within a sequence.
 * `pseudoCount` is added to every count. Without counts a state stays what it is.
 */
export function chainOfCounts(
  stateCounts: ArrayLike<number>,
  pairCounts: readonly ArrayLike<number>[],
  pseudoCount: number,
): MarkovChain {
  const shares = (counts: ArrayLike<number>, fallback: (state: number) => number): number[] => {
    const list = Array.from(counts, (count) => count + pseudoCount);
    const total = list.reduce((sum, count) => sum + count, 0);
    return list.map((count, state) => (total > 0 ? count / total : fallback(state)));
  };
  return {
    start: shares(stateCounts, () => 1 / stateCounts.length),
    transition: pairCounts.map((counts, row) => shares(counts, (state) => (state === row ? 1 : 0))),
  };
}
