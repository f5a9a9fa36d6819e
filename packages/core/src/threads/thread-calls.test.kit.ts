import { DomainError } from '../errors.js';

/** An error that `core` does not know. */
export class SpeedError extends DomainError {
  readonly code = 'speed';
}
