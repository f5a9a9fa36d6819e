import { FormatError, readZip, readZipEntry } from '@zoopraxis/core';
import type { NumpyArray } from '../numpy/numpy-vocabulary.js';
import { readNpy } from '../numpy/read-npy.js';
import { type NpyContent, writeNpz } from '../numpy/write-npy.js';

/** Features of MARS as its files have them. */
export interface MarsFeatureFile {
  /** Name of the video, empty where the file has none. */
  readonly video: string;
  /** Frames per second, where the file says it. */
  readonly fps?: number;
  /** Names of the columns, list. */
  readonly names: readonly string[];
  readonly mouseCount: number;
  readonly frameCount: number;
  /** Shape `[mouse, frame, column]`; NaN = not known. */
  readonly values: Float32Array | Float64Array;
  /** The same after MARS's running mean, where the file has it, shape `[mouse, frame, column]`. */
  readonly smoothed?: Float32Array | Float64Array;
}

/** How a feature file is read. */
export interface MarsFeatureReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  /** Unpacked bytes of one array that are read. Default 2 GiB. */
  readonly maxBytes?: number;
}

const hint = 'Make the features again with MARS, or compute them with `zoopraxis features --set mars`.';

/**
 * Returns the features in a `.npz` file of MARS (`_raw_feat_…npz`, `_wnd.npz`): arrays `features` (names), `data` and
 * `data_smooth` of shape `[mouse, frame, column]`, `fps` and `vid_name`. A file of one mouse may lack the first axis.
 * Boxes and keypoints, which the pose file has, are left alone.
 *
 * @throws FormatError naming the array: it is not there, has another shape or holds no numbers.
 */
export async function readMarsFeatures(
  bytes: Uint8Array,
  { path, maxBytes = 2 ** 31 }: MarsFeatureReadOptions = {},
): Promise<MarsFeatureFile> {
  const fail = (where: string, expected: string, found: string): FormatError =>
    new FormatError({ format: 'MARS features', ...(path === undefined ? {} : { path }), where, expected, found, hint });
  const entries = readZip(bytes, path);
  const read = async (name: string): Promise<NumpyArray | undefined> => {
    const entry = entries.get(`${name}.npy`);
    if (entry === undefined) return undefined;
    if (entry.byteCount > maxBytes) throw fail(name, `at most ${maxBytes} bytes`, `${entry.byteCount}`);
    return readNpy(await readZipEntry(entry, path), path === undefined ? {} : { path });
  };
  const found = [...entries.keys()].slice(0, 8).join(', ') || 'an empty archive';
  const [features, data, smooth] = [await read('features'), await read('data'), await read('data_smooth')];
  if (features === undefined) throw fail('the archive', 'an array features', found);
  if (data === undefined) throw fail('the archive', 'an array data', found);
  const names = [...(features.values as ArrayLike<unknown> & Iterable<unknown>)];
  if (features.shape.length !== 1 || !names.every((name): name is string => typeof name === 'string')) {
    throw fail('features', 'names, shape [column]', `shape [${features.shape.join(', ')}]`);
  }
  const shapeOf = (array: NumpyArray, name: string): [number, number] => {
    const shape = array.shape.length === 2 ? [1, ...array.shape] : array.shape;
    const [mice, frames, columns] = shape;
    if (mice === undefined || frames === undefined || shape.length !== 3 || columns !== names.length) {
      throw fail(name, `shape [mouse, frame, ${names.length}]`, `[${array.shape.join(', ')}]`);
    }
    return [mice, frames];
  };
  const numbersOf = (array: NumpyArray, name: string): Float32Array | Float64Array => {
    if (array.values instanceof Float32Array || array.values instanceof Float64Array) return array.values;
    throw fail(name, 'floating-point numbers', 'other values');
  };
  const [mouseCount, frameCount] = shapeOf(data, 'data');
  if (smooth !== undefined && shapeOf(smooth, 'data_smooth').join() !== [mouseCount, frameCount].join()) {
    throw fail('data_smooth', `the shape of data`, `[${smooth.shape.join(', ')}]`);
  }
  const rate = await read('fps');
  const fps = Number(rate?.values[0] ?? Number.NaN);
  if (rate !== undefined && !(fps > 0 && Number.isFinite(fps)))
    throw fail('fps', 'frames per second above 0', String(fps));
  const video = (await read('vid_name'))?.values[0];
  return {
    video: typeof video === 'string' ? video : '',
    ...(rate === undefined ? {} : { fps }),
    names: names as string[],
    mouseCount,
    frameCount,
    values: numbersOf(data, 'data'),
    ...(smooth === undefined ? {} : { smoothed: numbersOf(smooth, 'data_smooth') }),
  };
}

/**
 * Returns the bytes of a feature file (`.npz`) that MARS's own scripts read.
 * @throws RangeError where the values are not one for each mouse, frame and column.
 */
export function writeMarsFeatures(features: MarsFeatureFile): Uint8Array {
  const { video, fps, names, mouseCount, frameCount, values, smoothed } = features;
  const shape = [mouseCount, frameCount, names.length];
  const arrays: Record<string, NpyContent> = {
    vid_name: { shape: [], values: [video] },
    features: { shape: [names.length], values: names },
    data: { shape, values },
    ...(smoothed === undefined ? {} : { data_smooth: { shape, values: smoothed } }),
    ...(fps === undefined ? {} : { fps: { shape: [], values: Float64Array.of(fps) } }),
  };
  return writeNpz(arrays);
}
