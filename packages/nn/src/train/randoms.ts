import { Random } from '@zoopraxis/core';
import type { Tensor } from '../graph/value.js';
import { sizeOf } from '../graph/value.js';
import type { RandomSpec } from './program.js';

/** Draws the random tensors of a program, into the same memory at each step. */
export class RandomTensors {
  /** Tensors by name, as last drawn. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly #specs: readonly RandomSpec[];
  readonly #rng: Random;

  constructor(specs: readonly RandomSpec[], seed: number) {
    this.#specs = specs;
    this.#rng = new Random(seed);
    this.tensors = Object.fromEntries(
      specs.map(({ name, dtype, shape }) => {
        if (dtype !== 'float32') throw new TypeError(`random ${name}: must be float32, is ${dtype}`);
        return [name, { dtype, shape, data: new Float32Array(sizeOf(shape)) }];
      }),
    );
  }

  /** Fills all tensors for a step (counted from 0): each from its own generator, so that any step can be drawn again. */
  draw(step: number): void {
    for (const { name, fill } of this.#specs) {
      const data = this.tensors[name]?.data as Float32Array;
      const rng = this.#rng.fork('random', step, name);
      if (fill.kind === 'keep') {
        const limit = fill.keep * 2 ** 32;
        const value = 1 / fill.keep;
        for (let i = 0; i < data.length; i++) data[i] = rng.nextUint32() < limit ? value : 0;
      } else {
        // 24 bits are what a float32 below 1 holds: more would round up to 1.
        for (let i = 0; i < data.length; i++) data[i] = (rng.nextUint32() >>> 8) * 2 ** -24;
      }
    }
  }
}
