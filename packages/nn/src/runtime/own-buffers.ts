import type { TensorArray } from '../graph/value.js';

/** Returns the buffers (list) of arrays that are alone in theirs, each once: what can move to another thread instead of being copied. */
export function ownBuffers(arrays: Iterable<TensorArray>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer, byteLength } of arrays) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffers.add(buffer);
  }
  return [...buffers];
}
