import { createLabeledFrames, type LabeledFrames, median } from '@zoopraxis/core';
import { pointInRow, type SharedAnimal, sharedAnimals } from './shared-animals.js';

/** A left and a right point that one annotator seems to have exchanged. */
export interface LeftRightExchange {
  /** Index into `images`. */
  readonly image: number;
  /** Index into `individuals`. */
  readonly individual: number;
  /** Index into `annotators`. */
  readonly annotator: number;
  /** Row of the labels. */
  readonly row: number;
  /** Keypoint indices, left and right, shape `[2]`. */
  readonly pair: readonly [number, number];
  /** Sum of both points' distances from the others' as labeled, px. */
  readonly labeledPx: number;
  /** The same with the two points exchanged, px. */
  readonly exchangedPx: number;
  /** True where every judged pair of this animal is exchanged by this annotator, and there are two or more. */
  readonly wholeAnimal: boolean;
}

/** A pair that half of the annotators see one way and half the other. */
export interface UndecidedPair {
  readonly image: number;
  readonly individual: number;
  readonly pair: readonly [number, number];
  /** Indices of the annotators on each side, two lists. */
  readonly sides: readonly [readonly number[], readonly number[]];
}

/** How often pairs are exchanged. */
export interface ExchangeCount {
  /** Pairs that at least one other annotator placed too and on which a majority agrees. */
  readonly judged: number;
  readonly exchanged: number;
  /** `exchanged / judged`; null where nothing could be judged. */
  readonly share: number | null;
}

/** What was found about left and right: a proposal, nothing is changed. */
export interface ExchangeReport {
  readonly exchanges: readonly LeftRightExchange[];
  readonly undecided: readonly UndecidedPair[];
  readonly perAnnotator: Readonly<Record<string, ExchangeCount>>;
  /** By names, such as `leftear/rightear`. */
  readonly perPair: Readonly<Record<string, ExchangeCount>>;
}

/** Left x, left y, right x, right y. */
type Pair = readonly [number, number, number, number];

const turned = ([lx, ly, rx, ry]: Pair): Pair => [rx, ry, lx, ly];
const apart = (a: Pair, b: Pair) => Math.hypot(a[0] - b[0], a[1] - b[1]) + Math.hypot(a[2] - b[2], a[3] - b[3]);
const middle = (pairs: readonly Pair[]): Pair =>
  [0, 1, 2, 3].map((at) => median(pairs.map((pair) => pair[at] as number))) as unknown as Pair;

/** Returns which of the pairs are turned against the first-found grouping; which group is right is not said. */
function groupBySide(pairs: readonly Pair[]): boolean[] {
  let best: { cost: number; flags: boolean[] } | undefined;
  for (const reference of pairs) {
    const flags = pairs.map((pair) => apart(turned(pair), reference) < apart(pair, reference));
    const cost = pairs.reduce((sum, pair) => sum + Math.min(apart(turned(pair), reference), apart(pair, reference)), 0);
    if (best === undefined || cost < best.cost) best = { cost, flags };
  }
  return best?.flags ?? [];
}

/** Where in a shared animal one pair is judged. */
interface PairPlace {
  readonly animal: SharedAnimal;
  readonly pair: readonly [number, number];
}

/** Returns who placed both points of a pair, and the pair that each placed. */
function placedPairs(labels: LabeledFrames, { animal, pair }: PairPlace) {
  return animal.rows.flatMap((row, annotator) => {
    const [left, right] = pair.map((k) => pointInRow(labels, row, k)) as [[number, number], [number, number]];
    if (Number.isNaN(left[0]) || Number.isNaN(right[0])) return [];
    return [{ annotator, row, points: [...left, ...right] as unknown as Pair }];
  });
}

/**
 * Returns where an annotator seems to have exchanged left and right: most of those who placed both points see the pair the
 * other way, and exchanging the two points brings them to at most `ratio` (default 0.5) of their distance from the middle
 * of the others. Two annotators who differ, or any even split, are undecided. Nothing is changed: look at the proposals,
 * then call {@link exchangeSides} with those that are right.
 * @throws RangeError for a ratio outside 0..1.
 */
