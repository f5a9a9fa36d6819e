// Fails on an import between packages that the table in layers.ts does not allow, on a circular import between
// the folders of a package, on an import that package.json does not declare, and on Node in a file that a browser
// entry (`.` or `./web`) loads. The package table holds for tests too: tests over several packages lie in `test/`.
import { checkLayers } from './layers.js';
import { readPackages } from './packages.js';

let count = 0;
for (const source of readPackages(process.cwd())) {
  for (const { file, line, message } of checkLayers(source)) {
    count++;
    console.error(`packages/${source.name}/${file}:${line}: ${message}`);
  }
}
if (count > 0) {
  console.error(`check-layers: ${count} broken ${count === 1 ? 'rule' : 'rules'}`);
  process.exitCode = 1;
}
