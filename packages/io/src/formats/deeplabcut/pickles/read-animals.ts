import { type AnimalRows, animalRows } from './animal-rows.js';
import {
  type DeepLabCutPickleOptions,
  frameOfKey,
  multiIndexOf,
  pickleProblem,
  readDeepLabCutPickle,
} from './vocabulary.js';

/** Animals that DeepLabCut put together of single points. */
export interface DeepLabCutAssemblies {
  readonly animals: AnimalRows;
  /** Points that only exist once in a picture (`uniquebodyparts`), where there are any. */
  readonly single?: AnimalRows;
}

/** Animals that DeepLabCut followed over frames. */
export interface DeepLabCutTracklets {
  readonly scorer: string;
  /** Keypoints of an animal, then those that exist once. */
  readonly keypoints: readonly string[];
  /** In the order of their ids. */
  readonly tracklets: readonly { readonly id: number; readonly animals: AnimalRows }[];
  readonly single?: AnimalRows;
}

function entriesOf(value: unknown, where: string, options: DeepLabCutPickleOptions) {
  if (!(value instanceof Map)) throw pickleProblem(options, where, 'arrays by frame', 'another value');
  return [...value].map(([key, animal]) => {
    const frame = frameOfKey(key);
    if (frame === undefined) throw pickleProblem(options, where, 'the number of a frame', String(key));
    return { frame, animal, where: `${where}, frame ${frame}` };
  });
}

/**
 * Returns the animals in a file `<video><scorer>_assemblies.pickle` of multi-animal DeepLabCut: for each frame a list
 * of arrays `[keypoint, 4]` of x, y, confidence and identity, for `single` one of `[keypoint, 3]`. The file does not
 * name the keypoints.
 *
 * @throws FormatError where it is none, or names something that is not allowed.
 */
export function readDeepLabCutAssemblies(
  bytes: Uint8Array,
  options: DeepLabCutPickleOptions = {},
): DeepLabCutAssemblies {
  const value = readDeepLabCutPickle(bytes, options);
  if (!(value instanceof Map)) throw pickleProblem(options, 'the file', 'animals by frame', 'another value');
  const entries: { frame: number; animal: unknown; where: string }[] = [];
  for (const [key, animals] of value) {
    if (key === 'single') continue;
    const frame = frameOfKey(key);
    if (frame === undefined) throw pickleProblem(options, 'the frames', 'the number of a frame', String(key));
    const where = `frame ${frame}`;
    if (!Array.isArray(animals)) throw pickleProblem(options, where, 'a list of animals', 'another value');
    for (const animal of animals) entries.push({ frame, animal, where });
  }
  const single = value.get('single');
  return {
    animals: animalRows(entries, options),
    ...(single === undefined ? {} : { single: animalRows(entriesOf(single, 'single', options), options) }),
  };
}

/**
 * Returns the tracklets in a file `<video><scorer>_el.pickle` (or `_bx`, `_sk`) of multi-animal DeepLabCut, before they
 * are stitched: for each tracklet and frame an array `[keypoint, 4]`, and the columns of the table they come from.
 *
 * @throws FormatError where it is none, or names something that is not allowed.
 */
export function readDeepLabCutTracklets(bytes: Uint8Array, options: DeepLabCutPickleOptions = {}): DeepLabCutTracklets {
  const value = readDeepLabCutPickle(bytes, options);
  const header = value instanceof Map ? multiIndexOf(value.get('header')) : undefined;
  if (!(value instanceof Map) || header === undefined) {
    throw pickleProblem(options, 'header', 'the columns of a table', 'another value');
  }
  const level = (name: string): number => {
    const at = header.names.indexOf(name);
    if (at < 0) throw pickleProblem(options, 'header', `a level ${name}`, header.names.join(', '));
    return at;
  };
  const [scorerAt, keypointAt] = [level('scorer'), level('bodyparts')];
  const tracklets: { id: number; animals: AnimalRows }[] = [];
  for (const [key, frames] of value) {
    if (key === 'header' || key === 'single') continue;
    const id = frameOfKey(key);
    if (id === undefined) throw pickleProblem(options, 'the tracklets', 'the number of a tracklet', String(key));
    tracklets.push({ id, animals: animalRows(entriesOf(frames, `tracklet ${id}`, options), options) });
  }
  const single = value.get('single');
  return {
    scorer: header.labels[0]?.[scorerAt] ?? '',
    keypoints: [...new Set(header.labels.map((labels) => labels[keypointAt] as string))],
    tracklets: tracklets.sort((a, b) => a.id - b.id),
    ...(single === undefined ? {} : { single: animalRows(entriesOf(single, 'single', options), options) }),
  };
}
