import { type PoseTracks, secondsOfFrame } from '@zoopraxis/core';
import type { BodyRoles } from './roles.js';
import { fitSlopes, type Vectors, type WindowFit } from './window-fits.js';

/** Tracks with everything that features need to know about them. */
export interface PreparedTracks {
  readonly tracks: PoseTracks;
  /** Which individual each animal is, shape `[frame, animal]`; left out where names are trusted. */
  readonly links?: Uint8Array | undefined;
  /** From the unit of the tracks to that of the features. */
  readonly factor: number;
  readonly minimumConfidence: number;
  readonly roles: BodyRoles;
  /** Keypoints of head and trunk, list of indices; the tail beyond its base is none. */
  readonly bodyPoints: readonly number[];
  /** Two keypoints each, rear and front, that tell where an animal faces; the first pair that is known counts. */
  readonly headingPairs: readonly (readonly [number, number])[];
  /** Frames to either side of each span, list. */
  readonly halfFrames: readonly number[];
}

interface Memo extends Vectors {
  block: number;
}

/**
 * Points and what follows from them, for the frames of one block and `pad` frames to either side: index `pad + i` of a
 * padded array is frame `first + i`. Frames outside the recording are missing.
 */
export class BlockView {
  /** Number of keypoints; the points `center` and `place` come after them. */
  readonly points: number;
  readonly animals: number;
  /** Point that stands for the animal in motion: the center of the body, only where it is known itself. */
  readonly center: number;
  /** Point that says where the animal is: its center, else the mean of the known points of its body. */
  readonly place: number;
  first = 0;
  count = 0;
  /** Time of each padded frame, shape `[frame]`; NaN outside the recording. */
  readonly sec: Float64Array;
  readonly #x: Float64Array[];
  readonly #y: Float64Array[];
  readonly #missing: Memo[] = [];
  readonly #absent: Int32Array[] = [];
  readonly #confidence: Float64Array[];
  readonly #headings: (Memo | undefined)[] = [];
  readonly #velocities = new Map<number, Memo>();
  #block = 0;

  constructor(
    readonly prepared: PreparedTracks,
    readonly size: number,
    readonly pad: number,
  ) {
    const { tracks } = prepared;
    this.points = tracks.skeleton.keypoints.length;
    this.animals = tracks.individuals.length;
    this.center = this.points;
    this.place = this.points + 1;
    const length = size + 2 * pad;
    const series = this.animals * (this.points + 2);
    this.sec = new Float64Array(length);
    this.#x = Array.from({ length: series }, () => new Float64Array(length));
    this.#y = Array.from({ length: series }, () => new Float64Array(length));
    this.#confidence = Array.from({ length: this.animals * this.points }, () => new Float64Array(length));
  }

  /** X of a point of an animal, padded; shape `[frame]`. */
  x(animal: number, point: number): Float64Array {
    return this.#x[animal * (this.points + 2) + point] as Float64Array;
  }

  /** Y of a point of an animal, padded; shape `[frame]`. */
  y(animal: number, point: number): Float64Array {
    return this.#y[animal * (this.points + 2) + point] as Float64Array;
  }

  /** Confidence of a keypoint of an animal, padded; NaN where it is missing or not given; shape `[frame]`. */
  confidence(animal: number, point: number): Float64Array {
    return this.#confidence[animal * this.points + point] as Float64Array;
  }

