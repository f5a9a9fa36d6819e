import { emitGraph } from '../graph/emit.js';
import type { BuiltNetwork, WeightArrays } from '../graph/network.js';
import { sizeOf } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import type { OnnxModel } from '../onnx/model.js';
import type { Backend } from '../runtime/backend.js';
import { openBatch, traceSizes } from './dynamic-batch.js';
import { foldAffine } from './fold-affine.js';
import { foldConstants } from './fold-constants.js';
import { absorbBiases, dropUnused, nameAfterWeights, removeIdentities } from './tidy.js';

/** Options of {@link exportModel}. */
export interface ExportOptions {
  /** Where constant parts of the network are worked out; the file does not depend on it beyond round-off. */
  backend: Backend;
  /** Name of the graph in the file, 'network' by default. */
  name?: string;
  /** Texts stored in the file by key, such as a model card; none by default. */
  metadata?: Readonly<Record<string, string>>;
}

/** Bytes that a protobuf file may have; most readers stop there. */
const FILE_LIMIT = 2 ** 31 - 1;

function checkNetwork(network: BuiltNetwork, weights: WeightArrays): void {
  const drawn = [...network.randoms.keys(), ...network.updates.keys()][0];
  if (drawn !== undefined) {
    throw new TypeError(`exportModel: network must be built with training: false, got one that trains (${drawn})`);
  }
  for (const name of network.outputs.keys()) {
    if ([network.inputs, network.parameters, network.buffers].some((declared) => declared.has(name))) {
      throw new TypeError(`exportModel: output ${name} has the name of an input or weight`);
    }
  }
  for (const [name, { shape }] of [...network.parameters, ...network.buffers]) {
    const values = weights.get(name);
    if (values === undefined) throw new TypeError(`exportModel: weights must hold ${name}, which is missing`);
    if (values.length !== sizeOf(shape)) {
      throw new RangeError(`exportModel: weights ${name} must hold ${sizeOf(shape)} numbers, got ${values.length}`);
    }
  }
}

function emitStandard(network: BuiltNetwork, weights: WeightArrays): OnnxModel {
  checkNetwork(network, weights);
  const { model } = emitGraph(foldAffine(network.outputs), { target: 'wasm', constants: weights });
  const nodes = model.graph.nodes.map((node) => {
    // The contributed operator became a standard one with operator set 20.
    if (node.opType === 'Gelu') return { ...node, domain: '' };
    if (node.domain) throw new TypeError(`exportModel: ${node.domain}.${node.opType} is not a standard ONNX operator`);
    return node;
  });
  return { ...model, opsets: { '': model.opsets[''] as number }, graph: { ...model.graph, nodes } };
}

/**
 * Returns the bytes of an ONNX file (opset 20, standard operators only) that computes the outputs of a network built
 * with `training: false`, on any ONNX runtime. Weights are inside; what depends on them alone is worked out, batch norm is
 * folded into the convolution, transposed convolution or linear layer before it, and unused weights are left out.
 * Nodes are named after their weights. With a function that builds the network for a batch size instead of a network, the
 * file takes any batch size.
 * @throws TypeError where the network trains, a weight is missing, an output is named like an input or weight, or something in it depends on the batch size in a way
 * that cannot be left open; RangeError where a weight has the wrong size or the file would exceed 2 GiB.
 */
export async function exportModel(
  network: BuiltNetwork | ((batch: number) => BuiltNetwork),
  weights: WeightArrays,
  options: ExportOptions,
): Promise<Uint8Array> {
  const { backend, name = 'network', metadata } = options;
  const emitted =
    typeof network === 'function'
      ? openBatch(traceSizes.map((size) => emitStandard(network(size), weights)))
      : emitStandard(network, weights);
  const { graph, ...rest } = await foldConstants(emitted, backend);
  const tidy = nameAfterWeights(dropUnused(absorbBiases(removeIdentities(graph))));
  const bytes = tidy.initializers.reduce((total, tensor) => total + tensor.bytes.length, 0);
  if (bytes > FILE_LIMIT)
    throw new RangeError(`exportModel: weights must fit into one file of 2 GiB, got ${bytes} bytes`);
  return encodeModel({ ...rest, graph: { ...tidy, name }, ...(metadata ? { metadata } : {}) });
}