export function findLeftRightExchanges(
  labels: LabeledFrames,
  { ratio = 0.5 }: { ratio?: number } = {},
): ExchangeReport {
  if (!(ratio >= 0 && ratio <= 1)) throw new RangeError(`exchanges: ratio must be in 0..1, got ${ratio}`);
  const { annotators, skeleton } = labels;
  const exchanges: LeftRightExchange[] = [];
  const undecided: UndecidedPair[] = [];
  const byAnnotator = annotators.map(() => ({ judged: 0, exchanged: 0 }));
  const byPair = skeleton.symmetries.map(() => ({ judged: 0, exchanged: 0 }));
  for (const animal of sharedAnimals(labels)) {
    const judgedHere = annotators.map(() => 0);
    const found: Omit<LeftRightExchange, 'wholeAnimal'>[] = [];
    for (const [p, pair] of skeleton.symmetries.entries()) {
      const placed = placedPairs(labels, { animal, pair });
      if (placed.length < 2) continue;
      const flags = groupBySide(placed.map(({ points }) => points));
      const flagged = flags.filter(Boolean).length;
      if (2 * flagged === placed.length) {
        const side = (flag: boolean | undefined) =>
          placed.filter((_, i) => flags[i] === flag).map(({ annotator }) => annotator);
        const { image, individual } = animal;
        undecided.push({ image, individual, pair, sides: [side(flags[0]), side(!flags[0])] });
        continue;
      }
      const minority = 2 * flagged < placed.length;
      const aligned = placed.map(({ points }, i) => (flags[i] === minority ? turned(points) : points));
      for (const [i, { annotator, row, points }] of placed.entries()) {
        const own = byAnnotator[annotator] as { judged: number; exchanged: number };
        const ofPair = byPair[p] as { judged: number; exchanged: number };
        own.judged++;
        ofPair.judged++;
        judgedHere[annotator] = (judgedHere[annotator] as number) + 1;
        if (flags[i] !== minority) continue;
        const others = middle(aligned.filter((_, j) => j !== i));
        const [labeledPx, exchangedPx] = [apart(points, others), apart(turned(points), others)];
        if (exchangedPx > ratio * labeledPx) continue;
        own.exchanged++;
        ofPair.exchanged++;
        const { image, individual } = animal;
        found.push({ image, individual, annotator, row, pair, labeledPx, exchangedPx });
      }
    }
    for (const exchange of found) {
      const own = found.filter(({ annotator }) => annotator === exchange.annotator).length;
      exchanges.push({ ...exchange, wholeAnimal: own > 1 && own === judgedHere[exchange.annotator] });
    }
  }
  const counted = ({ judged, exchanged }: { judged: number; exchanged: number }): ExchangeCount => ({
    judged,
    exchanged,
    share: judged === 0 ? null : exchanged / judged,
  });
  return {
    exchanges,
    undecided,
    perAnnotator: Object.fromEntries(
      annotators.map((name, a) => [name, counted(byAnnotator[a] as { judged: number; exchanged: number })]),
    ),
    perPair: Object.fromEntries(
      skeleton.symmetries.map((pair, p) => [
        pair.map((k) => skeleton.keypoints[k]).join('/'),
        counted(byPair[p] as { judged: number; exchanged: number }),
      ]),
    ),
  };
}

/**
 * Returns labels in which left and right of the given rows and pairs have changed places, with their visibilities; the rest
 * is as it was.
 * @throws RangeError for a row or keypoint that is not there, or the same exchange twice (which would undo it).
 */
export function exchangeSides(
  labels: LabeledFrames,
  exchanges: readonly Pick<LeftRightExchange, 'row' | 'pair'>[],
): LabeledFrames {
  const points = labels.skeleton.keypoints.length;
  const [position, visibility] = [labels.position.slice(), labels.visibility.slice()];
  const done = new Set<string>();
  for (const { row, pair } of exchanges) {
    const [left, right] = pair;
    if (!(Number.isInteger(row) && row >= 0 && row < labels.image.length)) {
      throw new RangeError(`exchange: row must be below ${labels.image.length}, got ${row}`);
    }
    for (const k of pair) {
      if (!(Number.isInteger(k) && k >= 0 && k < points)) {
        throw new RangeError(`exchange: pair must hold keypoint indices below ${points}, got ${k} for row ${row}`);
      }
    }
    const key = `${row} ${Math.min(left, right)} ${Math.max(left, right)}`;
    if (done.has(key))
      throw new RangeError(`exchange: ${labels.skeleton.keypoints[left]} of row ${row} is listed twice`);
    done.add(key);
    for (const [to, from] of [
      [left, right],
      [right, left],
    ] as const) {
      visibility[row * points + to] = labels.visibility[row * points + from] as number;
      for (const axis of [0, 1]) {
        position[(row * points + to) * 2 + axis] = labels.position[(row * points + from) * 2 + axis] as number;
      }
    }
  }
  return createLabeledFrames({ ...labels, position, visibility });
}
