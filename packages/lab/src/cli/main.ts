#!/usr/bin/env node
import { programVersion } from '../jobs/program-version.js';
import { operations } from '../operations/table.js';
import { exitCodes } from './exit-codes.js';
import { runCommand } from './run-command.js';

const stop = new AbortController();
function onSignal(name: NodeJS.Signals): void {
  if (stop.signal.aborted) {
    // The system's own way to end: `process.exit` would wait for native threads, or crash in them.
    process.removeAllListeners(name);
    process.kill(process.pid, name);
    return;
  }
  process.stderr.write('\nstopping and saving; press Ctrl-C again to leave at once\n');
  stop.abort();
}
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
// `zoopraxis info video.mp4 | head` closes our output early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

const { stderr, stdout } = process;
process.exitCode = await runCommand(process.argv.slice(2), operations, {
  version: programVersion,
  terminal: {
    out: (text) => void stdout.write(text),
    progress: {
      write: (text) => void stderr.write(text),
      live: stderr.isTTY === true && process.env.TERM !== 'dumb',
      get columns() {
        return stderr.columns ?? 80;
      },
    },
    signal: stop.signal,
  },
});
// Workers and native handles that a stopped operation left behind must not keep the program alive.
if (stop.signal.aborted) process.exit();
