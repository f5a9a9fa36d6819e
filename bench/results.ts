import { readFile, writeFile } from 'node:fs/promises';

/** Replaces the part of a results page between its marks (those of `npm run bench`, or of another command); what people wrote around it stays. */
export async function writeBetweenMarks(path: string, text: string, command = 'npm run bench'): Promise<void> {
  const [opening, closing] = [`<!-- written by ${command}: start -->`, `<!-- written by ${command}: end -->`];
  const page = await readFile(path, 'utf8');
  const start = page.indexOf(opening);
  const end = page.indexOf(closing);
  if (start < 0 || end < start) throw new Error(`results page: needs the marks ${opening} and ${closing}: ${path}`);
  await writeFile(path, `${page.slice(0, start + opening.length)}\n\n${text.trim()}\n\n${page.slice(end)}`);
}
