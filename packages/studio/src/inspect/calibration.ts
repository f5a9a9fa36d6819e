import type { PicturePoint } from './region-geometry.js';

/** A known length in the picture. */
export interface ScaleLine {
  readonly from: PicturePoint;
  readonly to: PicturePoint;
}

/** Returns the length of a line in px of the picture. */
export const lengthPx = ({ from, to }: ScaleLine): number => Math.hypot(to[0] - from[0], to[1] - from[1]);

/**
 * Returns how many px of the picture a centimeter has, from a line whose length is known.
 * @throws RangeError where the line is shorter than 2 px or the length is not above 0.
 */
export function scaleFromLine(line: ScaleLine, lengthCm: number): number {
  const px = lengthPx(line);
  if (!(px >= 2)) throw new RangeError(`the two points must be 2 px apart or more, they are ${px.toFixed(1)} px apart`);
  if (!(lengthCm > 0 && Number.isFinite(lengthCm))) throw new RangeError(`the length must be above 0 cm`);
  return px / lengthCm;
}

/**
 * Returns by how many percent a scale may be wrong when each end of the line is off by `errorPx`: the sum of both over its
 * length.
 */
export const scaleErrorPercent = (line: ScaleLine, errorPx = 1): number => (200 * errorPx) / lengthPx(line);

/** Returns what people typed as a number of centimeters: `40`, `40 cm`, `400 mm`, `0.4 m`, `16 in`; NaN where it is none. */
export function readLength(text: string): number {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*(mm|cm|m|in)?\s*$/i.exec(text);
  if (match === null) return Number.NaN;
  const value = Number((match[1] as string).replace(',', '.'));
  const unit = { mm: 0.1, cm: 1, m: 100, in: 2.54 }[(match[2] ?? 'cm').toLowerCase() as 'mm' | 'cm' | 'm' | 'in'];
  return value * unit;
}
