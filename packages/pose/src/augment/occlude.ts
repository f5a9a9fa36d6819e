import type { Planes } from './planes.js';

/** Something that hides a part of the picture. */
export interface Occluder {
  readonly shape: 'rectangle' | 'ellipse';
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** List of red, green and blue in 0..255. */
  readonly color: readonly [number, number, number];
}

/** Draws occluders over planes in place; parts outside are cut off. */
export function occlude({ widthPx, heightPx, data }: Planes, occluders: readonly Occluder[]): void {
  const size = widthPx * heightPx;
  for (const { shape, leftPx, topPx, widthPx: across, heightPx: down, color } of occluders) {
    const [middle, centerY] = [leftPx + (across - 1) / 2, topPx + (down - 1) / 2];
    for (let y = Math.max(0, Math.ceil(topPx)); y < Math.min(heightPx, topPx + down); y++) {
      const part = (2 * (y - centerY)) / down;
      const reach = shape === 'rectangle' ? across / 2 : (across / 2) * Math.sqrt(Math.max(0, 1 - part * part));
      const from = Math.max(0, Math.ceil(middle - reach));
      const to = Math.min(widthPx - 1, Math.floor(middle + reach));
      for (let channel = 0; channel < 3 && to >= from; channel++) {
        const row = channel * size + y * widthPx;
        data.fill(color[channel]!, row + from, row + to + 1);
      }
    }
  }
}
