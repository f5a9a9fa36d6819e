import type { SessionOptions, TensorMap } from './backend.js';

/** What the owner of a session asks of its worker; a model is the bytes of an ONNX file. */
export type SessionRequest =
  | { kind: 'create'; device: 'cpu' | 'webgpu' | 'cuda'; model: Uint8Array; options: SessionOptions }
  | { kind: 'run'; feeds: TensorMap }
  | { kind: 'close' };

/** Names (lists) of a created session's inputs and outputs. */
export interface SessionNames {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** What a run gives: its results, and the tensors that it was fed with their memory. */
export interface SessionResults {
  readonly results: TensorMap;
  readonly feeds: TensorMap;
}
