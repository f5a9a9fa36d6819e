/** Highest frequency of the arc length, Hz: movements of animals, not of noise alone, are below. */
const HIGHEST_HZ = 20;
const LEAST_AMPLITUDE = 0.05;
/** The spectrum has so many points for each sample (at least), as in the paper. */
const PADDING = 16;

/** Measures windows of one length; made once, for its tables take longer than a window. */
export interface ArcLengthMeter {
  /** Samples of a window. */
  readonly count: number;
  /** Returns the arc lengths of two windows at once; without a second one its number is NaN. Shape `[sample]` each. */
  readonly measure: (first: ArrayLike<number>, second?: ArrayLike<number>) => [number, number];
}

/**
 * Returns what measures spectral arc lengths of windows of so many samples: two real windows go through one complex Fourier
 * transform, and its zeros beyond the window are not computed with.
 * @throws RangeError for fewer than two samples or a rate that is not above 0.
 */
export function createArcLengthMeter(count: number, fps: number): ArcLengthMeter {
  if (!(count >= 2)) throw new RangeError(`spectral arc length: needs two samples or more, got ${count}`);
  if (!(fps > 0 && Number.isFinite(fps))) throw new RangeError(`spectral arc length: fps must be above 0, got ${fps}`);
  const short = 2 ** Math.ceil(Math.log2(count));
  const length = PADDING * short;
  const bins = Math.min(length / 2, Math.floor((HIGHEST_HZ * length) / fps)) + 1;
  const cosines = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sines = Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * i) / length));
  const places = new Uint32Array(short);
  for (let i = 1; i < short; i++) places[i] = ((places[i >> 1] as number) >> 1) | (i & 1 ? short >> 1 : 0);
  const [a, b] = [new Float64Array(count), new Float64Array(count)];
  const [real, imaginary] = [new Float64Array(short), new Float64Array(short)];
  const [allReal, allImaginary] = [new Float64Array(length), new Float64Array(length)];
  const amplitude = new Float64Array(bins);

  /** Writes the spectrum of a + ib: bins r, r + 16, r + 32, ... are the short transform of the window turned by r bins. */
  const transform = (): void => {
    for (let r = 0; r < PADDING; r++) {
      real.fill(0);
      imaginary.fill(0);
      for (let n = 0; n < count; n++) {
        const cos = cosines[r * n]!;
        const sin = sines[r * n]!;
        const place = places[n]!;
        real[place] = a[n]! * cos + b[n]! * sin;
        imaginary[place] = b[n]! * cos - a[n]! * sin;
      }
      for (let size = 2; size <= short; size *= 2) {
        const half = size / 2;
        const step = length / size;
        for (let k = 0; k < half; k++) {
          const cos = cosines[k * step]!;
          const sin = sines[k * step]!;
          for (let low = k; low < short; low += size) {
            const high = low + half;
            const x = real[high]! * cos + imaginary[high]! * sin;
            const y = imaginary[high]! * cos - real[high]! * sin;
            real[high] = real[low]! - x;
            imaginary[high] = imaginary[low]! - y;
            real[low] = real[low]! + x;
            imaginary[low] = imaginary[low]! + y;
          }
        }
      }
      for (let k = 0, at = r; k < short; k++, at += PADDING) {
        allReal[at] = real[k]!;
        allImaginary[at] = imaginary[k]!;
      }
    }
  };
  /** Returns the arc length of the first (sign 1) or second (sign -1) of the two windows. */
  const arcOf = (sign: 1 | -1): number => {
    let largest = 0;
    for (let k = 0; k < bins; k++) {
      const mirror = k === 0 ? 0 : length - k;
      const x = allReal[k]! + sign * allReal[mirror]!;
      const y = allImaginary[k]! - sign * allImaginary[mirror]!;
      const value = Math.sqrt(x * x + y * y);
      amplitude[k] = value;
      if (value > largest) largest = value;
    }
    let last = bins - 1;
    while (last > 0 && amplitude[last]! / largest < LEAST_AMPLITUDE) last--;
    if (last === 0) return Number.NaN;
    let sum = 0;
    for (let k = 1; k <= last; k++) {
      const rise = (amplitude[k]! - amplitude[k - 1]!) / largest;
      sum += Math.sqrt(1 / (last * last) + rise * rise);
    }
    return -sum;
  };
  /** Copies a window over its largest value, so that neither drowns in rounding of the other; false for zeros. */
  const load = (into: Float64Array, from: ArrayLike<number> | undefined): boolean => {
    if (from !== undefined && from.length !== count) {
      throw new RangeError(`spectral arc length: a window must have ${count} samples, got ${from.length}`);
    }
    let largest = 0;
    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(from?.[i] ?? 0));
    for (let i = 0; i < count; i++) into[i] = largest > 0 ? (from?.[i] as number) / largest : 0;
    return largest > 0;
  };
  return {
    count,
    measure(first, second) {
      const [hasFirst, hasSecond] = [load(a, first), load(b, second)];
      if (!hasFirst && !hasSecond) return [Number.NaN, Number.NaN];
      transform();
      return [hasFirst ? arcOf(1) : Number.NaN, hasSecond ? arcOf(-1) : Number.NaN];
    },
  };
}

/**
 * Returns the spectral arc length of a speed profile: minus the length of its normalized amplitude spectrum up to the highest
 * frequency (at most 20 Hz) at which it is 0.05 or more (SPARC: Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet
 * 2015). Nearer 0 is smoother; the unit of the speed does not matter. NaN for a profile that is 0 throughout.
 * @param speed Shape `[sample]`, at a constant rate.
 * @throws RangeError for fewer than two samples or a rate that is not above 0.
 */
export function spectralArcLength(speed: ArrayLike<number>, fps: number): number {
  return createArcLengthMeter(speed.length, fps).measure(speed)[0];
}
