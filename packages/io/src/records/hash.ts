import { UnavailableError } from '@zoopraxis/core';

/** Returns the SHA-256 of bytes in lower-case hexadecimal (FIPS 180-4). */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw new UnavailableError('this page may not hash: it was not loaded safely', {
      hint: 'Open the page by https or from localhost.',
    });
  }
  // The digest refuses views of shared memory.
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  const digest = new Uint8Array(await subtle.digest('SHA-256', own as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
