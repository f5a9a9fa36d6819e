import { z } from 'zod';

/** Longest name, bytes: disks take 255, and endings and temporary files need the rest. */
const longestBytes = 200;

/** Halves of characters, which disks change into others, and what turns the text after it, so that a name reads as another one. */
const deceiving = /\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u;

/** Tells whether a text can be part of a file name on every system. */
export function isFileName(name: string): boolean {
  if (new TextEncoder().encode(name).length > longestBytes || deceiving.test(name)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  return name !== '' && !/[/\\:*?"<>|\x00-\x1f\x7f]|^[. ]|[. ]$/.test(name);
}

/** Schema of names that become part of file names: models, tracks, videos, annotators, groups. */
export const fileNameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => isFileName(name), {
    error: 'a name without / \\ : * ? " < > | or control characters, no "." at its ends',
  });

/** Throws RangeError where a name cannot be part of a file name. */
export function checkFileName(what: string, name: string): void {
  if (!isFileName(name)) {
    throw new RangeError(`${what}: must be usable as a file name, got ${JSON.stringify(name)}`);
  }
}
