// Writes the tables of keys into docs/studio.md: node build/scripts/studio-keys.js, after a build.
import { readFile, writeFile } from 'node:fs/promises';
import { builtKeyTables, withKeyTables } from './studio-key-tables.js';

const path = 'docs/studio.md';
await writeFile(path, withKeyTables(await readFile(path, 'utf8'), await builtKeyTables()));
