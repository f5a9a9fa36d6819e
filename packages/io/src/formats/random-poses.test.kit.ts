import {
  createLabeledFrames,
  createPoseTracks,
  createSkeleton,
  type LabeledFrames,
  type PoseTracks,
  type Random,
  visibilities,
} from '@zoopraxis/core';
import { hdf5Pieces, type WrittenDataset } from './hdf5/hdf5-writer.js';

/** Names that formats stumble over: commas, quotes, spaces, other scripts, a backslash. */
const awkward = ['snout', 'left ear', 'tail,base', 'the "tip"', 'Pfote ü', '肢', 'a\\b', 'x', 'nan'];

/** Returns a skeleton of 1 to 6 keypoints with some edges. */
function randomSkeleton(rng: Random) {
  const keypoints = rng.shuffle([...awkward]).slice(0, 1 + rng.integer(6));
  const edges = keypoints.slice(1).map((_, i) => [rng.integer(i + 1), i + 1] as const);
  return createSkeleton({ name: 'mouse', keypoints, edges, symmetries: [], roles: {} });
}

/** Returns tracks of a few frames with gaps; missing points have no confidence where `tied`. */
export function randomTracks(rng: Random, options: { tied: boolean }): PoseTracks {
  const skeleton = randomSkeleton(rng);
  const animals = 1 + rng.integer(3);
  const individuals = animals === 1 ? ['animal'] : ['m1', 'm,2', 'ü'].slice(0, animals);
  const frameCount = rng.integer(5) === 0 ? 1 : 2 + rng.integer(40);
  const points = frameCount * animals * skeleton.keypoints.length;
  const position = new Float32Array(points * 2);
  const confidence = new Float32Array(points);
  for (let point = 0; point < points; point++) {
    const missing = rng.uniform() < 0.3;
    position[2 * point] = missing ? Number.NaN : rng.between(-50, 3000);
    position[2 * point + 1] = missing ? Number.NaN : rng.between(-50, 3000);
    confidence[point] = (missing && options.tied) || rng.uniform() < 0.1 ? Number.NaN : rng.uniform();
  }
  // Every animal is there in the first frame, so that formats of instances know it, and in its order.
  for (let point = 0; point < points / frameCount; point++) position.set([point, 7], 2 * point);
  // The last frame holds something, so that formats that list instances know the length.
  position.set([1, 2], 2 * (points - 1));
  return createPoseTracks({
    skeleton,
    individuals,
    space: 'image',
    dimensions: 2,
    timeBase: { frameCount, fps: 25 },
    position,
    confidence,
    provenance: { operation: 'import', versions: {}, inputs: [], parameters: {} },
  });
}

/** Returns labels of one folder and annotator; every row has a point. */
export function randomLabels(rng: Random, options: { occluded: boolean }): LabeledFrames {
  const skeleton = randomSkeleton(rng);
  const points = skeleton.keypoints.length;
  const animals = 1 + rng.integer(3);
  const individuals = animals === 1 ? ['animal'] : ['m1', 'm,2', 'ü'].slice(0, animals);
  const images = Array.from({ length: 1 + rng.integer(8) }, (_, i) => {
    const frame = 3 * i;
    return { group: 'video one', file: `img${String(frame).padStart(6, '0')}.png`, frame };
  });
  const rows: [number, number][] = [];
  for (const image of images.keys()) {
    for (let individual = 0; individual < animals; individual++) {
      if (image === 0 || rng.uniform() < 0.7) rows.push([image, individual]);
    }
  }
  const position = new Float64Array(rows.length * points * 2).fill(Number.NaN);
  const visibility = new Uint8Array(rows.length * points);
  for (let row = 0; row < rows.length; row++) {
    const sure = rng.integer(points);
    for (let k = 0; k < points; k++) {
      if (k !== sure && rng.uniform() < 0.3) continue;
      const at = row * points + k;
      position[2 * at] = rng.between(0, 640);
      position[2 * at + 1] = rng.between(0, 480);
      visibility[at] = options.occluded && rng.uniform() < 0.2 ? visibilities.occluded : visibilities.visible;
    }
  }
  return createLabeledFrames({
    skeleton,
    individuals,
    annotators: ['Ann'],
    images,
    image: Int32Array.from(rows, ([image]) => image),
    individual: Int32Array.from(rows, ([, individual]) => individual),
    annotator: new Int32Array(rows.length),
    position,
    visibility,
  });
}

