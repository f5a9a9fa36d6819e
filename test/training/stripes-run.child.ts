// Run by kill-and-resume.test.ts: trains in a folder and prints each step. With a number, dies by SIGKILL that many
// milliseconds after it has begun to write its second checkpoint.
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderStore } from '@zoopraxis/io/node';
import { runStripes } from './stripes-run.js';

const [folder = '', dieAfterMs] = process.argv.slice(2);

/** A folder that a crash befalls while it writes. */
class DoomedStore extends FolderStore {
  #writes = 0;

  override async write(name: string, bytes: Uint8Array): Promise<void> {
    const writing = super.write(name, bytes);
    if (dieAfterMs !== undefined && name.includes('/step-') && ++this.#writes === 2) {
      await Promise.race([writing, sleep(Number(dieAfterMs))]);
      process.kill(process.pid, 'SIGKILL');
    }
    await writing;
  }
}

const { resumed } = await runStripes(new DoomedStore(folder), {
  onProgress: ({ step }) => process.stdout.write(`step ${step}\n`),
});
process.stdout.write(`resumed ${JSON.stringify(resumed ?? null)}\n`);
