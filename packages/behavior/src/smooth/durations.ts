import { type FrameRun, labelBouts } from './frame-runs.js';

/**
 * How long bouts of each class last, as the chance to end after so many frames: constant within bins of durations that grow
 * by their length, and beyond the last edge, so that bouts may be of any length (a geometric tail). Plain data.
 */
export interface BoutDurations {
  /** First duration of each bin in frames, ascending from 1, shape `[bin]`. */
  readonly edges: readonly number[];
  /** Probability that a bout that has lasted so long ends with this frame, shape `[class, bin]`, above 0, below 1. */
  readonly hazard: readonly (readonly number[])[];
}

/** Bouts that the prior weighs: a class with far more follows its own durations, one with fewer those of all. */
const PRIOR_BOUTS = 4;
const BIN_GROWTH = 1.3;
const LEAST_HAZARD = 1e-6;

function binEdges(longest: number): number[] {
  const edges = [1];
  for (;;) {
    const last = edges.at(-1) as number;
    const next = Math.max(last + 1, Math.round(last * BIN_GROWTH));
    if (next > longest) return edges;
    edges.push(next);
  }
}

/** Options of {@link fitDurations}. */
export interface DurationOptions {
  readonly classCount: number;
  /** Largest duration in frames that is told from longer ones: what a decoding costs grows with it; 400 by default. */
  readonly capFrames?: number;
}

/**
 * Returns the durations of bouts in labels, shape `[frame]`, of some runs: bouts ended over frames at risk (Kaplan and Meier
 * 1958) in each bin. A bout that the end of its run cuts off counts as not ended; one that began before its run is left out.
 * Rare classes lean on the durations of all, stretched to their own mean.
 */
export function fitDurations(labels: Uint8Array, runs: readonly FrameRun[], options: DurationOptions): BoutDurations {
  const { classCount, capFrames = 400 } = options;
  if (!(Number.isSafeInteger(capFrames) && capFrames >= 1 && capFrames <= 100_000)) {
    throw new RangeError(`capFrames: must be an integer in 1..100000, got ${capFrames}`);
  }
  const bouts = runs.flatMap((run) =>
    labelBouts(labels, run)
      .filter(({ start }) => start > run.start)
      .map(({ start, end, label }) => ({ frames: end - start, label, isWhole: end < run.end })),
  );
  const lengths = bouts.map(({ frames }) => frames).sort((a, b) => a - b);
  const edges = binEdges(Math.min(capFrames, lengths[Math.floor(0.98 * lengths.length)] ?? 1));
  const zeros = () => new Float64Array(edges.length);
  const ended = Array.from({ length: classCount }, zeros);
  const atRisk = Array.from({ length: classCount }, zeros);
  for (const { frames, label, isWhole } of bouts) {
    // Whether a bout that was cut off would have ended with its last frame is not known.
    const seen = isWhole ? frames : frames - 1;
    for (const [bin, edge] of edges.entries()) {
      if (seen < edge) break;
      const next = edges[bin + 1] ?? Number.POSITIVE_INFINITY;
      const risk = atRisk[label] as Float64Array;
      risk[bin] = (risk[bin] as number) + Math.min(seen + 1, next) - edge;
      const counts = ended[label] as Float64Array;
      if (isWhole && frames < next) counts[bin] = (counts[bin] as number) + 1;
    }
  }
  const total = (list: Float64Array): number => list.reduce((sum, value) => sum + value, 0);
  const within = (value: number): number => Math.min(1 - LEAST_HAZARD, Math.max(LEAST_HAZARD, value));
  const [allEnded, allAtRisk] = [ended, atRisk].map((tables) =>
    zeros().map((_, bin) => tables.reduce((sum, table) => sum + (table[bin] as number), 0)),
  ) as [Float64Array, Float64Array];
  const runFrames = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  const risk = total(allAtRisk) || runFrames;
  const overall = within((total(allEnded) + 0.5) / (risk + 1));
  const shrunk = (hits: number, risk: number, prior: number): number =>
    within((hits + PRIOR_BOUTS) / (risk + PRIOR_BOUTS / prior));
  const pooled = zeros().map((_, bin) => shrunk(allEnded[bin] as number, allAtRisk[bin] as number, overall));
  const hazard = ended.map((counts, label) => {
    const risk = atRisk[label] as Float64Array;
    const expected = risk.reduce((sum, frames, bin) => sum + frames * (pooled[bin] as number), 0);
    const ratio = (total(counts) + PRIOR_BOUTS) / (expected + PRIOR_BOUTS);
    return [...counts].map((hits, bin) => shrunk(hits, risk[bin] as number, within(ratio * (pooled[bin] as number))));
  });
  return { edges, hazard };
}

/** The durations of one class, frame by frame; index 0 is a duration of one frame. */
export interface DurationTable {
  /** Probability of ending with this frame, shape `[duration]`; the last holds for all longer ones. */
  readonly hazard: Float64Array;
  /** Log-probability of lasting at least so long, shape `[duration]`. */
  readonly logSurvival: Float64Array;
  /** Log-probability of lasting exactly so long, shape `[duration]`; the last is not used. */
  readonly logExact: Float64Array;
  /** Mean duration in frames. */
  readonly mean: number;
  /**
   * For the first bout of a sequence, which had begun before it: log-probability of having lasted exactly so long when the
   * sequence begins (the age of a stationary renewal process), shape `[duration]`; the last is of all longer ones together.
   */
  readonly logAge: Float64Array;
  /** Log-probability that the first bout lasts at least so long from the sequence's beginning, shape `[duration]`. */
  readonly logFirstSurvival: Float64Array;
  /** Log-probability that the first bout lasts exactly so long from the sequence's beginning, shape `[duration]`; the last is not used. */
  readonly logFirstExact: Float64Array;
}

/** Returns the tables of all classes, list by class, each of as many durations as the last bin begins at. */
export function durationTables({ edges, hazard }: BoutDurations): DurationTable[] {
  const count = edges.at(-1) as number;
  return hazard.map((byBin) => {
    const byFrame = new Float64Array(count);
    for (const [bin, edge] of edges.entries()) byFrame.fill(byBin[bin] as number, edge - 1);
    const tail = byFrame[count - 1] as number;
    const logSurvival = new Float64Array(count);
    for (let d = 1; d < count; d++)
      logSurvival[d] = (logSurvival[d - 1] as number) + Math.log1p(-(byFrame[d - 1] as number));
    let mean = 0;
    for (let d = 0; d < count - 1; d++) mean += Math.exp(logSurvival[d] as number);
    const tailFrames = Math.exp(logSurvival[count - 1] as number) / tail;
    mean += tailFrames;
    const logMean = Math.log(mean);
    const logAge = logSurvival.map((value) => value - logMean);
    logAge[count - 1] = Math.log(tailFrames / mean);
    // What is left of a stationary renewal process has the density survival / mean, and the same tail.
    const logFirstSurvival = new Float64Array(count);
    let beyond = tailFrames / mean;
    logFirstSurvival[count - 1] = Math.log(beyond);
    for (let d = count - 2; d >= 0; d--) {
      beyond += Math.exp(logSurvival[d] as number) / mean;
      logFirstSurvival[d] = Math.log(beyond);
    }
    return {
      hazard: byFrame,
      logSurvival,
      logExact: logSurvival.map((value, d) => value + Math.log(byFrame[d] as number)),
      mean,
      logAge,
      logFirstSurvival,
      logFirstExact: logSurvival.map((value) => value - logMean),
    };
  });
}
