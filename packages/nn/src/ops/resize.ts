import { apply, defineOperation } from '../graph/operation.js';
import { constant, shapeText, type TensorType, type Value } from '../graph/value.js';
import { checkFloat } from './broadcast.js';
import { matmul } from './matmul.js';
import { sum } from './reduce.js';
import { reshape } from './shape.js';

/** Returns `[to, from]`: row i holds the weights of the input places that output place i is made of. */
function linearWeights(from: number, to: number, alignCorners: boolean): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = alignCorners ? (to === 1 ? 0 : (i * (from - 1)) / (to - 1)) : ((i + 0.5) * from) / to - 0.5;
    const at = Math.min(Math.max(center, 0), from - 1);
    const low = Math.min(Math.floor(at), from - 1);
    const high = Math.min(low + 1, from - 1);
    weights[i * from + low] = (weights[i * from + low] as number) + 1 - (at - low);
    weights[i * from + high] = (weights[i * from + high] as number) + (at - low);
  }
  return weights;
}

/** Returns for each of `to` output places (list) the input place that nearest resizing takes. */
function nearestPlaces(from: number, to: number): number[] {
  return Array.from({ length: to }, (_, i) => Math.min(Math.floor((i * from) / to), from - 1));
}

/** Returns `[to, from]`: 1 where output place i takes input place j. */
function nearestWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  for (const [i, place] of nearestPlaces(from, to).entries()) weights[i * from + place] = 1;
  return weights;
}

function checkImage(name: string, x: TensorType, height: number, width: number): void {
  checkFloat(name, [x]);
  if (x.shape.length !== 4) {
    throw new RangeError(`${name}: needs [batch, channel, row, column], got ${shapeText(x.shape)}`);
  }
  for (const [option, size] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${name}: ${option} must be a positive integer, got ${size}`);
    }
  }
}

/** Returns rows and columns mapped by two matrices, `[height, row]` and `[width, column]`. */
function mapPlane(x: Value, rows: Float32Array | undefined, columns: Float32Array | undefined, back: boolean): Value {
  const [, , fromRows, fromColumns] = x.shape as [number, number, number, number];
  let y = x;
  const dims = (weights: Float32Array, from: number): number[] =>
    back ? [from, weights.length / from] : [weights.length / from, from];
  if (rows) y = matmul(constant(rows, dims(rows, fromRows)), y, { transposeA: back });
  if (columns) y = matmul(y, constant(columns, dims(columns, fromColumns)), { transposeB: !back });
  return y;
}

interface ResizeAttributes {
  readonly height: number;
  readonly width: number;
}

const nearestOperation = defineOperation<ResizeAttributes>({
  name: 'resizeNearest',
  doc: 'Rows and columns repeated or left out: output place i takes input place floor(i from / to).',
  infer: ([x], { height, width }) => {
    checkImage('resizeNearest', x as TensorType, height, width);
    return [{ dtype: 'float32', shape: [...(x as TensorType).shape.slice(0, 2), height, width] }];
  },
  forms: ([x], { height, width }) => {
    const [, , rows, columns] = (x as TensorType).shape as [number, number, number, number];
    return height % rows === 0 && width % columns === 0 ? ['expand', 'gather'] : ['gather'];
  },
  emit: (e, [x], { attributes: { height, width }, inputs: [type], form }) => {
    const [batch, channels, rows, columns] = (type as TensorType).shape as [number, number, number, number];
    if (form === 'expand') {
      const apart = e.node('Reshape', [x as string, e.ints([batch, channels, rows, 1, columns, 1])]);
      const wide = [batch, channels, rows, height / rows, columns, width / columns];
      return e.node('Reshape', [e.node('Expand', [apart, e.ints(wide)]), e.ints([batch, channels, height, width])]);
    }
    const tall = e.node('Gather', [x as string, e.ints(nearestPlaces(rows, height))], { axis: 2 });
    return e.node('Gather', [tall, e.ints(nearestPlaces(columns, width))], { axis: 3 });
  },
  gradient: ({ attributes: { height, width }, inputs: [x], gradients: [g] }) => {
    const [batch, channels, rows, columns] = (x as Value).shape as [number, number, number, number];
    if (height % rows === 0 && width % columns === 0) {
      const apart = reshape(g as Value, [batch, channels, rows, height / rows, columns, width / columns]);
      return [sum(apart, { axes: [3, 5] })];
    }
    return [mapPlane(g as Value, nearestWeights(rows, height), nearestWeights(columns, width), true)];
  },
});

/** Returns `[batch, channel, height, width]`: the nearest element to the upper left (PyTorch's `interpolate` with mode `nearest`). */
export function resizeNearest(x: Value, height: number, width: number): Value {
  return apply(nearestOperation, [x], { height, width });
}

/**
 * Returns `[batch, channel, height, width]`: rows and columns interpolated linearly, as two products with constant
 * matrices, so that the gradient is exact. Pixel centers keep their place relative to the image's edges, or with
 * `alignCorners` relative to the centers of the corner pixels (PyTorch's `interpolate` with mode `bilinear`, no antialias).
 */
export function resizeBilinear(
  x: Value,
  height: number,
  width: number,
  options: { alignCorners?: boolean } = {},
): Value {
  checkImage('resizeBilinear', x, height, width);
  const [, , rows, columns] = x.shape as readonly number[] as [number, number, number, number];
  const alignCorners = options.alignCorners ?? false;
  return mapPlane(
    x,
    height === rows ? undefined : linearWeights(rows, height, alignCorners),
    width === columns ? undefined : linearWeights(columns, width, alignCorners),
    false,
  );
}
