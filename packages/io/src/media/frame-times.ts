import type { PacketColumns } from './packet-columns.js';

/** A frame rate as a fraction, as containers write it. */
export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
}

/** What the container says of the stream beside its packets. */
export interface StreamClock {
  /** Seconds per tick. */
  readonly secPerTick: number;
  /** Rates that the container declares, likeliest first. */
  readonly rates: readonly Rate[];
  /** Order of presentation found by decoding, packet numbers, shape `[place]`; needed where packets carry no presentation times but are reordered. */
  readonly order?: Uint32Array;
}

/** When the frames of a file are shown. */
export interface FrameTimes {
  readonly fps: number;
  readonly isRateKnown: boolean;
  /** Seconds from the first frame, strictly increasing, shape `[frame]`; only where the rate varies. */
  readonly timesSec?: Float64Array;
  readonly repairedTimeCount: number;
  readonly startSec: number;
  /** From the first frame to the end of the last one. */
  readonly durationSec: number;
}

/** Puts absent or repeated times (seconds, shape `[frame]`) between their neighbors, in place; returns how many there were. */
export function repairTimes(times: Float64Array, stepSec: number): number {
  const { length } = times;
  const isGood = new Uint8Array(length);
  let last = Number.NEGATIVE_INFINITY;
  let bad = 0;
  for (let frame = 0; frame < length; frame++) {
    const time = times[frame] as number;
    if (time > last) {
      isGood[frame] = 1;
      last = time;
    } else bad++;
  }
  for (let frame = 0; frame < length && bad > 0; frame++) {
    if (isGood[frame]) continue;
    let end = frame;
    while (end < length && !isGood[end]) end++;
    const gap = end - frame + 1;
    const before =
      frame > 0 ? (times[frame - 1] as number) : end < length ? (times[end] as number) - gap * stepSec : -stepSec;
    const after = end < length ? (times[end] as number) : before + gap * stepSec;
    for (let at = frame; at < end; at++) times[at] = before + ((after - before) * (at - frame + 1)) / gap;
    frame = end;
  }
  return bad;
}

/** Tells whether frame f lies at `f / fps` within what rounding to ticks explains. */
function fits(times: Float64Array, fps: number, toleranceSec: number): boolean {
  for (let frame = 0; frame < times.length; frame++) {
    if (Math.abs((times[frame] as number) - frame / fps) > toleranceSec) return false;
  }
  return true;
}

/**
 * Returns the times of frames from their packets: a constant rate where one of the declared rates, or the
 * mean, explains every time up to one tick of rounding; otherwise the times themselves. `packetOfFrame` has shape `[frame]`.
 */
export function frameTimes(
  columns: PacketColumns,
  packetOfFrame: Uint32Array,
  clock: StreamClock,
  hasTimes: boolean,
): FrameTimes {
  const { secPerTick } = clock;
  const frameCount = packetOfFrame.length;
  const declared = clock.rates
    .map(({ numerator, denominator }) => numerator / denominator)
    .filter((fps) => fps > 0 && fps < 1e6);
  const nominal = declared[0];
  // Where packets are reordered without presentation times, their decoding times, sorted, are the screen's.
  const ticks = hasTimes ? columns.pts : columns.dts;
  // `Float64Array.from` takes a second for a million frames.
  const raw = new Float64Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) raw[frame] = ticks[packetOfFrame[frame] as number] as number;
  if (!hasTimes) raw.sort();
  const first = raw.find((value) => !Number.isNaN(value)) ?? 0;
  const times = raw.map((value) => (value - first) * secPerTick);
  const last = times.findLast((value) => !Number.isNaN(value)) ?? 0;
  const mean = frameCount > 1 && last > 0 ? (frameCount - 1) / last : undefined;
  const fallback = mean ?? nominal;
  const startSec = first * secPerTick;
  const known = (fps: number, rest: Partial<FrameTimes>): FrameTimes => ({
    fps,
    isRateKnown: true,
    repairedTimeCount: 0,
    startSec,
    durationSec: frameCount / fps,
    ...rest,
  });
  if (fallback === undefined) return { ...known(1, {}), isRateKnown: false };
  // Rounding moves a time by one tick; where a tick is nearly a frame, it must not hide dropped ones.
  const tolerance = (fps: number): number => Math.min(secPerTick * 1.01, 0.3 / fps);
  const absent = times.some(Number.isNaN);
  if (absent && nominal !== undefined) {
    const present = times.every(
      (time, frame) => Number.isNaN(time) || Math.abs(time - frame / nominal) <= tolerance(nominal),
    );
    if (present) return known(nominal, {});
  }
  if (!absent) {
    for (const fps of [...declared, ...(mean === undefined ? [] : [mean])]) {
      if (fits(times, fps, tolerance(fps))) return known(fps, {});
    }
  }
  const repairedTimeCount = repairTimes(times, 1 / fallback);
  const end = times[frameCount - 1] as number;
  const fps = end > 0 ? (frameCount - 1) / end : fallback;
  return known(fps, { timesSec: times, repairedTimeCount, durationSec: end + 1 / fps });
}
