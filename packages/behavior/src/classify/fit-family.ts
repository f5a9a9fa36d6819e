import { UnavailableError } from '@zoopraxis/core';
import type { FeatureSource } from '../features/feature-block.js';
import type { TemporalRuntime } from '../temporal/temporal-runtime.js';
import type { FamilyOptions } from './families.js';
import { type FitData, fitRows, type RowFamily } from './fit-rows.js';
import type { InnerFolds } from './inner-folds.js';
import { isExclusive, meanOfRows, normalizeRows, type Scorer, scoreRecording } from './scorer.js';
import { fitTemporal } from './temporal-family.js';
import type { ClassPlan } from './training-recording.js';
import { type RowPlan, readBinnedRows, readRowValues } from './training-rows.js';
import type { TreeEngine } from './tree-engine.js';

/** What all families are fitted to. */
export interface FamilyContext {
  readonly plan: ClassPlan;
  readonly rows: RowPlan;
  readonly inner: InnerFolds;
  readonly ids: readonly string[];
  readonly sources: readonly FeatureSource[];
  /** Columns of the sources that are learned from: indices, shape `[column]`. */
  readonly columns: Int32Array;
  readonly trees: TreeEngine;
  readonly temporal?: TemporalRuntime | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Told what is being done, and what share (0 to 1) of the fitting lies behind it. */
  readonly onStep: (step: string, share?: number) => void;
}

/** A fitted classifier and what its copies, each blind to one inner fold, say of that fold. */
export interface FittedFamily {
  readonly scorer: Scorer;
  /** Shape `[frame, class]` of each recording; NaN in frames of no inner fold. */
  readonly outOfFold: readonly Float32Array[];
  /** What there is to tell of the training, plain JSON data. */
  readonly summary: Readonly<Record<string, unknown>>;
  /** Of a mean: what it is the mean of, list. */
  readonly members?: readonly FittedFamily[];
}

/** Returns arrays of NaN for the probabilities of recordings. */
function unknown({ sources, plan }: FamilyContext): Float32Array[] {
  return sources.map(({ timeBase }) => new Float32Array(timeBase.frameCount * plan.classes.length).fill(Number.NaN));
}

/** Writes the probabilities that a scorer gives for the frames of one inner fold. */
async function scoreFold(
  scorer: Scorer,
  fold: number,
  out: readonly Float32Array[],
  { sources, inner, plan, columns, signal, temporal }: FamilyContext,
): Promise<void> {
  const width = plan.classes.length;
  for (const [index, source] of sources.entries()) {
    const own = inner.fold[index] as Uint8Array;
    if (!own.includes(fold)) continue;
    const probability = await scoreRecording(scorer, source, { columns, signal, temporal });
    const target = out[index] as Float32Array;
    for (let frame = 0; frame < own.length; frame++) {
      if (own[frame] !== fold) continue;
      target.set(probability.subarray(frame * width, (frame + 1) * width), frame * width);
    }
  }
}

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
};

/** Trees, forests and logistic regression: one copy for each inner fold, then one of everything with their median length. */
async function fitRowFamily(family: RowFamily, context: FamilyContext): Promise<FittedFamily> {
  const { plan, rows, inner, sources, columns, trees: engine, seed, signal, onStep } = context;
  const data: FitData = {
    plan,
    rows,
    ...(family.kind === 'logistic'
      ? { values: await readRowValues(sources, rows.frames, { columns, signal }) }
      : { binned: await readBinnedRows(sources, rows, { columns, signal }) }),
  };
  const outOfFold = unknown(context);
  const rounds: (readonly number[])[] = [];
  const tell = (text: string, fits: number) => {
    const part = (share: number) => (fits + share) / (inner.count + 1);
    onStep(`${family.kind}: ${text}`, part(0));
    return (round: number, share: number) => onStep(`${family.kind}: ${text}, round ${round}`, part(share));
  };
  for (let fold = 0; fold < inner.count; fold++) {
    const onRound = tell(`inner fold ${fold + 1} of ${inner.count}`, fold);
    const likely = rounds.at(-1);
    const fitted = await fitRows(family, data, { engine, seed, heldOut: fold, signal, likely, onRound });
    rounds.push(fitted.rounds);
    await scoreFold(fitted.scorer, fold, outOfFold, context);
  }
  // Of copies that something told when to stop.
  const chosen = (rounds[0] ?? []).map((_, i) => medianOf(rounds.map((list) => list[i] as number).filter(Boolean)));
  const onRound = tell('all training recordings', inner.count);
  const { scorer } = await fitRows(family, data, { engine, seed, rounds: chosen, signal, onRound });
  return {
    scorer,
    outOfFold,
    summary: { family, ...(chosen.length === 0 ? {} : { rounds: chosen, innerRounds: rounds }) },
  };
}

/** Returns a classifier of a family and its predictions of the inner folds. */
export async function fitFamily(family: FamilyOptions, context: FamilyContext): Promise<FittedFamily> {
  switch (family.kind) {
    case 'trees':
    case 'forest':
    case 'logistic':
      return fitRowFamily(family, context);
    case 'temporal': {
      const { temporal } = context;
      if (temporal === undefined) {
        throw new UnavailableError('temporal networks need an engine for networks, and none was given', {
          hint: 'Pass a temporal runtime, or choose the family trees.',
        });
      }
      const outOfFold = unknown(context);
      const { scorer, summary } = await fitTemporal(family, {
        ...context,
        temporal,
        scoreFold: (own, fold) => scoreFold(own, fold, outOfFold, context),
      });
      return { scorer, outOfFold, summary };
    }
    case 'mean': {
      if (family.members.length === 0) throw new RangeError('members: must be one family at least, got none');
      const members: FittedFamily[] = [];
      for (const [index, member] of family.members.entries()) {
        const onStep: FamilyContext['onStep'] = (step, share = 0) =>
          context.onStep(step, (index + share) / family.members.length);
        members.push(await fitFamily(member, { ...context, onStep }));
      }
      const weights = family.members.map(({ weight = 1 }) => weight);
      if (!weights.every((weight) => weight > 0)) {
        throw new RangeError(`members: weights must be above 0, got ${weights.join(', ')}`);
      }
      const scorer: Scorer = {
        kind: 'mean',
        members: members.map((item, i) => ({ weight: weights[i] as number, scorer: item.scorer })),
      };
      const width = context.plan.classes.length;
      const outOfFold = context.sources.map((_, index) =>
        meanOfRows(
          members.map((item) => normalizeRows(item.outOfFold[index] as Float32Array, width, isExclusive(item.scorer))),
          weights,
        ),
      );
      return { scorer, outOfFold, summary: { family, members: members.map(({ summary }) => summary) }, members };
    }
  }
}
