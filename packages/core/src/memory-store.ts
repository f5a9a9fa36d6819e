import { joinBytes } from './join-bytes.js';
import type { ByteStore } from './ports.js';

/** Checks a store name and returns it; throws RangeError on one that could leave the store. */
export function checkStoreName(name: string): string {
  const parts = name.split('/');
  if (
    name.includes('\\') ||
    name.includes('\0') ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  ) {
    throw new RangeError(`store name: must be relative, with plain parts between '/', got ${JSON.stringify(name)}`);
  }
  return name;
}

/** Checks the beginning of store names and returns it; throws RangeError where no name can begin so. */
export function checkStorePrefix(prefix: string): string {
  try {
    // With one more letter a prefix is a name: `runs/` and `runs/..` (of `runs/..a`) are fine, `/` and `a//` are not.
    checkStoreName(`${prefix}x`);
  } catch (cause) {
    throw new RangeError(`store prefix: must be the beginning of a store name, got ${JSON.stringify(prefix)}`, {
      cause,
    });
  }
  return prefix;
}

/** A {@link ByteStore} in memory, for tests and browsers: bytes go in and out as copies. */
export class MemoryStore implements ByteStore {
  readonly #files = new Map<string, Uint8Array>();

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.#files.get(checkStoreName(name))?.slice();
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(checkStoreName(name), bytes.slice());
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const old = this.#files.get(checkStoreName(name)) ?? new Uint8Array();
    this.#files.set(name, joinBytes([old, bytes]));
  }

  async list(prefix = ''): Promise<string[]> {
    checkStorePrefix(prefix);
    return [...this.#files.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(checkStoreName(name));
  }
}
