import { formatNumber } from './number-format.js';

/** A labeled place of an axis. */
export interface Tick {
  readonly value: number;
  /** Empty for minor ticks. */
  readonly label: string;
}

/** A map from data to px, with the ticks of its axis. */
export interface Scale {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  readonly ticks: readonly Tick[];
  /** Returns the px of a value; NaN stays NaN. */
  toPx(value: number): number;
}

/** What a scale needs: the ends of the data and of the room in px. */
export interface ScaleOptions {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  /** About how many ticks, by default one for each 60 px. */
  readonly tickCount?: number;
  /** Widen the domain to whole ticks, default true. */
  readonly nice?: boolean;
  /** Steps to choose from in place of 1, 2, 5 times powers of ten, as a sorted list. */
  readonly steps?: readonly number[];
  /** Text of a tick, in place of the number. */
  readonly format?: (value: number) => string;
}

/** Returns a step of 1, 2 or 5 times a power of ten that cuts a span into about `count` parts. */
export function niceStep(span: number, count: number): number {
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return factor * power;
}

/** Returns ends that are finite and apart, for data that may be empty or constant. */
function openDomain([low, high]: readonly [number, number]): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low !== high) return [low, high];
  return low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
}

function defaultTickCount([a, b]: readonly [number, number], perTickPx: number): number {
  return Math.max(2, Math.round(Math.abs(b - a) / perTickPx));
}

/** Returns a linear scale. */
export function linearScale(options: ScaleOptions): Scale {
  const { range, nice = true, tickCount = defaultTickCount(range, 60), steps, format } = options;
  let [low, high] = openDomain(options.domain);
  const span = high - low;
  const step = steps?.find((candidate) => candidate >= span / tickCount) ?? niceStep(span, tickCount);
  if (nice) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    const value = k * step;
    ticks.push({ value, label: (format ?? ((v) => formatNumber(v, decimals)))(value) });
  }
  const factor = (range[1] - range[0]) / (high - low);
  return { domain: [low, high], range, ticks, toPx: (value) => range[0] + (value - low) * factor };
}

/** Returns a logarithmic scale with labels at 1, 2 and 5, or at powers of ten where they would crowd. */
export function logScale(options: ScaleOptions): Scale {
  const { range, format } = options;
  let [low, high] = openDomain(options.domain);
  if (!(low > 0)) throw new RangeError(`logScale: domain must be above 0, got ${low}`);
  const decades = Math.log10(high / low);
  const count = options.tickCount ?? defaultTickCount(range, 45);
  const factors = decades * 3 <= Math.abs(range[1] - range[0]) / 16 ? [1, 2, 5] : [1];
  if (options.nice ?? true) {
    const down = [...[1, 2, 5].map((f) => f * 10 ** Math.floor(Math.log10(low)))].reverse();
    const up = [1, 2, 5, 10].map((f) => f * 10 ** Math.floor(Math.log10(high)));
    low = down.find((value) => value <= low * (1 + 1e-9)) ?? low;
    high = up.find((value) => value >= high * (1 - 1e-9)) ?? high;
  }
  const ticks: Tick[] = [];
  const every = Math.max(1, Math.ceil(decades / Math.max(count, 1)));
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (let digit = 1; digit <= 9; digit++) {
      const value = digit * 10 ** power;
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      const labeled = factors.includes(digit) && (factors.length > 1 || power % every === 0);
      ticks.push({ value, label: labeled ? (format ?? powerLabel)(value) : '' });
    }
  }
  const [a, factor] = [Math.log(low), (range[1] - range[0]) / Math.log(high / low)];
  return {
    domain: [low, high],
    range,
    ticks,
    toPx: (value) => (value > 0 ? range[0] + (Math.log(value) - a) * factor : Number.NaN),
  };
}

/** Returns the text of a tick of a logarithmic axis. */
export function powerLabel(value: number): string {
  if (value >= 1e6 || value < 1e-4) return value.toExponential(0).replace('e+', 'e').replace('-', '−');
  return formatNumber(value, Math.max(0, Math.ceil(-Math.log10(value) - 1e-9)));
}

/** Steps in which people read time, a sorted list in seconds. */
const timeSteps = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200,
  86400,
] as const;

/** Returns a scale of seconds with ticks at whole seconds, minutes or hours and the unit that its labels are in. */
export function timeScale(options: ScaleOptions): Scale & { readonly unit: string } {
  const [low, high] = openDomain(options.domain);
  const long = high - low > 150;
  const hours = Math.max(Math.abs(low), Math.abs(high)) >= 3600;
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = (value: number) => {
    const [sign, size] = [value < 0 ? '−' : '', Math.round(Math.abs(value))];
    const [h, m, s] = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), size % 60];
    return sign + (hours ? `${h}:${two(m)}${s > 0 ? `:${two(s)}` : ''}` : `${m}:${two(s)}`);
  };
  const tickCount = options.tickCount ?? defaultTickCount(options.range, 80);
  const scale = linearScale({
    nice: false,
    ...options,
    tickCount,
    steps: timeSteps,
    ...(long ? { format: clock } : {}),
  });
  return { ...scale, unit: long ? (hours ? 'h:min' : 'min:s') : 's' };
}

/** Rows or columns of equal size, for categories. */
export interface BandScale {
  readonly count: number;
  /** Px between the beginnings of two bands. */
  readonly stepPx: number;
  /** Px that a band is thick. */
  readonly bandPx: number;
  /** Returns the px where band `index` begins. */
  start(index: number): number;
  /** Returns the px of the middle of band `index`. */
  middle(index: number): number;
}

/** Returns a scale for `count` categories; `gap` is the share of each step that stays empty. */
export function bandScale(count: number, [from, to]: readonly [number, number], gap = 0.2): BandScale {
  const stepPx = (to - from) / Math.max(count, 1);
  const bandPx = Math.abs(stepPx) * (1 - gap);
  return {
    count,
    stepPx,
    bandPx,
    start: (index) => from + stepPx * (index + 0.5) - bandPx / 2,
    middle: (index) => from + stepPx * (index + 0.5),
  };
}
