import { readFileSync } from 'node:fs';
import { gradientsOf } from '../differentiate/gradients-of.js';
import { emitGraph } from '../graph/emit.js';
import { type BuiltNetwork, buildNetwork, type WeightArrays } from '../graph/network.js';
import type { Scope } from '../graph/scope.js';
import { shapeText, sizeOf, type Tensor, type Value } from '../graph/value.js';
import { crossEntropy } from '../losses/classification.js';
import { meanSquaredError } from '../losses/regression.js';
import { encodeModel } from '../onnx/encode.js';
import { directBackend } from '../runtime/ort-backend.node.js';
import type { BackboneOptions, BackboneResult } from './backbone.js';
import { type BackboneName, backbones } from './backbones.js';
import { type Formula, formulaValues, formulaWeights, formulaWords } from './formula-weights.test.kit.js';
import { type UnetOptions, unet } from './unet.js';

export const FOLDER = 'test/reference/models';

/** A tensor as make-model-references.py records it. */
interface Summary {
  shape: number[];
  norm: number;
  largest: number;
  samples: number[];
}

/** A network with the options and the formula of its weights. */
export interface ReferenceCase {
  network: BackboneName;
  options: BackboneOptions & UnetOptions;
  image: number[];
  formula: Formula;
  seed: number;
}

export interface ModelReference {
  case: ReferenceCase;
  loss: number;
  evaluation: Record<string, Summary>;
  training: Record<string, Summary>;
  gradients: Record<string, Summary>;
  running: Record<string, Summary>;
}

export function readReference(name: string): ModelReference {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as ModelReference;
}

/** How far a value is from its reference, as a share of the tensor's largest magnitude; Infinity where one is missing. */
export interface Deviation {
  what: string;
  share: number;
}

/** Largest magnitude of a float64 gradient that is zero by algebra, as under a bias that the next batch norm removes. */
const ZERO = 1e-12;

function networkOf(item: ReferenceCase, scope: Scope, image: Value): BackboneResult {
  if (item.network === 'unet') return unet(scope, image, item.options);
  const still = { dropout: 0, stochasticDepth: 0 };
  return backbones[item.network](scope, image, { ...item.options, ...still });
}

/** The network over `image`; its outputs are named as in the reference. */
export function buildCase(item: ReferenceCase, training: boolean): BuiltNetwork {
  return buildNetwork(
    (scope) => {
      const { stages, logits } = networkOf(item, scope, scope.input('image', item.image));
      const named: Record<string, Value> = { logits: logits as Value };
      for (const [at, stage] of stages.entries()) named[`stage ${at}`] = stage.value;
      if (!training) return named;
      const loss =
        item.network === 'unet'
          ? meanSquaredError(logits as Value, scope.input('target', (logits as Value).shape))
          : crossEntropy(logits as Value, scope.input('target', item.image.slice(0, 1), 'int64'));
      return { ...named, loss };
    },
    { training },
  );
}

function targetTensor(item: ReferenceCase, { dtype, shape }: Value): Tensor {
  const count = sizeOf(shape);
  const data =
    dtype === 'float32'
      ? formulaValues(`${item.seed}/target`, count)
      : BigInt64Array.from(formulaWords(`${item.seed}/labels`, count), (word) => BigInt(word % 1000));
  return { dtype, shape, data };
}

