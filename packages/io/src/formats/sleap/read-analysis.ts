// Pixel centers: as in .slp (format 1.1 and later) the center of the top-left pixel is (0, 0); nothing is shifted.
import { createPoseTracks, createSkeleton } from '@zoopraxis/core';
import { type Hdf5Reader, readHdf5 } from '../hdf5/hdf5-reader.js';
import {
  distinctNames,
  importProvenance,
  maxPoseValues,
  neededFps,
  type PoseFile,
  type PoseReadOptions,
} from '../pose-file.js';
import { type AnalysisAxis, axisSteps, classicAxes, readAxes } from './analysis-axes.js';

const format = 'SLEAP analysis HDF5';

/** Returns axes and shape of an array: what its `dims` attribute says, else the order of SLEAP's own export. */
function axesOf(file: Hdf5Reader, path: string, wanted: readonly AnalysisAxis[]) {
  const { shape } = file.describe(path);
  const axes = readAxes(file.attribute(path, 'dims')) ?? classicAxes.filter((axis) => wanted.includes(axis));
  if (axes.length !== wanted.length || shape.length !== wanted.length || wanted.some((axis) => !axes.includes(axis))) {
    file.fail(path, `the axes ${wanted.join(', ')}`, `shape [${shape}] with axes ${axes.join(', ')}`);
  }
  return { axes, sizes: Object.fromEntries(axes.map((axis, i) => [axis, shape[i] as number])), shape };
}

/** Calls `put` with every value of an array and its place on each axis, reading a part of the first axis at a time. */
function forEachValue(
  file: Hdf5Reader,
  path: string,
  { axes, shape }: { axes: readonly AnalysisAxis[]; shape: readonly number[] },
  put: (value: number, at: Readonly<Record<AnalysisAxis, number>>) => void,
): void {
  const { type } = file.describe(path);
  if (type.kind !== 'float' || type.size !== 8) file.fail(path, '64-bit floats', `${type.kind} of ${type.size} bytes`);
  const steps = axisSteps(axes, shape);
  const at = { frame: 0, track: 0, node: 0, xy: 0 };
  const perRow = shape.slice(1).reduce((product, size) => product * size, 1);
  const step = Math.max(1, Math.floor(2 ** 20 / Math.max(perRow, 1)));
  for (let start = 0; start < (shape[0] as number); start += step) {
    const data = file.bytes(path, start, Math.min(start + step, shape[0] as number));
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < data.length / 8; i++) {
      let rest = start * perRow + i;
      for (const axis of axes) {
        at[axis] = Math.floor(rest / steps[axis]);
        rest -= at[axis] * steps[axis];
      }
      put(view.getFloat64(i * 8, type.littleEndian), at);
    }
  }
}

/** Returns index pairs of an integer dataset `[pair, 2]` that lie below a count. */
function pairsOf(file: Hdf5Reader, path: string, count: number): [number, number][] {
  if (file.kind(path) !== 'dataset') return [];
  const values = file.numbers(path);
  const pairs = Array.from(
    { length: values.length >> 1 },
    (_, i) => [values[2 * i], values[2 * i + 1]] as [number, number],
  );
  return pairs.filter(([a, b]) => [a, b].every((index) => Number.isSafeInteger(index) && index >= 0 && index < count));
}

/** Returns symmetries of the attribute `skeleton_symmetries` (JSON pairs of names), or undefined. */
function symmetriesOf(file: Hdf5Reader, keypoints: readonly string[]): [number, number][] | undefined {
  const text = file.attribute('/', 'skeleton_symmetries');
  if (typeof text !== 'string') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list = Array.isArray(value) ? value : [];
  const pairs = list.map((pair) => (Array.isArray(pair) ? pair.map((name) => keypoints.indexOf(String(name))) : []));
  const good = pairs.filter((pair) => pair.length === 2 && pair.every((index) => index >= 0)) as [number, number][];
  return good.length > 0 && new Set(good.flat()).size === 2 * good.length ? good : undefined;
}

/**
 * Returns the tracks of a SLEAP analysis file, as SLEAP and sleap-io export it, with axes in any order.
 * @throws FormatError where an array is missing or of another shape.
 */
export async function readSleapAnalysis(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const fps = neededFps(format, options.fps);
  return readHdf5(bytes, { format, path: options.path }, (file) => {
    const keypoints = distinctNames(file.strings('/node_names'));
    const place = axesOf(file, '/tracks', classicAxes);
    const { frame: frames, track: count, node: points, xy } = place.sizes as Record<AnalysisAxis, number>;
    if (points !== keypoints.length || xy !== 2) {
      file.fail('/tracks', `${keypoints.length} nodes and 2 coordinates`, `${points} and ${xy}`);
    }
    if (frames * count * points * 2 > maxPoseValues) file.fail('/tracks', `at most ${maxPoseValues} values`, 'more');
    const stored = file.kind('/track_names') === 'dataset' ? file.strings('/track_names') : [];
    if (stored.length > count) file.fail('/track_names', `at most ${count} names`, String(stored.length));
    const individuals = distinctNames(Array.from({ length: count }, (_, i) => stored[i] || `track_${i}`));
    if (count === 0) file.fail('/tracks', 'at least one track', 'none');
    const position = new Float32Array(frames * count * points * 2).fill(Number.NaN);
    forEachValue(file, '/tracks', place, (value, at) => {
      position[((at.frame * count + at.track) * points + at.node) * 2 + at.xy] = Number.isFinite(value)
        ? value
        : Number.NaN;
    });
    for (let i = 0; i < position.length; i += 2) {
      if (Number.isNaN((position[i] as number) + (position[i + 1] as number))) position.fill(Number.NaN, i, i + 2);
    }
    const confidence = new Float32Array(frames * count * points).fill(Number.NaN);
    let above = 0;
    if (file.kind('/point_scores') === 'dataset') {
      const scores = axesOf(file, '/point_scores', ['track', 'node', 'frame']);
      if (Object.entries(scores.sizes).some(([axis, size]) => size !== place.sizes[axis])) {
        file.fail('/point_scores', 'the frames, tracks and nodes of /tracks', `shape [${scores.shape}]`);
      }
      forEachValue(file, '/point_scores', scores, (value, at) => {
        const point = (at.frame * count + at.track) * points + at.node;
        // The score of a missing point is a filler.
        if (Number.isNaN(position[2 * point])) return;
        if (value > 1) above++;
        confidence[point] = Math.min(Math.max(value, 0), 1);
      });
    }
    if (above > 0) {
      const message = `${above} scores are above 1, as SLEAP's peaks can be; they are read as 1.`;
      const where = '/point_scores';
      options.report({ severity: 'note', code: 'out-of-range', file: options.path ?? '', where, message });
    }
    const symmetries = symmetriesOf(file, keypoints);
    const name = file.attribute('/', 'skeleton_name');
    const skeleton = createSkeleton({
      name: typeof name === 'string' && name !== '' ? name : 'animal',
      keypoints,
      edges: pairsOf(file, '/edge_inds', points),
      ...(symmetries === undefined ? {} : { symmetries }),
    });
    const tracks = createPoseTracks({
      skeleton,
      individuals,
      space: 'image',
      dimensions: 2,
      timeBase: { frameCount: frames, fps },
      position,
      confidence,
      provenance: importProvenance(format, options),
    });
    const video = file.kind('/video_path') === 'dataset' ? (file.strings('/video_path')[0] ?? '') : '';
    return { labels: [], tracks: [{ video, tracks, firstFrame: 0 }] };
  });
}
