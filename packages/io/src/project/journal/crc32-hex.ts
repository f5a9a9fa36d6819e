import { crc32 } from '@zoopraxis/core';

/** Returns the CRC-32 of bytes as eight hexadecimal digits. */
export function crc32Hex(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
