// The rule. Every export of a package's source (tests aside) has a docblock with words in it. Where the type of an
// exported function, constant, interface, class or type holds an array of numbers (a typed array, `number[]`), the
// docblock of the export or of the member names a shape in brackets with at least one word in it, such as
// `[frame, keypoint, 2]`, or says in words that it is a shape, a list or bytes. A parameter or field named `shape`,
// `dims` or `bytes` (or `inputShapes`, `weightBytes`) says it by its name. Read from the compiled declarations, so
// inferred types count too; whether the words are true is left to the reviewer.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDocProblems, lineOfExport } from './docblocks.js';
import { readPackages } from './packages.js';

let count = 0;
for (const { name, files } of readPackages(process.cwd())) {
  for (const { path, text } of files) {
    if (/\.test\./.test(path)) continue;
    const compiled = join('packages', name, 'dist', path.replace(/\.tsx?$/, '.d.ts'));
    const problems = existsSync(compiled)
      ? findDocProblems(readFileSync(compiled, 'utf8'))
      : [{ name: 'file', message: 'is not compiled: run npm run build first' }];
    for (const problem of problems) {
      count++;
      const line = lineOfExport(text, problem.name);
      console.error(`packages/${name}/src/${path}:${line}: ${problem.name} ${problem.message}`);
    }
  }
}
if (count > 0) {
  console.error(`check-docs: ${count} ${count === 1 ? 'export lacks' : 'exports lack'} documentation`);
  process.exitCode = 1;
}
