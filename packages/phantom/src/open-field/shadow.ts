import { type Capsules, capsuleStride, type Rectangle } from '../render/capsules.js';
import type { View } from './view.js';

const coarse = 4;

/** Soft darkening at a quarter of the resolution; values 0..1. */
export interface ShadowMap {
  readonly columns: number;
  readonly rows: number;
  /** Shape `[rows, columns]`. */
  readonly values: Float32Array;
}

/** Returns an empty map for an image size. */
export function createShadowMap(widthPx: number, heightPx: number): ShadowMap {
  const [columns, rows] = [Math.ceil(widthPx / coarse) + 2, Math.ceil(heightPx / coarse) + 2];
  return { columns, rows, values: new Float32Array(columns * rows) };
}

/** Where capsules cast or mirror: image px as a function of image px and height in cm. */
export type Throw = (x: number, y: number, z: number) => readonly [number, number];

/** Adds what capsules cast to a map, the larger value where they overlap; softer the higher they are. */
export function castShadow(
  map: ShadowMap,
  list: Capsules,
  view: View,
  strength: number,
  softCm: number,
  softPerCm: number,
  cast: Throw,
): void {
  const { data, count } = list;
  for (let index = 0; index < count; index++) {
    const at = index * capsuleStride;
    const [az, bz] = [data[at + 2]!, data[at + 6]!];
    const [ax, ay] = cast(data[at]!, data[at + 1]!, az);
    const [bx, by] = cast(data[at + 4]!, data[at + 5]!, bz);
    const [ar, br] = [data[at + 3]!, data[at + 7]!];
    const soft = (softCm + softPerCm * Math.max(az, bz)) * view.pxPerCm;
    const [vx, vy] = [bx - ax, by - ay];
    const square = vx * vx + vy * vy;
    const reach = Math.max(ar, br) + soft;
    const left = Math.max(0, Math.floor((Math.min(ax, bx) - reach) / coarse));
    const right = Math.min(map.columns - 1, Math.ceil((Math.max(ax, bx) + reach) / coarse));
    const top = Math.max(0, Math.floor((Math.min(ay, by) - reach) / coarse));
    const bottom = Math.min(map.rows - 1, Math.ceil((Math.max(ay, by) + reach) / coarse));
    // Thin things cast little.
    const own = strength * Math.min(1, Math.max(ar, br) / soft + 0.15);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [px, py] = [column * coarse - ax, row * coarse - ay];
        const t = square > 0 ? Math.min(1, Math.max(0, (px * vx + py * vy) / square)) : 0;
        const d = Math.sqrt((px - t * vx) ** 2 + (py - t * vy) ** 2);
        const s = Math.min(1, Math.max(0, (ar + t * (br - ar) + soft - d) / (2 * soft)));
        const value = own * s * s * (3 - 2 * s);
        const cell = row * map.columns + column;
        if (value > map.values[cell]!) map.values[cell] = value;
      }
    }
  }
}

/** Empties a map where a rectangle of the image lies. */
export function clearShadow(map: ShadowMap, area: Rectangle): void {
  const [left, right] = [Math.floor(area.left / coarse), Math.min(map.columns, Math.ceil(area.right / coarse) + 2)];
  for (let row = Math.floor(area.top / coarse); row < Math.min(map.rows, Math.ceil(area.bottom / coarse) + 2); row++) {
    map.values.fill(0, row * map.columns + left, row * map.columns + right);
  }
}

/** Returns the darkening at a pixel. */
export function shadowAt(map: ShadowMap, x: number, y: number): number {
  const [column, row] = [x >> 2, y >> 2];
  const [fx, fy] = [(x & 3) / coarse, (y & 3) / coarse];
  const { values, columns } = map;
  const at = row * columns + column;
  const upper = values[at]! * (1 - fx) + values[at + 1]! * fx;
  const lower = values[at + columns]! * (1 - fx) + values[at + columns + 1]! * fx;
  return upper * (1 - fy) + lower * fy;
}
