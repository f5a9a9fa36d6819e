import type { PoseTracks } from '@zoopraxis/core';
import {
  type AnimalMemory,
  continuityCost,
  createMemory,
  type Observed,
  observe,
  ordersOf,
  remember,
} from './continuity.js';

/** Something about each tracked individual that tells the animals apart: body length, coat brightness, weight. */
export interface IdentityHint {
  /** Such as `body length`; for the record. */
  readonly name: string;
  /** Measured of what is tracked as each individual, shape `[frame, individual]`; NaN = not known. */
  readonly values: Float32Array | Float64Array;
  /** What each individual has, list. */
  readonly expected: readonly number[];
  /** Standard deviation of one measurement around what the animal has. */
  readonly deviation: number;
  /**
   * How many frames in a row say the same thing, about: errors of neighboring frames are alike, so each frame counts as
   * one over this. Default 30.
   */
  readonly repeatedFrames?: number;
}

/** How identity swaps are looked for. */
export interface IdentitySwapOptions {
  /** How far a point goes in one frame, about, in the unit of the tracks; a twentieth of the body is a good guess. */
  readonly stepLength: number;
  /** How much likelier (natural logarithm) than going on an exchange must be; default 3, about 20 to 1. */
  readonly minimumGain?: number;
  readonly hints?: readonly IdentityHint[];
  readonly signal?: AbortSignal;
  /** Called with the share of the frames that are done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** A place where the names of individuals change from one animal to another. */
export interface IdentitySwap {
  /** First frame with the new names. */
  readonly frame: number;
  /**
   * Where each individual is found from here on, under the names used just before: individual i continues as what is
   * tracked as `order[i]`. An exchange of two is `[1, 0]`. List.
   */
  readonly order: readonly number[];
  /** How much likelier the exchange is here than going on, natural logarithm, from motion in this frame alone; small where later frames or a hint decided. */
  readonly gain: number;
  /** Frames without any of the exchanged individuals just before: what happened there was not seen. */
  readonly gapFrames: number;
}

interface Survivor {
  cost: number;
  readonly memory: AnimalMemory;
  /** Number of the last change in `changes`; -1 = none. */
  change: number;
}

/** At most so many individuals: beyond, the orders to weigh are too many (24 for four). */
const mostIndividuals = 4;

/**
 * Returns where the names of individuals change from one animal to another, in order of frames. All orders of names are
 * followed through the recording, each with its own memory of where the animals were, and the likeliest path is taken
 * (Viterbi 1967): the cost of motion ({@link continuityCost}) between where each point was last and is now, gaps
 * included, `minimumGain` for each change of names, and the squared deviations of hints. Without hints the first names
 * are taken as right; with hints the path may begin with a change at frame 0. Each order of names keeps one path with its
 * own memory, so the path found is near the likeliest, not always it.
 * @throws RangeError for more than four individuals, or a hint of a wrong size.
 */
export function findIdentitySwaps(tracks: PoseTracks, options: IdentitySwapOptions): IdentitySwap[] {
  const { stepLength, minimumGain = 3, hints = [], signal, onProgress } = options;
  const { individuals, timeBase } = tracks;
  const animals = individuals.length;
  if (!(stepLength > 0)) throw new RangeError(`identity swaps: stepLength must be above 0, got ${stepLength}`);
  if (!(minimumGain >= 0)) throw new RangeError(`identity swaps: minimumGain must be from 0, got ${minimumGain}`);
  if (animals > mostIndividuals) {
    throw new RangeError(`identity swaps: at most ${mostIndividuals} individuals, got ${animals}`);
  }
  for (const hint of hints) checkHint(hint, timeBase.frameCount, animals);
  if (animals < 2) return [];
  const observed = observe(tracks, stepLength);
  const orders = ordersOf(animals);
  const changes: { frame: number; order: number; before: number; gain: number }[] = [];
  const start = (order: number): Survivor => ({
    // Without a hint nothing says that the first names are wrong.
    cost: order === 0 ? 0 : hints.length > 0 ? minimumGain : Number.POSITIVE_INFINITY,
    memory: createMemory(observed),
    change: order === 0 ? -1 : changes.push({ frame: 0, order, before: -1, gain: -minimumGain }) - 1,
  });
  let survivors = orders.map((_, order) => start(order));
  let spare = orders.map(() => ({ ...start(0) }));
  const costs = orders.map(() => new Float64Array(animals * animals));
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    if (frame % 4096 === 0) {
      signal?.throwIfAborted();
      onProgress?.(frame / timeBase.frameCount);
    }
    for (const [state, { cost, memory }] of survivors.entries()) {
      if (cost < Number.POSITIVE_INFINITY) fillCosts(observed, memory, frame, costs[state] as Float64Array);
    }
    for (const [state, order] of orders.entries()) {
      let [best, bestCost, bestPlain] = [state, Number.POSITIVE_INFINITY, 0];
      for (let from = 0; from < orders.length; from++) {
        const { cost } = survivors[from] as Survivor;
        if (cost === Number.POSITIVE_INFINITY) continue;
        const plain = cost + orderCost(costs[from] as Float64Array, order);
        const total = plain + (from === state ? 0 : minimumGain);
        // Of equal paths the one that changes last is taken: behind a gap, where the animals come back.
        if (total < bestCost - 1e-9 || (total < bestCost + 1e-9 && best === state)) {
          [best, bestCost, bestPlain] = [from, total, plain];
        }
      }
      const [source, target] = [survivors[best] as Survivor, spare[state] as Survivor];
      target.cost = bestCost + hintCost(hints, frame, order);
      target.memory.position.set(source.memory.position);
      target.memory.seenSec.set(source.memory.seenSec);
      target.change = source.change;
      if (best !== state && bestCost < Number.POSITIVE_INFINITY) {
        const going = source.cost + orderCost(costs[best] as Float64Array, orders[best] as number[]);
        changes.push({ frame, order: state, before: source.change, gain: going - bestPlain });
        target.change = changes.length - 1;
      }
      for (let animal = 0; animal < animals; animal++) {
        remember(observed, target.memory, animal, order[animal] as number, frame);
      }
    }
    [survivors, spare] = [spare, survivors];
    // Costs grow without end; only their differences count.
    const least = Math.min(...survivors.map(({ cost }) => cost));
    for (const survivor of survivors) survivor.cost -= least;
  }
  let last = survivors.reduce((a, b) => (b.cost < a.cost ? b : a)).change;
  const path: typeof changes = [];
  for (; last >= 0; last = (changes[last] as (typeof changes)[number]).before) path.unshift(changes[last] as never);
  return swapsOf(tracks, path, orders);
}

