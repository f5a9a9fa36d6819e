import { createPoseTracks, type PoseTracks, type Provenance } from '@zoopraxis/core';
import { cutJumps, cutLikelihood } from './cutoffs.js';
import { fillGaps } from './gaps.js';
import { smoothByKalman } from './kalman.js';
import type { MotionNoise } from './motion-noise.js';
import { isMissing, type PointSeries, readSeries, writeSeries } from './point-series.js';
import { smoothByMedian, smoothBySavitzkyGolay } from './smoothing.js';
import { checkFilterSteps, type FilterStep, type FilterStepInput } from './spec.js';

/** What one step did, over all individuals and keypoints. */
export interface FilterEffect {
  readonly kind: FilterStep['kind'];
  readonly removedPoints: number;
  readonly filledPoints: number;
  /** Points that were there before and after, and moved. */
  readonly movedPoints: number;
  /** Noise that a Kalman step used for each `individual/keypoint`; left out where points were too few. */
  readonly noise?: Readonly<Record<string, MotionNoise>>;
}

/** Filtered tracks, and what each step did to them. */
export interface FilteredTracks {
  readonly tracks: PoseTracks;
  readonly effects: readonly FilterEffect[];
}

/** Settings of {@link applyFilters}. */
export interface ApplyFiltersOptions {
  readonly signal?: AbortSignal;
  /** Called with the share of the work that is done, 0..1. */
  readonly onProgress?: (share: number) => void;
  /** Software versions for the provenance. */
  readonly versions?: Provenance['versions'];
  readonly inputs?: Provenance['inputs'];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Tally = Mutable<Omit<FilterEffect, 'noise'>> & { noise?: Record<string, MotionNoise> };

function runStep(series: PointSeries, step: FilterStep): MotionNoise | undefined {
  switch (step.kind) {
    case 'likelihood':
      cutLikelihood(series, step);
      return undefined;
    case 'jump':
      cutJumps(series, step);
      return undefined;
    case 'median':
      smoothByMedian(series, step);
      return undefined;
    case 'savitzky-golay':
      smoothBySavitzkyGolay(series, step);
      return undefined;
    case 'kalman':
      return smoothByKalman(series, step);
    case 'fill':
      fillGaps(series, step);
      return undefined;
  }
}

function countChanges(before: readonly Float64Array[], series: PointSeries, tally: Tally): void {
  for (let frame = 0; frame < series.confidence.length; frame++) {
    const wasMissing = Number.isNaN((before[0] as Float64Array)[frame] as number);
    if (isMissing(series, frame)) tally.removedPoints += wasMissing ? 0 : 1;
    else if (wasMissing) tally.filledPoints++;
    else if (series.axes.some((axis, a) => axis[frame] !== (before[a] as Float64Array)[frame])) tally.movedPoints++;
  }
}

/** Lets timers and signals run. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/**
 * Returns new tracks after filter steps, each keypoint of each individual by itself, and what each step did. The steps
 * and the tracks they came from are in the provenance (`operation: 'filter'`). No step makes a point in a gap but `fill`
 * and `kalman` with `fillFrames`; points made there have confidence NaN. Removed points keep their confidence. Beside
 * the result, memory is needed for one keypoint at a time.
 * @throws RangeError naming the step and setting that do not fit; the signal's reason when it is aborted.
 */
export async function applyFilters(
  tracks: PoseTracks,
  steps: readonly FilterStepInput[],
  options: ApplyFiltersOptions = {},
): Promise<FilteredTracks> {
  const { signal, onProgress, versions = {}, inputs = [] } = options;
  const checked = checkFilterSteps(steps);
  const tallies = checked.map(
    ({ kind }): Tally => ({
      kind,
      removedPoints: 0,
      filledPoints: 0,
      movedPoints: 0,
      ...(kind === 'kalman' && { noise: {} }),
    }),
  );
  const filtered: PoseTracks = {
    ...tracks,
    position: new Float32Array(tracks.position.length),
    confidence: new Float32Array(tracks.confidence.length),
    provenance: {
      operation: 'filter',
      versions,
      inputs,
      parameters: { steps: checked },
      parents: [tracks.provenance],
      ...(tracks.provenance.synthetic !== undefined && { synthetic: tracks.provenance.synthetic }),
    },
  };
  const points = tracks.skeleton.keypoints.length;
  const total = tracks.individuals.length * points * checked.length;
  let done = 0;
  for (const [individual, animal] of tracks.individuals.entries()) {
    for (const [keypoint, point] of tracks.skeleton.keypoints.entries()) {
      const series = readSeries(tracks, { individual, keypoint });
      for (const [i, step] of checked.entries()) {
        await pause();
        signal?.throwIfAborted();
        const before = series.axes.map((axis) => axis.slice());
        const noise = runStep(series, step);
        const tally = tallies[i] as Tally;
        countChanges(before, series, tally);
        if (noise !== undefined && tally.noise !== undefined) tally.noise[`${animal}/${point}`] = noise;
        onProgress?.(++done / total);
      }
      writeSeries(series, filtered, { individual, keypoint });
    }
  }
  return { tracks: createPoseTracks(filtered), effects: tallies };
}
