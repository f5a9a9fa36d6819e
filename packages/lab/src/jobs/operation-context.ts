import type { ProgressListener } from '../progress/progress-event.js';

/** What running work gets from the face that started it. */
export interface OperationContext {
  /** Fires when the user wants it stopped; work then saves its state and ends. */
  readonly signal: AbortSignal;
  readonly progress: ProgressListener;
}
