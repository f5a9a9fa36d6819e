import { gradientsOf } from '../differentiate/gradients-of.js';
import { emitGraph, type FormChoices } from '../graph/emit.js';
import type { BuiltNetwork } from '../graph/network.js';
import type { Target } from '../graph/operation.js';
import { leavesOf } from '../graph/order.js';
import type { DataType, RandomFill, Value } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { chosenForms } from './chosen-forms.js';

/** Name and type of a tensor that a program takes or gives. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DataType;
  /** List of axis sizes. */
  readonly shape: readonly number[];
}

/** A random tensor that is drawn before each step. */
export interface RandomSpec extends TensorSpec {
  readonly fill: RandomFill;
}

/** Prefixes of the model's output names. */
export const outputPrefix = { metric: 'metric/', gradient: 'gradient/', next: 'next/' } as const;

/**
 * One training step as an ONNX model: plain data that can be sent to a worker.
 * The model's outputs are `metric/<name>` (the loss is `metric/loss`), `gradient/<parameter>` and `next/<buffer>`.
 */
export interface TrainingProgram {
  readonly target: Target;
  /** Encoded ONNX model, raw bytes. */
  readonly model: Uint8Array;
  /** The form of every kind of call that has several: a resumed run must use the same. */
  readonly forms: FormChoices;
  /** What the data must feed. */
  readonly inputs: readonly TensorSpec[];
  readonly randoms: readonly RandomSpec[];
  /** Parameters that get a gradient. */
  readonly trained: readonly TensorSpec[];
  /** Parameters and buffers that the step only reads. */
  readonly fixed: readonly TensorSpec[];
  /** Parameters and buffers that the network declares and the step does not touch: they stay with the weights. */
  readonly unused: readonly TensorSpec[];
  /** Buffers that the step renews. */
  readonly updated: readonly TensorSpec[];
  readonly metrics: readonly TensorSpec[];
}

/** How a training program is made. */
export interface CompileOptions {
  target: Target;
  /** Forms that a probe or an earlier run chose; one that its operation lacks gives way to the default, as `program.forms` then says. */
  forms?: FormChoices;
  /** Which parameters are trained; all by default. */
  trainable?: (name: string) => boolean;
}

const specOf = (name: string, value: Value): TensorSpec => ({ name, dtype: value.dtype, shape: value.shape });

/** The values of one training step, before they are written as ONNX: what a probe looks at. */
export interface TrainingGraph {
  readonly outputs: Map<string, Value>;
  readonly trained: readonly string[];
}

/**
 * Returns the outputs of a training step of a network whose outputs include a scalar `loss`.
 * @throws TypeError where there is no loss; MissingGradientError where an operation has no gradient.
 */
export function trainingGraph(network: BuiltNetwork, trainable: (name: string) => boolean = () => true): TrainingGraph {
  const loss = network.outputs.get('loss');
  if (loss === undefined) throw new TypeError('training program: the network must have an output named loss');
  const candidates = [...network.parameters].filter(([name]) => trainable(name));
  const gradients = gradientsOf(
    loss,
    candidates.map(([, value]) => value),
  );
  const outputs = new Map<string, Value>();
  for (const [name, value] of network.outputs) outputs.set(`${outputPrefix.metric}${name}`, value);
  const trained: string[] = [];
  for (const [index, [name]] of candidates.entries()) {
    const gradient = gradients[index];
    if (gradient === undefined) continue;
    trained.push(name);
    outputs.set(`${outputPrefix.gradient}${name}`, gradient);
  }
  for (const [name, value] of network.updates) outputs.set(`${outputPrefix.next}${name}`, value);
  return { outputs, trained };
}

/** Returns the training step of a network (built with `training: true`) as a program. */
export function compileTraining(network: BuiltNetwork, options: CompileOptions): TrainingProgram {
  const { outputs, trained } = trainingGraph(network, options.trainable);
  const forms = chosenForms([...outputs.values()], options.target, options.forms);
  const { model, inputs } = emitGraph(outputs, { target: options.target, forms });
  const used = new Set(leavesOf(inputs));
  const pick = (table: Map<string, Value>, keep: (name: string) => boolean): TensorSpec[] =>
    [...table].filter(([name, value]) => used.has(value) && keep(name)).map(([name, value]) => specOf(name, value));
  const trainedNames = new Set(trained);
  const randoms: RandomSpec[] = [];
  for (const [name, value] of network.randoms) {
    if (used.has(value) && value.source.kind === 'random')
      randoms.push({ ...specOf(name, value), fill: value.source.fill });
  }
  const idle = (name: string): boolean => !trainedNames.has(name) && !network.updates.has(name);
  return {
    target: options.target,
    model: encodeModel(model),
    forms,
    inputs: pick(network.inputs, () => true),
    randoms,
    trained: pick(network.parameters, (name) => trainedNames.has(name)),
    fixed: [
      ...pick(network.parameters, (name) => !trainedNames.has(name)),
      ...pick(network.buffers, (name) => !network.updates.has(name)),
    ],
    unused: [...network.parameters, ...network.buffers]
      .filter(([name, value]) => !used.has(value) && idle(name))
      .map(([name, value]) => specOf(name, value)),
    updated: [...network.buffers]
      .filter(([name]) => network.updates.has(name))
      .map(([name, value]) => specOf(name, value)),
    metrics: [...network.outputs].map(([name, value]) => specOf(name, value)),
  };
}
