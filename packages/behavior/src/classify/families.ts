import type { ForestOptions } from '../trees/train/train-forest.js';
import type { TreeOptions } from '../trees/train/tree-options.js';
import type { TemporalSettings } from './temporal-family.js';

/** One classifier for each behavior as in MARS, or one for all together. */
export type Strategy = 'one-vs-rest' | 'multi-class';

/** How classes are weighed: by frames, alike, or between the two; or a weight for each behavior by name. */
export type ClassWeights = 'none' | 'square-root' | 'balanced' | Readonly<Record<string, number>>;

/** Settings of boosted trees; those that are left out are the defaults of `defaultTrees`. */
export type TreeSettings = Partial<
  Pick<
    TreeOptions,
    | 'rounds'
    | 'learningRate'
    | 'maxDepth'
    | 'maxLeaves'
    | 'growth'
    | 'minChildWeight'
    | 'gamma'
    | 'lambda'
    | 'alpha'
    | 'subsample'
    | 'columnSample'
  >
>;

/** What kind of classifier is trained; plain data. */
export type FamilyOptions =
  | {
      readonly kind: 'trees';
      /** Default `multi-class`, or `one-vs-rest` where a recording was not scored for all behaviors. */
      readonly strategy?: Strategy;
      readonly settings?: TreeSettings;
      /** Rounds without a better score on the inner held-out groups after which training stops. Default 20. */
      readonly patience?: number;
    }
  | {
      readonly kind: 'forest';
      readonly strategy?: Strategy;
      readonly settings?: Partial<Pick<ForestOptions, 'maxDepth' | 'minChildWeight'>>;
      /** Default 200. */
      readonly trees?: number;
    }
  | {
      readonly kind: 'logistic';
      readonly strategy?: Strategy;
      readonly ridge?: number;
      readonly maxIterations?: number;
    }
  | { readonly kind: 'temporal'; readonly settings?: TemporalSettings }
  | {
      /** The weighted mean of the probabilities of several families. */
      readonly kind: 'mean';
      readonly members: readonly (FamilyOptions & { readonly weight?: number })[];
    };

/**
 * Returns the name of a family for people, such as `trees`, or `mean of trees and temporal`; undefined for what is no family.
 * @param given As it lies in the card of a model.
 */
export function familyName(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { kind, members } = given as { readonly kind?: unknown; readonly members?: unknown };
  if (typeof kind !== 'string') return undefined;
  const names = kind === 'mean' && Array.isArray(members) ? members.flatMap((member) => familyName(member) ?? []) : [];
  return names.length === 0 ? kind : `mean of ${names.join(' and ')}`;
}

/** Boosted trees where nothing else is asked for: XGBoost's defaults but for shrinkage, sampling and leaf size. */
export const defaultTrees = {
  rounds: 300,
  learningRate: 0.1,
  maxDepth: 6,
  growth: 'depth',
  minChildWeight: 5,
  gamma: 0,
  lambda: 1,
  alpha: 0,
  subsample: 0.8,
  columnSample: 0.5,
} as const satisfies TreeSettings;
