/** Returns a 32-bit scramble of two lattice coordinates and a seed, unsigned. */
export function hashLattice(seed: number, x: number, y: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const unit = (seed: number, x: number, y: number): number => hashLattice(seed, x, y) / 4294967296;

/** Returns smooth noise at a point: random values on the integer lattice, joined by smoothsteps; range 0..1. */
export function valueNoise(seed: number, x: number, y: number): number {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - ix, y - iy];
  const [sx, sy] = [fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)];
  const top = unit(seed, ix, iy) * (1 - sx) + unit(seed, ix + 1, iy) * sx;
  const bottom = unit(seed, ix, iy + 1) * (1 - sx) + unit(seed, ix + 1, iy + 1) * sx;
  return top * (1 - sy) + bottom * sy;
}

/** Returns noise at a point as a sum of octaves, each twice as fine and half as strong; range about -1..1, mean 0. */
export function fractalNoise(seed: number, x: number, y: number, octaves: number): number {
  let [sum, strength, scale] = [0, 1, 1];
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * (valueNoise(seed + octave, x * scale, y * scale) - 0.5);
    strength /= 2;
    scale *= 2;
  }
  return sum;
}

/** Returns a smooth random signal of time, range -1..1; the same at a time whichever times were asked before. */
export function noiseOfTime(seed: number, timeSec: number, rateHz: number): number {
  return 2 * valueNoise(seed, timeSec * rateHz, 0.5) - 1;
}
