import { Sha256 } from '@zoopraxis/core';

/** Returns JSON text with the keys of objects sorted, so that equal data give equal text. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item) && !ArrayBuffer.isView(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}

/** Returns the SHA-256 of pieces (bytes, and texts as UTF-8) in hex. */
export function hashOf(...pieces: readonly (string | Uint8Array)[]): string {
  const hash = new Sha256();
  for (const piece of pieces) hash.update(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
  return hash.digest();
}
