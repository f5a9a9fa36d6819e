import type { Picture } from '@zoopraxis/core';
import type { Placement, Region } from './placement.js';
import { type Resampling, resample } from './resampling.js';

/**
 * Writes a region of a picture into a network's input, planar floats in 0..255 of shape `[3, inputHeightPx, inputWidthPx]`
 * that begin at `at` in `out`. What the region has outside the picture is `fill`; what the input has at the right and
 * bottom of the scaled region is left as it is.
 */
export type InputFiller = (picture: Picture, region: Region, out: Float32Array, at: number) => void;

/** Reads rows of a region as floats, interleaved; what lies outside the picture is the fill. */
class RegionRows {
  readonly #from: number;
  readonly #to: number;

  constructor(
    readonly picture: Picture,
    readonly region: Region,
    readonly fill: number,
  ) {
    this.#from = Math.min(Math.max(-region.leftPx, 0), region.widthPx);
    this.#to = Math.min(Math.max(picture.widthPx - region.leftPx, this.#from), region.widthPx);
  }

  /** Puts `weight` times a row of the region into a row of sums, or adds it to them. */
  add(row: number, weight: number, sums: Float32Array, isFirst: boolean): void {
    const { picture, region, fill } = this;
    const y = region.topPx + row;
    const inside = y >= 0 && y < picture.heightPx;
    const [from, to] = inside ? [3 * this.#from, 3 * this.#to] : [0, 0];
    const end = 3 * region.widthPx;
    const outside = weight * fill;
    const { rgb } = picture;
    const source = 3 * (y * picture.widthPx + region.leftPx);
    if (isFirst) {
      sums.fill(outside, 0, from);
      for (let at = from; at < to; at++) sums[at] = weight * (rgb[source + at] as number);
      sums.fill(outside, to, end);
      return;
    }
    for (let at = 0; at < from; at++) sums[at] = (sums[at] as number) + outside;
    for (let at = from; at < to; at++) sums[at] = (sums[at] as number) + weight * (rgb[source + at] as number);
    for (let at = to; at < end; at++) sums[at] = (sums[at] as number) + outside;
  }
}

/** Puts interleaved sums of one row into the three planes, resampled along the row. */
function spreadRow(
  sums: Float32Array,
  { taps, start, weight }: Resampling,
  out: Float32Array,
  at: number,
  plane: number,
): void {
  const count = start.length;
  for (let place = 0; place < count; place++) {
    let from = 3 * (start[place] as number);
    let [red, green, blue] = [0, 0, 0];
    for (let tap = place * taps; tap < (place + 1) * taps; tap++) {
      const share = weight[tap] as number;
      red += share * (sums[from] as number);
      green += share * (sums[from + 1] as number);
      blue += share * (sums[from + 2] as number);
      from += 3;
    }
    out[at + place] = red;
    out[at + place + plane] = green;
    out[at + place + 2 * plane] = blue;
  }
}

/** Splits rows of an unscaled region that lies inside the picture: 0.6 ms for 640x480. */
function splitPlanes(picture: Picture, region: Region, out: Float32Array, at: number, stride: number, plane: number) {
  const { rgb, widthPx } = picture;
  for (let row = 0; row < region.heightPx; row++) {
    let from = 3 * ((region.topPx + row) * widthPx + region.leftPx);
    const start = at + row * stride;
    for (let to = start; to < start + region.widthPx; to++) {
      out[to] = rgb[from] as number;
      out[to + plane] = rgb[from + 1] as number;
      out[to + 2 * plane] = rgb[from + 2] as number;
      from += 3;
    }
  }
}

/**
 * Returns what fills a network's input from pictures: the one way by which images enter a pose network for evaluation and
 * tracking, so that the same picture gives the same numbers in both.
 */
export function inputFiller(placement: Placement, fill: number): InputFiller {
  const { regionWidthPx, regionHeightPx, scaledWidthPx, scaledHeightPx, inputWidthPx, inputHeightPx } = placement;
  const plane = inputWidthPx * inputHeightPx;
  const across = resample(regionWidthPx, scaledWidthPx);
  const down = resample(regionHeightPx, scaledHeightPx);
  const isSameSize = regionWidthPx === scaledWidthPx && regionHeightPx === scaledHeightPx;
  const sums = new Float32Array(3 * regionWidthPx);
  return (picture, region, out, at) => {
    if (region.widthPx !== regionWidthPx || region.heightPx !== regionHeightPx) {
      throw new RangeError(
        `region: must be ${regionWidthPx}x${regionHeightPx} px, got ${region.widthPx}x${region.heightPx}`,
      );
    }
    if (picture.rgb.length !== 3 * picture.widthPx * picture.heightPx) {
      throw new RangeError(
        `picture: rgb must have ${3 * picture.widthPx * picture.heightPx} values, got ${picture.rgb.length}`,
      );
    }
    const { leftPx, topPx } = region;
    const isInside =
      leftPx >= 0 &&
      topPx >= 0 &&
      leftPx + regionWidthPx <= picture.widthPx &&
      topPx + regionHeightPx <= picture.heightPx;
    if (isSameSize && isInside) {
      splitPlanes(picture, region, out, at, inputWidthPx, plane);
      return;
    }
    const rows = new RegionRows(picture, region, fill);
    for (let place = 0; place < scaledHeightPx; place++) {
      let isFirst = true;
      for (let tap = 0; tap < down.taps; tap++) {
        const weight = down.weight[place * down.taps + tap] as number;
        if (weight === 0) continue;
        rows.add((down.start[place] as number) + tap, weight, sums, isFirst);
        isFirst = false;
      }
      spreadRow(sums, across, out, at + place * inputWidthPx, plane);
    }
  };
}
