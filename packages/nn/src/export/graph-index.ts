import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from '../onnx/model.js';

/** Who makes and who reads each tensor of a graph, by name. */
export interface GraphIndex {
  /** Constants; a graph input with a default is none, since it may be fed. */
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  readonly producers: ReadonlyMap<string, OnnxNode>;
  /** Nodes that read a tensor, once per place where they do. */
  readonly readers: ReadonlyMap<string, readonly OnnxNode[]>;
  readonly outputs: ReadonlySet<string>;
  /** Returns the one node that reads a tensor, or undefined where several do, none, or it is an output of the graph. */
  onlyReader(name: string): OnnxNode | undefined;
}

function isGraph(value: OnnxAttribute): value is { graph: OnnxGraph } {
  return typeof value === 'object' && 'graph' in value;
}

/** Returns the names that a node reads, with those that the graphs in its attributes take from outside; once per place. */
export function namesRead(node: OnnxNode): string[] {
  const names = node.inputs.filter((name) => name !== '');
  for (const value of Object.values(node.attributes ?? {})) {
    if (!isGraph(value)) continue;
    const { graph } = value;
    for (const inner of graph.nodes) names.push(...namesRead(inner));
    for (const { name } of graph.outputs) names.push(name);
  }
  return names;
}

/** Returns whether a node holds a graph of its own (If, Loop, Scan). */
export function holdsGraph(node: OnnxNode): boolean {
  return Object.values(node.attributes ?? {}).some(isGraph);
}

/** Returns who makes and who reads each tensor of a graph. */
export function indexGraph(graph: OnnxGraph): GraphIndex {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const constants = new Map<string, OnnxTensor>();
  for (const tensor of graph.initializers) if (!inputs.has(tensor.name)) constants.set(tensor.name, tensor);
  const producers = new Map<string, OnnxNode>();
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) if (name !== '') producers.set(name, node);
    for (const name of namesRead(node)) {
      const list = readers.get(name);
      if (list) list.push(node);
      else readers.set(name, [node]);
    }
  }
  const onlyReader = (name: string): OnnxNode | undefined => {
    const list = readers.get(name);
    return list?.length === 1 && !outputs.has(name) ? list[0] : undefined;
  };
  return { constants, producers, readers, outputs, onlyReader };
}
