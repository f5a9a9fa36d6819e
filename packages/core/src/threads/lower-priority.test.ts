import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

test.runIf(process.platform === 'linux')('a thread goes behind others, its process does not', async () => {
  const before = getPriority();
  const module = new URL('./lower-priority.node.js', import.meta.url);
  const code = `
    import(${JSON.stringify(module.href)}).then(({ lowerThreadPriority }) => {
      const isLower = lowerThreadPriority();
      const { readFileSync } = require('node:fs');
      // The nineteenth field; the second may hold spaces in brackets.
      const fields = readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1].split(' ');
      require('node:worker_threads').parentPort.postMessage([isLower, Number(fields[16])]);
    });`;
  const worker = new Worker(code, { eval: true });
  const [message] = await once(worker, 'message');
  await worker.terminate();
  expect(message).toEqual([true, 10]);
  expect(getPriority()).toBe(before);
});
