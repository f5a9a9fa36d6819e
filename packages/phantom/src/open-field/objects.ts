import { fractalNoise } from '../render/value-noise.js';
import type { Arena, ArenaObject } from './arena.js';
import type { Floor } from './floor.js';
import { scaleAt, type View } from './view.js';

const steps = 24;
const plateCm = 0.4;

function contains(object: ArenaObject, x: number, y: number): boolean {
  const [dx, dy] = [x - object.xCm, y - object.yCm];
  const half = object.sizeCm / 2;
  return object.kind === 'cylinder' ? dx * dx + dy * dy <= half * half : Math.abs(dx) <= half && Math.abs(dy) <= half;
}

/**
 * Paints objects and their shadows onto a floor and returns the height of what is seen at each pixel, cm, 0 for the
 * floor, shape `[heightPx, widthPx]`: what lies lower than this is covered.
 */
export function paintObjects(floor: Floor, arena: Arena, view: View, lightRad: number, shadow: number): Float32Array {
  const { widthPx, heightPx, pxPerCm } = view;
  const height = new Float32Array(widthPx * heightPx);
  for (const [index, object] of arena.objects.entries()) {
    const [r, g, b] = object.color ?? [120, 124, 130];
    const reach = (object.sizeCm * 0.75 + 2) * pxPerCm * scaleAt(view, object.heightCm);
    const outward = scaleAt(view, object.heightCm);
    const px = (widthPx - 1) / 2 + (object.xCm - view.floorX) * pxPerCm * outward;
    const py = (heightPx - 1) / 2 + (object.yCm - view.floorY) * pxPerCm * outward;
    const left = Math.max(0, Math.floor(px - 1.6 * reach));
    const right = Math.min(widthPx - 1, Math.ceil(px + 1.6 * reach));
    const top = Math.max(0, Math.floor(py - 1.6 * reach));
    const bottom = Math.min(heightPx - 1, Math.ceil(py + 1.6 * reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const pixel = y * widthPx + x;
        const floorX = (x - (widthPx - 1) / 2) / pxPerCm;
        const floorY = (y - (heightPx - 1) / 2) / pxPerCm;
        const at = findSurface(object, view, floorX, floorY);
        if (at < 0) {
          const cast = 0.35 * object.heightCm;
          const dx = view.floorX + floorX - object.xCm + 0.5 * cast * Math.cos(lightRad);
          const dy = view.floorY + floorY - object.yCm + 0.5 * cast * Math.sin(lightRad);
          const dark = shadow * 0.8 * Math.max(0, Math.min(1, (0.62 * object.sizeCm + 1 - Math.hypot(dx, dy)) / 2));
          for (let c = 0; c < 3; c++) floor.rgb[3 * pixel + c] = floor.rgb[3 * pixel + c]! * (1 - dark);
          continue;
        }
        const onTop = at > object.heightCm - 1e-6;
        const grain = 1 + 0.08 * fractalNoise(900 + index, x * 0.1, y * 0.1, 3);
        const shade = (onTop ? 1 : 0.45 + 0.3 * (at / object.heightCm)) * grain * floor.light[pixel]!;
        floor.rgb[3 * pixel] = Math.min(255, r * shade);
        floor.rgb[3 * pixel + 1] = Math.min(255, g * shade);
        floor.rgb[3 * pixel + 2] = Math.min(255, b * shade);
        height[pixel] = at;
      }
    }
  }
  return height;
}

/** Height of an object on the ray through a floor point (cm from the camera's foot), -1 where it misses. */
function findSurface(object: ArenaObject, view: View, floorX: number, floorY: number): number {
  const lowest = object.kind === 'bridge' ? Math.max(0, object.heightCm - plateCm) : 0;
  for (let step = steps; step >= 0; step--) {
    const z = lowest + ((object.heightCm - lowest) * step) / steps;
    const near = 1 / scaleAt(view, z);
    if (contains(object, view.floorX + floorX * near, view.floorY + floorY * near)) return z;
  }
  return -1;
}
