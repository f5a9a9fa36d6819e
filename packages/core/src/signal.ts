import { type ClockMap, createClockMap, invertClockMap, mapSeconds } from './clock-map.js';

/** One channel of a signal. */
export interface SignalChannel {
  readonly name: string;
  /** Such as `uV`, `dF/F`, `V` or `1`. */
  readonly unit: string;
}

/** Neural traces, audio, sensors: what was recorded beside the video, with its own clock. */
export interface Signal {
  readonly name: string;
  readonly channels: readonly SignalChannel[];
  readonly sampleCount: number;
  /** Samples per second; sample i lies at `i / ratePerSec` seconds of the signal's clock. */
  readonly ratePerSec?: number;
  /** Time of each sample on the signal's clock, increasing, shape `[sample]`; in place of a rate. */
  readonly timesSec?: Float64Array;
  /** Shape `[sample, channel]`; NaN = missing. */
  readonly values: Float32Array | Float64Array | Int16Array;
  /** From the signal's clock to the time of the video. */
  readonly clock: ClockMap;
}

/**
 * Returns a signal after checking it.
 * @throws RangeError naming what cannot be: neither or both of rate and times, lengths that differ, a clock that runs back.
 */
export function createSignal(signal: Signal): Signal {
  const { name, channels, sampleCount, ratePerSec, timesSec, values } = signal;
  if (channels.length === 0 || new Set(channels.map((channel) => channel.name)).size !== channels.length) {
    throw new RangeError(`signal ${name}: channels must be at least one, each of another name`);
  }
  if (!Number.isSafeInteger(sampleCount) || sampleCount < 0) {
    throw new RangeError(`signal ${name}: sampleCount must be a whole number from 0, got ${sampleCount}`);
  }
  if ((ratePerSec === undefined) === (timesSec === undefined)) {
    throw new RangeError(`signal ${name}: needs either ratePerSec or timesSec`);
  }
  if (ratePerSec !== undefined && !(ratePerSec > 0 && Number.isFinite(ratePerSec))) {
    throw new RangeError(`signal ${name}: ratePerSec must be above 0, got ${ratePerSec}`);
  }
  if (timesSec !== undefined) {
    if (timesSec.length !== sampleCount) {
      throw new RangeError(`signal ${name}: timesSec must have ${sampleCount} entries, got ${timesSec.length}`);
    }
    for (let sample = 0; sample < sampleCount; sample++) {
      const time = timesSec[sample] as number;
      if (!Number.isFinite(time) || (sample > 0 && time <= (timesSec[sample - 1] as number))) {
        throw new RangeError(`signal ${name}: timesSec must increase, got ${time} at sample ${sample}`);
      }
    }
  }
  if (values.length !== sampleCount * channels.length) {
    throw new RangeError(
      `signal ${name}: values must have shape [${sampleCount},${channels.length}], got ${values.length} values`,
    );
  }
  return { ...signal, clock: createClockMap(signal.clock) };
}

/** Returns the time of a sample in seconds of the video. */
export function videoSecondsOfSample(signal: Signal, sample: number): number {
  const { ratePerSec, timesSec, clock } = signal;
  const sec = timesSec === undefined ? sample / (ratePerSec as number) : (timesSec[sample] as number);
  return mapSeconds(clock, sec);
}

/**
 * Returns the last sample that is not after a time of the video, -1 before the first one and the last one past the end.
 */
export function sampleAtVideoSeconds(signal: Signal, videoSec: number): number {
  const { ratePerSec, timesSec, clock, sampleCount } = signal;
  const sec = mapSeconds(invertClockMap(clock), videoSec);
  // A time made from a sample must give that sample back although both maps rounded.
  const slack = 1e-9;
  if (timesSec === undefined) {
    return Math.min(Math.max(Math.floor((sec + slack) * (ratePerSec as number)), -1), sampleCount - 1);
  }
  let [low, high] = [-1, sampleCount - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((timesSec[middle] as number) <= sec + slack) low = middle;
    else high = middle - 1;
  }
  return low;
}
