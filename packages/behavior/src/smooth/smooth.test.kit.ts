import type { Random } from '@zoopraxis/core';
import type { DurationTable } from './durations.js';
import type { PreparedModel } from './semi-markov-model.js';

/** A recording whose bouts and probabilities are drawn from known durations and errors. */
export interface MadeRecording {
  readonly truth: Uint8Array;
  readonly probability: Float32Array;
}

/** Returns bouts of three classes of mean 20, 40 and 80 frames, seen through errors that last for several frames. */
export function makeRecording(rng: Random, frameCount: number, noise = 1.5): MadeRecording {
  const truth = new Uint8Array(frameCount);
  const probability = new Float32Array(3 * frameCount);
  let [label, left] = [0, 0];
  const error = [0, 0, 0];
  for (let frame = 0; frame < frameCount; frame++) {
    if (left === 0) {
      label = (label + 1 + rng.integer(2)) % 3;
      left = 5 + Math.floor(-Math.log(1 - rng.uniform()) * (20 << label));
    }
    left--;
    truth[frame] = label;
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      error[c] = 0.8 * (error[c] as number) + noise * 0.6 * rng.normal();
      sum += probability[3 * frame + c] = Math.exp((c === label ? 1.2 : 0) + (error[c] as number));
    }
    for (let c = 0; c < 3; c++) probability[3 * frame + c] = (probability[3 * frame + c] as number) / sum;
  }
  return { truth, probability };
}

/** Returns the joint log-probability of labels and evidence by the definition of a semi-Markov chain, bout by bout. */
export function logProbabilityOf(model: PreparedModel, evidence: Float64Array, labels: readonly number[]): number {
  const { classCount, durationCount, tables, logStart, transition } = model;
  let total = labels.reduce((sum, label, frame) => sum + (evidence[frame * classCount + label] as number), 0);
  const frameCount = labels.length;
  const exactly = (log: Float64Array, { hazard }: DurationTable, survival: Float64Array, frames: number): number => {
    if (frames < durationCount) return log[frames - 1] as number;
    const ends = hazard[durationCount - 1] as number;
    return (survival[durationCount - 1] as number) + (frames - durationCount) * Math.log(1 - ends) + Math.log(ends);
  };
  const atLeast = ({ hazard }: DurationTable, survival: Float64Array, frames: number): number => {
    if (frames <= durationCount) return survival[frames - 1] as number;
    const ends = hazard[durationCount - 1] as number;
    return (survival[durationCount - 1] as number) + (frames - durationCount) * Math.log(1 - ends);
  };
  for (let start = 0; start < frameCount; ) {
    let end = start + 1;
    while (end < frameCount && labels[end] === labels[start]) end++;
    const label = labels[start] as number;
    const table = tables[label] as DurationTable;
    const survival = start === 0 ? table.logFirstSurvival : table.logSurvival;
    const exact = start === 0 ? table.logFirstExact : table.logExact;
    total +=
      start === 0
        ? (logStart[label] as number)
        : Math.log(transition[(labels[start - 1] as number) * classCount + label] as number);
    total += end === frameCount ? atLeast(table, survival, end - start) : exactly(exact, table, survival, end - start);
    start = end;
  }
  return total;
}

/** Returns all label sequences of a length, list. */
export function* allLabels(classCount: number, frameCount: number): Generator<number[]> {
  for (let code = 0; code < classCount ** frameCount; code++) {
    yield Array.from({ length: frameCount }, (_, i) => Math.floor(code / classCount ** i) % classCount);
  }
}

/**
 * Returns the posterior of each class, shape `[frame, class]`, by the textbook's forward-backward over all pairs of class and
 * age of the bout, ages beyond the last told apart counting as one: slow, and unlike what it checks.
 */
export function posteriorByAges(model: PreparedModel, evidence: Float64Array): number[][] {
  const { classCount, durationCount, tables, logStart, transition } = model;
  const states = Array.from({ length: classCount * durationCount }, (_, i) => ({
    c: Math.floor(i / durationCount),
    age: i % durationCount,
  }));
  const frameCount = evidence.length / classCount;
  const weightOf = (frame: number, c: number) => Math.exp(evidence[frame * classCount + c] as number);
  const normalized = (row: number[]): number[] => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => value / total);
  };
  const hazardOf = ({ c, age }: (typeof states)[number]) => tables[c]?.hazard[age] as number;
  const older = (i: number) => ((i + 1) % durationCount === 0 ? i : i + 1);
  const forward: number[][] = [];
  for (let frame = 0; frame < frameCount; frame++) {
    let row = states.map(({ c, age }) => Math.exp((logStart[c] as number) + (tables[c]?.logAge[age] as number)));
    const before = forward[frame - 1];
    if (before) {
      row = states.map(() => 0);
      for (const [i, state] of states.entries()) {
        const [mass, ends] = [before[i] as number, hazardOf(state)];
        row[older(i)] = (row[older(i)] as number) + mass * (1 - ends);
        for (let to = 0; to < classCount; to++) {
          const at = to * durationCount;
          row[at] = (row[at] as number) + mass * ends * (transition[state.c * classCount + to] as number);
        }
      }
    }
    forward.push(normalized(row.map((value, i) => value * weightOf(frame, states[i]?.c as number))));
  }
  let backward = states.map(() => 1);
  const out: number[][] = [];
  for (let frame = frameCount - 1; frame >= 0; frame--) {
    const shares = Array.from({ length: classCount }, () => 0);
    for (const [i, { c }] of states.entries()) {
      shares[c] = (shares[c] as number) + (forward[frame]?.[i] as number) * (backward[i] as number);
    }
    out.unshift(normalized(shares));
    const later = backward.map((value, i) => value * weightOf(frame, states[i]?.c as number));
    backward = normalized(
      states.map((state, i) => {
        const ends = hazardOf(state);
        let sum = (1 - ends) * (later[older(i)] as number);
        for (let to = 0; to < classCount; to++) {
          sum += ends * (transition[state.c * classCount + to] as number) * (later[to * durationCount] as number);
        }
        return sum;
      }),
    );
  }
  return out;
}
