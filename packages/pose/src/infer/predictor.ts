import { type ByteStore, IntegrityError, type Picture } from '@zoopraxis/core';
import type { Backend, QuantizationReport, Session, TensorMap } from '@zoopraxis/nn';
import { peaksOfResults } from '../decode/peak-graph.js';
import { pointsOfPeaks } from '../decode/points.js';
import type { ModelCard } from '../model/card.js';
import { inputFiller } from './fill-input.js';
import { imageFromInput, type Placement, placeRegion, type Region, regionAround } from './placement.js';
import {
  type Int8Options,
  makePoseGraph,
  type PoseGraph,
  type PoseModel,
  type PoseNetworkBuilder,
} from './pose-graph.js';

/** A picture that int8 sees before it is used, and where in it small regions are cut out. */
export interface CalibrationPicture {
  readonly picture: Picture;
  /** Middle of the animal, `[x, y]` in px; the middle of the picture by default. */
  readonly center?: readonly [number, number];
}

/** Arithmetic of a network: float32, or int8 with pictures like those to come. */
export type PosePrecision =
  | { readonly kind: 'fp32' }
  | ({ readonly kind: 'int8'; readonly calibration: readonly CalibrationPicture[] } & Int8Options);

/** Options of {@link openPosePredictor}. */
export interface PredictorOptions {
  /** Where networks run; take one that works in a thread of its own, so that pictures are prepared meanwhile. */
  readonly backend: Backend;
  /** Pictures that go through the network together, 1 by default. */
  readonly batchSize?: number;
  /** Threads of the network; the number of cores by default. */
  readonly threads?: number;
  /** `fp32` by default. */
  readonly precision?: PosePrecision;
  /** Where built networks are kept between runs; not kept by default. */
  readonly cache?: ByteStore;
  /** Network of the card, `poseInferenceNetwork` by default. */
  readonly network?: PoseNetworkBuilder;
  readonly signal?: AbortSignal;
}

/** Points of some pictures. */
export interface PosePoints {
  /** Shape `[picture, keypoint, 2]`, px of the image, center of the top-left pixel at (0, 0); NaN for keypoints that the model never learned. */
  readonly position: Float32Array;
  /** Shape `[picture, keypoint]`, 0..1: the score at the point. */
  readonly confidence: Float32Array;
}

/** Pictures being gathered for one run of the network. */
export interface PoseBatch {
  readonly count: number;
  /** Copies a region of a picture into the batch; the picture's memory is not needed afterwards. */
  add(picture: Picture, region: Region): void;
}

/** A network for regions of one size. */
export interface RegionNetwork {
  readonly placement: Placement;
  /** What int8 did; absent for float32 and where the network came from a cache. */
  readonly quantization?: QuantizationReport;
  /** Returns an empty batch. */
  begin(): PoseBatch;
  /** Returns the points of a batch, which is given back and must not be used again. */
  run(batch: PoseBatch): Promise<PosePoints>;
}

/** A pose model that is ready to predict. */
export interface PosePredictor {
  readonly card: ModelCard;
  readonly batchSize: number;
  readonly precision: 'fp32' | 'int8';
  /** Returns the network for regions of a size (px of the image), made at the first call. */
  open(size: Pick<Region, 'widthPx' | 'heightPx'>): Promise<RegionNetwork>;
  /** Frees all networks. */
  close(): Promise<void>;
}

/** Networks that stay loaded at once; a folder of pictures of many sizes must not fill the memory. */
const OPEN_NETWORKS = 4;

class GatheredBatch implements PoseBatch {
  readonly regions: Region[] = [];

  constructor(
    readonly data: Float32Array,
    readonly batchSize: number,
    readonly write: (picture: Picture, region: Region, out: Float32Array, at: number) => void,
  ) {}

  get count(): number {
    return this.regions.length;
  }

  add(picture: Picture, region: Region): void {
    if (this.count >= this.batchSize) {
      throw new RangeError(`batch: holds ${this.batchSize} pictures and is full`);
    }
    this.write(picture, region, this.data, (this.data.length / this.batchSize) * this.count);
    this.regions.push(region);
  }
}

class LoadedNetwork implements RegionNetwork {
  readonly #free: Float32Array[] = [];
  readonly #write: ReturnType<typeof inputFiller>;

  constructor(
    readonly card: ModelCard,
    readonly placement: Placement,
    readonly batchSize: number,
    readonly session: Session,
    readonly graph: Omit<PoseGraph, 'model'>,
  ) {
    this.#write = inputFiller(placement, card.preprocessing.fill);
  }

  get quantization(): QuantizationReport | undefined {
    return this.graph.quantization;
  }

