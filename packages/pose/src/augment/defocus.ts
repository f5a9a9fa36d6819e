import type { Planes } from './planes.js';

/**
 * Returns planes as a lens out of focus gives them: each pixel the mean over a disk, whose rim counts by how much of a
 * pixel lies inside; beyond the picture's edge the edge goes on.
 */
export function defocused({ widthPx, heightPx, data }: Planes, radiusPx: number): Planes {
  const reach = Math.ceil(radiusPx);
  const size = widthPx * heightPx;
  // Each row of the disk is a run of whole weights, summed by a running sum, with a few softer ones at its ends.
  const rows = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const weights = Array.from({ length: reach + 1 }, (_, x) =>
      Math.min(1, Math.max(0, radiusPx + 0.5 - Math.hypot(x, i - reach))),
    );
    const end = weights.findIndex((weight) => weight < 1);
    const whole = end < 0 ? reach + 1 : end;
    const soft = weights.flatMap((weight, x) => (x >= whole && weight > 0 ? [[x, weight] as const] : []));
    return { down: i - reach, whole, soft };
  });
  let total = 0;
  for (const { whole, soft } of rows) {
    total += Math.max(0, 2 * whole - 1);
    for (const [x, weight] of soft) total += x === 0 ? weight : 2 * weight;
  }
  const across = widthPx + 2 * reach;
  const sums = new Float64Array(heightPx * (across + 1));
  const out = new Uint8Array(data.length);
  const line = new Float64Array(widthPx);
  for (let top = 0; top < data.length; top += size) {
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0, at = y * (across + 1); x < across; x++, at++) {
        sums[at + 1] = sums[at]! + data[top + y * widthPx + Math.min(widthPx - 1, Math.max(0, x - reach))]!;
      }
      sums[(y + 1) * (across + 1)] = 0;
    }
    for (let y = 0; y < heightPx; y++) {
      line.fill(0.5);
      for (const { down, whole, soft } of rows) {
        const row = Math.min(heightPx - 1, Math.max(0, y + down));
        const middle = row * (across + 1) + reach;
        for (let x = 0; x < widthPx && whole > 0; x++) {
          line[x]! += (sums[middle + x + whole]! - sums[middle + x + 1 - whole]!) / total;
        }
        for (const [side, weight] of soft) {
          for (let x = 0; x < widthPx; x++) {
            const left = data[top + row * widthPx + Math.max(0, x - side)]!;
            const right = side === 0 ? 0 : data[top + row * widthPx + Math.min(widthPx - 1, x + side)]!;
            line[x]! += (weight * (left + right)) / total;
          }
        }
      }
      out.set(line, top + y * widthPx);
    }
  }
  return { widthPx, heightPx, data: out };
}
