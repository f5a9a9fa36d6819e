import type { Random } from '../random.js';

/** What k-means finds. */
export interface Clusters {
  /** Middle of each cluster, shape `[cluster, dimension]`. */
  readonly centers: Float64Array;
  /** Cluster of each point, shape `[point]`. */
  readonly clusterOf: Int32Array;
  /** Sum of squared distances of the points to their centers. */
  readonly inertia: number;
  /** Rounds until nothing moved, or `maximumRounds`. */
  readonly rounds: number;
}

/** Settings of {@link kMeans}. */
export interface KMeansOptions {
  readonly dimensions: number;
  readonly clusterCount: number;
  readonly random: Random;
  /** Default 100. */
  readonly maximumRounds?: number;
  /** Called after each round; throwing from it stops the work. */
  readonly onRound?: (round: number) => void;
}

function squaredDistance(
  points: ArrayLike<number>,
  point: number,
  centers: Float64Array,
  center: number,
  dimensions: number,
  limit: number,
): number {
  let sum = 0;
  const [p, c] = [point * dimensions, center * dimensions];
  for (let d = 0; d < dimensions; ) {
    // Leaving early is checked once in a while: a check for each dimension costs more than it saves.
    const stop = Math.min(d + 32, dimensions);
    for (; d < stop; d++) {
      const difference = (points[p + d] as number) - (centers[c + d] as number);
      sum += difference * difference;
    }
    if (sum >= limit) return sum;
  }
  return sum;
}

/**
 * Returns clusters of points by k-means (Lloyd 1982) from k-means++ seeds (Arthur and Vassilvitskii 2007). The same
 * seed gives the same clusters. A cluster that loses its points takes over the point farthest from its center; where
 * points coincide, fewer different clusters than asked for can be left.
 * @param points Shape `[point, dimension]`, finite.
 * @throws RangeError for more clusters than points, or a point that is not finite.
 */
export function kMeans(points: ArrayLike<number>, options: KMeansOptions): Clusters {
  const { dimensions, clusterCount, random, maximumRounds = 100, onRound } = options;
  if (!Number.isSafeInteger(dimensions) || dimensions < 1 || points.length % dimensions !== 0) {
    throw new RangeError(`k-means: dimensions must divide the ${points.length} values of points, got ${dimensions}`);
  }
  const count = points.length / dimensions;
  if (!Number.isSafeInteger(clusterCount) || clusterCount < 1 || clusterCount > count) {
    throw new RangeError(`k-means: clusterCount must be a whole number in 1..${count} (points), got ${clusterCount}`);
  }
  for (let i = 0; i < points.length; i++) {
    if (!Number.isFinite(points[i] as number)) {
      throw new RangeError(`k-means: points must be finite, got ${points[i]} in point ${Math.floor(i / dimensions)}`);
    }
  }
  const centers = new Float64Array(clusterCount * dimensions);
  const place = (cluster: number, point: number) => {
    for (let d = 0; d < dimensions; d++) centers[cluster * dimensions + d] = points[point * dimensions + d] as number;
  };
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  place(0, random.integer(count));
  for (let cluster = 1; cluster <= clusterCount; cluster++) {
    let total = 0;
    for (let p = 0; p < count; p++) {
      const known = nearest[p] as number;
      const distance = squaredDistance(points, p, centers, cluster - 1, dimensions, known);
      nearest[p] = Math.min(known, distance);
      total += nearest[p] as number;
    }
    if (cluster === clusterCount) break;
    let chosen = 0;
    if (total === 0) chosen = random.integer(count);
    else {
      let rest = random.uniform() * total;
      for (; chosen < count - 1; chosen++) {
        rest -= nearest[chosen] as number;
        if (rest < 0) break;
      }
      while (nearest[chosen] === 0) chosen = (chosen + count - 1) % count;
    }
    place(cluster, chosen);
  }
  const clusterOf = new Int32Array(count).fill(-1);
  const sizes = new Int32Array(clusterCount);
  let inertia = 0;
  const assignAll = (): boolean => {
    let moved = false;
    inertia = 0;
    for (let p = 0; p < count; p++) {
      // Beginning with the old center keeps it on ties and lets most others leave early.
      let best = clusterOf[p] as number;
      let least = best < 0 ? Number.POSITIVE_INFINITY : squaredDistance(points, p, centers, best, dimensions, Infinity);
      for (let cluster = 0; cluster < clusterCount; cluster++) {
        const distance = squaredDistance(points, p, centers, cluster, dimensions, least);
        if (distance < least) [best, least] = [cluster, distance];
      }
      if (best !== clusterOf[p]) moved = true;
      clusterOf[p] = best;
      nearest[p] = least;
      inertia += least;
    }
    return moved;
  };
  let rounds = 0;
  while (rounds < maximumRounds && assignAll()) {
    rounds++;
    sizes.fill(0);
    for (let p = 0; p < count; p++) sizes[clusterOf[p] as number] = (sizes[clusterOf[p] as number] as number) + 1;
    for (let cluster = 0; cluster < clusterCount; cluster++) {
      if (sizes[cluster] !== 0) continue;
      let farthest = -1;
      for (let p = 0; p < count; p++) {
        const lonely = (sizes[clusterOf[p] as number] as number) < 2;
        if (!lonely && (farthest < 0 || (nearest[p] as number) > (nearest[farthest] as number))) farthest = p;
      }
      if (farthest < 0 || nearest[farthest] === 0) continue;
      sizes[clusterOf[farthest] as number] = (sizes[clusterOf[farthest] as number] as number) - 1;
      clusterOf[farthest] = cluster;
      sizes[cluster] = 1;
      nearest[farthest] = 0;
    }
    for (let cluster = 0; cluster < clusterCount; cluster++) {
      // A cluster that stays empty keeps its old center.
      if (sizes[cluster] !== 0) centers.fill(0, cluster * dimensions, (cluster + 1) * dimensions);
    }
    for (let p = 0; p < count; p++) {
      const cluster = clusterOf[p] as number;
      for (let d = 0; d < dimensions; d++) {
        const at = cluster * dimensions + d;
        centers[at] = (centers[at] as number) + (points[p * dimensions + d] as number);
      }
    }
    for (let at = 0; at < centers.length; at++) {
      const size = sizes[Math.floor(at / dimensions)] as number;
      if (size > 0) centers[at] = (centers[at] as number) / size;
    }
    onRound?.(rounds);
  }
  if (rounds === maximumRounds) assignAll();
  return { centers, clusterOf, inertia, rounds };
}
