import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@zoopraxis/core';
import { z } from 'zod';

const probe = fileURLToPath(new URL('./speed-probe.js', import.meta.url));

const resultSchema = z.object({
  frames: z.int(),
  framesPerSec: z.number().positive(),
  peakMemoryMiB: z.number().positive(),
});

/** How fast a model is on this machine, now: plain JSON data. */
export type MeasuredSpeed = z.infer<typeof resultSchema>;

/**
 * Returns the frames per second of a model on decoded pictures, one at a time, and the peak memory of a process that does
 * nothing else. The machine must be idle for the first to mean anything.
 * @throws UnavailableError where the process fails.
 */
export async function measureSpeed(options: {
  readonly folder: string;
  /** Files of the pictures; a few of one size. */
  readonly paths: readonly string[];
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly threads?: number;
  /** Measure for about so long. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}): Promise<MeasuredSpeed> {
  const { signal, ...job } = options;
  const out = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [probe, JSON.stringify(job)], { signal }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (signal.aborted) return reject(signal.reason);
      reject(
        new UnavailableError(
          `the speed of a model could not be measured: ${stderr.trim().split('\n').at(-1) || error.message}`,
          {
            cause: error,
            hint: 'Leave it out with --speed-seconds 0, or choose another --device.',
          },
        ),
      );
    });
  });
  return resultSchema.parse(JSON.parse(out));
}
