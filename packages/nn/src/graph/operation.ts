import type { OnnxAttribute } from '../onnx/model.js';
import { type Call, shapeText, type TensorType, type Value } from './value.js';

/** What an operation is emitted for. `wasm` is ONNX Runtime in a browser without WebGPU. */
export type Target = 'cpu' | 'wasm' | 'webgpu' | 'cuda';

/** Writes ONNX nodes; handed to an operation's `emit`. Names are texts that stand for tensors of the ONNX graph. */
export interface Emitter {
  readonly target: Target;
  /** Adds one node and returns the name of its first output; an empty input name is an omitted input. */
  node(opType: string, inputs: readonly string[], attributes?: Record<string, OnnxAttribute>, domain?: string): string;
  /** Adds one node with several outputs and returns their names. */
  nodes(
    opType: string,
    inputs: readonly string[],
    outputCount: number,
    attributes?: Record<string, OnnxAttribute>,
    domain?: string,
  ): string[];
  /** Returns the name of a float32 constant; `shape` (list of axis sizes) defaults to a scalar for a number, else to one axis. */
  floats(values: number | readonly number[] | Float32Array, shape?: readonly number[]): string;
  /** Returns the name of a list of int64 constants, as shapes and axes are passed in ONNX. */
  ints(values: readonly number[]): string;
}

/** What is known of one call while it is emitted. */
export interface EmitCall<Attributes> {
  readonly attributes: Attributes;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** The chosen form; '' for an operation with a single one. */
  readonly form: string;
}

/** What a gradient rule works from. */
export interface GradientCall<Attributes> {
  readonly attributes: Attributes;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Gradient of the loss by each output; undefined where the loss does not depend on it. */
  readonly gradients: readonly (Value | undefined)[];
  /** Which inputs need a gradient: the rule may leave out the others. */
  readonly needed: readonly boolean[];
}

/** Gradient rule: returns, per input, the gradient of the loss as new values, or undefined for none. */
export type GradientRule<Attributes> = (call: GradientCall<Attributes>) => readonly (Value | undefined)[];

/** One operation: shape rule, ONNX nodes and gradient held together. */
export interface OperationDefinition<Attributes> {
  /** Unique camelCase name. */
  readonly name: string;
  /** One sentence that says what it computes, for the generated table of operations. */
  readonly doc: string;
  /** Returns the types of the outputs; throws TypeError or RangeError on inputs that do not fit. */
  infer(inputs: readonly TensorType[], attributes: Attributes): readonly TensorType[];
  /** Equivalent ways of emitting a call on a target, the default first; omitted for a single one. */
  forms?(inputs: readonly TensorType[], attributes: Attributes, target: Target): readonly string[];
  /** Adds the ONNX nodes and returns the names of the outputs. */
  emit(emitter: Emitter, inputs: readonly string[], call: EmitCall<Attributes>): string | readonly string[];
  /** Gradient rule; `'zero'` for results that are constant almost everywhere; omitted where none exists (asking for it is an error). */
  readonly gradient?: GradientRule<Attributes> | 'zero';
}

/** An operation whose attribute type has been checked at its definition. */
// biome-ignore lint/suspicious/noExplicitAny: the table of all operations holds every attribute type
export type Operation = OperationDefinition<any>;

const registry = new Map<string, Operation>();

/** Enters an operation into the table and returns it; a second one of the same name is an error. */
export function defineOperation<Attributes>(
  definition: OperationDefinition<Attributes>,
): OperationDefinition<Attributes> {
  if (registry.has(definition.name)) throw new TypeError(`operation ${definition.name}: the name is taken`);
  registry.set(definition.name, definition);
  return definition;
}

/** Returns every operation defined so far, sorted by name. */
export function allOperations(): readonly Operation[] {
  return [...registry.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Applies an operation and returns all its outputs. */
export function applyAll<Attributes>(
  operation: OperationDefinition<Attributes>,
  inputs: readonly Value[],
  attributes: Attributes,
): readonly Value[] {
  const types = operation.infer(inputs, attributes);
  const outputs: Value[] = [];
  const call: Call = { operation, inputs: [...inputs], attributes, outputs };
  for (const [index, { dtype, shape }] of types.entries()) {
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw new RangeError(
        `${operation.name}: inputs ${inputs.map((value) => shapeText(value.shape)).join(', ')} give an empty output of shape ${shapeText(shape)}`,
      );
    }
    outputs.push({ dtype, shape, source: { kind: 'call', call, index } });
  }
  return outputs;
}

/** Applies an operation and returns its first output. */
export function apply<Attributes>(
  operation: OperationDefinition<Attributes>,
  inputs: readonly Value[],
  attributes: Attributes,
): Value {
  return applyAll(operation, inputs, attributes)[0] as Value;
}
