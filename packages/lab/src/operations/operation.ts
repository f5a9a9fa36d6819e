import type { z } from 'zod';
import type { OperationContext } from '../jobs/operation-context.js';

/** One thing that Zoopraxis can do; command line, server and other faces are derived from it. */
export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** Words of the command: `track`, `train pose`. */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  /** What a user should know before the first use. */
  readonly details?: string;
  /** Complete command lines. */
  readonly examples: readonly string[];
  /** Fields carry a description, and `positional: true` in their metadata where the command line takes them bare. */
  readonly input: Input;
  readonly output: Output;
  /** What to do to go on after a stop; left out where nothing is kept. */
  readonly resume?: string;
  run(input: z.output<Input>, context: OperationContext): Promise<z.input<Output>>;
  /** Returns the result as a person reads it. */
  text(output: z.output<Output>): string;
  /** Returns what failed while the rest went on, a list of sentences; default none. */
  failures?(output: z.output<Output>): readonly string[];
}

/** Returns the operation, its types inferred and then widened so that a table can hold it. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
): Operation {
  return operation as unknown as Operation;
}
