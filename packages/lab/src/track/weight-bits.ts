import { readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';

/**
 * Returns the bits that int8 weights may have here: 8 where the processor adds their products in 32 bits (ARM, x86 with
 * VNNI), 7 where it may not or nobody can tell.
 */
export async function weightBitsHere(): Promise<7 | 8> {
  if (arch() === 'arm64') return 8;
  if (platform() !== 'linux') return 7;
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return /^flags.*\bavx(512)?_vnni\b/m.test(text) ? 8 : 7;
}
