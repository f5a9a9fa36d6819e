import { gradientsOf } from '../differentiate/gradients-of.js';
import { emitGraph, type FormChoices, formKey } from '../graph/emit.js';
import type { Target } from '../graph/operation.js';
import { callsInOrder } from '../graph/order.js';
import { constant, input, sizeOf, type Tensor, type Value } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/reduce.js';
import type { Backend, Session, TensorMap } from '../runtime/backend.js';
import type { ConformanceCase } from './case.js';
import { elementNumbers, type InputSpec, inputTensor } from './inputs.js';
import { type CaseReference, compareTensors, compareToReference, largest } from './reference.js';

/**
 * Largest difference allowed from PyTorch and between forms, relative to the tensor's largest element. Both sides round
 * to float32 (6e-8) at each step and sum in other orders; GPUs have exp, erf and tanh of about 1e-6.
 */
const referenceTolerance: Readonly<Record<Target, number>> = { cpu: 2e-5, wasm: 2e-5, webgpu: 2e-4, cuda: 2e-4 };

/**
 * Step of the finite differences. The stencil of four points leaves an error of step^4 / 30 times the fifth derivative,
 * 3e-8 of it here, and rounding of about 2 * 6e-8 / step = 4e-6 of the outputs' size.
 */
const usualStep = 1 / 32;

/** Allowed difference from a finite difference, relative to the largest element of the gradient, and at least of 1. */
const differenceTolerance: Readonly<Record<Target, number>> = { cpu: 1e-3, wasm: 1e-3, webgpu: 4e-3, cuda: 4e-3 };

/** Options of {@link checkCase}. */
export interface CheckOptions {
  /** PyTorch's values; their absence is a problem unless the case says why. */
  reference?: CaseReference;
  /** Elements of each input that are compared with finite differences, 24 by default; 0 for none. */
  differences?: number;
}

/** The graph of a case with its gradients. */
export interface CaseGraph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Per input; undefined where the outputs do not depend on it, or it is not float32. */
  readonly gradients: readonly (Value | undefined)[];
  /** Names of all operations in it, sorted. */
  readonly operations: readonly string[];
}

function projectionOf(item: ConformanceCase, index: number, count: number): Float64Array {
  return elementNumbers(`${item.name}/weight ${index}`, count, -1, 1);
}

/**
 * Returns the graph of a case; its loss is the sum of all float32 outputs times fixed numbers, so that a gradient that
 * is wrong in one place shows.
 */
export function caseGraph(item: ConformanceCase): CaseGraph {
  const inputs = item.inputs.map(({ shape, dtype }, i) => input(`input${i}`, shape, dtype));
  const built = item.build(...inputs);
  const outputs = (Array.isArray(built) ? built : [built]) as readonly Value[];
  let loss: Value | undefined;
  for (const [i, output] of outputs.entries()) {
    if (output.dtype !== 'float32') continue;
    const weights = constant(Float32Array.from(projectionOf(item, i, sizeOf(output.shape))), output.shape);
    const part = sum(mul(output, weights));
    loss = loss ? add(loss, part) : part;
  }
  const gradients = loss ? gradientsOf(loss, inputs) : inputs.map(() => undefined);
  const all = [...outputs, ...gradients.filter((value) => value !== undefined)];
  const operations = [...new Set(callsInOrder(all).map((call) => call.operation.name))].sort();
  return { inputs, outputs, gradients, operations };
}

