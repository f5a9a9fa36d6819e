import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { serveJob } from '../../job-process/serve-job.js';
import { defineOperation } from '../../operations/operation.js';

const common = { summary: '', examples: [], text: () => '' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts in a file up to a number, going on where it was; waits at numbers for files that the test makes. */
const count = defineOperation({
  ...common,
  name: 'count',
  input: z.object({ file: z.string(), to: z.int(), gate: z.string().optional() }),
  output: z.object({ lines: z.int() }),
  async run({ file, to, gate }, { signal, endSignal, progress }) {
    const before = await readFile(file, 'utf8').catch(() => '');
    let at = before.length;
    progress({ kind: 'note', text: `from ${at}` });
    while (at < to) {
      signal.throwIfAborted();
      if (endSignal?.aborted === true) break;
      if (gate !== undefined && at >= to / 2 && !existsSync(gate)) {
        await pause(5);
        continue;
      }
      await appendFile(file, '.');
      at++;
      progress({ kind: 'work', task: 'counting', done: at, total: to, unit: 'dots' });
      progress({ kind: 'learning', step: at, loss: 1 / at });
      if (at % 10 === 0) progress({ kind: 'learning', step: at, heldOutErrorPx: 10 / at });
    }
    return { lines: at };
  },
});

/** Ends its process in the middle, as a fault in native code does. */
const crash = defineOperation({
  ...common,
  name: 'crash',
  input: z.object({}),
  output: z.object({}),
  async run() {
    process.kill(process.pid, 'SIGSEGV');
    await pause(60_000);
    return {};
  },
});

/** Hears no signal, and no wish to stop. */
const deaf = defineOperation({
  ...common,
  name: 'deaf',
  input: z.object({}),
  output: z.object({}),
  async run(_input, { progress }) {
    progress({ kind: 'stage', text: 'deaf' });
    await pause(150);
    for (;;);
  },
});

/** Does half of what it should. */
const half = defineOperation({
  ...common,
  name: 'half',
  input: z.object({}),
  output: z.object({ done: z.int() }),
  failures: () => ['one file is damaged'],
  run: async () => ({ done: 1 }),
});

serveJob([count, crash, deaf, half]);
