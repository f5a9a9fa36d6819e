import type { Tensor } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { type OnnxModel, type OnnxNode, type OnnxTensor, OnnxType, type OnnxTypeName } from '../onnx/model.js';
import type { Backend } from '../runtime/backend.js';
import { holdsGraph, indexGraph } from './graph-index.js';
import { isDataType, onnxTensor, tensorOf } from './tensor-data.js';

/** Operators whose result is not set by their inputs. */
const drawing = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
  'Dropout',
]);
const toBool = new Set([
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Equal',
  'Not',
  'And',
  'Or',
  'Xor',
  'IsNaN',
  'IsInf',
]);
const toInt64 = new Set(['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin']);

/** Constants of this many bytes and more are fed instead of written into the model that is run. */
const FED_BYTES = 1 << 16;

/** Returns the element type of a node's first output, from that of its inputs. */
function resultType(node: OnnxNode, typeOf: (name: string) => OnnxTypeName | undefined): OnnxTypeName | undefined {
  const { opType, inputs, attributes = {} } = node;
  if (toBool.has(opType)) return 'bool';
  if (toInt64.has(opType)) return 'int64';
  if (opType === 'Cast')
    return (Object.keys(OnnxType) as OnnxTypeName[]).find((name) => OnnxType[name] === attributes.to);
  if (opType === 'Constant' || opType === 'ConstantOfShape') {
    const { value } = attributes;
    if (typeof value === 'object' && 'bytes' in value) return value.type;
    return opType === 'ConstantOfShape' ? 'float32' : undefined;
  }
  return typeOf(inputs[opType === 'Where' ? 1 : 0] ?? '');
}

/** What can be worked out of a graph before it runs. */
interface ConstantPart {
  readonly nodes: ReadonlySet<OnnxNode>;
  /** Element type of each tensor in it that must be kept. */
  readonly kept: ReadonlyMap<string, OnnxTypeName>;
}

function constantPart({ graph }: OnnxModel): ConstantPart {
  const { constants, readers, outputs } = indexGraph(graph);
  const types = new Map<string, OnnxTypeName>([...constants.values()].map(({ name, type }) => [name, type]));
  const nodes = new Set<OnnxNode>();
  for (const node of graph.nodes) {
    if (node.domain || drawing.has(node.opType) || holdsGraph(node) || node.outputs.length !== 1) continue;
    if (node.opType === 'Identity' && outputs.has(node.outputs[0] as string)) continue;
    if (!node.inputs.every((name) => name === '' || types.has(name))) continue;
    const type = resultType(node, (name) => types.get(name));
    if (type === undefined || !isDataType(type)) continue;
    nodes.add(node);
    types.set(node.outputs[0] as string, type);
  }
  const kept = new Map<string, OnnxTypeName>();
  for (const { outputs: made } of nodes) {
    const name = made[0] as string;
    const used = outputs.has(name) || (readers.get(name) ?? []).some((reader) => !nodes.has(reader));
    if (used) kept.set(name, types.get(name) as OnnxTypeName);
  }
  return { nodes, kept };
}

/** Returns for each tensor the first named constant that it is made of, to be told apart by people. */
function originNames(nodes: Iterable<OnnxNode>): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { inputs, outputs } of nodes) {
    const origin = inputs.map((name) => origins.get(name) ?? name).find((name) => name.includes('.'));
    if (origin !== undefined) for (const name of outputs) origins.set(name, origin);
  }
  return origins;
}

async function evaluate(
  model: OnnxModel,
  { nodes, kept }: ConstantPart,
  backend: Backend,
): Promise<Record<string, Tensor>> {
  const used = new Set([...nodes].flatMap((node) => node.inputs));
  const needed = model.graph.initializers.filter(({ name }) => used.has(name));
  const fed = needed.filter(({ type, bytes }) => type === 'float32' && bytes.length >= FED_BYTES);
  const names = [...kept.keys()];
  // Flat, with the shape beside them: the file must state a rank for each output, which is not known here.
  const flatten: OnnxNode[] = [
    ...nodes,
    ...names.flatMap((name, index) => [
      { opType: 'Reshape', inputs: [name, 'fold/all'], outputs: [`fold/flat${index}`], attributes: { allowzero: 0 } },
      { opType: 'Shape', inputs: [name], outputs: [`fold/shape${index}`] },
    ]),
  ];
  const part: OnnxModel = {
    opsets: { '': model.opsets[''] as number },
    graph: {
      name: 'constants',
      nodes: flatten,
      initializers: [
        ...needed.filter((tensor) => !fed.includes(tensor)),
        onnxTensor('fold/all', 'int64', [1], BigInt64Array.of(-1n)),
      ],
      inputs: fed.map(({ name, type, dims }) => ({ name, type, dims })),
      outputs: names.flatMap((name, index) => [
        { name: `fold/flat${index}`, type: kept.get(name) as OnnxTypeName, dims: [`n${index}`] },
        { name: `fold/shape${index}`, type: 'int64' as const, dims: [`r${index}`] },
      ]),
    },
  };
  const session = await backend.createSession(encodeModel(part));
  try {
    const results = await session.run(Object.fromEntries(fed.map((tensor) => [tensor.name, tensorOf(tensor)])));
    return Object.fromEntries(
      names.map((name, index) => {
        const { dtype, data } = results[`fold/flat${index}`] as Tensor;
        const shape = [...((results[`fold/shape${index}`] as Tensor).data as BigInt64Array)].map(Number);
        return [name, { dtype, shape, data }];
      }),
    );
  } finally {
    await session.close();
  }
}

/**
 * Returns the model with every node that depends on constants alone evaluated, by running those nodes once on `backend`,
 * and replaced by its result. A result made of a weight takes the weight's name (which has a dot) where that is free.
 */
export async function foldConstants(model: OnnxModel, backend: Backend): Promise<OnnxModel> {
  const part = constantPart(model);
  if (part.nodes.size === 0) return model;
  const results = part.kept.size === 0 ? {} : await evaluate(model, part, backend);
  const { graph } = model;
  const nodes = graph.nodes.filter((node) => !part.nodes.has(node));
  const stillUsed = new Set(nodes.flatMap((node) => node.inputs));
  const initializers = graph.initializers.filter(
    ({ name }) => stillUsed.has(name) || graph.outputs.some((output) => output.name === name),
  );
  const taken = new Set([
    ...stillUsed,
    ...nodes.flatMap((node) => node.outputs),
    ...graph.inputs.map(({ name }) => name),
  ]);
  for (const { name } of graph.outputs) taken.add(name);
  const origins = originNames(part.nodes);
  const renamed = new Map<string, string>();
  const made: OnnxTensor[] = [];
  for (const [name, { dtype, shape, data }] of Object.entries(results)) {
    const origin = origins.get(name);
    const free = origin !== undefined && !taken.has(origin) && !graph.outputs.some((output) => output.name === name);
    const final = free ? origin : name;
    taken.add(final);
    renamed.set(name, final);
    made.push(onnxTensor(final, dtype, shape, data));
  }
  return {
    ...model,
    graph: {
      ...graph,
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => renamed.get(name) ?? name) })),
      initializers: [...initializers, ...made],
    },
  };
}
