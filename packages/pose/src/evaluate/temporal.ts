import { median, type PoseTracks } from '@zoopraxis/core';
import { quantileInPlace } from './quantile-in-place.js';
import { type ArcLengthMeter, createArcLengthMeter } from './spectral-arc-length.js';

/** Unit of the lengths that {@link measureTemporal} gives. */
export type TemporalUnit = 'px' | 'cm' | 'body lengths';

/** How smooth one keypoint of one individual is over time; null = too few frames to tell. */
export interface KeypointSteadiness {
  readonly individual: string;
  readonly keypoint: string;
  /** Frames with the point. */
  readonly frames: number;
  /** Pairs of neighboring frames with the point in both. */
  readonly steps: number;
  /** Steps longer than the threshold. */
  readonly jumps: number;
  /** Of all steps, 0..1. */
  readonly jumpShare: number | null;
  /** Per minute of time covered by steps. */
  readonly jumpsPerMinute: number | null;
  /** Single frames that leave and come back: a jump in, a jump out, and the neighbors nearer to one another than the threshold. */
  readonly spikes: number;
  /** Median and 95 % quantile of the steps, in the unit per frame of the mean rate. */
  readonly medianStep: number | null;
  readonly p95Step: number | null;
  /** Root mean square of the second difference over three neighboring frames, in the unit; true movement is a part of it. */
  readonly rmsSecondDifference: number | null;
  /** The same as an acceleration, in the unit per s^2. */
  readonly rmsAccelerationPerSec2: number | null;
  /**
   * Standard deviation, on each axis, of white noise that would give the median second difference: what jitter is where the
   * animal rests. Jumps do not move it.
   */
  readonly restNoise: number | null;
  /** Mean spectral arc length of the speed (negative; nearer 0 is smoother), over windows of one second without gaps. */
  readonly spectralArcLength: number | null;
  readonly spectralWindows: number;
}

/** Steadiness of tracks: plain JSON data. */
export interface TemporalMeasures {
  readonly unit: TemporalUnit;
  /** A step is a jump if it is longer than this, in the unit per frame of the mean rate; longer pauses allow more. */
  readonly jumpThreshold: number;
  readonly durationSec: number;
  readonly perKeypoint: readonly KeypointSteadiness[];
  /** Sums and medians over all keypoints of all individuals. */
  readonly all: {
    readonly steps: number;
    readonly jumps: number;
    readonly jumpShare: number | null;
    readonly jumpsPerMinute: number | null;
    readonly spikes: number;
    /** Medians over keypoints with a number. */
    readonly rmsSecondDifference: number | null;
    readonly restNoise: number | null;
    readonly spectralArcLength: number | null;
  };
}

/** Settings of {@link measureTemporal}. */
export interface TemporalOptions {
  /** In `unit` per frame. */
  readonly jumpThreshold: number;
  /** Default px for tracks in the image, cm else. */
  readonly unit?: TemporalUnit;
  /** Length of the animal in the unit of the tracks, list by individual or one for all; needed for body lengths. */
  readonly bodyLength?: number | readonly number[];
  /** First and last + 1 frame. Default all. */
  readonly start?: number;
  readonly end?: number;
}

/** Median of the length of a 2-D vector whose axes have standard deviation 1 (Rayleigh), and of a 3-D one (Maxwell). */
const MEDIAN_LENGTH = { 2: 1.1774100225154747, 3: 1.5381722544550522 } as const;

/** Buffers and tables that all keypoints share. */
interface Workshop {
  /** Shape `[frame]`. */
  readonly steps: Float64Array;
  readonly differences: Float64Array;
  readonly arcs: ArcLengthMeter;
}

/**
 * Returns how steady tracks are: jumps, jitter and smoothness of each keypoint. Only neighboring frames that both have the
 * point are compared, so that a gap is neither a jump nor smooth. Where the frame rate varies, steps are told per frame of the
 * mean rate, differences follow the true times, and arc lengths are over windows whose frames are evenly spaced.
 * @throws RangeError for a threshold or frames that cannot be, cm for tracks in px, or body lengths without a length.
 */
