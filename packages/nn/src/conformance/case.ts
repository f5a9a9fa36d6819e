import type { Value } from '../graph/value.js';
import type { InputSpec } from './inputs.js';

/** A small graph whose values and gradients every device must give alike. */
export interface ConformanceCase {
  /** Unique; the key of its reference and of the formula of its inputs. */
  readonly name: string;
  /** Operations that the case stands for; each must appear in its graph or in the gradient's. */
  readonly operations: readonly string[];
  readonly inputs: readonly InputSpec[];
  /** Returns the outputs. */
  build(...inputs: Value[]): Value | readonly Value[];
  /** Why there is no PyTorch reference; omitted where there is one. */
  readonly withoutReference?: string;
  /** Why finite differences do not apply, as at ties; omitted where they do. */
  readonly withoutDifferences?: string;
  /** Step of the finite differences where the function bends more than most; 1/32 by default. */
  readonly differenceStep?: number;
}

/** Returns the description of a float32 input with a shape (list of axis sizes). */
export function floats(shape: readonly number[], options: Omit<InputSpec, 'shape' | 'dtype'> = {}): InputSpec {
  return { shape, ...options };
}

/** Returns the description of integers in 0..high-1 with a shape (list of axis sizes). */
export function integers(shape: readonly number[], high: number, dtype: 'int32' | 'int64' = 'int64'): InputSpec {
  return { shape, dtype, low: 0, high };
}

/** Returns a case; `operations` may be one name. */
export function conformanceCase(
  name: string,
  operations: string | readonly string[],
  inputs: readonly InputSpec[],
  build: (...inputs: Value[]) => Value | readonly Value[],
  options: Pick<ConformanceCase, 'withoutReference' | 'withoutDifferences' | 'differenceStep'> = {},
): ConformanceCase {
  return { name, operations: typeof operations === 'string' ? [operations] : operations, inputs, build, ...options };
}
