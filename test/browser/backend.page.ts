import { DomainError } from '@zoopraxis/core';
import { emitGraph, encodeModel, input, scale, square, type Tensor } from '@zoopraxis/nn';
import { type WebBackendOptions, webBackend } from '@zoopraxis/nn/web';

/** What became of an attempt, as plain data. */
export interface Attempt {
  /** Class of the error; '' where there was none. */
  readonly error: string;
  readonly message: string;
  readonly hint: string;
}

function describe(error: unknown): Attempt {
  const { name, message } = error as Error;
  return { error: name, message, hint: error instanceof DomainError ? (error.hint ?? '') : '' };
}

const succeeded: Attempt = { error: '', message: '', hint: '' };

const x = input('x', [3]);
const outputs = new Map([
  ['double', scale(x, 2)],
  ['square', square(x)],
]);
const encode = (target: 'wasm' | 'webgpu') => encodeModel(emitGraph(outputs, { target }).model);
const floats = (...values: number[]): Tensor => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** Opens and closes a session for each entry of `threads`, and says what became of each. */
export async function openSessions(options: WebBackendOptions, threads: readonly number[]): Promise<Attempt[]> {
  const backend = webBackend(options);
  const attempts: Attempt[] = [];
  for (const count of threads) {
    try {
      await (await backend.createSession(encode(backend.target as 'wasm' | 'webgpu'), { threads: count })).close();
      attempts.push(succeeded);
    } catch (error) {
      attempts.push(describe(error));
    }
  }
  return attempts;
}

/**
 * Opens a WebGPU session that lasts as long as the page, and says what became of it: ONNX Runtime gives the device back
 * with its last session, and taking it anew costs time in each case that follows.
 */
export async function holdDevice(): Promise<Attempt> {
  try {
    await webBackend({ device: 'webgpu' }).createSession(encode('webgpu'));
    return succeeded;
  } catch (error) {
    return describe(error);
  }
}

/** Loads bytes that are no model. */
export async function openFaultyModel(): Promise<Attempt> {
  try {
    await webBackend().createSession(Uint8Array.of(1, 2, 3));
    return succeeded;
  } catch (error) {
    return describe(error);
  }
}

/** Results of runs as plain numbers. */
export interface Runs {
  /** Elements of the tensor given for `double`: `[element]`. */
  readonly given: readonly number[];
  /** Whether the result named `double` is that very tensor. */
  readonly isGiven: boolean;
  /** Results `square` of runs that were started at once: `[run, element]`. */
  readonly squares: readonly (readonly number[])[];
  /** A tensor of the wrong size given for a result. */
  readonly wrongSize: Attempt;
  /** An input that is not fed. */
  readonly notFed: Attempt;
}

/** Runs a model with a tensor given for a result, with two runs at once, and with wrong tensors. */
export async function runModel(device: 'wasm' | 'webgpu'): Promise<Runs> {
  const session = await webBackend({ device }).createSession(encode(device));
  try {
    const given = floats(0, 0, 0);
    const [first, second] = await Promise.all([
      session.run({ x: floats(1, 2, 3) }, { double: given }),
      session.run({ x: floats(4, 5, 6) }),
    ]);
    const numbers = (tensor: Tensor | undefined) => Array.from(tensor?.data as Float32Array);
    return {
      given: numbers(given),
      isGiven: first.double === given,
      squares: [numbers(first.square), numbers(second.square)],
      wrongSize: await session
        .run({ x: floats(1, 2, 3) }, { double: floats(0, 0, 0, 0) })
        .then(() => succeeded, describe),
      notFed: await session.run({}).then(() => succeeded, describe),
    };
  } finally {
    await session.close();
  }
}