export function measureTemporal(tracks: PoseTracks, options: TemporalOptions): TemporalMeasures {
  const { timeBase, individuals, skeleton, space } = tracks;
  const { jumpThreshold, unit = space === 'image' ? 'px' : 'cm', start = 0, end = timeBase.frameCount } = options;
  if (!(jumpThreshold > 0))
    throw new RangeError(`temporal measures: jumpThreshold must be above 0, got ${jumpThreshold}`);
  if (
    !(
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(end) &&
      0 <= start &&
      start <= end &&
      end <= timeBase.frameCount
    )
  ) {
    throw new RangeError(`temporal measures: frames must be within 0..${timeBase.frameCount}, got ${start}..${end}`);
  }
  const ownUnit = space === 'image' ? 'px' : 'cm';
  if (unit !== ownUnit && unit !== 'body lengths') {
    throw new RangeError(
      `temporal measures: unit must be ${ownUnit} or body lengths for tracks in ${space}, got ${unit}`,
    );
  }
  const scaleOf = (animal: number): number => {
    if (unit !== 'body lengths') return 1;
    const { bodyLength } = options;
    const length = typeof bodyLength === 'object' ? bodyLength[animal] : bodyLength;
    if (length !== undefined && length > 0 && Number.isFinite(length)) return length;
    throw new RangeError(`temporal measures: bodyLength must be above 0 for body lengths, got ${length}`);
  };
  const workshop: Workshop = {
    steps: new Float64Array(end - start),
    differences: new Float64Array(end - start),
    arcs: createArcLengthMeter(Math.max(4, Math.round(timeBase.fps)), timeBase.fps),
  };
  const perKeypoint: (KeypointSteadiness & { stepSec: number })[] = [];
  for (const [animal, individual] of individuals.entries()) {
    for (const [k, keypoint] of skeleton.keypoints.entries()) {
      const measured = measureSeries(
        tracks,
        { animal, k, start, end, jumpThreshold, scale: scaleOf(animal) },
        workshop,
      );
      perKeypoint.push({ individual, keypoint, ...measured });
    }
  }
  const sum = (of: (one: (typeof perKeypoint)[number]) => number) =>
    perKeypoint.reduce((total, one) => total + of(one), 0);
  const middle = (of: (one: (typeof perKeypoint)[number]) => number | null): number | null => {
    const known = perKeypoint.map(of).filter((value) => value !== null);
    return known.length === 0 ? null : median(known);
  };
  const [steps, jumps, stepSec] = [sum((one) => one.steps), sum((one) => one.jumps), sum((one) => one.stepSec)];
  const timeOf = (frame: number) => timeBase.timesSec?.[frame] ?? frame / timeBase.fps;
  return {
    unit,
    jumpThreshold,
    durationSec: end > start ? timeOf(end - 1) - timeOf(start) + 1 / timeBase.fps : 0,
    perKeypoint: perKeypoint.map(({ stepSec: _, ...one }) => one),
    all: {
      steps,
      jumps,
      jumpShare: steps === 0 ? null : jumps / steps,
      jumpsPerMinute: stepSec === 0 ? null : (60 * jumps) / stepSec,
      spikes: sum((one) => one.spikes),
      rmsSecondDifference: middle((one) => one.rmsSecondDifference),
      restNoise: middle((one) => one.restNoise),
      spectralArcLength: middle((one) => one.spectralArcLength),
    },
  };
}

