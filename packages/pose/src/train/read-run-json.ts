import { FormatError } from '@zoopraxis/core';
import type { z } from 'zod';

/** A file in the folder of an unfinished training. */
export interface RunJson<Schema extends z.ZodType> {
  readonly path: string;
  /** What the file is, for errors: `training run`. */
  readonly format: string;
  /** What it holds, for errors where the schema does not say: `a run`. */
  readonly holds: string;
  readonly schema: Schema;
}

/**
 * Returns what a JSON file of an unfinished training holds.
 * @throws FormatError naming the first place that does not fit.
 */
export function readRunJson<Schema extends z.ZodType>(
  bytes: Uint8Array,
  { path, format, holds, schema }: RunJson<Schema>,
): z.output<Schema> {
  const fail = (where: string, expected: string, found: string) =>
    new FormatError({
      format,
      path,
      where,
      expected,
      found,
      hint: 'remove the run folder to start the training anew',
    });
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw fail('the whole file', 'JSON text', 'text that is not JSON');
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fail(issue?.path.join('.') || 'the top', issue?.message ?? holds, 'something else');
  }
  return parsed.data;
}
