import { mergeByHighest } from './merge-by-highest.js';
import { boutMacroF1, classCountOf, frameMacroF1, type SmoothingData, scoredRuns } from './smoothing-data.js';

/** How the weight of one frame's evidence is chosen. */
export interface EvidenceOptions {
  /** Weights to choose from, list; the best by `criterion` wins, the smallest of nearly equal ones. */
  readonly evidence?: readonly number[];
  /**
   * Mean F1 of the classes by frames, by bouts that overlap by half, or the mean of both among candidates that do no worse by
   * frames than the likeliest class alone; `both` by default.
   */
  readonly criterion?: 'frames' | 'bouts' | 'both';
  /**
   * Powers of the shares of the classes that probabilities are divided by, list to choose from by `criterion`: 1 where frames were
   * independent witnesses, 0 to take probabilities as they are. Default 0, 1/4, 1/2, 3/4 and 1.
   */
  readonly priorPower?: readonly number[];
}

const EVIDENCE = [0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1];

/** Weights at which the ways are compared first: all of them at every weight would take long. */
const COARSE = [0.03, 0.12, 0.5];

const POWERS = [0, 0.25, 0.5, 0.75, 1];

/** F1 that is given away for a smaller weight: bouts are then fewer. */
const NEARLY = 0.001;

/** Returns shares of classes raised to a power, list by class that sums to 1: what probabilities are divided by. */
export function priorOfPower(shares: readonly number[], power: number): number[] {
  const raised = shares.map((share) => share ** power);
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

/** One way of taking evidence. */
export interface EvidenceWay<Decode> {
  readonly decode: Decode;
  readonly power: number;
}

/**
 * Returns the best of the candidates that `make` gives for each weight and way, by how well the labels that `label` gives for
 * it, shape `[frame]`, meet the truth. Ways are first compared at a few weights.
 */
export function chooseEvidence<Candidate, Decode>(
  data: SmoothingData,
  { evidence = EVIDENCE, criterion = 'both', priorPower = POWERS }: EvidenceOptions,
  make: (weight: number, way: EvidenceWay<Decode>) => Candidate,
  label: (candidate: Candidate) => Uint8Array,
  decodes: readonly Decode[],
): Candidate {
  if (evidence.length === 0 || !evidence.every((weight) => weight > 0 && Number.isFinite(weight))) {
    throw new RangeError(`evidence: must be positive numbers, got ${evidence.join(', ')}`);
  }
  if (priorPower.length === 0 || !priorPower.every((power) => power >= 0 && power <= 1)) {
    throw new RangeError(`priorPower: must be numbers in 0..1, got ${priorPower.join(', ')}`);
  }
  const classCount = classCountOf(data);
  const { probability, truth, other } = data;
  const runs = scoredRuns(data);
  const framesOf = (labels: Uint8Array) => frameMacroF1(truth, labels, classCount);
  // Better bouts are not bought with worse frames, where some candidate gives both.
  const likeliest = () => mergeByHighest(probability, { classCount, ...(other === undefined ? {} : { other }) });
  const least = criterion === 'both' ? framesOf(likeliest()) - NEARLY : 0;
  const known = new Map<string, { readonly candidate: Candidate; readonly score: number }>();
  const tryOne = (weight: number, way: EvidenceWay<Decode>) => {
    const key = JSON.stringify([weight, way]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const candidate = make(weight, way);
    const labels = label(candidate);
    const frames = criterion === 'bouts' ? 0 : framesOf(labels);
    const bouts = criterion === 'frames' ? 0 : boutMacroF1(truth, labels, { runs, classCount });
    // Candidates that lose frames rank by frames, behind all others.
    const tried = { candidate, score: criterion === 'both' && frames < least ? frames - 2 : frames + bouts };
    known.set(key, tried);
    return tried;
  };
  const best = <Item>(items: readonly Item[], scoreOf: (item: Item) => number): Item => {
    const scores = items.map(scoreOf);
    const highest = Math.max(...scores);
    return items[scores.findIndex((score) => score >= highest - NEARLY)] as Item;
  };
  const weights = [...evidence].sort((a, b) => a - b);
  const ways = decodes.flatMap((decode) => priorPower.map((power) => ({ decode, power })));
  if (ways.length === 1 && weights.length === 1) {
    return make(weights[0] as number, ways[0] as EvidenceWay<Decode>);
  }
  const few = weights.filter((weight) => COARSE.includes(weight));
  const coarse = few.length === 0 ? weights : few;
  const way = best(ways, (candidate) => Math.max(...coarse.map((weight) => tryOne(weight, candidate).score)));
  return tryOne(
    best(weights, (weight) => tryOne(weight, way).score),
    way,
  ).candidate;
}
