import { shapeText, sizeOf } from '../graph/value.js';
import type { TensorMap } from '../runtime/backend.js';
import { ownBuffers } from '../runtime/own-buffers.js';

/**
 * Returns the buffers (list) of tensors that can move to another thread: those that hold one tensor and nothing else.
 * The others are copied when sent.
 * @throws TypeError where a tensor's memory has been given away before.
 */
export function movableBuffers(tensors: TensorMap): ArrayBuffer[] {
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    if (data.length === 0 && sizeOf(shape) > 0) {
      throw new TypeError(
        `tensor ${name}: its ${shapeText(shape)} elements were given away before: a batch source must make new tensors at each call`,
      );
    }
  }
  return ownBuffers(Object.values(tensors).map(({ data }) => data));
}
