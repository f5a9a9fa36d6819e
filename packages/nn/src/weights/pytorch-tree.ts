import { FormatError } from '@zoopraxis/core';
import type { PytorchVocabulary } from './pytorch-vocabulary.js';
import type { WeightSet, WeightTensor } from './weight-set.js';

/** A value of a PyTorch file as plain data; a dict is a Map, a list or tuple an array, a dtype or device its name. */
export type PytorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | WeightTensor
  | readonly PytorchValue[]
  | ReadonlyMap<PytorchValue, PytorchValue>;

/** Keys under which checkpoints keep the weights of the network. */
const WEIGHT_KEYS = ['state_dict', 'model_state_dict', 'model'] as const;

/** Deepest nesting that is flattened: above every checkpoint, below the stack's end. */
const MAX_DEPTH = 64;

/** Most values visited while flattening: lists that hold each other many times would otherwise never end. */
const MAX_VISITS = 10_000_000;

/** Returns an unpickled value as a tree, or throws FormatError where it holds a bare storage, function or class. */
export function treeOf(value: unknown, vocabulary: PytorchVocabulary, path?: string): PytorchValue {
  const seen = new Set<unknown>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (
      typeof item !== 'object' ||
      item === null ||
      item instanceof Uint8Array ||
      vocabulary.isTensor(item) ||
      seen.has(item)
    )
      continue;
    seen.add(item);
    if (Array.isArray(item)) for (const child of item) open.push(child);
    else if (item instanceof Map) for (const [key, child] of item) open.push(key, child);
    else {
      throw new FormatError({
        format: 'pytorch',
        where: 'the object',
        expected: 'tensors, numbers, texts, lists and dicts',
        found: 'a bare storage, function or class',
        ...(path === undefined ? {} : { path }),
      });
    }
  }
  return value as PytorchValue;
}

/** Returns the tensors of a tree by dotted path, from the part that holds the network's weights (see `readPytorch`). */
export function flattenTree(
  tree: PytorchValue,
  vocabulary: PytorchVocabulary,
  path?: string,
): { tensors: WeightSet; part: string | undefined } {
  const whole = flatten(tree, vocabulary, path);
  if (!(tree instanceof Map) || [...tree.values()].some((value) => vocabulary.isTensor(value))) {
    return { tensors: whole, part: undefined };
  }
  const parts = WEIGHT_KEYS.filter((key) => [...whole.keys()].some((name) => name.startsWith(`${key}.`)));
  const [part] = parts;
  if (part === undefined || parts.length > 1) return { tensors: whole, part: undefined };
  return { tensors: flatten(tree.get(part) as PytorchValue, vocabulary, path), part };
}

function flatten(tree: PytorchValue, vocabulary: PytorchVocabulary, path: string | undefined): WeightSet {
  const tensors = new Map<string, WeightTensor>();
  let visits = 0;
  const fail = (name: string, expected: string, found: string): FormatError =>
    new FormatError({
      format: 'pytorch',
      where: name.slice(0, 100),
      expected,
      found,
      ...(path === undefined ? {} : { path }),
    });
  const visit = (value: PytorchValue, name: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw fail(name, `dicts nested at most ${MAX_DEPTH} deep`, 'deeper ones');
    if (++visits > MAX_VISITS) throw fail(name, `at most ${MAX_VISITS} values`, 'more');
    if (vocabulary.isTensor(value)) {
      if (tensors.has(name)) throw fail(name, 'one tensor of this name', 'two');
      tensors.set(name, value);
      return;
    }
    const below = (key: PytorchValue) => (name === '' ? nameOf(key) : `${name}.${nameOf(key)}`);
    if (Array.isArray(value))
      for (const [index, item] of (value as PytorchValue[]).entries()) visit(item, below(index), depth + 1);
    else if (value instanceof Map) for (const [key, item] of value) visit(item, below(key), depth + 1);
  };
  visit(tree, '', 0);
  return tensors;
}

function nameOf(key: PytorchValue): string {
  return Array.isArray(key) ? 'tuple' : String(key);
}
