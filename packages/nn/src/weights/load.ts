import { FormatError } from '@zoopraxis/core';
import { isFloatType, toFloat32, type WeightSet } from './weight-set.js';

/** How names of the source are brought to those of the target. */
export interface LoadOptions {
  /** Returns the target's name for a name of the source, or undefined to leave the tensor out. Default: the same name. */
  rename?: (name: string) => string | undefined;
  /** True throws where anything is missing, unexpected or of another shape. Default true. */
  strict?: boolean;
  /** Returns true for names (of the target) that may be missing, unexpected or of another shape, such as a new head's. */
  ignore?: (name: string) => boolean;
}

/** A tensor that both sides name but that does not fit. */
export interface WeightMismatch {
  name: string;
  /** Shape that the target has. */
  expected: readonly number[];
  /** Shape in the source. */
  found: readonly number[];
  /** Element type in the source, which must be a floating-point one. */
  foundType: string;
}

/** What fits, and what does not. */
export interface LoadedWeights {
  /** Elements `[element]` by the target's name, row-major over its shape; views of the source where that is float32. */
  matched: ReadonlyMap<string, Float32Array>;
  /** Names of the target without a tensor in the source, sorted. */
  missing: readonly string[];
  /** Names of the source (after renaming) that the target lacks, sorted. */
  unexpected: readonly string[];
  /** Tensors of another shape or of an integer type, sorted by name. */
  mismatched: readonly WeightMismatch[];
}

/** PyTorch's batch norm counts its batches in an integer tensor that nothing here uses. */
const BATCH_COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * Returns the source's tensors for the target's parameters, as float32. PyTorch's `num_batches_tracked` counters are
 * passed over where the target lacks them.
 * Throws FormatError in strict mode, which lists the names that do not fit with both shapes; RangeError where `rename`
 * gives two tensors one name.
 */
export function loadWeights(
  target: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  source: WeightSet,
  options: LoadOptions = {},
): LoadedWeights {
  const { rename = (name) => name, strict = true, ignore = () => false } = options;
  const matched = new Map<string, Float32Array>();
  const unexpected: string[] = [];
  const mismatched: WeightMismatch[] = [];
  const origin = new Map<string, string>();
  for (const [sourceName, tensor] of source) {
    const name = rename(sourceName);
    if (name === undefined) continue;
    const other = origin.get(name);
    if (other !== undefined)
      throw new RangeError(`rename: must keep names apart, got ${name} for both ${other} and ${sourceName}`);
    origin.set(name, sourceName);
    const wanted = target.get(name);
    if (wanted === undefined) {
      if (!BATCH_COUNTER.test(name)) unexpected.push(name);
    } else if (isFloatType(tensor.type) && String(wanted.shape) === String(tensor.shape))
      matched.set(name, toFloat32(tensor));
    else mismatched.push({ name, expected: wanted.shape, found: tensor.shape, foundType: tensor.type });
  }
  const missing = [...target.keys()].filter((name) => !origin.has(name)).sort();
  unexpected.sort();
  mismatched.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (strict) {
    const problems = [
      ...listed(
        'missing',
        missing.filter((name) => !ignore(name)),
      ),
      ...listed(
        'unexpected',
        unexpected.filter((name) => !ignore(name)),
      ),
      ...listed('of another shape or type', mismatched.filter(({ name }) => !ignore(name)).map(described)),
    ];
    if (problems.length > 0) {
      throw new FormatError({
        format: 'weights',
        where: 'the names and shapes of tensors',
        expected: `the ${target.size} tensors of the network`,
        found: problems.join('; '),
        hint: 'Pass rename for names that differ, ignore for parts that are meant to, or strict: false to take what fits.',
      });
    }
  }
  return { matched, missing, unexpected, mismatched };
}

/** Names listed per kind of problem in an error; the result of a load that is not strict has all. */
const LISTED = 20;

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return [`${names.length} ${what}: ${names.slice(0, LISTED).join(', ')}${more}`];
}

function described({ name, expected, found, foundType }: WeightMismatch): string {
  return `${name} [${expected.join(', ')}] is ${foundType} [${found.join(', ')}]`;
}
