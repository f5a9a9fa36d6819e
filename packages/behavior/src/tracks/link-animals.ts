import { assign, type PoseTracks } from '@zoopraxis/core';
import { continuityCost, createMemory, type Observed, observe, ordersOf, remember } from './continuity.js';

/** How animals are followed. */
export interface LinkOptions {
  /** How far a point goes in one frame, about, in the unit of the tracks; a twentieth of the body is a good guess. */
  readonly stepLength: number;
}

/**
 * Returns which tracked individual is which animal, found from positions alone: shape `[frame, animal]`, index into the
 * individuals. In each frame what was tracked is put in an order that depends on positions only, and then goes to the
 * animals by the least sum of {@link continuityCost}. So whoever exchanges names of individuals, at any frames, gets the
 * same animals to the last bit. Which animal is the first is arbitrary.
 */
export function linkAnimals(tracks: PoseTracks, { stepLength }: LinkOptions): Uint8Array {
  if (!(stepLength > 0)) throw new RangeError(`link animals: stepLength must be above 0, got ${stepLength}`);
  const { individuals, timeBase } = tracks;
  const animals = individuals.length;
  if (animals > 255) throw new RangeError(`link animals: at most 255 individuals, got ${animals}`);
  const observed = observe(tracks, stepLength);
  const links = new Uint8Array(timeBase.frameCount * animals);
  const memory = createMemory(observed);
  const costs = new Float64Array(animals * animals);
  const orders = animals <= 3 ? ordersOf(animals) : undefined;
  const names = individuals.map((_, i) => i);
  const compare = compareTracked(tracks);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    for (let i = 0; i < animals; i++) names[i] = i;
    for (let i = 1; i < animals; i++) {
      for (let j = i; j > 0 && compare(frame, names[j - 1] as number, names[j] as number) > 0; j--) {
        [names[j - 1], names[j]] = [names[j] as number, names[j - 1] as number];
      }
    }
    const order = animals === 1 ? [0] : bestOrder(observed, memory, costs, names, frame, orders);
    for (let animal = 0; animal < animals; animal++) {
      const tracked = names[order[animal] as number] as number;
      links[frame * animals + animal] = tracked;
      remember(observed, memory, animal, tracked, frame);
    }
  }
  return links;
}

function bestOrder(
  observed: Observed,
  memory: ReturnType<typeof createMemory>,
  costs: Float64Array,
  names: readonly number[],
  frame: number,
  orders: readonly (readonly number[])[] | undefined,
): ArrayLike<number> {
  const { animals } = observed;
  for (let animal = 0; animal < animals; animal++) {
    for (let i = 0; i < animals; i++) {
      costs[animal * animals + i] = continuityCost(observed, memory, animal, names[i] as number, frame);
    }
  }
  if (orders === undefined) return assign(costs, { rows: animals, columns: animals }).columnOfRow;
  let [best, bestCost] = [orders[0] as readonly number[], Number.POSITIVE_INFINITY];
  for (const order of orders) {
    let cost = 0;
    for (let animal = 0; animal < animals; animal++)
      cost += costs[animal * animals + (order[animal] as number)] as number;
    if (cost < bestCost) [best, bestCost] = [order, cost];
  }
  return best;
}

/** Returns how to sort what was tracked in a frame by its numbers alone, missing ones last. */
function compareTracked({ position, confidence, individuals, skeleton, dimensions }: PoseTracks) {
  const [animals, points] = [individuals.length, skeleton.keypoints.length];
  return (frame: number, a: number, b: number): number => {
    const [first, second] = [frame * animals + a, frame * animals + b];
    return compareRuns(position, first, second, points * dimensions) || compareRuns(confidence, first, second, points);
  };
}

function compareRuns(values: Float32Array, first: number, second: number, size: number): number {
  for (let i = 0; i < size; i++) {
    const p = values[first * size + i] as number;
    const q = values[second * size + i] as number;
    if (p < q) return -1;
    if (p > q) return 1;
    if (p !== q && Number.isNaN(p) !== Number.isNaN(q)) return Number.isNaN(p) ? 1 : -1;
  }
  return 0;
}
