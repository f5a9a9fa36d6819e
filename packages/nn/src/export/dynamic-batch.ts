import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/model.js';
import { onnxTensor, tensorOf } from './tensor-data.js';

/**
 * Batch sizes at which a network is traced: large primes, so that no size of the network itself is taken for one, and
 * three, so that what follows from two can be checked.
 */
export const traceSizes = [101, 103, 107] as const;

/** Name of the symbolic axis. */
const AXIS = 'batch';
const BATCH = 'batch_size';

function refuse(what: string): TypeError {
  return new TypeError(`exportModel: the batch size cannot be left open: ${what}`);
}

/** Returns `slope` and `offset` of the whole-numbered line through the sizes (three numbers), or undefined for none. */
function lineThrough(values: readonly number[]): { slope: number; offset: number } | undefined {
  const [a, b, c] = values as [number, number, number];
  const slope = (b - a) / (traceSizes[1] - traceSizes[0]);
  const offset = a - slope * traceSizes[0];
  return Number.isInteger(slope) && slope * traceSizes[2] + offset === c ? { slope, offset } : undefined;
}

function same(a: OnnxTensor, b: OnnxTensor): boolean {
  if (a.type !== b.type || a.dims.join() !== b.dims.join()) return false;
  // Weights are the same memory in every trace: no need to read a hundred megabytes.
  if (a.bytes.buffer === b.bytes.buffer && a.bytes.byteOffset === b.bytes.byteOffset) return true;
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at]);
}

function openInfo(kind: string, infos: readonly OnnxValueInfo[]): OnnxValueInfo {
  const [first] = infos as readonly [OnnxValueInfo];
  const dims = first.dims.map((size, axis) => {
    const sizes = infos.map((info) => Number(info.dims[axis]));
    if (sizes.every((other) => other === size)) return size;
    const line = infos.every((info) => info.dims.length === first.dims.length) ? lineThrough(sizes) : undefined;
    if (line === undefined)
      throw refuse(`${kind} ${first.name} has axis ${axis} of ${sizes.join(', ')} for ${traceSizes.join(', ')}`);
    const { slope, offset } = line;
    if (slope === 1 && offset === 0) return AXIS;
    if (kind === 'input') throw refuse(`input ${first.name} has axis ${axis} of ${slope} batch + ${offset}`);
    return `${slope}*${AXIS}${offset === 0 ? '' : `+${offset}`}`;
  });
  return { ...first, dims };
}

/** Writes the nodes of the merged graph. */
class Merger {
  readonly nodes: OnnxNode[] = [];
  readonly added: OnnxTensor[] = [];
  readonly #constants: readonly ReadonlyMap<string, OnnxTensor>[];
  /** Names of the other traces that stand for those of the first. */
  readonly #names: readonly Map<string, string>[];
  #usesBatch = false;

  constructor(
    readonly graphs: readonly OnnxGraph[],
    readonly batchInput: string,
  ) {
    this.#constants = graphs.map((graph) => new Map(graph.initializers.map((tensor) => [tensor.name, tensor])));
    this.#names = graphs.slice(1).map(() => new Map());
  }

