import { median, type PoseTracks, quantileOfSorted } from '@zoopraxis/core';

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

/** Highest frequency of the arc length, Hz: movements of animals, not of noise alone, are below. */
const ARC_HIGHEST_HZ = 20;
const ARC_LEAST_AMPLITUDE = 0.05;

/**
 * Returns the spectral arc length of a speed profile: minus the length of its normalized amplitude spectrum up to the highest
 * frequency (at most 20 Hz) at which it is 0.05 or more (SPARC: Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet
 * 2015). Nearer 0 is smoother; the unit of the speed does not matter. NaN for a profile that is 0 throughout.
 * @param speed Shape `[sample]`, at a constant rate.
 */
export function spectralArcLength(speed: ArrayLike<number>, fps: number): number {
  const count = speed.length;
  if (count < 2) throw new RangeError(`spectral arc length: needs two samples or more, got ${count}`);
  if (!(fps > 0 && Number.isFinite(fps))) throw new RangeError(`spectral arc length: fps must be above 0, got ${fps}`);
  const length = 2 ** (Math.ceil(Math.log2(count)) + 4);
  const bins = Math.min(length / 2, Math.floor((ARC_HIGHEST_HZ * length) / fps)) + 1;
  const amplitude = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    const step = (-2 * Math.PI * bin) / length;
    const [turnCos, turnSin] = [Math.cos(step), Math.sin(step)];
    let [cos, sin, real, imaginary] = [1, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const value = speed[i] as number;
      real += value * cos;
      imaginary += value * sin;
      [cos, sin] = [cos * turnCos - sin * turnSin, cos * turnSin + sin * turnCos];
    }
    amplitude[bin] = Math.hypot(real, imaginary);
  }
  const largest = amplitude.reduce((most, value) => Math.max(most, value), 0);
  if (largest === 0) return Number.NaN;
  let last = bins - 1;
  while (last > 0 && (amplitude[last] as number) / largest < ARC_LEAST_AMPLITUDE) last--;
  if (last === 0) return Number.NaN;
  let sum = 0;
  for (let bin = 1; bin <= last; bin++) {
    sum += Math.hypot(1 / last, ((amplitude[bin] as number) - (amplitude[bin - 1] as number)) / largest);
  }
  return -sum;
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
  const perKeypoint: (KeypointSteadiness & { stepSec: number })[] = [];
  for (const [animal, individual] of individuals.entries()) {
    for (const [k, keypoint] of skeleton.keypoints.entries()) {
      const measured = measureSeries(tracks, { animal, k, start, end, jumpThreshold, scale: scaleOf(animal) });
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
): Omit<KeypointSteadiness, 'individual' | 'keypoint'> & { stepSec: number } {
  const { animal, k, start, end, jumpThreshold, scale } = series;
  const { fps, timesSec } = timeBase;
  const stride = individuals.length * skeleton.keypoints.length * dimensions;
  const first = (animal * skeleton.keypoints.length + k) * dimensions;
  const has = (frame: number) => !Number.isNaN(position[frame * stride + first] as number);
  const secBetween = (from: number, to: number) =>
    timesSec === undefined ? (to - from) / fps : (timesSec[to] as number) - (timesSec[from] as number);
  const distance = (from: number, to: number): number => {
    let squares = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      squares +=
        ((position[to * stride + first + axis] as number) - (position[from * stride + first + axis] as number)) ** 2;
    }
    return Math.sqrt(squares) / scale;
  };
  const stepPerFrame = (to: number) => distance(to - 1, to) / (secBetween(to - 1, to) * fps);

  const windowFrames = Math.max(4, Math.round(fps));
  const speeds: number[] = [];
  const arcs: number[] = [];
  const stepLengths: number[] = [];
  const seconds: number[] = [];
  let [frames, jumps, spikes, stepSec, squares, accelerations] = [0, 0, 0, 0, 0, 0];
  for (let frame = start; frame < end; frame++) {
    if (!has(frame)) {
      speeds.length = 0;
      continue;
    }
    frames++;
    if (frame === start || !has(frame - 1)) continue;
    const sec = secBetween(frame - 1, frame);
    const step = stepPerFrame(frame);
    stepLengths.push(step);
    stepSec += sec;
    if (step > jumpThreshold) jumps++;
    // Half a frame more or less is another rate, or a frame that the camera dropped.
    if (Math.abs(sec * fps - 1) > 0.5) speeds.length = 0;
    else if (speeds.push(step) === windowFrames) {
      const arc = spectralArcLength(speeds, fps);
      if (!Number.isNaN(arc)) arcs.push(arc);
      speeds.length = 0;
    }
    if (frame - 1 === start || !has(frame - 2)) continue;
    const [before, after] = [secBetween(frame - 2, frame - 1), sec];
    let square = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const [a, b, c] = [2, 1, 0].map((back) => position[(frame - back) * stride + first + axis] as number) as [
        number,
        number,
        number,
      ];
      square += ((2 * ((c - b) / after - (b - a) / before)) / (before + after) / scale) ** 2;
    }
    accelerations += square;
    const difference = Math.sqrt(square) / (fps * fps);
    seconds.push(difference);
    squares += difference * difference;
    const isSpike =
      step > jumpThreshold &&
      stepPerFrame(frame - 1) > jumpThreshold &&
      distance(frame - 2, frame) <= jumpThreshold * (before + after) * fps;
    if (isSpike) spikes++;
  }
  const sortedSteps = Float64Array.from(stepLengths).sort();
  const steps = stepLengths.length;
  return {
    frames,
    steps,
    stepSec,
    jumps,
    jumpShare: steps === 0 ? null : jumps / steps,
    jumpsPerMinute: steps === 0 ? null : (60 * jumps) / stepSec,
    spikes,
    medianStep: steps === 0 ? null : quantileOfSorted(sortedSteps, 0.5),
    p95Step: steps === 0 ? null : quantileOfSorted(sortedSteps, 0.95),
    rmsSecondDifference: seconds.length === 0 ? null : Math.sqrt(squares / seconds.length),
    rmsAccelerationPerSec2: seconds.length === 0 ? null : Math.sqrt(accelerations / seconds.length),
    // The second difference of white noise has a standard deviation of root 6 on each axis.
    restNoise: seconds.length === 0 ? null : median(seconds) / (Math.sqrt(6) * MEDIAN_LENGTH[dimensions]),
    spectralArcLength: arcs.length === 0 ? null : arcs.reduce((sum, arc) => sum + arc, 0) / arcs.length,
    spectralWindows: arcs.length,
  };
}
