import { Random } from '@zoopraxis/core';
import { emitGraph, type FormChoices, formKey, formsOf } from '../graph/emit.js';
import { apply, type Target } from '../graph/operation.js';
import { callsInOrder } from '../graph/order.js';
import { type Call, emptyArray, input, sizeOf, type Tensor, type Value } from '../graph/value.js';
import { encodeModel } from '../onnx/encode.js';
import { mean } from '../ops/reduce.js';
import type { Backend, SessionOptions, TensorMap } from './backend.js';

/** One kind of call with its equivalent forms, as models that are ready to run: plain data for a worker. */
export interface ProbeTask {
  readonly key: string;
  /** Inputs by name; the data are drawn where the probe runs. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly candidates: readonly ProbeCandidate[];
}

/** One form: a model that gives the whole result, to be compared, and one that gives only its mean, to be timed. */
export interface ProbeCandidate {
  readonly form: string;
  /** Bytes of the model that gives the whole result. */
  readonly whole: Uint8Array;
  /** Bytes of the model that gives only the mean. */
  readonly timed: Uint8Array;
}

/** What a probe found for one kind of call. */
export interface ProbeResult {
  readonly key: string;
  readonly form: string;
  /** Milliseconds of each form; absent where it does not run or gives other numbers. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** Largest difference of a form from the default, over the largest value: float32 sums in another order stay well below. */
const TOLERANCE = 1e-3;

/** Returns what must be probed to run `outputs` on a target: every kind of call with more than one form, known ones left out. */
export function probeTasks(outputs: readonly Value[], target: Target, known: FormChoices = {}): ProbeTask[] {
  const tasks = new Map<string, ProbeTask>();
  for (const call of callsInOrder(outputs)) {
    const forms = formsOf(call, target);
    const key = formKey(call, target);
    if (forms.length < 2 || tasks.has(key) || forms.includes(known[key] ?? '')) continue;
    if (call.inputs.some((value) => value.dtype !== 'float32')) continue;
    tasks.set(key, makeTask(call, key, forms, target));
  }
  return [...tasks.values()];
}

function makeTask(call: Call, key: string, forms: readonly string[], target: Target): ProbeTask {
  const inputs = call.inputs.map((value, index) => input(`x${index}`, value.shape));
  const result = apply(call.operation, inputs, call.attributes);
  const { source } = result;
  if (source.kind !== 'call') throw new TypeError(`probe: ${call.operation.name} gives no call`);
  const innerKey = formKey(source.call, target);
  const encode = (form: string, value: Value): Uint8Array =>
    encodeModel(emitGraph(new Map([['result', value]]), { target, forms: { [innerKey]: form } }).model);
  return {
    key,
    inputs: inputs.map((value, index) => ({ name: `x${index}`, shape: value.shape })),
    candidates: forms.map((form) => ({ form, whole: encode(form, result), timed: encode(form, mean(result)) })),
  };
}

function drawFeeds(task: ProbeTask): TensorMap {
  const feeds: Record<string, Tensor> = {};
  const rng = new Random(1).fork(task.key);
  for (const { name, shape } of task.inputs) {
    const data = emptyArray('float32', sizeOf(shape)) as Float32Array;
    // A repeated block of random numbers: drawing millions would take longer than the probe.
    const block = Float32Array.from({ length: Math.min(data.length, 4099) }, () => rng.normal());
    for (let i = 0; i < data.length; i += block.length)
      data.set(block.subarray(0, Math.min(block.length, data.length - i)), i);
    feeds[name] = { dtype: 'float32', shape, data };
  }
  return feeds;
}

function agrees(a: Tensor, b: Tensor): boolean {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < a.data.length; i++) {
    const x = a.data[i] as number;
    const y = b.data[i] as number;
    if (!Number.isFinite(y)) return false;
    largest = Math.max(largest, Math.abs(x));
    difference = Math.max(difference, Math.abs(x - y));
  }
  return difference <= TOLERANCE * largest;
}

/** Returns the fastest form of a task that runs and agrees with the default one; blocks while it measures. */
export async function runProbe(
  backend: Backend,
  task: ProbeTask,
  options: SessionOptions & { repeats?: number } = {},
): Promise<ProbeResult> {
  const { repeats = 3, ...session } = options;
  const feeds = drawFeeds(task);
  const milliseconds: Record<string, number> = {};
  let reference: Tensor | undefined;
  for (const { form, whole, timed } of task.candidates) {
    try {
      const result = await runOnce(backend, whole, feeds, session);
      reference ??= result;
      if (result !== reference && !agrees(reference, result)) continue;
      milliseconds[form] = await timeModel(backend, timed, feeds, session, repeats);
    } catch (error) {
      // A form that a device lacks is expected; the default one must run.
      if (reference === undefined) throw error;
    }
  }
  const best = Object.entries(milliseconds).reduce((a, b) => (b[1] < a[1] ? b : a));
  return { key: task.key, form: best[0], milliseconds };
}

async function runOnce(
  backend: Backend,
  model: Uint8Array,
  feeds: TensorMap,
  options: SessionOptions,
): Promise<Tensor> {
  const session = await backend.createSession(model, options);
  try {
    return (await session.run(feeds)).result as Tensor;
  } finally {
    await session.close();
  }
}

async function timeModel(
  backend: Backend,
  model: Uint8Array,
  feeds: TensorMap,
  options: SessionOptions,
  repeats: number,
): Promise<number> {
  const session = await backend.createSession(model, options);
  try {
    await session.run(feeds);
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  } finally {
    await session.close();
  }
}
