import { z } from 'zod';
import type { TruthSettings } from '../behavior/truth-folder.js';

/** Returns the fields that say which bouts of annotation files are meant. */
export const boutFields = () => ({
  stream: z.string().min(1).optional().describe('stream (channel) of annotation files that have several, such as S1'),
  annotator: z.string().min(1).optional().describe('person whose scoring counts, where files have several'),
  subject: z.string().min(1).optional().describe('animal whose behavior counts, where files name several'),
  unscored: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'words of the annotations that mean "not scored"', placeholder: 'base' }),
  map: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'fine behaviors that count as coarse ones', placeholder: 'fine=coarse' }),
  scored: z.string().min(1).optional().meta({
    description:
      'table of the behaviors that were looked for (columns recording and behaviors), where not all were in all recordings',
    placeholder: 'file',
  }),
  annotationUnit: z
    .enum(['frames', 'seconds'])
    .optional()
    .describe('what the numbers of tables of bouts are, where their columns do not say it; by default seconds'),
  firstFrame: z.int().min(0).max(1).default(0).describe('number of the first frame in tables that hold frames'),
  endIncluded: z.boolean().default(false).describe('in tables that hold frames the last one belongs to its bout'),
});

/** Returns how annotations become labels, as the fields say it. */
export async function truthSettingsOf(
  input: z.output<z.ZodObject<ReturnType<typeof boutFields>>> & { readonly classes?: readonly string[] | undefined },
): Promise<TruthSettings> {
  const [{ parseMap }, { scoredBehaviorsOf }] = await Promise.all([
    import('../behavior/truth-folder.js'),
    import('../behavior/recording-tables.js'),
  ]);
  return {
    ...(input.stream === undefined ? {} : { stream: input.stream }),
    ...(input.annotator === undefined ? {} : { annotator: input.annotator }),
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    ...(input.annotationUnit === undefined ? {} : { unit: input.annotationUnit }),
    ...(input.firstFrame === 1 ? { firstFrame: 1 } : {}),
    ...(input.endIncluded ? { endIncluded: true } : {}),
    ...(input.classes === undefined ? {} : { classes: input.classes }),
    ...(input.scored === undefined ? {} : { scored: await scoredBehaviorsOf(input.scored) }),
    unscored: input.unscored,
    coarse: parseMap(input.map),
  };
}

/** Schema of one file that failed while the others went on. */
export const failedSchema = z.object({
  path: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

/** Returns sentences about files that failed; messages end with the path, which stands in front here. */
export const failureLines = (what: string, failed: readonly z.output<typeof failedSchema>[]): string[] =>
  failed.map(({ path, message, hint }) => {
    const own = message.endsWith(`: ${path}`) ? message.slice(0, -path.length - 2) : message;
    return `${what}: ${path}: ${own}${hint === undefined ? '' : `. ${hint}`}`;
  });

/** Lists names in a sentence: a few, and how many more. */
export function someNames(names: readonly string[], most = 6): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** Notes that are listed one by one before they are counted. */
const shownNotes = 12;

/** Returns notes as lines, the first few in full. */
export function noteLines(notes: readonly string[]): string[] {
  const lines = notes.slice(0, shownNotes).map((note) => `note: ${note}`);
  if (notes.length > shownNotes) lines.push(`note: … and ${notes.length - shownNotes} more, in full with --json`);
  return lines;
}

/** Returns the fields of a test of behavior that stay what they are when others are added. */
export const behaviorScoresSchema = z.looseObject({
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
  support: z.int(),
  boutF1: z.number().nullable(),
});
