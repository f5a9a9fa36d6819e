import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A device that networks run on. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

const probe = fileURLToPath(new URL('./device-probe.js', import.meta.url));

/**
 * Returns the device to use; `auto` is settled by a process of its own, so that a graphics driver that is broken neither
 * writes into our output nor ends the work: then it is the processor.
 */
export async function chooseDevice(asked: Device | 'auto', signal?: AbortSignal): Promise<Device> {
  if (asked !== 'auto') return asked;
  const found = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [probe],
      { timeout: 60_000, ...(signal === undefined ? {} : { signal }) },
      (error, stdout) => resolve(error === null ? stdout.trim() : 'cpu'),
    );
  });
  signal?.throwIfAborted();
  return found === 'cuda' || found === 'webgpu' ? found : 'cpu';
}
