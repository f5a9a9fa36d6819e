import type { Emitter } from '../graph/operation.js';

/** Returns every second (third...) element along rows and columns: a pooling window of one, much faster than a strided slice. */
export function subsample(e: Emitter, x: string, stride: readonly [number, number]): string {
  return e.node('AveragePool', [x], { kernel_shape: [1, 1], strides: stride });
}

/** Returns `[batch, channel, height, width]` with `stride - 1` zeros between its elements. */
export function spreadByStride(
  e: Emitter,
  x: string,
  [batch, channels, height, width]: readonly [number, number, number, number],
  stride: readonly [number, number],
): string {
  const split = e.node('Reshape', [x, e.ints([batch * channels, height, 1, width, 1])]);
  const padded = e.node('Pad', [split, e.ints([0, 0, 0, 0, 0, 0, 0, stride[0] - 1, 0, stride[1] - 1]), e.floats(0)]);
  const joined = e.node('Reshape', [padded, e.ints([batch, channels, height * stride[0], width * stride[1]])]);
  const end = e.ints([(height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1]);
  return e.node('Slice', [joined, e.ints([0, 0]), end, e.ints([2, 3])]);
}
