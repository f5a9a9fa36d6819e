import { shapeText, sizeOf, type Tensor } from '../graph/value.js';
import type { InputSpec } from './inputs.js';

/** Tensors of more elements than this are recorded by their norm and this many entries, evenly spread. */
export const SAMPLE_COUNT = 64;

/** A tensor as a reference records it. */
export interface ReferenceTensor {
  /** List of axis sizes. */
  readonly shape: readonly number[];
  /** Euclidean norm of all elements. */
  readonly norm: number;
  /** All elements, or {@link SAMPLE_COUNT} of them: `[sample]`, at places floor(i n / SAMPLE_COUNT). */
  readonly values: readonly number[];
}

/** What PyTorch gave for a case. */
export interface CaseReference {
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly ReferenceTensor[];
  /** Per input; null for one that is not float32. */
  readonly gradients: readonly (ReferenceTensor | null)[];
}

/** References by the name of the case. */
export type ReferenceTable = Readonly<Record<string, CaseReference>>;

function numbersOf(tensor: Tensor): Float64Array {
  return Float64Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

/** Returns the largest absolute number of a list `[element]`. */
export function largest(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, Math.abs(numbers[i] as number));
  return most;
}

/** Returns what is wrong with a tensor against its reference, or undefined; `tolerance` is relative to its largest element. */
export function compareToReference(
  what: string,
  tensor: Tensor,
  reference: ReferenceTensor,
  tolerance: number,
): string | undefined {
  if (shapeText(tensor.shape) !== shapeText(reference.shape)) {
    return `${what} has shape ${shapeText(tensor.shape)}, the reference ${shapeText(reference.shape)}`;
  }
  const numbers = numbersOf(tensor);
  const count = sizeOf(tensor.shape);
  const scale = Math.max(largest(reference.values), 1e-6);
  for (const [i, expected] of reference.values.entries()) {
    const at = count > SAMPLE_COUNT ? Math.floor((i * count) / SAMPLE_COUNT) : i;
    const found = numbers[at] as number;
    if (!(Math.abs(found - expected) <= tolerance * scale)) {
      return `${what} at ${at} is ${found}, the reference ${expected} (largest ${scale})`;
    }
  }
  const norm = Math.hypot(...numbers);
  return Math.abs(norm - reference.norm) <= tolerance * Math.max(reference.norm, 1e-6)
    ? undefined
    : `${what} has norm ${norm}, the reference ${reference.norm}`;
}

/** Returns what differs between two tensors, or undefined; `tolerance` is relative to the largest element of `expected`. */
export function compareTensors(what: string, found: Tensor, expected: Tensor, tolerance: number): string | undefined {
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  if (a.length !== b.length) return `${what} has ${a.length} elements instead of ${b.length}`;
  const bound = tolerance * Math.max(largest(b), 1e-6);
  for (const [i, number] of a.entries()) {
    if (!(Math.abs(number - (b[i] as number)) <= bound)) return `${what} at ${i} is ${number} instead of ${b[i]}`;
  }
  return undefined;
}
