import { UnavailableError } from '@zoopraxis/core';
import { encodeModule, type Kernel, MOST_PAGES } from './encode.js';

const modules = new Map<readonly Kernel[], { own?: WebAssembly.Module; shared?: WebAssembly.Module }>();

/** Bytes of one page of a memory. */
export const PAGE_BYTES = 65536;

/** Returns kernels that work on a memory; throws UnavailableError where WebAssembly with SIMD is missing. */
export function instantiate<Functions>(kernels: readonly Kernel[], memory: WebAssembly.Memory): Functions {
  const kept = modules.get(kernels) ?? {};
  modules.set(kernels, kept);
  const kind = isShared(memory) ? 'shared' : 'own';
  try {
    kept[kind] ??= new WebAssembly.Module(encodeModule(kernels, kind === 'shared'));
    return new WebAssembly.Instance(kept[kind], { host: { memory } }).exports as Functions;
  } catch (cause) {
    throw new UnavailableError('trees need WebAssembly with SIMD, which is not to be had here', {
      hint: 'Use a browser of 2023 or newer, or Node 20 or newer, and let the page compile WebAssembly.',
      cause,
    });
  }
}

/** Returns whether other threads can see a memory. */
export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
}

/** Returns a memory of at least that many bytes, shared between threads where the host lets threads share. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  if (initial > MOST_PAGES) throw tooLarge(bytes);
  const shared = typeof SharedArrayBuffer !== 'undefined';
  try {
    return new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared });
  } catch {
    throw tooLarge(bytes);
  }
}

/** Grows a memory to at least that many bytes. */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch {
    throw tooLarge(bytes);
  }
}

function tooLarge(bytes: number): UnavailableError {
  return new UnavailableError(`trees: ${Math.ceil(bytes / 2 ** 20)} MiB of memory are not to be had (at most 4096)`, {
    hint: 'Train on fewer frames or fewer columns: take every second frame, or leave out windows.',
  });
}
