import { FormatError } from '@zoopraxis/core';
import { asNumpyArray, type NumpyArray } from '../numpy/numpy-vocabulary.js';
import { type NumpyReadOptions, readNpz } from '../numpy/read-npy.js';

/** What SLEAP computed of a model, by the names that it gives: `vis.tp`, `dist.dists`, `oks_voc.mAP`, ... */
export type SleapMetrics = ReadonlyMap<string, number | string | NumpyArray>;

const asValue = (value: unknown): number | string | NumpyArray | undefined => {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return Number(value);
  const array = asNumpyArray(value);
  if (array === undefined) return undefined;
  const [first] = array.values;
  return array.shape.length === 0 && typeof first === 'number' ? first : { shape: array.shape, values: array.values };
};

/**
 * Returns the metrics in a `metrics.*.npz` file of SLEAP 1.x (one pickled dictionary named `metrics`), or of sleap-nn
 * (one for each group, such as `voc_metrics`: its name is put before theirs). Distances are in px, shape
 * `[instance, keypoint]`; the radii of `pck.thresholds` too.
 *
 * @throws FormatError where the file is no such archive, or names something else than arrays, numbers and texts.
 */
export async function readSleapMetrics(bytes: Uint8Array, options: NumpyReadOptions = {}): Promise<SleapMetrics> {
  const { path } = options;
  const arrays = await readNpz(bytes, options);
  const metrics = new Map<string, number | string | NumpyArray>();
  const fail = (where: string, found: string): FormatError =>
    new FormatError({
      format: 'SLEAP metrics',
      ...(path === undefined ? {} : { path }),
      where,
      expected: 'numbers by name',
      found,
      hint: 'Read the metrics.*.npz file that SLEAP wrote beside the model.',
    });
  const take = (name: string, value: unknown, prefix: string): void => {
    if (value === null) return;
    if (value instanceof Map) {
      for (const [key, item] of value) {
        if (typeof key !== 'string') throw fail(name, 'another key than a name');
        const below = prefix === '' ? key : `${prefix}.${key}`;
        take(below, item, below);
      }
      return;
    }
    const plain = asValue(value);
    if (plain === undefined) throw fail(name, 'another value');
    metrics.set(name, plain);
  };
  for (const [name, array] of arrays) {
    if (array.shape.length === 0) take(name, array.values[0], name === 'metrics' ? '' : name);
    else metrics.set(name, array);
  }
  if (metrics.size === 0) throw fail('the archive', 'none');
  return metrics;
}
