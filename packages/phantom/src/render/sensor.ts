import { Random } from '@zoopraxis/core';
import { hashLattice, noiseOfTime } from './value-noise.js';

const TILE = 256;

/** What the camera adds to the light: read and shot noise, and a gain that drifts. */
export interface SensorOptions {
  /** Standard deviation of the noise at mid gray, levels of 255. */
  readonly noise: number;
  /** Relative amplitude of the slow change of light over time. */
  readonly drift: number;
  /** One channel, repeated three times. */
  readonly monochrome: boolean;
}

/** A sensor: exposes pictures of shape `[heightPx, widthPx, 3]` in place, the same for a frame whichever frames came before. */
export type Sensor = (rgb: Uint8Array, widthPx: number, frame: number, timeSec: number) => void;

let sharedTile: Int8Array | undefined;

/**
 * Returns a tile of noise with a little correlation between neighbors, as demosaicing and compression leave it, shape
 * `[256, 256, 3]`. All sensors share it; each takes it from other places.
 */
function noiseTile(): Int8Array {
  if (sharedTile !== undefined) return sharedTile;
  const random = new Random('phantom sensor noise');
  const raw = new Float32Array(TILE * TILE * 3);
  random.fillNormal(raw);
  const tile = new Int8Array(raw.length);
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) =>
          raw[(((row + TILE) % TILE) * TILE + ((column + TILE) % TILE)) * 3 + c]!;
        const sum = at(y, x) + 0.35 * (at(y, x - 1) + at(y, x + 1) + at(y - 1, x) + at(y + 1, x));
        // The sum has variance 1 + 4 * 0.35^2; 32 steps stand for one standard deviation.
        tile[(y * TILE + x) * 3 + c] = Math.max(-127, Math.min(127, Math.round((sum / Math.sqrt(1.49)) * 32)));
      }
    }
  }
  sharedTile = tile;
  return tile;
}

/** Returns a sensor of a seed. */
export function createSensor(options: SensorOptions, random: Random): Sensor {
  const { noise, drift, monochrome } = options;
  const tile = noiseTile();
  const seed = random.nextUint32();
  // Fixed point with 8 bits after the point; half of the variance at mid gray is read noise, half grows with the light.
  const gained = new Int32Array(256);
  const strength = Int32Array.from({ length: 256 }, (_, level) => 8 * noise * Math.sqrt(0.5 + level / 256));
  return (rgb, widthPx, frame, timeSec) => {
    const gain =
      1 +
      drift * (0.75 * noiseOfTime(seed, timeSec, 0.07) + 0.25 * noiseOfTime(seed + 1, timeSec, 0.9)) +
      drift * 0.04 * (hashLattice(seed, frame, 7) / 2147483648 - 1);
    for (let level = 0; level < 256; level++) gained[level] = 256 * level * gain + 128;
    const shiftX = hashLattice(seed, frame, 1) % TILE;
    const shiftY = hashLattice(seed, frame, 2) % TILE;
    const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
    const rows = rgb.length / (3 * widthPx);
    for (let y = 0; y < rows; y++) {
      const row = ((y + shiftY) % TILE) * TILE * 3;
      const end = 3 * (y + 1) * widthPx;
      // Runs that do not cross the right edge of the tile, the first shorter.
      let from = row + 3 * shiftX;
      for (let at = 3 * y * widthPx; at < end; from = row) {
        const stop = Math.min(end, at + (row + 3 * TILE - from));
        for (; at < stop; at++, from++) {
          const level = rgb[at]!;
          const value = (gained[level]! + tile[from]! * strength[level]!) >> 8;
          clamped[at] = value;
          if (monochrome) {
            clamped[at + 1] = value;
            clamped[at + 2] = value;
            at += 2;
            from += 2;
          }
        }
      }
    }
  };
}
