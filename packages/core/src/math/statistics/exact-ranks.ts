import type { Tails } from './special-functions.js';

/** Steps of the dynamic programs beyond which an exact p is refused: some seconds. */
const maxSteps = 2e9;

/** Tails of a discrete statistic at a value; both hold the value itself. */
export interface DiscreteTails {
  readonly atMost: number;
  readonly atLeast: number;
}

/** Returns the tails as a test uses them: each end holds the observed value. */
export function asTails({ atMost, atLeast }: DiscreteTails): Tails {
  return { lower: atMost, upper: atLeast };
}

function tailsOf(weights: Float64Array, at: number): DiscreteTails {
  let [total, atMost, atLeast] = [0, 0, 0];
  for (let s = 0; s < weights.length; s++) {
    const weight = weights[s] as number;
    total += weight;
    if (s <= at) atMost += weight;
    if (s >= at) atLeast += weight;
  }
  return { atMost: atMost / total, atLeast: atLeast / total };
}

/**
 * Returns, for each sum, the number of ways to choose `size` of the ranks that have this sum, shape `[sum + 1]`, with
 * ranks doubled so that midranks are whole. The counts grow as doubles: relative precision holds, whole numbers do not.
 */
export function subsetSums(ranks: ArrayLike<number>, size: number): Float64Array {
  const doubled = Array.from(ranks, (rank) => Math.round(2 * rank)).sort((a, b) => a - b);
  const top = doubled.slice(doubled.length - size).reduce((sum, rank) => sum + rank, 0);
  if (doubled.length * size * top > maxSteps) {
    throw new RangeError(
      `exact rank-sum distribution: ${size} of ${doubled.length} values are too many; take the method normal-corrected`,
    );
  }
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(top + 1));
  (ways[0] as Float64Array)[0] = 1;
  let reach = 0;
  doubled.forEach((rank, seen) => {
    reach = Math.min(top, reach + rank);
    for (let k = Math.min(size, seen + 1); k >= 1; k--) {
      const [to, from] = [ways[k] as Float64Array, ways[k - 1] as Float64Array];
      for (let s = reach; s >= rank; s--) to[s]! += from[s - rank] as number;
    }
  });
  return ways[size] as Float64Array;
}

/** Returns the tails of the rank sum of one group among all ways to deal the ranks out; ties need no assumption. */
export function rankSumTails(ranks: ArrayLike<number>, size: number, rankSum: number): DiscreteTails {
  const others = ranks.length - size;
  if (size <= others) return tailsOf(subsetSums(ranks, size), Math.round(2 * rankSum));
  let total = 0;
  for (let i = 0; i < ranks.length; i++) total += ranks[i] as number;
  const { atMost, atLeast } = tailsOf(subsetSums(ranks, others), Math.round(2 * (total - rankSum)));
  return { atMost: atLeast, atLeast: atMost };
}

/**
 * Returns, for each sum of ranks (doubled), the share of the ways to give each rank a sign that make this the sum of the
 * positive ones, shape `[sum + 1]`.
 */
export function signedSums(ranks: ArrayLike<number>): Float64Array {
  const doubled = Array.from(ranks, (rank) => Math.round(2 * rank)).sort((a, b) => a - b);
  const top = doubled.reduce((sum, rank) => sum + rank, 0);
  if (doubled.length * top > maxSteps) {
    throw new RangeError(
      `exact signed-rank distribution: ${doubled.length} pairs are too many; take the method normal-corrected`,
    );
  }
  const shares = new Float64Array(top + 1);
  shares[0] = 1;
  let reach = 0;
  for (const rank of doubled) {
    reach += rank;
    for (let s = reach; s >= 0; s--) {
      const without = s <= reach - rank ? (shares[s] as number) : 0;
      const withIt = s >= rank ? (shares[s - rank] as number) : 0;
      shares[s] = 0.5 * (without + withIt);
    }
  }
  return shares;
}

/** Returns the tails of the sum of positive ranks where every sign is as likely as its opposite. */
export function signedRankTails(ranks: ArrayLike<number>, positiveSum: number): DiscreteTails {
  return tailsOf(signedSums(ranks), Math.round(2 * positiveSum));
}
