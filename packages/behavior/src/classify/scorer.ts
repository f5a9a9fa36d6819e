import type { FeatureSource } from '../features/feature-block.js';
import type { TemporalModel } from '../temporal/temporal-model.js';
import type { TemporalRuntime } from '../temporal/temporal-runtime.js';
import { predictTrees } from '../trees/model/predict.js';
import type { TreeEnsemble } from '../trees/model/tree-ensemble.js';
import { type LogisticModel, predictLogistic } from './logistic-regression.js';
import { chooseColumns } from './read-rows.js';
import { scoreTemporal } from './temporal-family.js';

/** Trained trees: one ensemble of all classes, or one for each behavior in the order of the classes. */
export interface TreesScorer {
  readonly kind: 'trees';
  readonly strategy: 'one-vs-rest' | 'multi-class';
  readonly classCount: number;
  /** Class without an ensemble of its own: the background. */
  readonly other?: number;
  readonly ensembles: readonly TreeEnsemble[];
}

/** Trained logistic regression: one model of all classes, or one of two classes for each behavior. */
export interface LogisticScorer {
  readonly kind: 'logistic';
  readonly strategy: 'one-vs-rest' | 'multi-class';
  readonly classCount: number;
  readonly other?: number;
  readonly models: readonly LogisticModel[];
}

/** What turns features of a frame into probabilities of classes. */
export type RowScorer = TreesScorer | LogisticScorer;

/**
 * Writes the probabilities of one-vs-rest classifiers into rows `[row, class]`: each behavior has its own, and the background
 * what the likeliest of them leaves, so that it wins where none is above one half, as in MARS.
 */
function joinBehaviors(
  columns: readonly Float32Array[],
  { classCount, other }: { readonly classCount: number; readonly other?: number },
  rowCount: number,
): Float32Array {
  const out = new Float32Array(rowCount * classCount);
  for (let row = 0; row < rowCount; row++) {
    let [k, highest] = [0, 0];
    for (let c = 0; c < classCount; c++) {
      if (c === other) continue;
      const value = (columns[k++] as Float32Array)[row] as number;
      out[row * classCount + c] = value;
      highest = Math.max(highest, value);
    }
    if (other !== undefined) out[row * classCount + other] = 1 - highest;
  }
  return out;
}

/** Returns the probability of each class, shape `[row, class]`, of rows with values `[column, row]`. */
export function scoreRows(scorer: RowScorer, values: Float32Array, rowCount: number): Float32Array {
  if (scorer.kind === 'trees') {
    const of = (ensemble: TreeEnsemble) => predictTrees(ensemble, values, rowCount, { output: 'probability' });
    const [first] = scorer.ensembles;
    if (scorer.strategy === 'multi-class' && first !== undefined) return of(first);
    return joinBehaviors(scorer.ensembles.map(of), scorer, rowCount);
  }
  const of = (model: LogisticModel) => predictLogistic(model, values, rowCount);
  const [first] = scorer.models;
  if (scorer.strategy === 'multi-class' && first !== undefined) return of(first);
  const columns = scorer.models.map((model) => {
    const both = of(model);
    return Float32Array.from({ length: rowCount }, (_, row) => both[2 * row + 1] as number);
  });
  return joinBehaviors(columns, scorer, rowCount);
}

/** A trained temporal network of a fold, or several whose mean counts. */
export interface TemporalScorer {
  readonly kind: 'temporal';
  readonly other?: number;
  readonly networks: readonly TemporalModel[];
}

/** The weighted mean of several scorers. */
export interface MeanScorer {
  readonly kind: 'mean';
  readonly members: readonly { readonly weight: number; readonly scorer: Scorer }[];
}

/** What turns the features of a recording into probabilities of classes; plain data. */
export type Scorer = RowScorer | TemporalScorer | MeanScorer;

/** Returns whether the probabilities of a frame sum to 1: one classifier of all classes, not one for each behavior. */
export function isExclusive(scorer: Scorer): boolean {
  switch (scorer.kind) {
    case 'trees':
    case 'logistic':
      return scorer.strategy === 'multi-class';
    case 'temporal':
      return scorer.networks.every(({ card }) => card.output === 'softmax');
    case 'mean':
      return true;
  }
}

/** Returns probabilities, shape `[frame, class]`, each frame brought to a sum of 1; the array itself where it has it. */
export function normalizeRows(probability: Float32Array, width: number, isNormal: boolean): Float32Array {
  if (isNormal) return probability;
  const out = new Float32Array(probability.length);
  for (let at = 0; at < probability.length; at += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += probability[at + c] as number;
    for (let c = 0; c < width; c++) out[at + c] = sum === 0 ? 1 / width : (probability[at + c] as number) / sum;
  }
  return out;
}

/** Where a recording is scored. */
export interface ScoreOptions {
  /** Columns of the source that the scorer was trained on: indices, shape `[column]`. */
  readonly columns: Int32Array;
  readonly temporal?: TemporalRuntime | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the frames that are done. */
  readonly onFrames?: (frameCount: number) => void;
}

/**
 * Returns the probability of each class in each frame of a recording, shape `[frame, class]`. Features stream through; only
 * the probabilities are kept.
 */
export async function scoreRecording(
  scorer: Scorer,
  source: FeatureSource,
  options: ScoreOptions,
): Promise<Float32Array> {
  const { columns, signal, onFrames } = options;
  if (scorer.kind === 'temporal') return scoreTemporal(scorer, source, options);
  if (scorer.kind === 'mean') {
    const lists: Float32Array[] = [];
    for (const { scorer: member } of scorer.members) {
      const own = await scoreRecording(member, source, options);
      lists.push(normalizeRows(own, own.length / Math.max(1, source.timeBase.frameCount), isExclusive(member)));
    }
    return meanOfRows(
      lists,
      scorer.members.map(({ weight }) => weight),
    );
  }
  const out = new Float32Array(source.timeBase.frameCount * scorer.classCount);
  let next = 0;
  for await (const block of source.blocks(signal === undefined ? {} : { signal })) {
    signal?.throwIfAborted();
    const { firstFrame, frameCount } = block;
    if (firstFrame !== next)
      throw new RangeError(`features: blocks must follow each other, got frame ${firstFrame} after ${next}`);
    const values = chooseColumns(block, columns, source.columns.length);
    out.set(scoreRows(scorer, values, frameCount), firstFrame * scorer.classCount);
    next += frameCount;
    onFrames?.(next);
  }
  if (next !== source.timeBase.frameCount) {
    throw new RangeError(`features: must give ${source.timeBase.frameCount} frames, got ${next}`);
  }
  return out;
}

/** Returns the weighted mean of arrays of one length, element by element, flat list. */
export function meanOfRows(lists: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float32Array(lists[0]?.length ?? 0);
  for (const [k, list] of lists.entries()) {
    const share = (weights[k] as number) / total;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + share * (list[i] as number);
  }
  return out;
}
