import type { ModelCard } from '../model/card.js';

/** A part of an image in whole px; it may reach outside the image. */
export interface Region {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How a region of an image becomes the input of a network: scaled, then filled up at the right and bottom. */
export interface Placement {
  /** Size of the region in px of the image. */
  readonly regionWidthPx: number;
  readonly regionHeightPx: number;
  /** Size after scaling. */
  readonly scaledWidthPx: number;
  readonly scaledHeightPx: number;
  /** Size of the network's input. */
  readonly inputWidthPx: number;
  readonly inputHeightPx: number;
}

/**
 * Returns how regions of a size are placed into a network's input.
 * @throws RangeError unless both sizes are whole numbers from 1.
 */
export function placeRegion(
  size: Pick<Region, 'widthPx' | 'heightPx'>,
  preprocessing: Pick<ModelCard['preprocessing'], 'scale' | 'multiple'>,
): Placement {
  const { widthPx, heightPx } = size;
  for (const [name, value] of Object.entries({ widthPx, heightPx })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`region: ${name} must be a whole number from 1, got ${value}`);
    }
  }
  const { scale, multiple } = preprocessing;
  const scaled = (px: number): number => Math.max(1, Math.round(px * scale));
  const padded = (px: number): number => Math.ceil(px / multiple) * multiple;
  return {
    regionWidthPx: widthPx,
    regionHeightPx: heightPx,
    scaledWidthPx: scaled(widthPx),
    scaledHeightPx: scaled(heightPx),
    inputWidthPx: padded(scaled(widthPx)),
    inputHeightPx: padded(scaled(heightPx)),
  };
}

/**
 * Returns where a point of the network's input lies in the image, as `[x, y]` in px: the scale is that of the sizes after
 * rounding, and pixel centers are whole numbers on both sides.
 */
export function imageFromInput(placement: Placement, region: Region, x: number, y: number): [number, number] {
  return [
    ((x + 0.5) * placement.regionWidthPx) / placement.scaledWidthPx - 0.5 + region.leftPx,
    ((y + 0.5) * placement.regionHeightPx) / placement.scaledHeightPx - 0.5 + region.topPx,
  ];
}

/** Returns where a point of the image lies in the network's input, as `[x, y]` in px: the reverse of {@link imageFromInput}. */
export function inputFromImage(placement: Placement, region: Region, x: number, y: number): [number, number] {
  return [
    ((x - region.leftPx + 0.5) * placement.scaledWidthPx) / placement.regionWidthPx - 0.5,
    ((y - region.topPx + 0.5) * placement.scaledHeightPx) / placement.regionHeightPx - 0.5,
  ];
}

/** Returns the region of a size around a point that lies in the image as far as it fits. */
export function regionAround(
  x: number,
  y: number,
  size: Pick<Region, 'widthPx' | 'heightPx'>,
  image: Pick<Region, 'widthPx' | 'heightPx'>,
): Region {
  const { widthPx, heightPx } = size;
  const place = (center: number, length: number, whole: number): number =>
    Math.min(Math.max(Math.round(center - (length - 1) / 2), 0), Math.max(whole - length, 0));
  return {
    leftPx: place(x, widthPx, image.widthPx),
    topPx: place(y, heightPx, image.heightPx),
    widthPx,
    heightPx,
  };
}
