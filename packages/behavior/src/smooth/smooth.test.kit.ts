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
