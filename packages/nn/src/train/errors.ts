import { DomainError } from '@zoopraxis/core';

/** A loss, gradient or weight that is no longer a finite number: training cannot go on from here. */
export class DivergenceError extends DomainError {
  readonly code = 'divergence';
}

/** A sample of a dataset that cannot be made; the message names its index. */
export class SampleError extends DomainError {
  readonly code = 'sample';
}

/** Errors of this folder (list), to be restored when they come from a worker. */
export const trainingErrors = [DivergenceError, SampleError] as const;