const numbers = (
  type: 'float64' | 'float32' | 'uint8' | 'int32',
  shape: number[],
  values: ArrayLike<number>,
): WrittenDataset => {
  const arrays = { float64: Float64Array, float32: Float32Array, uint8: Uint8Array, int32: Int32Array };
  const bytes = new Uint8Array(arrays[type].from(values).buffer);
  const rowBytes = bytes.length / (shape[0] ?? 1);
  return { type, shape, attributes: {}, bytes: (start, end) => bytes.subarray(start * rowBytes, end * rowBytes) };
};

const joined = (pieces: Iterable<Uint8Array>) => {
  const list = [...pieces];
  const out = new Uint8Array(list.reduce((total, piece) => total + piece.length, 0));
  list.reduce((at, piece) => {
    out.set(piece, at);
    return at + piece.length;
  }, 0);
  return out;
};

/** Returns a JABS pose file of version 4 with two mice and three frames; the first mouse misses in the last. */
export function jabsSample(): Uint8Array {
  const places = Array.from({ length: 3 * 2 * 12 * 2 }, (_, i) => i);
  return joined(
    hdf5Pieces({
      attributes: {},
      groups: {
        poseest: {
          attributes: { cm_per_pixel: { type: 'float64', value: 0.08 } },
          datasets: {
            points: numbers('int32', [3, 2, 12, 2], places),
            confidence: numbers(
              'float32',
              [3, 2, 12],
              places.slice(0, 72).map((i) => (i % 5 === 0 ? 0 : 0.5)),
            ),
            instance_count: numbers('uint8', [3], [2, 2, 1]),
            instance_embed_id: numbers('int32', [3, 2], [1, 2, 2, 1, 2, 0]),
            id_mask: numbers('uint8', [3, 2], [0, 0, 0, 0, 0, 1]),
          },
        },
      },
    }),
  );
}

const texts = (values: string[]): WrittenDataset => {
  const size = Math.max(...values.map((value) => value.length));
  const bytes = new TextEncoder().encode(values.map((value) => value.padEnd(size, '\0')).join(''));
  return {
    type: { textBytes: size },
    shape: [values.length],
    attributes: {},
    bytes: (start, end) => bytes.subarray(start * size, end * size),
  };
};

/** Returns an NWB file with one PoseEstimation of two points over three frames at 30 frames a second. */
export function nwbSample(): Uint8Array {
  const series = (values: number[]) => ({
    attributes: { neurodata_type: { text: 'PoseEstimationSeries' } },
    datasets: {
      data: numbers('float64', [3, 2], values),
      confidence: numbers('float64', [3], [0.9, 0.8, 0.7]),
      starting_time: { ...numbers('float64', [], [0]), attributes: { rate: { type: 'float64', value: 30 } as const } },
    },
  });
  return joined(
    hdf5Pieces({
      attributes: { nwb_version: { text: '2.7.0' }, neurodata_type: { text: 'NWBFile' } },
      groups: {
        processing: {
          attributes: {},
          groups: {
            behavior: {
              attributes: { neurodata_type: { text: 'ProcessingModule' } },
              groups: {
                'track=m1': {
                  attributes: { neurodata_type: { text: 'PoseEstimation' } },
                  groups: { A: series([1, 2, 3, 4, 5, 6]), B: series([7, 8, 9, 10, 11, 12]) },
                  datasets: { nodes: texts(['A', 'B']), edges: numbers('uint8', [1, 2], [0, 1]) },
                },
              },
            },
          },
        },
      },
    }),
  );
}

/** Returns a MARS pose file of two mice and five frames; a point of the second is missing in the last. */
export function marsSample(): Uint8Array {
  const keypoints = Array.from({ length: 5 }, (_, frame) =>
    [0, 1].map((mouse) =>
      [0, 1].map((axis) =>
        Array.from({ length: 7 }, (_, point) =>
          frame === 4 && mouse === 1 && point === 2 ? null : 100 * mouse + 10 * point + frame + axis / 2,
        ),
      ),
    ),
  );
  const scores = keypoints.map((mice) => mice.map(() => Array(7).fill(0.75)));
  return new TextEncoder().encode(JSON.stringify({ keypoints, scores }));
}