function fillCosts(observed: Observed, memory: AnimalMemory, frame: number, costs: Float64Array): void {
  const { animals } = observed;
  for (let animal = 0; animal < animals; animal++) {
    for (let tracked = 0; tracked < animals; tracked++) {
      costs[animal * animals + tracked] = continuityCost(observed, memory, animal, tracked, frame);
    }
  }
}

function orderCost(costs: Float64Array, order: readonly number[]): number {
  let cost = 0;
  for (let animal = 0; animal < order.length; animal++)
    cost += costs[animal * order.length + (order[animal] as number)] as number;
  return cost;
}

function hintCost(hints: readonly IdentityHint[], frame: number, order: readonly number[]): number {
  let cost = 0;
  for (const { values, expected, deviation, repeatedFrames = 30 } of hints) {
    for (let animal = 0; animal < order.length; animal++) {
      const value = values[frame * order.length + (order[animal] as number)] as number;
      if (Number.isNaN(value)) continue;
      const away = (value - (expected[animal] as number)) / deviation;
      // A measurement that fits no animal at all says little about which one it is.
      cost += Math.min(0.5 * away * away, 8) / repeatedFrames;
    }
  }
  return cost;
}

/** Returns changes of state as changes of names from what was used before. */
function swapsOf(
  tracks: PoseTracks,
  path: readonly { frame: number; order: number; gain: number }[],
  orders: readonly (readonly number[])[],
): IdentitySwap[] {
  let before: readonly number[] = orders[0] as readonly number[];
  return path.map(({ frame, order: state, gain }) => {
    const now = orders[state] as readonly number[];
    // Individual i was read from before[i] and is read from now[i]: under the old names that is whoever was read from there.
    const order = now.map((tracked) => before.indexOf(tracked));
    const exchanged = now.filter((tracked, i) => tracked !== before[i]);
    before = now;
    return { frame, order, gain, gapFrames: gapBefore(tracks, frame, exchanged) };
  });
}

function gapBefore(tracks: PoseTracks, frame: number, exchanged: readonly number[]): number {
  const [animals, size] = [tracks.individuals.length, tracks.skeleton.keypoints.length * tracks.dimensions];
  const isSeen = (at: number, animal: number) => {
    const first = (at * animals + animal) * size;
    for (let i = first; i < first + size; i++) if (!Number.isNaN(tracks.position[i])) return true;
    return false;
  };
  let gap = 0;
  while (frame - gap - 1 >= 0 && !exchanged.every((animal) => isSeen(frame - gap - 1, animal))) gap++;
  return gap;
}

function checkHint(
  { name, values, expected, deviation, repeatedFrames = 30 }: IdentityHint,
  frames: number,
  animals: number,
): void {
  if (values.length !== frames * animals) {
    throw new RangeError(`hint ${name}: values must have shape [${frames},${animals}], got ${values.length} values`);
  }
  if (expected.length !== animals || !expected.every(Number.isFinite)) {
    throw new RangeError(`hint ${name}: expected must be ${animals} numbers, got ${expected.join(', ')}`);
  }
  if (!(deviation > 0)) throw new RangeError(`hint ${name}: deviation must be above 0, got ${deviation}`);
  if (!(repeatedFrames >= 1))
    throw new RangeError(`hint ${name}: repeatedFrames must be from 1, got ${repeatedFrames}`);
}

/**
 * Returns the distance between two points of what is tracked as each individual, as values of a hint: shape
 * `[frame, individual]`, NaN where one of the points is missing. With nose and tail base it is the body length.
 * @param between Two keypoint indices, list.
 */
export function trackedDistances(tracks: PoseTracks, between: readonly [number, number]): Float32Array {
  const { individuals, skeleton, dimensions, position, timeBase } = tracks;
  const [from, to] = between;
  const result = new Float32Array(timeBase.frameCount * individuals.length);
  for (let i = 0; i < result.length; i++) {
    const first = i * skeleton.keypoints.length;
    let squares = 0;
    for (let axis = 0; axis < dimensions; axis++) {
      const a = position[(first + from) * dimensions + axis] as number;
      squares += (a - (position[(first + to) * dimensions + axis] as number)) ** 2;
    }
    result[i] = Math.sqrt(squares);
  }
  return result;
}
