import type { Capsules } from '../render/capsules.js';
import { noiseOfTime } from '../render/value-noise.js';
import { imageX, imageY, scaleAt, type View } from './view.js';

/** A cable from the head of an animal up to a holder near the camera, outside the picture. */
export interface Cable {
  readonly radiusCm: number;
  /** Where the holder hangs, cm on the floor below it. */
  readonly anchorX: number;
  readonly anchorY: number;
  readonly anchorZ: number;
  readonly seed: number;
}

const pieces = 14;

/** Adds the capsules of a cable that hangs at a time from a point of the head; it sways and sags. */
export function addCable(
  list: Capsules,
  cable: Cable,
  head: readonly [number, number, number],
  view: View,
  timeSec: number,
): void {
  const sway = (which: number) => noiseOfTime(cable.seed + which, timeSec, 0.45);
  const [hx, hy, hz] = head;
  const { anchorX, anchorY, anchorZ } = cable;
  const middle = [
    0.55 * hx + 0.45 * anchorX + 3.5 * sway(0),
    0.55 * hy + 0.45 * anchorY + 3.5 * sway(1),
    0.6 * hz + 0.4 * anchorZ - 4 + 2 * sway(2),
  ] as const;
  let before = [hx, hy, hz] as readonly [number, number, number];
  for (let piece = 1; piece <= pieces; piece++) {
    const t = piece / pieces;
    const bezier = (a: number, b: number, c: number) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
    const next = [
      bezier(hx, middle[0], anchorX),
      bezier(hy, middle[1], anchorY),
      bezier(hz, middle[2], anchorZ),
    ] as const;
    const end = ([x, y, z]: readonly [number, number, number]) =>
      [imageX(view, x, z), imageY(view, y, z), cable.radiusCm * view.pxPerCm * scaleAt(view, z)] as const;
    const [ax, ay, ar] = end(before);
    const [bx, by, br] = end(next);
    list.add({ ax, ay, az: before[2], ar, bx, by, bz: next[2], br, part: 0, domePerPx: 1 / view.pxPerCm });
    before = next;
  }
}

/** Returns a holder so high beside the arena's middle that the cable leaves the picture. */
export function hangCable(view: View, seed: number, angle: number): Cable {
  const anchorZ = 0.62 * view.cameraHeightCm;
  const reach = (0.62 * Math.hypot(view.widthPx, view.heightPx)) / view.pxPerCm / scaleAt(view, anchorZ);
  return {
    radiusCm: 0.16,
    anchorX: view.floorX + reach * Math.cos(angle),
    anchorY: view.floorY + reach * Math.sin(angle),
    anchorZ,
    seed,
  };
}
