import { z } from 'zod';

/** Returns a field that the command line takes as a bare word. */
export function positional<Schema extends z.ZodType>(schema: Schema, description: string): Schema {
  return schema.meta({ description, positional: true }) as Schema;
}

/** Returns a field for a project folder. */
export const projectField = () => positional(z.string().min(1), 'project folder (with zoopraxis.json)');

/** Returns a field for a name that becomes part of file names. */
export const nameField = (description: string) =>
  z
    .string()
    .max(100)
    .regex(
      /^(?![. ])[^/\\:*?"<>|\p{Cc}]+(?<![. ])$/u,
      'must be usable as a file name: no / \\ : * ? " < > |, no dot at its ends',
    )
    .describe(description);

/** Returns a field for the video that tracks were made from. */
export const trackedVideoField = () =>
  z
    .string()
    .min(1)
    .optional()
    .describe('the video that was tracked, by default the one that the record beside the tracks names');

const parts = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/;

/** Returns a field for a time span such as `90s`, `20m` or `1h30m`, as seconds. */
export function durationField(description: string) {
  return z
    .string()
    .meta({ description, placeholder: 'time' })
    .transform((text, context) => {
      const match = parts.exec(text.trim());
      const [hours, minutes, seconds] = [1, 2, 3].map((i) => Number(match?.[i] ?? 0)) as [number, number, number];
      const sec = hours * 3600 + minutes * 60 + seconds;
      if (match === null || !(sec > 0)) {
        context.addIssue({ code: 'custom', message: `must be a time such as 90s, 20m or 1h30m, got ${text}` });
        return z.NEVER;
      }
      return sec;
    });
}

/** Returns a field for the seed of every random choice. */
export const seedField = () =>
  z
    .int()
    .min(0)
    .max(0xffffffff)
    .default(1)
    .describe('seed of every random choice: the same seed gives the same result');

/** Returns a number that JSON can hold: null in place of NaN and infinities. */
export const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
