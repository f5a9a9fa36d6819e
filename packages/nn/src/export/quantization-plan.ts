import type { OnnxGraph, OnnxNode } from '../onnx/model.js';
import { type GraphIndex, indexGraph } from './graph-index.js';
import { floatsOf } from './tensor-data.js';

/** Which layers stay in float32. */
export interface KeepOptions {
  /** Keep layers that see an input first; false by default. */
  first?: boolean;
  /** Keep layers that make an output; true by default: 255 steps are coarse for score maps and coordinates. */
  last?: boolean;
  /** Names of nodes to keep (list), as the report gives them; none by default. */
  nodes?: readonly string[];
}

/** A node that runs in int8. */
export interface PlannedNode {
  readonly node: OnnxNode;
  /** Places of the inputs (list) that are made of rounded values. */
  readonly places: readonly number[];
  /** Place of its constant weight and the weight's axis of output channels; absent for a node without weights. */
  readonly weight?: { readonly place: number; readonly axis: number };
  /** The activation that becomes part of its range and disappears. */
  readonly activation?: OnnxNode;
  /** The addition of a constant that follows a matrix product. */
  readonly addition?: OnnxNode;
  /** The tensor that is rounded after it; absent where the result stays float32. */
  readonly result?: string;
}

/** What runs in int8 and what does not. */
export interface QuantizationPlan {
  readonly nodes: readonly PlannedNode[];
  /** Every rounded tensor, to the one whose range it shares (itself where it has its own). */
  readonly tensors: ReadonlyMap<string, string>;
  readonly kept: readonly { readonly node: string; readonly operator: string; readonly reason: string }[];
}

/** Operators with weights: where the bulk of the work is. */
const layers = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);

/** Operators with a range of their own that run in int8 between layers. */
const mixing = new Set(['Add', 'Mul', 'Concat', 'AveragePool', 'GlobalAveragePool', 'Sigmoid']);

/** Operators that move values and so keep the range; their first input is what they move. */
const moving = new Set([
  'MaxPool',
  'Reshape',
  'Transpose',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Resize',
  'DepthToSpace',
]);

/** Returns the name of a node for people: its own, or that of its first output. */
export function nodeName(node: OnnxNode): string {
  return node.name || (node.outputs[0] as string);
}

/** Returns layers from which an end of the graph is reached without passing another layer. */
function endLayers(graph: OnnxGraph, end: 'first' | 'last'): Set<OnnxNode> {
  const reached = new Set((end === 'first' ? graph.inputs : graph.outputs).map(({ name }) => name));
  const found = new Set<OnnxNode>();
  const nodes = end === 'first' ? graph.nodes : [...graph.nodes].reverse();
  for (const node of nodes) {
    const [from, to] = end === 'first' ? [node.inputs, node.outputs] : [node.outputs, node.inputs];
    if (!from.some((name) => reached.has(name))) continue;
    if (layers.has(node.opType)) found.add(node);
    else for (const name of to) reached.add(name);
  }
  return found;
}

/** Returns the axis of output channels of a layer's weight, or why the layer cannot run in int8. */
function weightAxis(node: OnnxNode, { constants }: GraphIndex): number | string {
  const { opType, inputs, attributes = {} } = node;
  if (opType === 'ConvTranspose') return 'ONNX Runtime has no int8 transposed convolution';
  const weight = constants.get(inputs[1] as string);
  if (weight?.type !== 'float32') return 'its weight is not a constant';
  if (constants.has(inputs[0] as string)) return 'its input is a constant';
  if (inputs[2] && !constants.has(inputs[2])) return 'its bias is not a constant';
  if (opType === 'Conv') return 0;
  if (weight.dims.length !== 2) return 'its weight is not a matrix';
  if (opType === 'MatMul') return 1;
  const plain = ['alpha', 'beta'].every((name) => {
    const value = attributes[name];
    return value === undefined || (typeof value === 'object' && 'float' in value && value.float === 1);
  });
  if (!plain || attributes.transA === 1) return 'its factors are not 1 or its input is transposed';
  return attributes.transB === 1 ? 0 : 1;
}

