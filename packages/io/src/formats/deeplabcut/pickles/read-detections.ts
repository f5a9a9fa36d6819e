import {
  asNumbers,
  type DeepLabCutPickleOptions,
  frameOfKey,
  multiIndexOf,
  pickleProblem,
  plainData,
  readDeepLabCutPickle,
  seriesOf,
} from './vocabulary.js';

/** All points of one keypoint that a network found in one picture. */
export interface KeypointDetections {
  /** Shape `[detection, 2]`, px. */
  readonly position: Float64Array;
  /** Shape `[detection]`. */
  readonly confidence: Float64Array;
  /** Score of each identity class, shape `[detection, class]`, where the network has an identity head. */
  readonly identity?: Float64Array;
}

/** How well points of two keypoints belong together. */
export interface EdgeAffinities {
  /** Index of the edge in the graph of the network. */
  readonly edge: number;
  /** Detections of its two keypoints. */
  readonly counts: readonly [number, number];
  /** Mean of the part affinity field along the line, shape `[detection, detection]`. */
  readonly affinity: Float64Array;
  /** Length of the line, shape `[detection, detection]`, px. */
  readonly distance: Float64Array;
}

/** What a network found in one picture before points are put together to animals. */
export interface PictureDetections {
  /** In the order of the keypoints. */
  readonly keypoints: readonly KeypointDetections[];
  readonly edges: readonly EdgeAffinities[];
}

/** Detections of a video. */
export interface DeepLabCutDetections {
  /** Names of the keypoints; empty where the file has none. */
  readonly keypoints: readonly string[];
  /** Pairs of keypoints that the network has fields for, list. */
  readonly graph: readonly (readonly [number, number])[];
  /** Edges of the graph that are in use, list; all where the file does not say. */
  readonly edgesInUse: readonly number[];
  /** All else that the file says of itself, as plain data. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Frames ascending. */
  readonly frames: readonly (PictureDetections & { readonly frame: number })[];
}

/** Detections on the labeled images of a project, and the labels. */
export interface DeepLabCutEvaluation {
  readonly keypoints: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly images: readonly EvaluatedPicture[];
}

/** One labeled image with what the network found in it. */
export interface EvaluatedPicture {
  /** Path as in the project, such as `labeled-data/video/img0001.png`. */
  readonly image: string;
  /** Row in the table of labels. */
  readonly index: number;
  readonly detections: PictureDetections;
  /** Labels by individual and keypoint as they are named, px; points that are not labeled are left out. */
  readonly labels: readonly {
    readonly individual: string;
    readonly keypoint: string;
    readonly x: number;
    readonly y: number;
  }[];
}

function pictureOf(value: unknown, where: string, options: DeepLabCutPickleOptions): PictureDetections {
  const fail = (part: string, expected: string, found: string): never => {
    throw pickleProblem(options, `${where}, ${part}`, expected, found);
  };
  if (!(value instanceof Map)) return fail('the picture', 'detections', 'another value');
  const [scales, confidences, identities] = ['coordinates', 'confidence', 'identity'].map((key) => value.get(key));
  const coordinates: unknown = Array.isArray(scales) ? scales[0] : undefined;
  if (!Array.isArray(coordinates) || !Array.isArray(confidences) || coordinates.length !== confidences.length) {
    return fail('coordinates', 'one array for each keypoint', 'another value');
  }
  const keypoints = coordinates.map((item, keypoint): KeypointDetections => {
    const [position, confidence] = [asNumbers(item), asNumbers(confidences[keypoint])];
    const count = confidence?.values.length ?? -1;
    if (position === undefined || confidence === undefined || position.values.length !== 2 * count) {
      return fail(`keypoint ${keypoint}`, 'positions [detection, 2] and as many confidences', 'other arrays');
    }
    const identity = Array.isArray(identities) ? asNumbers(identities[keypoint]) : undefined;
    const known = identity !== undefined && count > 0 && identity.values.length % count === 0;
    return {
      position: position.values,
      confidence: confidence.values,
      ...(known ? { identity: identity.values } : {}),
    };
  });
  const costs = value.get('costs');
  const edges: EdgeAffinities[] = [];
  for (const [key, cost] of costs instanceof Map ? costs : []) {
    const edge = frameOfKey(key);
    const [affinity, distance] =
      cost instanceof Map ? [asNumbers(cost.get('m1')), asNumbers(cost.get('distance'))] : [];
    const [from, to] = affinity?.shape ?? [];
    if (edge === undefined || affinity === undefined || distance?.values.length !== affinity.values.length) {
      return fail('costs', 'm1 and distance for each edge', String(key));
    }
    if (from === undefined || to === undefined)
      return fail(`edge ${edge}`, 'two dimensions', affinity.shape.join(' x '));
    edges.push({ edge, counts: [from, to], affinity: affinity.values, distance: distance.values });
  }
  return { keypoints, edges: edges.sort((a, b) => a.edge - b.edge) };
}

