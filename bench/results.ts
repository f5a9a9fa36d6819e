import { readFile, writeFile } from 'node:fs/promises';

const START = '<!-- written by npm run bench: start -->';
const END = '<!-- written by npm run bench: end -->';

/** Replaces the part of a results page between its marks; what people wrote around it stays. */
export async function writeBetweenMarks(path: string, text: string): Promise<void> {
  const page = await readFile(path, 'utf8');
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`results page: needs the marks ${START} and ${END}: ${path}`);
  await writeFile(path, `${page.slice(0, start + START.length)}\n\n${text.trim()}\n\n${page.slice(end)}`);
}
