/** ONNX element types (TensorProto.DataType of onnx.proto). */
export const OnnxType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

/** Name of an element type that this package reads and writes. */
export type OnnxTypeName = keyof typeof OnnxType;

/** A constant tensor of an ONNX file. */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  type: OnnxTypeName;
  /** Little-endian elements, row-major over `dims`. */
  bytes: Uint8Array;
}

/** An attribute value, such as a list of integers; whole numbers that are floats are written as `{ float: 1 }`. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { float: number }
  | { floats: readonly number[] }
  | { strings: readonly string[] }
  | { graph: OnnxGraph }
  | OnnxTensor;

/** One operator call. */
export interface OnnxNode {
  opType: string;
  /** Empty for the standard operators. */
  domain?: string;
  name?: string;
  /** An empty name is an omitted optional input. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** Name and type of a graph input or output. */
export interface OnnxValueInfo {
  name: string;
  type: OnnxTypeName;
  /** A text is a symbolic size. */
  dims: readonly (number | string)[];
}

/** A graph in topological order. */
export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxValueInfo[];
  outputs: readonly OnnxValueInfo[];
}

/** A whole ONNX file. */
export interface OnnxModel {
  /** Version of each operator domain used; '' is the standard one. */
  opsets: Readonly<Record<string, number>>;
  graph: OnnxGraph;
  producer?: string;
  metadata?: Readonly<Record<string, string>>;
}
