/** Points beyond which single ones are no longer told apart and places are drawn from a fixed pattern. */
const mostPlaced = 400;

/**
 * Returns how far each point stands beside the middle of its group, shape `[value]` in px, so that points do not hide
 * one another: as near to the middle as there is room, and at most `mostPx` away.
 */
export function swarmOffsets(yPx: ArrayLike<number>, radiusPx: number, mostPx: number): Float64Array {
  const offsets = new Float64Array(yPx.length);
  const known = Array.from({ length: yPx.length }, (_, i) => i).filter((i) => Number.isFinite(yPx[i] as number));
  if (known.length > mostPlaced) {
    // The golden ratio spreads any number of points evenly, without chance.
    for (const [i, point] of known.entries()) offsets[point] = (((i * 0.618034) % 1) * 2 - 1) * mostPx;
    return offsets;
  }
  known.sort((a, b) => (yPx[a] as number) - (yPx[b] as number) || a - b);
  const placed: { x: number; y: number }[] = [];
  for (const point of known) {
    const y = yPx[point] as number;
    const near = placed.filter((other) => Math.abs(other.y - y) < 2 * radiusPx);
    const free = (x: number) => near.every((other) => (other.x - x) ** 2 + (other.y - y) ** 2 >= (2 * radiusPx) ** 2);
    let x = 0;
    for (let step = 0; step * radiusPx * 0.5 <= mostPx; step++) {
      const away = step * radiusPx * 0.5;
      const side = [away, -away].find(free);
      if (side !== undefined) {
        x = side;
        break;
      }
      x = mostPx;
    }
    offsets[point] = x;
    placed.push({ x, y });
  }
  return offsets;
}