/** Returns whether a node cuts values off at 0 and perhaps above, as rounding to a range from 0 does by itself. */
function isCut(node: OnnxNode | undefined, { constants }: GraphIndex): node is OnnxNode {
  if (node?.opType === 'Relu') return !node.domain;
  if (node?.opType !== 'Clip' || node.domain) return false;
  const low = constants.get(node.inputs[1] ?? '');
  return low !== undefined && floatsOf(low)[0] === 0 && (!node.inputs[2] || constants.has(node.inputs[2]));
}

/** Returns which nodes run in int8, and which tensors are rounded for them. */
export function planQuantization(graph: OnnxGraph, keep: KeepOptions): QuantizationPlan {
  const index = indexGraph(graph);
  const named = new Set(keep.nodes ?? []);
  const names = new Set(graph.nodes.map(nodeName));
  for (const name of named)
    if (!names.has(name)) throw new RangeError(`quantizeModel: keep.nodes must name nodes of the model, got ${name}`);
  const first = keep.first ? endLayers(graph, 'first') : new Set<OnnxNode>();
  const last = (keep.last ?? true) ? endLayers(graph, 'last') : new Set<OnnxNode>();
  const nodes: PlannedNode[] = [];
  const tensors = new Map<string, string>();
  const kept: { node: string; operator: string; reason: string }[] = [];
  const folded = new Set<OnnxNode>();

  const resultOf = (node: OnnxNode): Pick<PlannedNode, 'activation' | 'result'> => {
    const reader = index.onlyReader(node.outputs[0] as string);
    const activation = isCut(reader, index) && !named.has(nodeName(reader)) ? reader : undefined;
    if (activation) folded.add(activation);
    const result = (activation ?? node).outputs[0] as string;
    tensors.set(result, result);
    return { ...(activation ? { activation } : {}), result };
  };

  const additionOf = (node: OnnxNode): Pick<PlannedNode, 'addition'> => {
    const reader = node.opType === 'MatMul' ? index.onlyReader(node.outputs[0] as string) : undefined;
    const isAddition =
      reader?.opType === 'Add' &&
      !reader.domain &&
      reader.inputs.some((name) => index.constants.get(name)?.type === 'float32');
    return isAddition ? { addition: reader } : {};
  };

  const layer = (node: OnnxNode): string | undefined => {
    const axis = weightAxis(node, index);
    if (typeof axis === 'string') return axis;
    if (first.has(node)) return 'it is a first layer';
    if (last.has(node)) return 'it is a last layer';
    const source = node.inputs[0] as string;
    if (!tensors.has(source)) tensors.set(source, source);
    // A matrix product into float32 is as fast, exact, and takes its bias as it is.
    const rest = node.opType === 'Conv' ? resultOf(node) : additionOf(node);
    nodes.push({ node, places: [0], weight: { place: 1, axis }, ...rest });
    return undefined;
  };

  for (const node of graph.nodes) {
    const { opType, domain, inputs, outputs } = node;
    if (domain || folded.has(node)) continue;
    if (layers.has(opType)) {
      const reason = named.has(nodeName(node)) ? 'it is named in keep.nodes' : layer(node);
      if (reason !== undefined) kept.push({ node: nodeName(node), operator: opType, reason });
      continue;
    }
    if (named.has(nodeName(node)) || outputs.length !== 1 || index.outputs.has(outputs[0] as string)) continue;
    const data = moving.has(opType) ? [0] : [...inputs.keys()];
    if (!data.every((place) => tensors.has(inputs[place] as string))) continue;
    if (mixing.has(opType)) nodes.push({ node, places: data, ...resultOf(node) });
    else if (moving.has(opType) && (opType !== 'Resize' || node.attributes?.mode === 'nearest')) {
      const result = outputs[0] as string;
      tensors.set(result, tensors.get(inputs[0] as string) as string);
      nodes.push({ node, places: data, result });
    }
  }
  return { nodes, tensors, kept };
}
