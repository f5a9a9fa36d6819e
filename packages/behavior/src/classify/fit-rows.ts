import { unscoredLabel } from '../evaluate/frame-truth-type.js';
import type { BinnedRows } from '../trees/bins/binned-rows.js';
import type { TreeOptions } from '../trees/train/tree-options.js';
import { defaultTrees, type FamilyOptions, type Strategy } from './families.js';
import { trainLogistic } from './logistic-regression.js';
import type { RowScorer } from './scorer.js';
import type { ClassPlan } from './training-recording.js';
import type { RowPlan } from './training-rows.js';
import type { TreeEngine } from './tree-engine.js';

/** Families that look at each frame alone. */
export type RowFamily = Extract<FamilyOptions, { kind: 'trees' | 'forest' | 'logistic' }>;

/** Rows and their features, in the form that the family takes. */
export interface FitData {
  readonly plan: ClassPlan;
  readonly rows: RowPlan;
  /** Of trees and forests. */
  readonly binned?: BinnedRows;
  /** Of logistic regression, shape `[column, row]`. */
  readonly values?: Float32Array;
}

/** Settings of {@link fitRows}. */
export interface FitOptions {
  readonly engine: TreeEngine;
  readonly seed: number;
  /** Inner fold that is kept out and, with trees, decides when to stop; undefined: learn from all rows. */
  readonly heldOut?: number;
  /** Rounds of each ensemble where nothing is kept out, list. */
  readonly rounds?: readonly number[];
  readonly signal?: AbortSignal | undefined;
  /** Round of each ensemble that is likely to be the best, list; only for what `onRound` is told. */
  readonly likely?: readonly number[] | undefined;
  /** Told the number of the round, from 1, and what share (0 to 1) of the fitting is done as far as anybody can know. */
  readonly onRound?: (round: number, share: number) => void;
}

/** A classifier and how long each of its ensembles was trained. */
export interface FittedRows {
  readonly scorer: RowScorer;
  /** Rounds of each ensemble of boosted trees, list; 0 where nothing told a copy when to stop; empty for other families. */
  readonly rounds: readonly number[];
}

/** Returns the strategy: what was asked for, else one classifier for each behavior where not all were looked for everywhere. */
export function strategyOf(family: RowFamily, plan: ClassPlan): Strategy {
  const isComplete = plan.isScored.every((scored) => scored.every(Boolean));
  const { strategy = isComplete ? 'multi-class' : 'one-vs-rest' } = family;
  return strategy;
}

/** What one model is to learn: labels by row (NaN = it learns nothing from it). */
interface Task {
  readonly labels: Float32Array;
  readonly classCount: number;
}

/** Returns the label of each row for each model. Frames of a recording that was not scored for a behavior are no negatives. */
function tasksOf(plan: ClassPlan, rows: RowPlan, strategy: Strategy): Task[] {
  const { classes, background, isScored } = plan;
  const { label, recording } = rows;
  if (strategy === 'multi-class') {
    const labels = Float32Array.from(label, (own, row) => {
      const scored = isScored[recording[row] as number] as readonly boolean[];
      return own === background && !scored[own] ? Number.NaN : own;
    });
    return [{ labels, classCount: classes.length }];
  }
  return classes.flatMap((_, c): Task[] => {
    if (c === background) return [];
    const labels = Float32Array.from(label, (own, row) =>
      own === c ? 1 : (isScored[recording[row] as number] as readonly boolean[])[c] ? 0 : Number.NaN,
    );
    return [{ labels, classCount: 2 }];
  });
}

/** Returns the rows with a label that are, or are not, in an inner fold, ascending. */
function rowsOf(task: Task, rows: RowPlan, isWanted: (fold: number) => boolean): Uint32Array {
  const list: number[] = [];
  for (let row = 0; row < rows.rowCount; row++) {
    if (!Number.isNaN(task.labels[row] as number) && isWanted(rows.fold[row] as number)) list.push(row);
  }
  return Uint32Array.from(list);
}

