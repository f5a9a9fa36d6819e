// Run by folder-store.test.ts under a limit on file sizes: reports what an append and a write over the limit do.
import { StorageError } from '@zoopraxis/core';
import { FolderStore } from './folder-store.node.js';

const store = new FolderStore(process.argv[2] ?? '');
const large = new Uint8Array(1 << 20).fill(7);

async function outcome(job: () => Promise<void>): Promise<string> {
  try {
    await job();
    return 'done';
  } catch (error) {
    return error instanceof StorageError ? `${error.message} | ${error.hint}` : String(error);
  }
}

process.stdout.write(
  JSON.stringify([
    await outcome(() => store.write('kept.bin', large)),
    await outcome(() => store.append('journal.bin', large)),
  ]),
);
