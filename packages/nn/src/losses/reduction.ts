import type { Value } from '../graph/value.js';
import { mean, sum } from '../ops/reduce.js';

/** How element losses become the result: their mean (the default of every loss), their sum, or themselves. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Option that all losses have. */
export interface ReductionOptions {
  /** `mean` by default: over all elements. */
  reduction?: Reduction;
}

/** Returns element losses reduced; throws RangeError on an unknown reduction. */
export function reduceLoss(name: string, elements: Value, reduction: Reduction = 'mean'): Value {
  switch (reduction) {
    case 'mean':
      return mean(elements);
    case 'sum':
      return sum(elements);
    case 'none':
      return elements;
    default:
      throw new RangeError(`${name}: reduction must be mean, sum or none, got ${String(reduction)}`);
  }
}
