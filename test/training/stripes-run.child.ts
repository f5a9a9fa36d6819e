// Run by kill-and-resume.test.ts: trains in a folder and prints each step. With an instant, such as `step 9 3.5` or
// `write 2 0.5`, it dies by SIGKILL so many milliseconds after that step, or after it began to write that checkpoint.
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderStore } from '@zoopraxis/io/node';
import { runStripes } from './stripes-run.js';

const [folder = '', kind, count, delayMs] = process.argv.slice(2);
let stepCount = 0;
let writeCount = 0;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

class DoomedStore extends FolderStore {
  override async write(name: string, bytes: Uint8Array): Promise<void> {
    const writing = super.write(name, bytes);
    if (name.includes('/step-') && kind === 'write' && ++writeCount === Number(count)) {
      await Promise.race([writing, sleep(Number(delayMs))]);
      die();
    }
    await writing;
  }
}

const { resumed } = await runStripes(new DoomedStore(folder), {
  onProgress: ({ step }) => {
    process.stdout.write(`step ${step}\n`);
    if (kind === 'step' && ++stepCount === Number(count)) setTimeout(die, Number(delayMs));
  },
});
process.stdout.write(`resumed ${JSON.stringify(resumed ?? null)}\n`);