  /** Reads the block that begins at a frame. */
  load(first: number, count: number): void {
    const { tracks, links, factor, minimumConfidence } = this.prepared;
    const { position, confidence, timeBase } = tracks;
    const { animals, points, pad } = this;
    this.first = first;
    this.count = count;
    this.#block++;
    for (let i = 0; i < count + 2 * pad; i++) {
      const frame = first - pad + i;
      const isInside = frame >= 0 && frame < timeBase.frameCount;
      this.sec[i] = isInside ? secondsOfFrame(timeBase, frame) : Number.NaN;
      for (let animal = 0; animal < animals; animal++) {
        const tracked = isInside && links !== undefined ? (links[frame * animals + animal] as number) : animal;
        const base = (frame * animals + tracked) * points;
        for (let k = 0; k < points; k++) {
          const at = base + k;
          const sure = isInside ? (confidence[at] as number) : Number.NaN;
          const isKnown = isInside && !(sure < minimumConfidence);
          const x = isKnown ? (position[at * 2] as number) * factor : Number.NaN;
          const y = isKnown ? (position[at * 2 + 1] as number) * factor : Number.NaN;
          (this.#x[animal * (points + 2) + k] as Float64Array)[i] = x;
          (this.#y[animal * (points + 2) + k] as Float64Array)[i] = y;
          (this.#confidence[animal * points + k] as Float64Array)[i] = Number.isNaN(x) ? Number.NaN : sure;
        }
      }
    }
    for (let animal = 0; animal < animals; animal++) this.#fillCenter(animal);
  }

  #fillCenter(animal: number): void {
    const { bodyPoints, roles } = this.prepared;
    const length = this.count + 2 * this.pad;
    const own = roles.center;
    const [cx, cy] = [this.x(animal, this.center), this.y(animal, this.center)];
    const [px, py] = [this.x(animal, this.place), this.y(animal, this.place)];
    for (let i = 0; i < length; i++) {
      let [sumX, sumY, known] = [0, 0, 0];
      for (const k of bodyPoints) {
        const x = this.x(animal, k)[i] as number;
        if (Number.isNaN(x)) continue;
        sumX += x;
        sumY += this.y(animal, k)[i] as number;
        known++;
      }
      const [meanX, meanY] = [sumX / known, sumY / known];
      if (own === undefined) {
        // The mean of other points on each frame would seem to move as points come and go.
        const isWhole = known === bodyPoints.length;
        cx[i] = isWhole ? meanX : Number.NaN;
        cy[i] = isWhole ? meanY : Number.NaN;
        px[i] = meanX;
        py[i] = meanY;
        continue;
      }
      const [x, y] = [this.x(animal, own)[i] as number, this.y(animal, own)[i] as number];
      cx[i] = x;
      cy[i] = y;
      px[i] = Number.isNaN(x) ? meanX : x;
      py[i] = Number.isNaN(x) ? meanY : y;
    }
  }

  /** Unit vectors of where an animal faces, padded. */
  heading(animal: number): Vectors {
    const length = this.size + 2 * this.pad;
    this.#headings[animal] ??= { x: new Float64Array(length), y: new Float64Array(length), block: -1 };
    const memo = this.#headings[animal] as Memo;
    if (memo.block === this.#block) return memo;
    memo.block = this.#block;
    memo.x.fill(Number.NaN);
    memo.y.fill(Number.NaN);
    for (let i = 0; i < this.count + 2 * this.pad; i++) {
      for (const [rear, front] of this.prepared.headingPairs) {
        const dx = (this.x(animal, front)[i] as number) - (this.x(animal, rear)[i] as number);
        const dy = (this.y(animal, front)[i] as number) - (this.y(animal, rear)[i] as number);
        const length2 = Math.sqrt(dx * dx + dy * dy);
        if (!(length2 > 0)) continue;
        memo.x[i] = dx / length2;
        memo.y[i] = dy / length2;
        break;
      }
    }
    return memo;
  }

  /** Number of missing frames before each padded frame, shape `[frame + 1]`. */
  missingBefore(animal: number, point: number): Int32Array {
    const key = animal * (this.points + 2) + point;
    this.#absent[key] ??= new Int32Array(this.size + 2 * this.pad + 1);
    this.#missing[key] ??= { x: this.#x[key] as Float64Array, y: this.#y[key] as Float64Array, block: -1 };
    const [counts, memo] = [this.#absent[key] as Int32Array, this.#missing[key] as Memo];
    if (memo.block === this.#block) return counts;
    memo.block = this.#block;
    for (let i = 0; i < this.count + 2 * this.pad; i++) {
      counts[i + 1] = (counts[i] as number) + (Number.isNaN(memo.x[i]) ? 1 : 0);
    }
    return counts;
  }

  /** Velocity of a point over a span, for the frames of the block, unit per second; shape of each part `[frame]`. */
  velocity(animal: number, point: number, span: number): Vectors {
    const key = (animal * (this.points + 2) + point) * this.prepared.halfFrames.length + span;
    let memo = this.#velocities.get(key);
    if (memo === undefined) {
      memo = { x: new Float64Array(this.size), y: new Float64Array(this.size), block: -1 };
      this.#velocities.set(key, memo);
    }
    if (memo.block === this.#block) return memo;
    memo.block = this.#block;
    const points = { x: this.x(animal, point), y: this.y(animal, point) };
    fitSlopes(points, this.fit(span, this.missingBefore(animal, point)), memo);
    return memo;
  }

  /** How curves are fitted around each frame over a span; missing frames before each padded one, shape `[frame + 1]`. */
  fit(span: number, missingBefore: Int32Array): WindowFit {
    const { timeBase } = this.prepared.tracks;
    return {
      half: this.prepared.halfFrames[span] as number,
      pad: this.pad,
      count: this.count,
      fps: timeBase.fps,
      isConstantRate: timeBase.timesSec === undefined,
      sec: this.sec,
      missingBefore,
    };
  }
}
