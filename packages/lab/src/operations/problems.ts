import type { FileProblem } from '@zoopraxis/io';
import { z } from 'zod';

/** Schema of what readers and writers of files report. */
export const problemSchema = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  code: z.string(),
  file: z.string(),
  where: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

/** Problems of one code that are listed one by one before they are counted. */
const shownEach = 3;

/** Returns problems as lines: errors first, the first few of a kind in full and the others as a count. */
export function problemLines(problems: readonly z.output<typeof problemSchema>[]): string[] {
  const lines: string[] = [];
  for (const severity of ['error', 'warning', 'note'] as const) {
    const byCode = new Map<string, z.output<typeof problemSchema>[]>();
    for (const problem of problems) {
      if (problem.severity === severity) byCode.set(problem.code, [...(byCode.get(problem.code) ?? []), problem]);
    }
    for (const list of byCode.values()) {
      for (const { message, file, where } of list.slice(0, shownEach)) {
        lines.push(`${severity}: ${message} (${file}, ${where})`);
      }
      if (list.length > shownEach) lines.push(`${severity}: … and ${list.length - shownEach} more of this kind`);
      const hint = list.find((problem) => problem.hint !== undefined)?.hint;
      if (hint !== undefined) lines.push(`  ${hint}`);
    }
  }
  return lines;
}

/** Returns a list that fills with problems, and the report function that fills it. */
export function collectProblems(): { problems: FileProblem[]; report: (problem: FileProblem) => void } {
  const problems: FileProblem[] = [];
  return { problems, report: (problem) => void problems.push(problem) };
}
