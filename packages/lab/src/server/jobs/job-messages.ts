import type { ProgressEvent } from '../../progress/progress-event.js';

/** One call of an operation. */
export interface JobStep {
  /** Name of the operation, such as `train pose`. */
  readonly operation: string;
  /** As the operation's schema takes it, plain JSON. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the server says to the process of a job. */
export type JobCommand =
  | { readonly kind: 'run'; readonly steps: readonly JobStep[] }
  | { readonly kind: 'stop' }
  /** Work that can make something of what there is by now does so and is done. */
  | { readonly kind: 'finish' };

/** What went wrong, for a person. */
export interface JobProblem {
  readonly message: string;
  readonly hint: string | null;
}

/** What the process of a job says to the server. */
export type JobReport =
  | { readonly kind: 'progress'; readonly step: number; readonly events: readonly ProgressEvent[] }
  /** `output` is that of the operation; `failures` are sentences about parts that failed while the rest went on. */
  | { readonly kind: 'step'; readonly step: number; readonly output: unknown; readonly failures: readonly string[] }
  | { readonly kind: 'failed'; readonly step: number; readonly problem: JobProblem }
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' };
