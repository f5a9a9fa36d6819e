/**
 * Returns the indices, ascending list, of points that keep a path's shape: a point is dropped while it lies within
 * `tolerance` of the last kept one. Gaps (NaN) are kept as one index each. Positions have shape `[point, 2]`.
 */
export function thinPath(positions: ArrayLike<number>, start: number, end: number, tolerance: number): number[] {
  return thin(positions, { count: end - start, at: (i) => start + i }, tolerance);
}

function thin(
  positions: ArrayLike<number>,
  { count, at }: { count: number; at: (i: number) => number },
  tolerance: number,
): number[] {
  const kept: number[] = [];
  let [x, y, gap] = [Number.NaN, Number.NaN, true];
  for (let i = 0; i < count; i++) {
    const point = at(i);
    const px = positions[2 * point] as number;
    const py = positions[2 * point + 1] as number;
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      if (!gap) kept.push(point);
      gap = true;
    } else if (gap || i === count - 1 || (px - x) ** 2 + (py - y) ** 2 > tolerance * tolerance) {
      kept.push(point);
      x = px;
      y = py;
      gap = false;
    }
  }
  return kept;
}

/**
 * Returns the indices, ascending list, of at most `most` points of a path, shape `[point, 2]`: as {@link thinPath}, with
 * a tolerance that grows until they fit, and evenly chosen where gaps alone are too many.
 */
export function thinPathTo(
  positions: ArrayLike<number>,
  count: number,
  { tolerance, most }: { tolerance: number; most: number },
): number[] {
  let kept = thinPath(positions, 0, count, tolerance);
  for (let grown = tolerance * 1.5; kept.length > most && grown < tolerance * 300; grown *= 1.5) {
    const before = kept;
    kept = thin(positions, { count: before.length, at: (i) => before[i] as number }, grown);
  }
  if (kept.length <= most) return kept;
  const every = kept.length / most;
  return Array.from({ length: most }, (_, i) => kept[Math.floor(i * every)] as number);
}
