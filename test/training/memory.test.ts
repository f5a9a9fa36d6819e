import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const childPath = fileURLToPath(new URL('./memory.child.js', import.meta.url));

test('500 training steps take no more memory than 150', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [childPath]);
  const resident = stdout
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]));
  expect(resident).toHaveLength(500);
  // Gradients of a step take 4 MB: 350 steps that left theirs behind would take 1400. Collection of garbage makes
  // waves, so the troughs are compared.
  const trough = (from: number, to: number): number => Math.min(...resident.slice(from, to)) / 2 ** 20;
  expect(trough(400, 500) - trough(100, 200)).toBeLessThan(48);
});
