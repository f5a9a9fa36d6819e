/**
 * Returns the indices, ascending list, of points that keep a path's shape: a point is dropped while it lies within
 * `tolerance` of the last kept one. Gaps (NaN) are kept as one index each. Positions have shape `[point, 2]`.
 */
export function thinPath(positions: ArrayLike<number>, start: number, end: number, tolerance: number): number[] {
  const kept: number[] = [];
  let [x, y, gap] = [Number.NaN, Number.NaN, true];
  for (let i = start; i < end; i++) {
    const [px, py] = [positions[2 * i] as number, positions[2 * i + 1] as number];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      if (!gap) kept.push(i);
      gap = true;
      continue;
    }
    if (gap || i === end - 1 || Math.hypot(px - x, py - y) > tolerance) {
      kept.push(i);
      [x, y, gap] = [px, py, false];
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
    kept = thinPath(positions, 0, count, grown);
  }
  if (kept.length <= most) return kept;
  const every = kept.length / most;
  return Array.from({ length: most }, (_, i) => kept[Math.floor(i * every)] as number);
}
