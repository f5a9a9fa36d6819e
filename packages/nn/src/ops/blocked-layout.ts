import type { Emitter } from '../graph/operation.js';
import type { OnnxAttribute } from '../onnx/model.js';

/**
 * ONNX Runtime's blocked channel layout `[batch, channels / 16, height, width, 16]`, by its internal operators.
 * They are undocumented and the block is 16 only on processors with AVX-512, so forms that use them are never the
 * default: a probe takes one only where it runs, agrees with the default form and is faster.
 */
const DOMAIN = 'com.microsoft.nchwc';
const BLOCK = 16;

/** Returns whether channel counts (list) divide into whole blocks. */
export function fitsBlocks(...channels: readonly number[]): boolean {
  return channels.every((count) => count % BLOCK === 0);
}

/** Returns the name of a plain tensor in blocked layout. */
export function toBlocked(e: Emitter, x: string): string {
  return e.node('ReorderInput', [x], {}, DOMAIN);
}

/** Returns the name of a blocked tensor of so many channels in plain layout. */
export function fromBlocked(e: Emitter, x: string, channels: number): string {
  return e.node('ReorderOutput', [x], { channels }, DOMAIN);
}

/** Returns the name of the result of a convolution of blocked values. */
export function blockedConvolution(
  e: Emitter,
  inputs: readonly string[],
  attributes: Record<string, OnnxAttribute>,
): string {
  return e.node('Conv', inputs, attributes, DOMAIN);
}

/**
 * Returns the name of a weight `[out, in, rows, columns]` in blocked layout.
 * With `turned`, in and out change places and the kernel is reversed, as the gradient by the input needs it.
 */
export function blockedWeight(
  e: Emitter,
  weight: string,
  shape: readonly [number, number, number, number],
  turned = false,
): string {
  const [out, into, rows, columns] = shape;
  const taps = rows * columns;
  const split = e.node('Reshape', [weight, e.ints([out / BLOCK, BLOCK, into / BLOCK, BLOCK, taps])]);
  let blocks = e.node('Transpose', [split], { perm: turned ? [2, 0, 4, 1, 3] : [0, 2, 4, 3, 1] });
  if (turned && taps > 1) {
    blocks = e.node('Slice', [blocks, e.ints([-1]), e.ints([-taps - 1]), e.ints([2]), e.ints([-1])]);
  }
  return e.node('Reshape', [blocks, e.ints(turned ? [into, out, rows, columns] : [out, into, rows, columns])]);
}

/** Returns the name of a depthwise weight `[channel, 1, rows, columns]` in blocked layout; with `turned` the kernel is reversed. */
export function blockedDepthwiseWeight(
  e: Emitter,
  weight: string,
  [channels, , rows, columns]: readonly [number, number, number, number],
  turned = false,
): string {
  const taps = rows * columns;
  const split = e.node('Reshape', [weight, e.ints([channels / BLOCK, BLOCK, taps])]);
  let blocks = e.node('Transpose', [split], { perm: [0, 2, 1] });
  if (turned && taps > 1) {
    blocks = e.node('Slice', [blocks, e.ints([-1]), e.ints([-taps - 1]), e.ints([1]), e.ints([-1])]);
  }
  return e.node('Reshape', [blocks, e.ints([channels, 1, rows, columns])]);
}
