import { z } from 'zod';

/** Kinds of names that a field takes, of which a form offers a choice. */
export type Choices =
  | 'pose models'
  | 'behavior models'
  | 'annotations'
  | 'tracks'
  | 'videos'
  | 'recordings'
  | 'annotators'
  | 'behaviors'
  | 'groups';

/** Returns a field for a name that the project has. */
export const chosenField = (choices: Choices, description: string) =>
  z.string().min(1).max(200).meta({ description, choices });

/** Returns a field for some names that the project has. */
export const chosenListField = (choices: Choices, description: string) =>
  z.array(z.string().min(1).max(200)).min(1).max(100_000).meta({ description, choices });

/** Returns a field for whose labels are meant, in the order of trust. */
export const annotatorsField = () =>
  z.union([z.string().min(1).max(200), z.array(z.string().min(1).max(200)).min(1).max(1000)]).meta({
    description: 'whose labels, where several labeled; each image counts as the first of them labeled it',
    choices: 'annotators',
  });

/** Returns a field for a name that becomes that of a folder. */
export const newNameField = (description: string) =>
  z
    .string()
    .max(100)
    .regex(/^(?![. ])[^/\\:*?"<>|\p{Cc}]+(?<![. ])$/u, 'must be usable as a file name, without dots at its ends')
    .meta({ description });

/** Returns a field for the seed of every random choice. */
export const seedField = () =>
  z.int().min(0).max(0xffffffff).default(1).describe('the same seed gives the same result');

/** Returns an object without the fields that are undefined: operations take only what was said. */
export function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
