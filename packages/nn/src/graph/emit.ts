import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxTypeName, OnnxValueInfo } from '../onnx/model.js';
import type { EmitCall, Emitter, Target } from './operation.js';
import { callsInOrder, leavesOf } from './order.js';
import { type Call, shapeText, type TensorArray, type TensorType, type Value } from './value.js';

/** Operator set that graphs are written in. */
export const OPSET = 20;

/** The form chosen for each kind of call: key of {@link formKey} to form name. */
export type FormChoices = Readonly<Record<string, string>>;

/** How a graph is written. */
export interface EmitOptions {
  target: Target;
  /** Forms chosen by a probe; calls that are not named take their operation's default. */
  forms?: FormChoices;
  /** Leaves (parameters, buffers) that are written into the file as constants instead of being inputs. */
  constants?: ReadonlyMap<string, TensorArray>;
  metadata?: Readonly<Record<string, string>>;
}

/** An ONNX model with what must be fed to it. */
export interface EmittedGraph {
  model: OnnxModel;
  /** Leaves that are graph inputs, in order. */
  inputs: readonly Value[];
}

/** Returns the text under which a probe remembers the best form of a call: operation, types and attributes. */
export function formKey(call: Call, target: Target): string {
  const types = call.inputs.map((value) => value.shape.join('x')).join(',');
  return `${target}/${call.operation.name}(${types})${JSON.stringify(call.attributes ?? {})}`;
}

/** Returns the forms (list of names) of a call on a target, the default first; '' is that of an operation with a single one. */
export function formsOf(call: Call, target: Target): readonly string[] {
  return call.operation.forms?.(call.inputs, call.attributes, target) ?? [''];
}

function nameOfLeaf(value: Value): string | undefined {
  const { source } = value;
  return source.kind === 'call' || source.kind === 'constant' ? undefined : source.name;
}

function bytesOf(data: TensorArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function bytesKey(bytes: Uint8Array): string {
  return bytes.length > 4096 ? '' : String.fromCharCode(...bytes);
}

/** Collects nodes and constants, writing equal ones once. */
class GraphWriter implements Emitter {
  readonly nodeList: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly domains = new Set<string>();
  readonly #seen = new Map<string, string[]>();
  #counter = 0;

  constructor(readonly target: Target) {}

  nodes(
    opType: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string[] {
    const key = JSON.stringify([domain, opType, inputs, attributes, outputCount]);
    const known = this.#seen.get(key);
    if (known) return known;
    this.domains.add(domain);
    const stem = `${opType}_${this.#counter++}`;
    const outputs = Array.from({ length: outputCount }, (_, index) => (index === 0 ? stem : `${stem}_${index}`));
    this.nodeList.push({ opType, domain, name: stem, inputs, outputs, attributes });
    this.#seen.set(key, outputs);
    return outputs;
  }

  node(opType: string, inputs: readonly string[], attributes?: Record<string, OnnxAttribute>, domain?: string): string {
    return this.nodes(opType, inputs, 1, attributes, domain)[0] as string;
  }

  tensor(type: OnnxTypeName, dims: readonly number[], bytes: Uint8Array, name?: string): string {
    const content = name === undefined ? bytesKey(bytes) : '';
    const key = `constant ${type} ${dims.join('x')} ${content}`;
    const known = content === '' ? undefined : this.#seen.get(key);
    if (known) return known[0] as string;
    const id = name ?? `constant_${this.#counter++}`;
    this.initializers.push({ name: id, type, dims, bytes });
    if (content !== '') this.#seen.set(key, [id]);
    return id;
  }

  floats(values: number | readonly number[] | Float32Array, shape?: readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = shape ?? (typeof values === 'number' ? [] : [list.length]);
    return this.tensor('float32', dims, bytesOf(Float32Array.from(list)));
  }

  ints(values: readonly number[]): string {
    return this.tensor('int64', [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
  }
}

function infoOf(name: string, type: TensorType): OnnxValueInfo {
  return { name, type: type.dtype, dims: type.shape };
}

/**
 * Returns the ONNX model that computes `outputs` (name to value).
 * Leaves named in `constants` are stored in the model; all others become its inputs.
 * @throws TypeError where two leaves share a name, or a form is not one of its operation's.
 */
export function emitGraph(outputs: ReadonlyMap<string, Value>, options: EmitOptions): EmittedGraph {
  const writer = new GraphWriter(options.target);
  const names = new Map<Value, string>();
  const inputs: Value[] = [];
  const taken = new Set<string>();
  for (const value of leavesOf([...outputs.values()])) {
    if (value.source.kind === 'constant') {
      names.set(value, writer.tensor(value.dtype, value.shape, bytesOf(value.source.data)));
      continue;
    }
    const name = nameOfLeaf(value) as string;
    if (taken.has(name)) throw new TypeError(`graph: two leaves are named ${name}`);
    taken.add(name);
    names.set(value, name);
    const data = options.constants?.get(name);
    if (data) writer.tensor(value.dtype, value.shape, bytesOf(data), name);
    else inputs.push(value);
  }
  for (const call of callsInOrder([...outputs.values()])) emitCall(writer, call, names, options);
  for (const [name, value] of outputs) {
    writer.nodeList.push({ opType: 'Identity', inputs: [names.get(value) as string], outputs: [name] });
  }
  const opsets: Record<string, number> = { '': OPSET };
  for (const domain of [...writer.domains].sort()) if (domain !== '') opsets[domain] = 1;
  const model: OnnxModel = {
    opsets,
    graph: {
      name: 'zoopraxis',
      nodes: writer.nodeList,
      initializers: writer.initializers,
      inputs: inputs.map((value) => infoOf(nameOfLeaf(value) as string, value)),
      outputs: [...outputs].map(([name, value]) => infoOf(name, value)),
    },
    ...(options.metadata ? { metadata: options.metadata } : {}),
  };
  return { model, inputs };
}

function emitCall(writer: GraphWriter, call: Call, names: Map<Value, string>, options: EmitOptions): void {
  const { operation, attributes } = call;
  const candidates = formsOf(call, options.target);
  const form = options.forms?.[formKey(call, options.target)] ?? candidates[0] ?? '';
  if (!candidates.includes(form)) {
    throw new TypeError(`operation ${operation.name}: form must be one of ${candidates.join(', ')}, got ${form}`);
  }
  const emitted: EmitCall<unknown> = { attributes, inputs: call.inputs, outputs: call.outputs, form };
  const result = operation.emit(
    writer,
    call.inputs.map((value) => names.get(value) as string),
    emitted,
  );
  const list = typeof result === 'string' ? [result] : result;
  if (list.length !== call.outputs.length) {
    throw new TypeError(
      `operation ${operation.name}: emits ${list.length} outputs, its shape rule gives ${call.outputs.length} (${call.outputs.map((value) => shapeText(value.shape)).join(', ')})`,
    );
  }
  for (const [index, value] of call.outputs.entries()) names.set(value, list[index] as string);
}