function measureSeries(
  { timeBase, individuals, skeleton, dimensions, position }: PoseTracks,
  series: { animal: number; k: number; start: number; end: number; jumpThreshold: number; scale: number },
  { steps: stepLengths, differences, arcs: meter }: Workshop,
): Omit<KeypointSteadiness, 'individual' | 'keypoint'> & { stepSec: number } {
  const { animal, k, start, end, jumpThreshold, scale } = series;
  const { fps, timesSec } = timeBase;
  const stride = individuals.length * skeleton.keypoints.length * dimensions;
  const first = (animal * skeleton.keypoints.length + k) * dimensions;

  // Two windows are measured at once: the first waits for the second.
  const windows = [new Float64Array(meter.count), new Float64Array(meter.count)] as const;
  let [filled, waiting, arcSum, arcCount] = [0, 0, 0, 0];
  const measureArcs = (): void => {
    for (const arc of meter.measure(windows[0], waiting === 2 ? windows[1] : undefined)) {
      if (Number.isNaN(arc)) continue;
      arcSum += arc;
      arcCount++;
    }
    waiting = 0;
  };

  let [frames, steps, jumps, spikes, stepSec] = [0, 0, 0, 0, 0];
  let [seconds, squares, accelerations] = [0, 0, 0];
  /** Frames up to this one that have the point without a gap, at most 3. */
  let run = 0;
  let [secBefore, stepBefore] = [Number.NaN, Number.NaN];
  for (let frame = start, at = start * stride + first; frame < end; frame++, at += stride) {
    if (Number.isNaN(position[at]!)) {
      filled = 0;
      run = 0;
      continue;
    }
    frames++;
    run = Math.min(run + 1, 3);
    if (run === 1) continue;
    const sec = timesSec === undefined ? 1 / fps : timesSec[frame]! - timesSec[frame - 1]!;
    let stepSquares = 0;
    let acrossSquares = 0;
    let bendSquares = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const now = position[at + axis]!;
      const before = position[at + axis - stride]!;
      stepSquares += (now - before) ** 2;
      if (run < 3) continue;
      const earlier = position[at + axis - 2 * stride]!;
      acrossSquares += (now - earlier) ** 2;
      bendSquares += ((2 * ((now - before) / sec - (before - earlier) / secBefore)) / (secBefore + sec)) ** 2;
    }
    const step = Math.sqrt(stepSquares) / scale / (sec * fps);
    stepLengths[steps++] = step;
    stepSec += sec;
    if (step > jumpThreshold) jumps++;
    // Half a frame more or less is another rate, or a frame that the camera dropped.
    if (Math.abs(sec * fps - 1) > 0.5) filled = 0;
    else {
      (windows[waiting] as Float64Array)[filled++] = step;
      if (filled === meter.count) {
        filled = 0;
        if (++waiting === 2) measureArcs();
      }
    }
    if (run === 3) {
      accelerations += bendSquares / (scale * scale);
      const difference = Math.sqrt(bendSquares) / scale / (fps * fps);
      differences[seconds++] = difference;
      squares += difference * difference;
      const isSpike =
        step > jumpThreshold &&
        stepBefore > jumpThreshold &&
        Math.sqrt(acrossSquares) / scale <= jumpThreshold * (secBefore + sec) * fps;
      if (isSpike) spikes++;
    }
    secBefore = sec;
    stepBefore = step;
  }
  if (waiting > 0) measureArcs();
  const sharesOf = (share: number) => quantileInPlace(stepLengths.subarray(0, steps), share);
  // The second difference of white noise has a standard deviation of root 6 on each axis.
  const noisePerBend = 1 / (Math.sqrt(6) * MEDIAN_LENGTH[dimensions]);
  return {
    frames,
    steps,
    stepSec,
    jumps,
    jumpShare: steps === 0 ? null : jumps / steps,
    jumpsPerMinute: steps === 0 ? null : (60 * jumps) / stepSec,
    spikes,
    medianStep: steps === 0 ? null : sharesOf(0.5),
    p95Step: steps === 0 ? null : sharesOf(0.95),
    rmsSecondDifference: seconds === 0 ? null : Math.sqrt(squares / seconds),
    rmsAccelerationPerSec2: seconds === 0 ? null : Math.sqrt(accelerations / seconds),
    restNoise: seconds === 0 ? null : noisePerBend * quantileInPlace(differences.subarray(0, seconds), 0.5),
    spectralArcLength: arcCount === 0 ? null : arcSum / arcCount,
    spectralWindows: arcCount,
  };
}