async function runGraph(
  backend: Backend,
  values: ReadonlyMap<string, Value>,
  feeds: TensorMap,
  forms: FormChoices = {},
): Promise<Record<string, Tensor>> {
  const session = await openSession(backend, values, forms);
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

function openSession(backend: Backend, values: ReadonlyMap<string, Value>, forms: FormChoices = {}): Promise<Session> {
  const { model } = emitGraph(values, { target: backend.target, forms });
  return backend.createSession(encodeModel(model), { threads: 1 });
}

function namedValues(graph: CaseGraph): Map<string, Value> {
  const values = new Map<string, Value>(graph.outputs.map((value, i) => [`output${i}`, value]));
  for (const [i, value] of graph.gradients.entries()) if (value) values.set(`gradient${i}`, value);
  return values;
}

/** Returns every other form that calls of the graph have on a target: key and form. */
export function otherForms(graph: CaseGraph, target: Target): [key: string, form: string][] {
  const found = new Map<string, [string, string]>();
  for (const call of callsInOrder([...namedValues(graph).values()])) {
    const [, ...others] = call.operation.forms?.(call.inputs, call.attributes, target) ?? [];
    const key = formKey(call, target);
    for (const form of others) found.set(`${key} ${form}`, [key, form]);
  }
  return [...found.values()];
}

/**
 * Returns what is wrong with a case on a device, nothing if all is well: values and gradients against PyTorch, gradients
 * against central differences, and each form of each operation against the default one.
 */
export async function checkCase(
  backend: Backend,
  item: ConformanceCase,
  options: CheckOptions = {},
): Promise<string[]> {
  const problems: string[] = [];
  const note = (problem: string | undefined): void => {
    if (problem !== undefined) problems.push(`${item.name}: ${problem}`);
  };
  const graph = caseGraph(item);
  for (const name of item.operations) {
    if (!graph.operations.includes(name)) note(`operation ${name} is not in its graph`);
  }
  const values = namedValues(graph);
  const feeds: Record<string, Tensor> = {};
  for (const [i, spec] of item.inputs.entries()) feeds[`input${i}`] = inputTensor(`${item.name}/${i}`, spec);
  const used = await runGraph(backend, values, feeds);
  const tolerance = referenceTolerance[backend.target];
  checkReference(item, used, options.reference, tolerance, note);
  if (item.withoutDifferences === undefined) await checkDifferences(backend, item, graph, feeds, used, options, note);
  for (const [key, form] of otherForms(graph, backend.target)) {
    const results = await runGraph(backend, values, feeds, { [key]: form });
    for (const [name, tensor] of Object.entries(results)) {
      note(compareTensors(`${name} with form ${form} of ${key}`, tensor, used[name] as Tensor, tolerance));
    }
  }
  return problems;
}

function specText(specs: readonly InputSpec[]): string {
  return JSON.stringify(specs.map((spec) => Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function checkReference(
  item: ConformanceCase,
  results: Readonly<Record<string, Tensor>>,
  reference: CaseReference | undefined,
  tolerance: number,
  note: (problem: string | undefined) => void,
): void {
  if (!reference) {
    if (item.withoutReference === undefined) note('has no PyTorch reference');
    return;
  }
  const [ours, theirs] = [specText(item.inputs), specText(reference.inputs)];
  if (ours !== theirs) {
    note(`inputs are ${ours}, the reference's ${theirs}`);
    return;
  }
  for (const [i, expected] of reference.outputs.entries()) {
    const found = results[`output${i}`];
    note(found ? compareToReference(`output ${i}`, found, expected, tolerance) : `output ${i} is missing`);
  }
  for (const [i, expected] of reference.gradients.entries()) {
    if (expected === null) continue;
    const found = results[`gradient${i}`];
    if (found) note(compareToReference(`gradient ${i}`, found, expected, tolerance));
    else if (expected.norm !== 0) note(`gradient ${i} is missing, the reference has norm ${expected.norm}`);
  }
}

async function checkDifferences(
  backend: Backend,
  item: ConformanceCase,
  graph: CaseGraph,
  feeds: Readonly<Record<string, Tensor>>,
  results: Readonly<Record<string, Tensor>>,
  { differences = 24 }: CheckOptions,
  note: (problem: string | undefined) => void,
): Promise<void> {
  if (differences === 0 || !graph.outputs.some((value) => value.dtype === 'float32')) return;
  const step = item.differenceStep ?? usualStep;
  const names = graph.outputs.map((_, i) => `output${i}`);
  const session = await openSession(backend, new Map(names.map((name, i) => [name, graph.outputs[i] as Value])));
  const projections = graph.outputs.map((value, i) => projectionOf(item, i, sizeOf(value.shape)));
  const lossAt = async (name: string, data: Float32Array): Promise<number> => {
    const found = await session.run({ ...feeds, [name]: { ...(feeds[name] as Tensor), data } });
    let loss = 0;
    for (const [i, output] of names.entries()) {
      if (graph.outputs[i]?.dtype !== 'float32') continue;
      const weights = projections[i] as Float64Array;
      const elements = (found[output] as Tensor).data as Float32Array;
      for (let k = 0; k < elements.length; k++) loss += (elements[k] as number) * Math.fround(weights[k] as number);
    }
    return loss;
  };
  try {
    for (const [i, value] of graph.inputs.entries()) {
      if (value.dtype !== 'float32') continue;
      const name = `input${i}`;
      const base = (feeds[name] as Tensor).data as Float32Array;
      const gradient = results[`gradient${i}`]?.data as Float32Array | undefined;
      const bound = differenceTolerance[backend.target] * Math.max(gradient ? largest(gradient) : 0, 1);
      const count = Math.min(differences, base.length);
      for (let sample = 0; sample < count; sample++) {
        const at = Math.floor((sample * base.length) / count);
        const moved = async (by: number): Promise<number> => {
          const data = base.slice();
          data[at] = (data[at] as number) + by * step;
          return lossAt(name, data);
        };
        const near = (await moved(1)) - (await moved(-1));
        const far = (await moved(2)) - (await moved(-2));
        const slope = (8 * near - far) / (12 * step);
        const found = gradient?.[at] ?? 0;
        if (!(Math.abs(found - slope) <= bound)) {
          note(`gradient ${i} at ${at} is ${found}, finite differences give ${slope}`);
          break;
        }
      }
    }
  } finally {
    await session.close();
  }
}
