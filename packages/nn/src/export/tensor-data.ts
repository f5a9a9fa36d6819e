import { type DataType, emptyArray, type Tensor, type TensorArray } from '../graph/value.js';
import type { OnnxTensor, OnnxTypeName } from '../onnx/model.js';

const dataTypes: readonly string[] = ['float32', 'int32', 'int64', 'uint8', 'int8', 'bool'];

/** Returns whether an ONNX element type is one that graphs of this package hold. */
export function isDataType(type: OnnxTypeName): type is OnnxTypeName & DataType {
  return dataTypes.includes(type);
}

/** Returns the elements of a constant of an ONNX file, row-major over its shape; a copy. */
export function tensorOf({ type, dims, bytes, name }: OnnxTensor): Tensor {
  if (!isDataType(type))
    throw new TypeError(`constant ${name}: element type ${type} is not one of ${dataTypes.join(', ')}`);
  const length = dims.reduce((product, size) => product * size, 1);
  const data = emptyArray(type, length);
  new Uint8Array(data.buffer).set(bytes);
  return { dtype: type, shape: [...dims], data };
}

/** Returns the elements of a float32 constant, row-major over its shape; a copy. */
export function floatsOf(tensor: OnnxTensor): Float32Array {
  const { data } = tensorOf(tensor);
  if (!(data instanceof Float32Array))
    throw new TypeError(`constant ${tensor.name}: must be float32, got ${tensor.type}`);
  return data;
}

/** Returns a constant of an ONNX file that shares memory with `data`, row-major over `dims` (list of axis sizes). */
export function onnxTensor(name: string, type: DataType, dims: readonly number[], data: TensorArray): OnnxTensor {
  return { name, type, dims, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
