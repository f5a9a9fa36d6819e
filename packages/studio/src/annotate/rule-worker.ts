import { applyRule, type Rule } from '@zoopraxis/behavior';
import { type Histogram, histogramOf } from './rule-draft.js';

/** What the page asks the worker for; columns have the shape `[frame]`. */
export type RuleQuestion =
  /** Takes the columns of a recording away. */
  | { readonly kind: 'clear' }
  /** Gives a column, shape `[frame]`. */
  | { readonly kind: 'column'; readonly column: string; readonly values: Float32Array }
  | {
      readonly kind: 'apply';
      readonly turn: number;
      readonly rule: Rule;
      readonly fps: number;
      /** Time of each frame, shape `[frame]`; only where the rate varies. */
      readonly timesSec?: Float64Array;
    };

/** What the worker answers. */
export type RuleAnswer =
  | { readonly kind: 'histogram'; readonly column: string; readonly histogram: Histogram }
  | {
      readonly kind: 'bouts';
      readonly turn: number;
      /** Shape `[bout]`. */
      readonly startFrame: Int32Array;
      /** First frame behind the bout, shape `[bout]`. */
      readonly endFrame: Int32Array;
    }
  | { readonly kind: 'problem'; readonly turn: number; readonly message: string };

/** Returns a worker's memory: what answers questions, so that it can be tested without a worker. */
export function createRuleWorker(): (question: RuleQuestion) => RuleAnswer | null {
  const columns: Record<string, Float32Array> = Object.create(null);
  return (question) => {
    if (question.kind === 'clear') {
      for (const name of Object.keys(columns)) delete columns[name];
      return null;
    }
    if (question.kind === 'column') {
      columns[question.column] = question.values;
      return { kind: 'histogram', column: question.column, histogram: histogramOf(question.values) };
    }
    const { turn, rule, fps, timesSec } = question;
    try {
      const { startFrame, endFrame } = applyRule(
        rule,
        { ...columns },
        { fps, ...(timesSec === undefined ? {} : { timesSec }) },
      );
      return { kind: 'bouts', turn, startFrame, endFrame };
    } catch (error) {
      return { kind: 'problem', turn, message: error instanceof Error ? error.message : String(error) };
    }
  };
}
