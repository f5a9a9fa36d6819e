import { readFileSync } from 'node:fs';
import type { ReferenceTable } from './reference.js';

/** Returns the references of a family of cases, from `test/reference/ops` of the repository. */
export function readReferences(family: string): ReferenceTable {
  const file = new URL(`../../../../test/reference/ops/${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as ReferenceTable;
}
