import { decodeModel } from '../onnx/decode.js';
import type { OnnxModel } from '../onnx/model.js';
import { tensorFromBytes, type WeightSet, type WeightTensor } from './weight-set.js';

/** Returns the constant tensors of a model's graph by name (those inside the graphs of If or Loop are left out). */
export function initializersOf(model: OnnxModel): WeightSet {
  const tensors = new Map<string, WeightTensor>();
  for (const { name, type, dims, bytes } of model.graph.initializers)
    tensors.set(name, tensorFromBytes(type, dims, bytes));
  return tensors;
}

/**
 * Returns the constant tensors of an ONNX file by name: views of `bytes` where they are aligned, else copies.
 * Throws FormatError as `decodeModel` does.
 */
export function readOnnxInitializers(bytes: Uint8Array, path?: string): WeightSet {
  return initializersOf(decodeModel(bytes, path));
}
