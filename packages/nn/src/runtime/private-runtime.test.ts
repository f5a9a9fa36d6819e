import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'zoopraxis-private-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Returns what a fresh process printed and what it left in its home and temporary folder (its only ones). */
function runChild(where: string): { printed: string; left: string[] } {
  const home = mkdtempSync(join(folder, `${where}-`));
  const child = fileURLToPath(new URL('./private-runtime.test.child.js', import.meta.url));
  // No CI variable either: in CI the runtime is silent by itself.
  const env = { PATH: process.env.PATH, HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home };
  const printed = execFileSync(process.execPath, [child, where], { env, encoding: 'utf8' }).trim();
  return { printed, left: readdirSync(home, { recursive: true }) as string[] };
}

describe('telemetry of ONNX Runtime', () => {
  it.each(['main', 'worker'])('is off in a fresh process: no device number, no event store (%s)', (where) => {
    expect(runChild(where)).toEqual({ printed: '0,3', left: [] });
  });

  it('refuses to run in a foreign thread that cannot turn it off', () => {
    const { printed, left } = runChild('thread');
    expect(printed).toContain('UnavailableError: ONNX Runtime would report its use over the network');
    expect(left).toEqual([]);
  });
});
