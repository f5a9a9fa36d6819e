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

/** Empties a rectangle for adding up: no color, nothing through. */
export function clearLayer(layer: Layer, area: Rectangle): void {
  for (let y = area.top; y < area.bottom; y++) {
    const [from, to] = [y * layer.widthPx + area.left, y * layer.widthPx + area.right];
    layer.color.fill(0, 3 * from, 3 * to);
    layer.through.fill(0, from, to);
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
    const up = vertical && y === area.top ? 0 : step;
    const down = vertical && y === area.bottom - 1 ? 0 : step;
    for (let x = area.left; x < area.right; x++) {
      const before = vertical ? up : x === area.left ? 0 : step;
      const after = vertical ? down : x === area.right - 1 ? 0 : step;
      const at = (y * widthPx + x) * channels;
      for (let c = at; c < at + channels; c++) {
        to[c] = center * from[c]! + side * (from[c - before]! + from[c + after]!);
      }
    }
  }
}

/**
 * Blurs a rectangle of an image in place by a standard deviation in px: repeated three-tap filters, whose variances
 * add up. Edges repeat.
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

/** Writes `background * through + color` of a rectangle into a picture; elsewhere the picture is the background. */
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
