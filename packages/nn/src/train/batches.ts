import { Random } from '@zoopraxis/core';
import { emptyArray, sameShape, shapeText, sizeOf, type Tensor, type TensorArray } from '../graph/value.js';
import type { TensorMap } from '../runtime/backend.js';
import { SampleError } from './errors.js';

/**
 * Where a training loop gets its batches. A batch is named by its step, counted from 0, and always the same for it,
 * so that a resumed run sees what an undisturbed one sees. Tensors are new at each call: the caller may give them away.
 */
export interface BatchSource {
  /** Steps in one pass over the data, where the data have an end. */
  readonly stepsPerEpoch?: number;
  batch(step: number): Promise<TensorMap>;
  close?(): Promise<void>;
}

/** Samples that can be made in any order. */
export interface Dataset {
  readonly length: number;
  /** Returns the tensors of one sample, without a batch axis; augmentation must take its chance from `rng` alone. */
  sample(index: number, rng: Random): TensorMap | Promise<TensorMap>;
}

/** How samples become batches. */
export interface BatchOptions {
  batchSize: number;
  /** Seed of the order of samples and of their augmentation. */
  seed: number;
  /** New order in each epoch; true by default. */
  shuffle?: boolean;
  /**
   * What becomes of samples that do not fill the last batch of an epoch: left out (`drop`, the default), filled up
   * with the epoch's first (`fill`), or a smaller batch (`short`, which a network of fixed shapes refuses).
   */
  last?: 'drop' | 'fill' | 'short';
}

/** Returns the steps in one pass over a dataset of `length` samples; throws RangeError where there is not one. */
export function stepsPerEpoch(length: number, { batchSize, last = 'drop' }: BatchOptions): number {
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new RangeError(`batchSize: must be a positive integer, got ${batchSize}`);
  }
  const steps = last === 'drop' ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  if (!(steps > 0)) {
    throw new RangeError(`dataset: must hold a batch of ${batchSize} samples (last: ${last}), has ${length}`);
  }
  return steps;
}

/**
 * Returns batches of a dataset: a new order for each epoch, and for each sample a generator of its own that depends on
 * seed, epoch and index alone. So neither the number of workers nor where a run was resumed makes a difference.
 */
export function datasetBatches(dataset: Dataset, options: BatchOptions): BatchSource {
  const { batchSize, seed, shuffle = true, last = 'drop' } = options;
  const perEpoch = stepsPerEpoch(dataset.length, options);
  const rng = new Random(seed);
  let known: { epoch: number; order: readonly number[] } | undefined;
  const orderOf = (epoch: number): readonly number[] => {
    if (known?.epoch !== epoch) {
      const order = Array.from({ length: dataset.length }, (_, index) => index);
      known = { epoch, order: shuffle ? rng.fork('order', epoch).shuffle(order) : order };
    }
    return known.order;
  };
  return {
    stepsPerEpoch: perEpoch,
    async batch(step) {
      if (!(Number.isSafeInteger(step) && step >= 0)) throw new RangeError(`step: must be a whole number, got ${step}`);
      const epoch = Math.floor(step / perEpoch);
      const order = orderOf(epoch);
      const start = (step % perEpoch) * batchSize;
      const size = last === 'short' ? Math.min(batchSize, order.length - start) : batchSize;
      const indices = Array.from({ length: size }, (_, i) => order[(start + i) % order.length] as number);
      const batch = new Collator(size);
      for (const index of indices) {
        try {
          batch.add(await dataset.sample(index, rng.fork('sample', epoch, index)));
        } catch (cause) {
          const reason = cause instanceof Error ? cause.message : String(cause);
          const { hint } = cause as { hint?: unknown };
          throw new SampleError(`sample ${index} of the dataset (epoch ${epoch}): ${reason}`, {
            cause,
            ...(typeof hint === 'string' ? { hint } : {}),
          });
        }
      }
      return batch.tensors();
    },
  };
}

/** Joins samples along a new first axis. */
class Collator {
  readonly #size: number;
  readonly #tensors = new Map<string, Tensor>();
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(sample: TensorMap): void {
    const entries = Object.entries(sample);
    if (this.#count > 0 && entries.length !== this.#tensors.size) {
      throw new TypeError(
        `must have the tensors ${[...this.#tensors.keys()].join(', ')} as the samples before, has ${Object.keys(sample).join(', ')}`,
      );
    }
    for (const [name, { dtype, shape, data }] of entries) {
      const length = sizeOf(shape);
      if (data.length !== length) {
        throw new RangeError(`${name}: shape ${shapeText(shape)} holds ${length} elements, has ${data.length}`);
      }
      if (this.#count === 0) {
        this.#tensors.set(name, {
          dtype,
          shape: [this.#size, ...shape],
          data: emptyArray(dtype, this.#size * length),
        });
      }
      const target = this.#tensors.get(name);
      if (target?.dtype !== dtype || !sameShape(target.shape.slice(1), shape)) {
        const wanted = target ? `${target.dtype} ${shapeText(target.shape.slice(1))}` : 'absent';
        throw new TypeError(`${name}: must be ${wanted} as in the samples before, is ${dtype} ${shapeText(shape)}`);
      }
      setAt(target.data, data, this.#count * length);
    }
    this.#count++;
  }

  tensors(): TensorMap {
    return Object.fromEntries(this.#tensors);
  }
}

function setAt(target: TensorArray, source: TensorArray, offset: number): void {
  (target as { set(source: TensorArray, offset: number): void }).set(source, offset);
}
