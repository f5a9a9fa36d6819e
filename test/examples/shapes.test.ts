import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the first example learns to tell shapes apart and saves a file that plain ONNX Runtime runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shapes-'));
  try {
    const script = resolve('build/docs/examples/shapes.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: folder });
    const right = Number(/right on ([\d.]+) %/.exec(stdout)?.[1]);
    expect(right).toBeGreaterThan(95);
    expect((await stat(join(folder, 'shapes-example/shapes.onnx'))).size).toBeGreaterThan(10_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});
