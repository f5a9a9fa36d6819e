import type { z } from 'zod';
import type { ServerContext } from '../server-context.js';
import type { JobStep } from './job-messages.js';

/** A recipe, its input checked by its schema. */
export interface Recipe<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line for menus. */
  readonly title: string;
  /** Names of the project alone, never paths. Fields carry a description, and `choices` in their metadata where names are meant. */
  readonly input: Input;
  /** True for work that takes all cores: one such job at a time. */
  readonly isHeavy: boolean;
  /** True for work that can be ended before its time with a result: trainings. Default false. */
  readonly canFinish?: boolean;
  /** Returns the title of one job. */
  jobTitle(input: z.output<Input>): string;
  /**
   * Returns the calls of operations. Runs when the job is accepted, to refuse names that are not there, and again each time
   * its process starts; files that it writes lie in the work folder of the job.
   * @throws StorageError for names that the project does not have.
   */
  plan(context: ServerContext, input: z.output<Input>): Promise<readonly JobStep[]>;
  /** Takes what came of it into the project; runs in the server, which alone may write there. */
  finish?(context: ServerContext, input: z.output<Input>, outputs: readonly unknown[]): Promise<void>;
}

/** Returns the recipe, its types inferred and then widened so that a table can hold it. */
export function defineRecipe<Input extends z.ZodObject>(recipe: Recipe<Input>): Recipe {
  return recipe as unknown as Recipe;
}