/** Runs a network for given weights and returns the named values. */
async function runNetwork(
  item: ReferenceCase,
  network: BuiltNetwork,
  values: ReadonlyMap<string, Value>,
  weights: WeightArrays,
): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {};
  for (const [name, { shape }] of [...network.parameters, ...network.buffers]) {
    feeds[name] = { dtype: 'float32', shape, data: weights.get(name) as Float32Array };
  }
  for (const [name, value] of network.inputs) {
    feeds[name] =
      name === 'image'
        ? { dtype: 'float32', shape: value.shape, data: formulaValues(`${item.seed}/image`, sizeOf(value.shape)) }
        : targetTensor(item, value);
  }
  const { model } = emitGraph(values, { target: 'cpu' });
  const session = await directBackend('cpu').createSession(encodeModel(model), { threads: 2 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

function measure(
  what: string,
  name: string,
  tensor: Tensor | undefined,
  expected: Summary,
  zeroScale = Number.NaN,
): Deviation {
  if (tensor === undefined) return { what: `${what}: nothing to compare`, share: Number.POSITIVE_INFINITY };
  if (shapeText(tensor.shape) !== shapeText(expected.shape)) {
    return {
      what: `${what}: shape ${shapeText(tensor.shape)}, reference ${shapeText(expected.shape)}`,
      share: Number.POSITIVE_INFINITY,
    };
  }
  const data = tensor.data as Float32Array;
  let squares = 0;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    squares += value * value;
    // Math.max keeps NaN, which then fails the comparison.
    largest = Math.max(largest, Math.abs(value));
  }
  if (expected.largest < ZERO) return { what: `${what} (zero)`, share: largest / zeroScale };
  const places = formulaWords(`${name}/sample`, expected.samples.length);
  const errors = expected.samples.map((sample, i) =>
    Math.abs((data[(places[i] as number) % data.length] as number) - sample),
  );
  const share = Math.max(...errors, Math.abs(largest - expected.largest)) / expected.largest;
  return { what, share: Math.max(share, Math.abs(Math.sqrt(squares) - expected.norm) / expected.norm) };
}

/** Compares each tensor of one side with its namesake of the other; one that stands alone deviates without bound. */
function compare(
  part: string,
  found: ReadonlyMap<string, Tensor>,
  expected: Readonly<Record<string, Summary>>,
  zeroScale: (name: string) => number = () => Number.NaN,
): Deviation[] {
  const alone = [...found.keys()].filter((name) => !(name in expected));
  return [
    ...Object.entries(expected).map(([name, summary]) =>
      measure(`${part} ${name}`, name, found.get(name), summary, zeroScale(name)),
    ),
    ...alone.map((name) => ({ what: `${part} ${name}: has no reference`, share: Number.POSITIVE_INFINITY })),
  ];
}

/** How far the network at rest is from PyTorch with given weights. */
export async function evaluationDeviations(
  { case: item, evaluation }: ModelReference,
  weights: WeightArrays,
): Promise<Deviation[]> {
  const network = buildCase(item, false);
  const found = await runNetwork(item, network, network.outputs, weights);
  return compare('evaluation', new Map(Object.entries(found)), evaluation);
}

/** How far a network is from PyTorch, the farthest first: evaluation, loss, outputs, gradients, running statistics. */
export async function deviations(reference: ModelReference): Promise<Deviation[]> {
  const { case: item, gradients: expected } = reference;
  const weights = formulaWeights(buildCase(item, false), item.seed, item.formula);
  const evaluated = await evaluationDeviations(reference, weights);
  const network = buildCase(item, true);
  const values = new Map(network.outputs);
  const names = [...network.parameters.keys()];
  const gradients = gradientsOf(network.outputs.get('loss') as Value, [...network.parameters.values()]);
  for (const [at, name] of names.entries()) {
    const gradient = gradients[at];
    if (gradient) values.set(`gradient ${name}`, gradient);
  }
  for (const [name, value] of network.updates) values.set(`running ${name}`, value);
  const trained = await runNetwork(item, network, values, weights);

  const part = (prefix: string): Map<string, Tensor> => {
    const keys = Object.keys(trained).filter((key) => key.startsWith(prefix));
    return new Map(keys.map((key) => [key.slice(prefix.length), trained[key] as Tensor]));
  };
  const outputs = new Map(Object.entries(trained).filter(([name]) => /^(logits|stage \d+)$/.test(name)));
  const { loss } = trained;
  const list = [
    { what: 'loss', share: Math.abs((loss?.data[0] as number) / reference.loss - 1) },
    ...evaluated,
    ...compare('training', outputs, reference.training),
    ...compare(
      'gradient',
      part('gradient '),
      expected,
      (name) => expected[name.replace(/bias$/, 'weight')]?.largest ?? Number.NaN,
    ),
    ...compare('running', part('running '), reference.running),
  ];
  // NaN must come first, not anywhere.
  const rank = ({ share }: Deviation): number => (Number.isNaN(share) ? Number.POSITIVE_INFINITY : share);
  return list.sort((a, b) => rank(b) - rank(a) || (a.what < b.what ? -1 : 1));
}