  /** Returns the name of the tensor that a node reads at a place, in the first trace's names or a new one. */
  read(where: string, opType: string, place: number, names: readonly string[]): string {
    const [first, ...others] = names as [string, ...string[]];
    const constants = names.map((name, trace) => this.#constants[trace]?.get(name));
    if (constants.every((tensor) => tensor === undefined)) {
      if (others.every((name, at) => (this.#names[at]?.get(first) ?? first) === name)) return first;
      throw refuse(`${where} reads different tensors for different batch sizes`);
    }
    if (!constants.every((tensor) => tensor !== undefined))
      throw refuse(`${where} reads a constant for some batch sizes only`);
    const tensors = constants as readonly OnnxTensor[];
    const own = tensors[0] as OnnxTensor;
    if (tensors.every((tensor) => same(own, tensor))) return first;
    if (tensors.some((tensor) => tensor.type !== 'int64' || tensor.dims.join() !== own.dims.join())) {
      throw refuse(`${where} has a ${own.type} constant that depends on the batch size`);
    }
    return this.#line(where, opType === 'Reshape' && place === 1, tensors);
  }

  /** Returns the name of integers that follow the batch size in a straight line. */
  #line(where: string, isShape: boolean, tensors: readonly OnnxTensor[]): string {
    const lists = tensors.map((tensor) => [...(tensorOf(tensor).data as BigInt64Array)].map(Number));
    const [own] = lists as [number[]];
    const lines = own.map((_, at) => {
      const line = lineThrough(lists.map((list) => list[at] as number));
      if (line === undefined) throw refuse(`${where} has a size that does not follow the batch size`);
      return line;
    });
    const { dims } = tensors[0] as OnnxTensor;
    const integers = (values: readonly number[]): string => {
      const name = `batch_constant_${this.added.length}`;
      this.added.push(onnxTensor(name, 'int64', dims, BigInt64Array.from(values, BigInt)));
      return name;
    };
    const open = lines.filter(({ slope }) => slope !== 0);
    if (isShape && open.length === 1) return integers(lines.map(({ slope, offset }) => (slope === 0 ? offset : -1)));
    if (!this.#usesBatch) {
      this.#usesBatch = true;
      this.nodes.unshift({
        opType: 'Shape',
        inputs: [this.batchInput],
        outputs: [BATCH],
        attributes: { start: 0, end: 1 },
      });
    }
    const slopes = integers(lines.map(({ slope }) => slope));
    const offsets = integers(lines.map(({ offset }) => offset));
    this.nodes.push({ opType: 'Mul', inputs: [BATCH, slopes], outputs: [`${slopes}/times`] });
    this.nodes.push({ opType: 'Add', inputs: [`${slopes}/times`, offsets], outputs: [`${slopes}/plus`] });
    return `${slopes}/plus`;
  }

  add(copies: readonly OnnxNode[]): void {
    const [own] = copies as readonly [OnnxNode];
    const where = `node ${own.name ?? own.outputs[0]} (${own.opType})`;
    const text = (node: OnnxNode): string =>
      JSON.stringify([node.opType, node.domain, node.inputs.length, node.attributes ?? {}]);
    if (copies.some((node) => text(node) !== text(own))) throw refuse(`${where} differs between batch sizes`);
    const inputs = own.inputs.map((_, place) =>
      this.read(
        where,
        own.opType,
        place,
        copies.map((node) => node.inputs[place] as string),
      ),
    );
    for (const [trace, node] of copies.slice(1).entries()) {
      for (const [at, name] of own.outputs.entries()) this.#names[trace]?.set(name, node.outputs[at] as string);
    }
    this.nodes.push({ ...own, inputs });
  }
}

/**
 * Returns a model for any batch size from the same network written at each of {@link traceSizes}, in order.
 * Whole numbers that follow the batch size in a straight line (sizes in reshapes and the like) are worked out when the
 * model runs; anything else that differs is refused with a TypeError that names the node.
 */
export function openBatch(models: readonly OnnxModel[]): OnnxModel {
  const [own] = models as readonly [OnnxModel];
  const graphs = models.map(({ graph }) => graph);
  const counts = graphs.map(({ nodes, inputs, outputs }) => [nodes.length, inputs.length, outputs.length].join());
  if (counts.some((count) => count !== counts[0]))
    throw refuse('the network has different steps for different batch sizes');
  const pair = (kind: 'inputs' | 'outputs'): OnnxValueInfo[] =>
    own.graph[kind].map((_, at) =>
      openInfo(
        kind.slice(0, -1),
        graphs.map((graph) => graph[kind][at] as OnnxValueInfo),
      ),
    );
  const inputs = pair('inputs');
  const batchInput = inputs.find(({ dims }) => dims[0] === AXIS);
  if (batchInput === undefined) throw refuse('no input has the batch size as its first axis');
  const merger = new Merger(graphs, batchInput.name);
  for (const at of own.graph.nodes.keys()) merger.add(graphs.map(({ nodes }) => nodes[at] as OnnxNode));
  return {
    ...own,
    graph: {
      ...own.graph,
      nodes: merger.nodes,
      initializers: [...own.graph.initializers, ...merger.added],
      inputs,
      outputs: pair('outputs'),
    },
  };
}