/** Returns what a model predicts, in XGBoost's words. */
function objectiveOf(task: Task, strategy: Strategy): Pick<TreeOptions, 'objective' | 'classes'> {
  return strategy === 'multi-class'
    ? { objective: 'multi:softprob', classes: task.classCount }
    : { objective: 'binary:logistic' };
}

/** Returns a classifier of rows, learned from all rows or from those outside one inner fold. */
export async function fitRows(family: RowFamily, data: FitData, options: FitOptions): Promise<FittedRows> {
  const { plan, rows, binned, values } = data;
  const { engine, seed, heldOut, signal, onRound } = options;
  const strategy = strategyOf(family, plan);
  const base = {
    strategy,
    classCount: plan.classes.length,
    ...(plan.background === undefined ? {} : { other: plan.background }),
  };
  const useRows = (task: Task) =>
    rowsOf(task, rows, heldOut === undefined ? () => true : (fold) => fold !== heldOut && fold !== unscoredLabel);
  // A copy that saw no recording in which a behavior was looked for never finds it.
  const tasks = tasksOf(plan, rows, strategy).map((task): Task & { readonly isBlind?: true } =>
    useRows(task).length > 0
      ? task
      : { classCount: task.classCount, labels: new Float32Array(rows.rowCount), isBlind: true },
  );
  if (family.kind === 'logistic') {
    if (values === undefined) throw new TypeError('values: must be given for logistic regression');
    const models = tasks.map((task) =>
      trainLogistic(values, task.labels, {
        classCount: task.classCount,
        rowWeights: rows.weight,
        useRows: useRows(task),
        ...(family.ridge === undefined ? {} : { ridge: family.ridge }),
        ...(family.maxIterations === undefined ? {} : { maxIterations: family.maxIterations }),
      }),
    );
    return { scorer: { kind: 'logistic', ...base, models }, rounds: [] };
  }
  if (binned === undefined) throw new TypeError('binned: must be given for trees');
  const [ensembles, rounds] = [[] as Awaited<ReturnType<TreeEngine['train']>>[], [] as number[]];
  for (const [index, task] of tasks.entries()) {
    signal?.throwIfAborted();
    const tell = (likely: number) => ({
      onRound: ({ round }: { readonly round: number }) =>
        onRound?.(round + 1, (index + Math.min(1, (round + 1) / likely)) / tasks.length),
    });
    const common = {
      weights: rows.weight,
      useRows: useRows(task),
      seed: (seed + index) >>> 0,
      ...(signal === undefined ? {} : { signal }),
    };
    if (family.kind === 'forest') {
      const settings = { ...objectiveOf(task, strategy), ...family.settings, trees: family.trees ?? 200 };
      ensembles.push(
        await engine.trainForest(binned, task.labels, { ...settings, ...common, ...tell(settings.trees) }),
      );
      continue;
    }
    const settings = { ...defaultTrees, ...family.settings, ...objectiveOf(task, strategy) };
    const held = rowsOf(task, rows, (fold) => fold === heldOut && !task.isBlind);
    const patience = family.patience ?? 20;
    const chosen = heldOut === undefined ? (options.rounds?.[index] ?? 0) : 0;
    const roundCount = task.isBlind ? 1 : chosen > 0 ? chosen : settings.rounds;
    const ensemble = await engine.train(binned, task.labels, {
      ...settings,
      ...common,
      ...tell(heldOut === undefined ? roundCount : patience + (options.likely?.[index] ?? Number.POSITIVE_INFINITY)),
      rounds: roundCount,
      ...(held.length === 0 ? {} : { validation: { rows: held, metric: 'logloss', patience } }),
    });
    ensembles.push(ensemble);
    const trained = (ensemble.treeStart.length - 1) / (strategy === 'multi-class' ? task.classCount : 1);
    rounds.push(heldOut !== undefined && held.length === 0 ? 0 : trained);
  }
  return { scorer: { kind: 'trees', ...base, ensembles }, rounds };
}
