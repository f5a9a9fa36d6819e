import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** Niceness of threads that nobody waits for. */
const background = 10;

/**
 * Lets other threads and programs go before the worker thread that calls this, as long as there are any; returns whether it did.
 * Linux alone has a priority for each thread: elsewhere, and in the main thread, nothing changes.
 */
export function lowerThreadPriority(): boolean {
  if (isMainThread || process.platform !== 'linux') return false;
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), background);
    return true;
  } catch {
    // No /proc, as in some sandboxes.
    return false;
  }
}
