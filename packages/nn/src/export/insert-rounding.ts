import type { OnnxGraph, OnnxNode, OnnxTensor } from '../onnx/model.js';
import { indexGraph } from './graph-index.js';
import type { PlannedNode, QuantizationPlan } from './quantization-plan.js';
import { quantizeWeights, type Rounding } from './quantize-weights.js';
import { floatsOf, onnxTensor } from './tensor-data.js';

/** Writes the graph with QuantizeLinear and DequantizeLinear nodes. */
class RoundingWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[];
  readonly #constants: ReadonlyMap<string, OnnxTensor>;
  readonly #outputs: ReadonlySet<string>;
  readonly #written = new Set<string>();
  readonly #rounded = new Set<string>();

  constructor(
    readonly graph: OnnxGraph,
    readonly plan: QuantizationPlan,
    readonly roundings: ReadonlyMap<string, Rounding>,
    readonly bits: 7 | 8,
  ) {
    const { constants, outputs } = indexGraph(graph);
    this.#constants = constants;
    this.#outputs = outputs;
    this.initializers = [...graph.initializers];
  }

  #constant(tensor: OnnxTensor): string {
    if (!this.#written.has(tensor.name)) this.initializers.push(tensor);
    this.#written.add(tensor.name);
    return tensor.name;
  }

  roundingOf(tensor: string): Rounding {
    return this.roundings.get(this.plan.tensors.get(tensor) as string) as Rounding;
  }

  /** Returns the name under which later nodes read a tensor. */
  reading(name: string): string {
    return this.#rounded.has(name) && !this.#outputs.has(name) ? `${name}/rounded` : name;
  }

  /** Returns the name under which a node writes a tensor, before it is rounded. */
  writing(name: string): string {
    return this.plan.tensors.has(name) && this.#outputs.has(name) ? `${name}/exact` : name;
  }

  /** Rounds a tensor, if the plan says so, as soon as it is there. */
  round(name: string): void {
    const owner = this.plan.tensors.get(name);
    if (owner === undefined) return;
    const { scale, zeroPoint } = this.roundingOf(name);
    const parameters = [
      this.#constant(onnxTensor(`${owner}/scale`, 'float32', [], Float32Array.of(scale))),
      this.#constant(onnxTensor(`${owner}/zero`, 'uint8', [], Uint8Array.of(zeroPoint))),
    ];
    const stored = `${name}/uint8`;
    this.nodes.push({
      opType: 'QuantizeLinear',
      name: `${name}/quantize`,
      inputs: [this.writing(name), ...parameters],
      outputs: [stored],
    });
    this.#rounded.add(name);
    this.nodes.push({
      opType: 'DequantizeLinear',
      name: `${name}/dequantize`,
      inputs: [stored, ...parameters],
      outputs: [this.reading(name)],
    });
  }

  #dequantized(name: string, stored: OnnxTensor, scales: Float32Array, zeros: OnnxTensor, axis: number): string {
    const inputs = [
      this.#constant(stored),
      this.#constant(onnxTensor(`${name}/scale`, 'float32', [scales.length], scales)),
      this.#constant(zeros),
    ];
    this.nodes.push({
      opType: 'DequantizeLinear',
      name: `${name}/dequantize`,
      inputs,
      outputs: [`${name}/rounded`],
      attributes: { axis },
    });
    return `${name}/rounded`;
  }

  /** Returns the inputs of a planned node with its weights rounded. */
  inputs({ node, weight }: PlannedNode): string[] {
    const inputs = node.inputs.map((name) => this.reading(name));
    if (weight === undefined) return inputs;
    const own = this.#constants.get(node.inputs[weight.place] as string) as OnnxTensor;
    const shift = node.inputs[2] ? (this.#constants.get(node.inputs[2]) as OnnxTensor) : undefined;
    const fits = shift?.dims.length === 1 && shift.dims[0] === own.dims[weight.axis];
    const { values, scales, bias } = quantizeWeights(floatsOf(own), own.dims, weight.axis, {
      bits: this.bits,
      inputScale: this.roundingOf(node.inputs[0] as string).scale,
      bias: shift && fits ? floatsOf(shift) : undefined,
    });
    const stem = node.outputs[0] as string;
    const channels = scales.length;
    inputs[weight.place] = this.#dequantized(
      `${stem}/weight`,
      onnxTensor(`${stem}/weight/int8`, 'int8', own.dims, values),
      scales,
      onnxTensor(`${stem}/weight/zero`, 'int8', [channels], new Int8Array(channels)),
      weight.axis,
    );
    if (bias) {
      inputs[2] = this.#dequantized(
        `${stem}/shift`,
        onnxTensor(`${stem}/shift/int32`, 'int32', [channels], bias.values),
        bias.scales,
        onnxTensor(`${stem}/shift/zero`, 'int32', [channels], new Int32Array(channels)),
        0,
      );
    }
    return inputs;
  }
}

/**
 * Returns an addition of a constant as a subtraction: ONNX Runtime would join a matrix product and an addition to a node
 * that it then runs in float32.
 */
function asSubtraction(
  addition: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
): { node: OnnxNode; constant: OnnxTensor } {
  const place = addition.inputs.findIndex((name) => constants.has(name));
  const own = constants.get(addition.inputs[place] as string) as OnnxTensor;
  const name = `${addition.outputs[0]}/negated`;
  const constant = onnxTensor(
    name,
    'float32',
    own.dims,
    floatsOf(own).map((value) => -value),
  );
  return { node: { ...addition, opType: 'Sub', inputs: [addition.inputs[1 - place] as string, name] }, constant };
}

/**
 * Returns the graph with the nodes of a plan between QuantizeLinear and DequantizeLinear, rounded as given (by tensor), their
 * weights in int8 of `bits` bits, and the activations that the ranges stand for removed.
 */
export function insertRounding(
  graph: OnnxGraph,
  plan: QuantizationPlan,
  roundings: ReadonlyMap<string, Rounding>,
  bits: 7 | 8,
): OnnxGraph {
  const writer = new RoundingWriter(graph, plan, roundings, bits);
  const planned = new Map(plan.nodes.map((entry) => [entry.node, entry]));
  const folded = new Set(plan.nodes.map(({ activation }) => activation));
  const additions = new Set(plan.nodes.map(({ addition }) => addition));
  const { constants } = indexGraph(graph);
  for (const { name } of graph.inputs) writer.round(name);
  for (const original of graph.nodes) {
    if (folded.has(original)) continue;
    const subtraction = additions.has(original) ? asSubtraction(original, constants) : undefined;
    if (subtraction) writer.initializers.push(subtraction.constant);
    const node = subtraction?.node ?? original;
    const entry = planned.get(node);
    const inputs = entry ? writer.inputs(entry) : node.inputs.map((name) => writer.reading(name));
    const outputs = entry?.activation ? entry.activation.outputs : node.outputs;
    writer.nodes.push({ ...node, inputs, outputs: outputs.map((name) => writer.writing(name)) });
    for (const name of outputs) writer.round(name);
  }
  return { ...graph, nodes: writer.nodes, initializers: writer.initializers };
}
