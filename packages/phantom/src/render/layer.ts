import type { Rectangle } from './capsules.js';

/**
 * What lies between the lens and a still background, as mean over the exposure: a picture is
 * `background * through + color`, so blur of motion and of focus are averages of the layer.
 */
export interface Layer {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Light that the layer itself sends, shape `[heightPx, widthPx, 3]`, 0..255. */
  readonly color: Float32Array;
  /** Share of the background's light that comes through, shape `[heightPx, widthPx]`, 0..1. */
  readonly through: Float32Array;
  /** Room for blurring, shape `[heightPx, widthPx, 4]`. */
  readonly scratch: Float32Array;
}

/** Returns a layer that lets everything through. */
export function createLayer(widthPx: number, heightPx: number): Layer {
  const count = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    color: new Float32Array(3 * count),
    through: new Float32Array(count),
    scratch: new Float32Array(4 * count),
  };
}

/** Empties a rectangle: no color, all light comes through. */
export function clearLayer(layer: Layer, area: Rectangle): void {
  for (let y = area.top; y < area.bottom; y++) {
    const [from, to] = [y * layer.widthPx + area.left, y * layer.widthPx + area.right];
    layer.color.fill(0, 3 * from, 3 * to);
    layer.through.fill(1, from, to);
  }
}

/** Three taps along one axis, side weights `weight / 2`. */
function binomial(
  from: Float32Array,
  to: Float32Array,
  widthPx: number,
  area: Rectangle,
  channels: number,
  vertical: boolean,
  weight: number,
): void {
  const side = weight / 2;
  const center = 1 - weight;
  const step = vertical ? widthPx * channels : channels;
  for (let y = area.top; y < area.bottom; y++) {
    const start = (y * widthPx + area.left) * channels;
    const end = (y * widthPx + area.right) * channels;
    if (vertical) {
      const up = y === area.top ? 0 : step;
      const down = y === area.bottom - 1 ? 0 : step;
      for (let c = start; c < end; c++) to[c] = center * from[c]! + side * (from[c - up]! + from[c + down]!);
      continue;
    }
    for (let c = start + step; c < end - step; c++) {
      to[c] = center * from[c]! + side * (from[c - step]! + from[c + step]!);
    }
    for (let c = start; c < start + step; c++) {
      const [first, last] = [c, end - step + (c - start)];
      const [next, previous] = last > first ? [first + step, last - step] : [first, last];
      to[first] = (1 - side) * from[first]! + side * from[next]!;
      to[last] = (1 - side) * from[last]! + side * from[previous]!;
    }
  }
}

/**
 * Blurs a rectangle of an image in place by a standard deviation in px: repeated three-tap filters, whose variances
 * add up. Edges repeat. `values` and `scratch` have shape `[heightPx, widthPx, channels]`.
 */
export function blurArea(
  values: Float32Array,
  scratch: Float32Array,
  widthPx: number,
  area: Rectangle,
  channels: number,
  sigmaPx: number,
): void {
  let left = sigmaPx * sigmaPx;
  while (left > 1e-6) {
    // One pass of side weights w/2 has variance w; 2/3 is the mean of three.
    const weight = Math.min(left, 2 / 3);
    binomial(values, scratch, widthPx, area, channels, false, weight);
    binomial(scratch, values, widthPx, area, channels, true, weight);
    left -= weight;
  }
}

/** Writes `background * through + color` of a rectangle into a picture, both of shape `[heightPx, widthPx, 3]`. */
export function mergeLayer(layer: Layer, background: Uint8Array, area: Rectangle, out: Uint8Array): void {
  const { color, through, widthPx } = layer;
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const pixel = y * widthPx + x;
      const t = through[pixel]!;
      for (let c = 3 * pixel; c < 3 * pixel + 3; c++) {
        const value = background[c]! * t + color[c]! + 0.5;
        out[c] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}
