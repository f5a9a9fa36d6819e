import type { ProgressListener } from '../progress/progress-event.js';

/** What running work gets from the face that started it. */
export interface OperationContext {
  /** Fires when the user wants it stopped; work then saves its state and ends. */
  readonly signal: AbortSignal;
  /** Fires when the user wants what there is by now: training ends and writes its model. Other work takes no notice. */
  readonly endSignal?: AbortSignal;
  readonly progress: ProgressListener;
}
