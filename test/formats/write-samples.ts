// Writes the files that other programs' libraries are to open: node build/test/formats/write-samples.js <folder>
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleFiles } from './pandas-samples.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('write-samples: needs the folder to write into');
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of Object.entries(sampleFiles())) writeFileSync(join(folder, name), bytes);