function metadataOf(value: unknown) {
  const metadata = (value instanceof Map ? plainData(value) : {}) as Record<string, unknown>;
  const { all_joints_names: names, PAFgraph: graph, PAFinds: inUse, ...rest } = metadata;
  const pairs = Array.isArray(graph) ? (graph as [number, number][]) : [];
  return {
    keypoints: Array.isArray(names) ? names.map(String) : [],
    graph: pairs,
    edgesInUse: Array.isArray(inUse) ? inUse.map(Number) : pairs.map((_, edge) => edge),
    metadata: rest,
  };
}

/**
 * Returns the detections in a file `<video><scorer>_full.pickle` of multi-animal DeepLabCut, or in a list of pictures
 * without description.
 *
 * @throws FormatError where it is none, or names something that is not allowed.
 */
export function readDeepLabCutDetections(
  bytes: Uint8Array,
  options: DeepLabCutPickleOptions = {},
): DeepLabCutDetections {
  const value = readDeepLabCutPickle(bytes, options);
  const entries: [unknown, unknown][] = Array.isArray(value)
    ? value.map((item, frame) => [frame, item])
    : value instanceof Map
      ? [...value].filter(([key]) => key !== 'metadata')
      : [];
  if (entries.length === 0) throw pickleProblem(options, 'the file', 'detections by frame', 'none');
  const frames = entries.map(([key, item]) => {
    const frame = frameOfKey(key);
    if (frame === undefined) throw pickleProblem(options, 'the frames', 'the name of a frame', String(key));
    return { frame, ...pictureOf(item, `frame ${frame}`, options) };
  });
  return {
    ...metadataOf(value instanceof Map ? value.get('metadata') : undefined),
    frames: frames.sort((a, b) => a.frame - b.frame),
  };
}

function labelsOf(value: unknown): EvaluatedPicture['labels'] | undefined {
  const series = Array.isArray(value) ? value.map(seriesOf).find((item) => item !== undefined) : seriesOf(value);
  const index = series === undefined ? undefined : multiIndexOf(series.index);
  if (series === undefined || index === undefined || index.labels.length !== series.values.length) return undefined;
  const at = (name: string) => index.names.indexOf(name);
  const [individualAt, keypointAt, axisAt] = [at('individuals'), at('bodyparts'), at('coords')];
  if (keypointAt < 0 || axisAt < 0) return undefined;
  const points = new Map<string, { individual: string; keypoint: string; x: number; y: number }>();
  for (const [i, labels] of index.labels.entries()) {
    const individual = individualAt < 0 ? '' : (labels[individualAt] as string);
    const keypoint = labels[keypointAt] as string;
    const id = JSON.stringify([individual, keypoint]);
    const point = points.get(id) ?? { individual, keypoint, x: Number.NaN, y: Number.NaN };
    points.set(id, point);
    if (labels[axisAt] === 'x') point.x = series.values[i] as number;
    else if (labels[axisAt] === 'y') point.y = series.values[i] as number;
  }
  return [...points.values()].filter(({ x, y }) => !Number.isNaN(x + y));
}

/**
 * Returns the detections and labels in a file `<scorer>-<snapshot>_full.pickle` that DeepLabCut's evaluation writes;
 * images in the order of the file.
 *
 * @throws FormatError where it is none, or names something that is not allowed.
 */
export function readDeepLabCutEvaluation(
  bytes: Uint8Array,
  options: DeepLabCutPickleOptions = {},
): DeepLabCutEvaluation {
  const value = readDeepLabCutPickle(bytes, options);
  if (!(value instanceof Map)) throw pickleProblem(options, 'the file', 'detections by image', 'another value');
  const images = [...value]
    .filter(([key]) => key !== 'metadata')
    .map(([key, item]): EvaluatedPicture => {
      const image = Array.isArray(key) ? key.join('/') : String(key);
      const index = item instanceof Map ? item.get('index') : undefined;
      const labels = item instanceof Map ? labelsOf(item.get('groundtruth')) : undefined;
      if (!(item instanceof Map) || typeof index !== 'number' || labels === undefined) {
        throw pickleProblem(options, image, 'index, prediction and groundtruth of the image', 'another value');
      }
      return { image, index, detections: pictureOf(item.get('prediction'), image, options), labels };
    });
  if (images.length === 0) throw pickleProblem(options, 'the file', 'images', 'none');
  const { keypoints, metadata } = metadataOf(value.get('metadata'));
  return { keypoints, metadata, images };
}

/**
 * Returns any other pickle of DeepLabCut (`_meta.pickle`, `_map.pickle`, training data) as plain data: dicts become
 * objects (keys that are tuples joined by a space), arrays lists or `{ shape, values }`.
 *
 * @throws FormatError where it names something that is not allowed.
 */
export function readDeepLabCutPlainPickle(bytes: Uint8Array, options: DeepLabCutPickleOptions = {}): unknown {
  return plainData(readDeepLabCutPickle(bytes, options));
}
