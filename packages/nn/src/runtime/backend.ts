import { FormatError, UnavailableError } from '@zoopraxis/core';
import type { Target } from '../graph/operation.js';
import { type DataType, shapeText, sizeOf, type Tensor, type TensorArray } from '../graph/value.js';
import { decodeModel } from '../onnx/decode.js';

/** Where networks run; `auto` takes the fastest that is there. */
export type DeviceName = 'cpu' | 'webgpu' | 'cuda' | 'auto';

/** Tensors by name. */
export type TensorMap = Readonly<Record<string, Tensor>>;

/** How a session is made. */
export interface SessionOptions {
  /** Threads inside one operation; the number of cores by default. */
  threads?: number;
}

/** A loaded model that can be run. One run at a time. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the model. Results named in `into` are written to those tensors in place; all others are new. */
  run(feeds: TensorMap, into?: TensorMap): Promise<Record<string, Tensor>>;
  /** Frees the model's memory. */
  close(): Promise<void>;
}

/** A device that can load models. */
export interface Backend {
  readonly target: Target;
  /** Returns a session for a model, given as the bytes of an ONNX file. */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}

/** The part of the ONNX Runtime JavaScript API used here; onnxruntime-node and onnxruntime-web both have it. */
export interface OrtModule {
  /** Loads a model from the bytes of an ONNX file. */
  readonly InferenceSession: {
    create(model: Uint8Array, options?: Record<string, unknown>): Promise<OrtSession>;
  };
  readonly Tensor: new (type: DataType, data: TensorArray, dims: readonly number[]) => OrtTensor;
}

/** A tensor of ONNX Runtime. */
export interface OrtTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
  dispose?(): void;
}

/** A session of ONNX Runtime. */
export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>, fetches?: Record<string, OrtTensor | null>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/** Returns a session over ONNX Runtime's own, with checks that name the tensor at fault. */
export function wrapSession(ort: OrtModule, session: OrtSession): Session {
  const toOrt = (name: string, tensor: Tensor): OrtTensor => {
    if (tensor.data.length !== sizeOf(tensor.shape)) {
      throw new RangeError(
        `tensor ${name}: shape ${shapeText(tensor.shape)} holds ${sizeOf(tensor.shape)} elements, got ${tensor.data.length}`,
      );
    }
    return new ort.Tensor(tensor.dtype, tensor.data, tensor.shape);
  };
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, into = {}) {
      const fed: Record<string, OrtTensor> = {};
      for (const name of session.inputNames) {
        const tensor = feeds[name];
        if (tensor === undefined) throw new TypeError(`session: input ${name} is not fed`);
        fed[name] = toOrt(name, tensor);
      }
      const fetches: Record<string, OrtTensor | null> = {};
      for (const name of session.outputNames) {
        const target = into[name];
        fetches[name] = target === undefined ? null : toOrt(name, target);
      }
      const results = await session.run(fed, fetches);
      const out: Record<string, Tensor> = {};
      for (const name of session.outputNames) {
        const result = results[name];
        if (result === undefined) throw new TypeError(`session: output ${name} is missing`);
        out[name] = into[name] ?? {
          dtype: result.type as DataType,
          shape: [...result.dims],
          data: result.data as TensorArray,
        };
      }
      return out;
    },
    close: () => session.release(),
  };
}

/** Returns the error for a device that cannot be used: what is missing and what to install. */
export function deviceUnavailable(device: string, cause: unknown, hint: string): UnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UnavailableError(`device ${device} cannot be used: ${reason}`, { hint, cause });
}

/** Returns what is damaged in the bytes of an ONNX file, or undefined where nothing is. */
export function damageOf(model: Uint8Array): FormatError | undefined {
  try {
    decodeModel(model);
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

/** Returns the error for a whole file (bytes) that ONNX Runtime does not load: the runtime's own words. */
export function loadProblem(cause: unknown): FormatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FormatError({
    format: 'onnx',
    where: 'graph',
    expected: 'a model that ONNX Runtime can run',
    found: reason,
    cause,
  });
}
