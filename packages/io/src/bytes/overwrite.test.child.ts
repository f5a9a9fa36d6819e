// Run by folder-store.test.ts: replaces one file for ever, until it is killed.
import { FolderStore } from './folder-store.node.js';
import { numberedContent } from './numbered-content.test.child.js';

const store = new FolderStore(process.argv[2] ?? '');
for (let number = Number(process.argv[3]); ; number++) {
  await store.write('state.bin', numberedContent(number));
  process.stdout.write(`${number}\n`);
}
