import type { OnnxGraph, OnnxNode, OnnxTensor } from '../onnx/model.js';
import { type GraphIndex, indexGraph, namesRead } from './graph-index.js';
import { floatsOf, onnxTensor } from './tensor-data.js';

/** Returns the graph without Identity nodes; an output of the graph that is an input or a constant keeps its own. */
export function removeIdentities(graph: OnnxGraph): OnnxGraph {
  const { producers, outputs } = indexGraph(graph);
  const renamed = new Map<string, string>();
  const final = (name: string): string => {
    const next = renamed.get(name);
    return next === undefined ? name : final(next);
  };
  const dropped = new Set<OnnxNode>();
  const claimed = new Set<string>();
  for (const node of graph.nodes) {
    if (node.opType !== 'Identity' || node.domain) continue;
    const from = node.inputs[0] as string;
    const to = node.outputs[0] as string;
    if (!outputs.has(to)) {
      renamed.set(to, from);
      dropped.add(node);
    } else if (
      producers.has(from) &&
      producers.get(from)?.opType !== 'Identity' &&
      !outputs.has(from) &&
      !claimed.has(from)
    ) {
      // The tensor itself takes the output's name.
      claimed.add(from);
      renamed.set(from, to);
      dropped.add(node);
    }
  }
  const nodes = graph.nodes
    .filter((node) => !dropped.has(node))
    .map((node) => ({ ...node, inputs: node.inputs.map(final), outputs: node.outputs.map(final) }));
  return { ...graph, nodes };
}

const convolutions = new Set(['Conv', 'ConvTranspose']);

/** Returns the number of output channels of a convolution with a constant weight. */
function channelsOf(node: OnnxNode, weight: OnnxTensor): number {
  if (node.opType === 'Conv') return weight.dims[0] as number;
  const { group = 1 } = node.attributes ?? {};
  return (weight.dims[1] as number) * Number(group);
}

interface BiasStep {
  readonly convolution: OnnxNode;
  readonly addition: OnnxNode;
  readonly bias: Float32Array;
}

/** Returns the convolution, and what an addition adds to it per channel, if that is all it does. */
function biasStep(addition: OnnxNode, index: GraphIndex): BiasStep | undefined {
  if (addition.opType !== 'Add' || addition.domain) return undefined;
  for (const [at, name] of addition.inputs.entries()) {
    const shift = index.constants.get(addition.inputs[1 - at] as string);
    const convolution = index.producers.get(name);
    if (shift?.type !== 'float32' || convolution === undefined || !convolutions.has(convolution.opType)) continue;
    const weight = index.constants.get(convolution.inputs[1] as string);
    if (convolution.domain || weight === undefined || index.onlyReader(name) !== addition) continue;
    const channels = channelsOf(convolution, weight);
    const place = shift.dims.length - weight.dims.length + 1;
    const fits = shift.dims.every((size, axis) => size === (axis === place ? channels : 1));
    if (!fits || place < 0 || place > 1) continue;
    const own = convolution.inputs[2] ? index.constants.get(convolution.inputs[2]) : undefined;
    if (convolution.inputs[2] && own === undefined) continue;
    const before = own ? floatsOf(own) : new Float32Array(channels);
    return {
      convolution,
      addition,
      bias: floatsOf(shift).map((value, channel) => value + (before[channel] as number)),
    };
  }
  return undefined;
}

/** Returns the graph with constants that are added per channel to a convolution turned into its bias. */
export function absorbBiases(graph: OnnxGraph): OnnxGraph {
  let current = graph;
  for (;;) {
    const index = indexGraph(current);
    const steps = new Map<OnnxNode, BiasStep>();
    const additions = new Set<OnnxNode>();
    for (const node of current.nodes) {
      const step = biasStep(node, index);
      if (step === undefined) continue;
      steps.set(step.convolution, step);
      additions.add(step.addition);
    }
    if (steps.size === 0) return current;
    const initializers = [...current.initializers];
    const nodes: OnnxNode[] = [];
    for (const node of current.nodes) {
      const step = steps.get(node);
      if (step) {
        const output = step.addition.outputs[0] as string;
        const bias = `${output}/bias`;
        initializers.push(onnxTensor(bias, 'float32', [step.bias.length], step.bias));
        nodes.push({ ...node, inputs: [...node.inputs.slice(0, 2), bias], outputs: [output] });
      } else if (!additions.has(node)) nodes.push(node);
    }
    current = { ...current, nodes, initializers };
  }
}

/** Returns the graph without nodes and constants that no output depends on. */
export function dropUnused(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of namesRead(node)) needed.add(name);
  }
  return { ...graph, nodes: nodes.reverse(), initializers: graph.initializers.filter(({ name }) => needed.has(name)) };
}

/** Returns the graph with nodes named after their weights (`layer1.0.conv1`), and their inner tensors and biases after them. */
export function nameAfterWeights(graph: OnnxGraph): OnnxGraph {
  const { constants, outputs, readers } = indexGraph(graph);
  const taken = new Set([
    ...graph.nodes.flatMap(({ outputs: made }) => made),
    ...graph.inputs.map(({ name }) => name),
    ...constants.keys(),
  ]);
  const renamed = new Map<string, string>();
  const rename = (from: string, wanted: string): void => {
    if (taken.has(wanted)) return;
    taken.add(wanted);
    renamed.set(from, wanted);
  };
  const names = new Map<OnnxNode, string>();
  const used = new Set<string>();
  for (const node of graph.nodes) {
    const weight = node.inputs.find((name) => constants.has(name) && /[^.]\.weight$/.test(name));
    const wanted = weight?.slice(0, -'.weight'.length);
    if (wanted === undefined) continue;
    const name = used.has(wanted) ? `${wanted}/${node.name ?? node.outputs[0]}` : wanted;
    used.add(name);
    names.set(node, name);
    const output = node.outputs[0] as string;
    if (!outputs.has(output)) rename(output, name);
    const bias = node.inputs[2];
    if (bias?.endsWith('/bias') && readers.get(bias)?.length === 1) rename(bias, `${name}/bias`);
  }
  const now = (name: string): string => renamed.get(name) ?? name;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      ...(names.has(node) ? { name: names.get(node) as string } : {}),
      inputs: node.inputs.map(now),
      outputs: node.outputs.map(now),
    })),
    initializers: graph.initializers.map((tensor) => ({ ...tensor, name: now(tensor.name) })),
  };
}
