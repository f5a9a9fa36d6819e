import type { Picture } from '@zoopraxis/core';
import { describe, expect, it } from 'vitest';
import { inputFiller } from './fill-input.js';
import { noisePicture } from './infer.test.kit.js';
import { imageFromInput, inputFromImage, type Placement, placeRegion, type Region, regionAround } from './placement.js';

/** The same by the definition: every input px is the mean (or the interpolation) over its stretch of the region. */
function plain(picture: Picture, region: Region, placement: Placement, fill: number): Float32Array {
  const { inputWidthPx, inputHeightPx, scaledWidthPx, scaledHeightPx } = placement;
  const out = new Float32Array(3 * inputWidthPx * inputHeightPx).fill(fill);
  const pixel = (x: number, y: number, channel: number): number => {
    const [column, row] = [x + region.leftPx, y + region.topPx];
    const isInside = column >= 0 && row >= 0 && column < picture.widthPx && row < picture.heightPx;
    return isInside ? (picture.rgb[3 * (row * picture.widthPx + column) + channel] as number) : fill;
  };
  const shares = (from: number, to: number, place: number): [number, number][] => {
    const step = from / to;
    if (to >= from) {
      const center = Math.min(Math.max((place + 0.5) * step - 0.5, 0), from - 1);
      const low = Math.floor(center);
      const high = Math.min(low + 1, from - 1);
      return [
        [low, 1 - (center - low)],
        [high, center - low],
      ];
    }
    const found: [number, number][] = [];
    for (let at = 0; at < from; at++) {
      const share = (Math.min(at + 1, (place + 1) * step) - Math.max(at, place * step)) / step;
      if (share > 0) found.push([at, share]);
    }
    return found;
  };
  for (let y = 0; y < scaledHeightPx; y++) {
    for (let x = 0; x < scaledWidthPx; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [row, share] of shares(region.heightPx, scaledHeightPx, y)) {
          for (const [column, part] of shares(region.widthPx, scaledWidthPx, x)) {
            sum += share * part * pixel(column, row, channel);
          }
        }
        out[(channel * inputHeightPx + y) * inputWidthPx + x] = sum;
      }
    }
  }
  return out;
}

const whole = (widthPx: number, heightPx: number): Region => ({ leftPx: 0, topPx: 0, widthPx, heightPx });

describe('filling a network input', () => {
  const picture = noisePicture(23, 17, 1);
  /** Float32 sums of a few products of 0..255. */
  const tolerance = 1e-3;

  it.each<[string, Region, number, number]>([
    ['whole picture as it is', whole(23, 17), 1, 8],
    ['half size', whole(23, 17), 0.5, 4],
    ['odd shrinking', whole(23, 17), 0.37, 1],
    ['slight shrinking', whole(23, 17), 0.9, 1],
    ['growing', whole(23, 17), 1.6, 4],
    ['to a single px', whole(23, 17), 0.01, 4],
    ['one px that grows', { leftPx: 4, topPx: 2, widthPx: 1, heightPx: 1 }, 3, 1],
    ['a part', { leftPx: 5, topPx: 3, widthPx: 9, heightPx: 7 }, 1, 2],
    ['a part over the left top corner', { leftPx: -3, topPx: -2, widthPx: 9, heightPx: 7 }, 1, 2],
    ['a part over the right bottom corner, shrunk', { leftPx: 18, topPx: 12, widthPx: 11, heightPx: 9 }, 0.6, 2],
    ['more than the picture, grown', { leftPx: -4, topPx: -4, widthPx: 33, heightPx: 30 }, 1.3, 16],
    ['a part outside', { leftPx: 40, topPx: -30, widthPx: 6, heightPx: 6 }, 1, 2],
  ])('places %s', (_, region, scale, multiple) => {
    const placement = placeRegion(region, { scale, multiple });
    const out = new Float32Array(3 * placement.inputWidthPx * placement.inputHeightPx + 5).fill(7);
    inputFiller(placement, 7)(picture, region, out, 5);
    const expected = plain(picture, region, placement, 7);
    const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (out[at + 5] as number))), 0);
    expect(worst).toBeLessThan(tolerance);
    expect([...out.subarray(0, 5)]).toEqual([7, 7, 7, 7, 7]);
  });

  it('copies bytes exactly where nothing is scaled', () => {
    const region = { leftPx: -2, topPx: 1, widthPx: 30, heightPx: 12 };
    const placement = placeRegion(region, { scale: 1, multiple: 1 });
    const out = new Float32Array(3 * 30 * 12);
    inputFiller(placement, 9)(picture, region, out, 0);
    expect(out).toEqual(plain(picture, region, placement, 9));
  });

  it('refuses a region of another size and a picture of too few bytes', () => {
    const write = inputFiller(placeRegion(whole(8, 8), { scale: 1, multiple: 8 }), 0);
    expect(() => write(picture, whole(9, 8), new Float32Array(192), 0)).toThrow(/must be 8x8 px, got 9x8/);
    const broken = { ...picture, rgb: picture.rgb.subarray(3) };
    expect(() => write(broken, whole(8, 8), new Float32Array(192), 0)).toThrow(/rgb must have 1173 values, got 1170/);
  });
});

describe('places in image and input', () => {
  it('go back and forth, with the scale of the rounded sizes', () => {
    const region = { leftPx: 11, topPx: -4, widthPx: 101, heightPx: 67 };
    const placement = placeRegion(region, { scale: 0.5, multiple: 32 });
    expect(placement).toMatchObject({ scaledWidthPx: 51, scaledHeightPx: 34, inputWidthPx: 64, inputHeightPx: 64 });
    // The outer corners of the region are the outer corners of what it becomes.
    expect(imageFromInput(placement, region, -0.5, -0.5)).toEqual([10.5, -4.5]);
    expect(imageFromInput(placement, region, 50.5, 33.5)).toEqual([111.5, 62.5]);
    const [x, y] = inputFromImage(placement, region, 40, 20);
    const [backX, backY] = imageFromInput(placement, region, x, y);
    expect(backX).toBeCloseTo(40, 10);
    expect(backY).toBeCloseTo(20, 10);
  });

  it('halving an image maps x to (x + 0.5) / 2 - 0.5', () => {
    const region = whole(64, 48);
    const placement = placeRegion(region, { scale: 0.5, multiple: 8 });
    expect(inputFromImage(placement, region, 10, 7)).toEqual([4.75, 3.25]);
  });

  it('keep a box inside the image as far as it fits', () => {
    const image = { widthPx: 100, heightPx: 30 };
    const size = { widthPx: 40, heightPx: 40 };
    expect(regionAround(49.5, 15, size, image)).toEqual({ leftPx: 30, topPx: 0, ...size });
    expect(regionAround(-20, 15, size, image)).toEqual({ leftPx: 0, topPx: 0, ...size });
    expect(regionAround(99, 29, size, image)).toEqual({ leftPx: 60, topPx: 0, ...size });
  });

  it('refuse sizes that are not whole px', () => {
    expect(() => placeRegion({ widthPx: 3.5, heightPx: 2 }, { scale: 1, multiple: 1 })).toThrow(/widthPx .* got 3.5/);
  });
});