  begin(): GatheredBatch {
    const { inputWidthPx, inputHeightPx } = this.placement;
    const { fill } = this.card.preprocessing;
    const data = this.#free.pop() ?? new Float32Array(3 * inputWidthPx * inputHeightPx * this.batchSize).fill(fill);
    return new GatheredBatch(data, this.batchSize, this.#write);
  }

  async run(batch: PoseBatch): Promise<PosePoints> {
    if (!(batch instanceof GatheredBatch)) throw new TypeError('batch: must come from begin() of this network');
    const { data, regions } = batch;
    const { inputWidthPx, inputHeightPx } = this.placement;
    const { card, batchSize } = this;
    // A batch that is not full must not see what an earlier one left behind.
    data.fill(card.preprocessing.fill, (data.length / batchSize) * regions.length);
    const shape = [batchSize, 3, inputHeightPx, inputWidthPx];
    const results = await this.session.run({ image: { dtype: 'float32', shape, data } });
    this.#free.push(data);
    const peaks = peaksOfResults(results, this.graph.shape);
    const points = pointsOfPeaks(peaks, card.decoding);
    const keypoints = card.skeleton.keypoints.length;
    const unlearned = new Set(card.unlearned);
    const isUnlearned = card.skeleton.keypoints.map((name) => unlearned.has(name));
    const position = new Float32Array(2 * keypoints * regions.length);
    const confidence = peaks.score.slice(0, keypoints * regions.length);
    for (const [at, region] of regions.entries()) {
      for (let map = at * keypoints; map < (at + 1) * keypoints; map++) {
        const [x, y] = imageFromInput(this.placement, region, points[2 * map] as number, points[2 * map + 1] as number);
        if (!Number.isFinite(x + y + (confidence[map] as number))) {
          throw new IntegrityError(`model ${card.name}: it gives numbers that are not finite`, {
            hint: 'its training diverged or its weights are damaged: train it again',
          });
        }
        if (isUnlearned[map % keypoints]) {
          position[2 * map] = Number.NaN;
          position[2 * map + 1] = Number.NaN;
          confidence[map] = 0;
          continue;
        }
        position[2 * map] = x;
        position[2 * map + 1] = y;
      }
    }
    return { position, confidence };
  }
}

/** Yields feeds of whole batches made of regions of a size around the animals of the calibration pictures. */
async function* calibrationFeeds(
  pictures: readonly CalibrationPicture[],
  placement: Placement,
  batchSize: number,
  fill: number,
): AsyncGenerator<TensorMap> {
  const { regionWidthPx, regionHeightPx, inputWidthPx, inputHeightPx } = placement;
  const write = inputFiller(placement, fill);
  const each = 3 * inputWidthPx * inputHeightPx;
  for (let from = 0; from < pictures.length; from += batchSize) {
    const data = new Float32Array(each * batchSize).fill(fill);
    for (let at = 0; at < batchSize; at++) {
      // The last batch begins again with the first pictures: every place holds a real one.
      const { picture, center } = pictures[(from + at) % pictures.length] as CalibrationPicture;
      const [x, y] = center ?? [(picture.widthPx - 1) / 2, (picture.heightPx - 1) / 2];
      write(
        picture,
        regionAround(x, y, { widthPx: regionWidthPx, heightPx: regionHeightPx }, picture),
        data,
        each * at,
      );
    }
    yield { image: { dtype: 'float32', shape: [batchSize, 3, inputHeightPx, inputWidthPx], data } };
  }
}

/**
 * Returns a predictor for a trained model. Networks are built for the sizes of the regions that are asked for, with
 * weights inside and peaks found in the graph, and run on the backend; two batches may be under way in each.
 * @throws RangeError on options out of range; IntegrityError from `open` where card and weights do not fit.
 */
export function openPosePredictor(model: PoseModel, options: PredictorOptions): PosePredictor {
  const { backend, batchSize = 1, threads, precision = { kind: 'fp32' }, cache, network, signal } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`openPosePredictor: batchSize must be a whole number from 1, got ${batchSize}`);
  }
  if (precision.kind === 'int8' && precision.calibration.length === 0) {
    throw new RangeError('openPosePredictor: precision.calibration must hold at least one picture, got none');
  }
  const { card } = model;
  const networks = new Map<string, Promise<LoadedNetwork>>();

  async function load(placement: Placement): Promise<LoadedNetwork> {
    const { inputWidthPx: widthPx, inputHeightPx: heightPx } = placement;
    const int8 =
      precision.kind === 'fp32'
        ? undefined
        : {
            ...precision,
            // Other regions of the same pictures are other calibration data.
            calibrationKey: `${precision.calibrationKey} ${placement.regionWidthPx}x${placement.regionHeightPx}`,
            feeds: () => calibrationFeeds(precision.calibration, placement, batchSize, card.preprocessing.fill),
          };
    const size = { batch: batchSize, widthPx, heightPx };
    const { model: bytes, ...graph } = await makePoseGraph(model, { size, backend, network, cache, int8, signal });
    const session = await backend.createSession(bytes, threads === undefined ? {} : { threads });
    return new LoadedNetwork(card, placement, batchSize, session, graph);
  }

  async function evict(): Promise<void> {
    while (networks.size >= OPEN_NETWORKS) {
      const [oldest] = networks.keys();
      const closing = networks.get(oldest as string);
      networks.delete(oldest as string);
      await closing?.then(
        ({ session }) => session.close(),
        () => undefined,
      );
    }
  }

  return {
    card,
    batchSize,
    precision: precision.kind,
    async open(size) {
      const key = `${size.widthPx}x${size.heightPx}`;
      let found = networks.get(key);
      if (found === undefined) {
        const placement = placeRegion(size, card.preprocessing);
        await evict();
        found = load(placement);
        networks.set(key, found);
        found.catch(() => networks.delete(key));
      }
      return found;
    },
    async close() {
      const open = [...networks.values()];
      networks.clear();
      for (const loading of open) {
        await loading.then(
          ({ session }) => session.close(),
          () => undefined,
        );
      }
    },
  };
}
