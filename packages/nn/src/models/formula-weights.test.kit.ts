import { hashText } from '@zoopraxis/core';
import type { WeightArrays } from '../graph/network.js';
import type { Declarations } from '../graph/scope.js';
import { sizeOf } from '../graph/value.js';

/** Parameters of the formula that make-model-references.py describes. */
export interface Formula {
  gain: number;
  shift: number;
  share: number;
  branch: number;
  branches: string;
}

/** Unsigned 32-bit words `[element]`: MurmurHash3's finalizer of `fnv1a(name) + i 0x9e3779b9`. */
export function formulaWords(name: string, count: number): Uint32Array {
  const out = new Uint32Array(count);
  let start = hashText(name);
  for (let i = 0; i < count; i++) {
    let x = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    out[i] = x ^ (x >>> 16);
    start = (start + 0x9e3779b9) | 0;
  }
  return out;
}

/** Numbers in [-1, 1) `[element]`, rounded to float32 only after `map`. */
export function formulaValues(name: string, count: number, map: (u: number) => number = (u) => u): Float32Array {
  const words = formulaWords(name, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = map(((words[i] as number) * 2) / 2 ** 32 - 1);
  return out;
}

/** Weights and statistics of a network by name. */
export function formulaWeights(network: Declarations, seed: number, formula: Formula): WeightArrays {
  const branches = new RegExp(formula.branches);
  const weights: WeightArrays = new Map();
  for (const [name, { shape }] of [...network.parameters, ...network.buffers]) {
    const dot = name.lastIndexOf('.');
    const [stem, last] = [name.slice(0, dot), name.slice(dot + 1)];
    weights.set(name, formulaValues(`${seed}/${name}`, sizeOf(shape), rule(stem, last, shape)));
  }
  return weights;

  function rule(stem: string, last: string, shape: readonly number[]): (u: number) => number {
    const isNorm = network.buffers.has(`${stem}.running_mean`);
    const size = branches.test(`${stem}.${last}`) ? formula.branch : 1;
    if (last === 'running_var') return (u) => 1 + 0.1 * Math.abs(u);
    if (last === 'weight' && isNorm) return (u) => (1 + 0.1 * u) * size;
    if (last === 'weight') {
      const bound = Math.sqrt((3 * formula.gain) / sizeOf(shape.slice(1)));
      return (u) => u * bound;
    }
    if (last !== 'bias' || !isNorm) return (u) => 0.1 * u;
    const { shift, share } = formula;
    return (u) => ((u < 1 - 2 * share ? shift : -shift) + 0.1 * u) * size;
  }
}
