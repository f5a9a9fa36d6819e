/**
 * Returns the slopes at each knot of the monotone cubic through the knots, shape `[knot]` (Fritsch and Butland 1984;
 * SciPy's PchipInterpolator): between two knots the curve never leaves their values.
 * @param x Shape `[knot]`, strictly increasing.
 * @param y Shape `[knot]`, finite.
 */
export function pchipSlopes(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const count = x.length;
  const slopes = new Float64Array(count);
  if (count < 2) return slopes;
  const width = (i: number) => (x[i + 1] as number) - (x[i] as number);
  const rise = (i: number) => ((y[i + 1] as number) - (y[i] as number)) / width(i);
  if (count === 2) return slopes.fill(rise(0));
  for (let i = 1; i < count - 1; i++) {
    const [before, after] = [rise(i - 1), rise(i)];
    if (!(before * after > 0)) continue;
    const w1 = 2 * width(i) + width(i - 1);
    const w2 = width(i) + 2 * width(i - 1);
    slopes[i] = (w1 + w2) / (w1 / before + w2 / after);
  }
  const end = (h0: number, h1: number, m0: number, m1: number): number => {
    const slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
    if (Math.sign(slope) !== Math.sign(m0)) return 0;
    return Math.sign(m0) !== Math.sign(m1) && Math.abs(slope) > 3 * Math.abs(m0) ? 3 * m0 : slope;
  };
  slopes[0] = end(width(0), width(1), rise(0), rise(1));
  slopes[count - 1] = end(width(count - 2), width(count - 3), rise(count - 2), rise(count - 3));
  return slopes;
}

/** Returns the value at `part` (0..1) of the way between two knots `width` apart, with values and slopes at both. */
export function hermite(
  part: number,
  width: number,
  { y0, y1, slope0, slope1 }: { y0: number; y1: number; slope0: number; slope1: number },
): number {
  const [t, t2] = [part, part * part];
  const t3 = t2 * t;
  return (
    (2 * t3 - 3 * t2 + 1) * y0 +
    (t3 - 2 * t2 + t) * width * slope0 +
    (3 * t2 - 2 * t3) * y1 +
    (t3 - t2) * width * slope1
  );
}
