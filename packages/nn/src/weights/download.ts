import { type ByteStore, IntegrityError, Sha256, UnavailableError } from '@zoopraxis/core';
import type { PretrainedEntry } from './registry.js';
import { Transfer, TransferBroken, type TransferProgress } from './transfer.js';

/** What is downloaded: an entry of the registry, or an address with a hash if one is known. */
export type DownloadEntry = Pick<PretrainedEntry, 'url' | 'sha256' | 'sha256Prefix'>;

/** Where a download goes and how long it tries. */
export interface DownloadOptions {
  /** The cache. The file lies under the last part of its address. */
  store: ByteStore;
  /** What to call the cache in hints, such as its folder. */
  storeName?: string;
  /** True uses only what is in the cache. Default false. */
  offline?: boolean;
  signal?: AbortSignal;
  /** Called as bytes arrive. */
  onProgress?: (progress: TransferProgress) => void;
  /** Default the platform's. */
  fetch?: typeof fetch;
  /** Attempts after the first one. Default 6. */
  retryCount?: number;
  /** Pause before the second attempt; it doubles each time, up to 30 s. Default 0.5. */
  retryPauseSec?: number;
  /** Largest file accepted. Default 4 GiB. */
  maxByteCount?: number;
}

/** A weight file out of the cache, checked as far as a hash was known. */
export interface DownloadedWeights {
  bytes: Uint8Array;
  /** Name in the store. */
  file: string;
  /** SHA-256 of the bytes in lower-case hexadecimal. */
  sha256: string;
  /**
   * What the bytes were checked against: the entry's full hash, the hash recorded at the first download, the first
   * digits that the publisher gives, or nothing.
   */
  checkedAgainst: 'hash' | 'record' | 'prefix' | 'nothing';
  /** True where nothing was fetched. */
  isFromCache: boolean;
  /** One sentence for the user: what was checked, and what was recorded. */
  message: string;
}

/**
 * Returns the bytes of a weight file, out of the cache or downloaded into it.
 * A broken download is kept as `<file>.part` and resumed by HTTP Range, by this call or a later one; a server that
 * ignores ranges or whose file changed makes it begin anew. Without a full hash in the entry the first download
 * records the hash in `<file>.json`, and later calls compare with it.
 * Throws UnavailableError (its hint is the manual step) where the file cannot be had, IntegrityError where the hash is
 * wrong (what was downloaded is deleted), the signal's reason on abort. Two downloads of one file at the same time
 * into one store spoil each other, which the hash reveals.
 */
export async function downloadWeights(entry: DownloadEntry, options: DownloadOptions): Promise<DownloadedWeights> {
  const { store } = options;
  const file = fileNameOf(entry.url);
  options.signal?.throwIfAborted();
  const record = await readRecord(store, file);
  const cached = await store.read(file);
  if (cached !== undefined) {
    const hash = await hashOf(cached, options.signal);
    const problem = mismatch(hash, entry, record);
    if (problem !== undefined) {
      throw new IntegrityError(`${file} in the cache: ${problem}`, {
        hint: `Delete ${inStore(file, options)} and download again.`,
      });
    }
    return accepted(cached, file, hash, entry, record, store, true);
  }
  if (options.offline) throw unavailable(entry, file, options, 'it is not in the cache, and downloading is off');
  const partName = `${file}.part`;
  const transfer = await Transfer.open({
    url: entry.url,
    store,
    partName,
    checkedLater: (entry.sha256 ?? entry.sha256Prefix ?? record) !== undefined,
    maxByteCount: options.maxByteCount ?? 4 * 2 ** 30,
    fetch: options.fetch ?? fetch,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  await fetchAll(transfer, entry, file, options);
  const bytes = (await store.read(partName)) ?? new Uint8Array();
  const hash = await hashOf(bytes, options.signal);
  const problem = mismatch(hash, entry, record);
  if (problem !== undefined) {
    await transfer.discard();
    throw new IntegrityError(`${entry.url}: ${problem}; what was downloaded is deleted`, {
      hint: 'Try again; if it stays so, the file was changed by its publisher or on the way, and must not be used.',
    });
  }
  await store.write(file, bytes);
  const result = await accepted(bytes, file, hash, entry, record, store, false);
  await transfer.discard();
  return result;
}

async function fetchAll(
  transfer: Transfer,
  entry: DownloadEntry,
  file: string,
  options: DownloadOptions,
): Promise<void> {
  const { retryCount = 6, retryPauseSec = 0.5, signal } = options;
  for (let retry = 0; ; retry++) {
    try {
      return await transfer.attempt();
    } catch (error) {
      if (!(error instanceof TransferBroken)) throw error;
      if (error.final || retry >= retryCount) throw unavailable(entry, file, options, error.message, error);
    }
    await pause(Math.min(30, retryPauseSec * 2 ** retry), signal);
  }
}

/** What was learned of a file at its first download. */
interface HashRecord {
  sha256: string;
}

async function readRecord(store: ByteStore, file: string): Promise<HashRecord | undefined> {
  const bytes = await store.read(`${file}.json`);
  if (bytes === undefined) return undefined;
  try {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as { sha256?: unknown } | null;
    if (typeof record?.sha256 === 'string' && /^[0-9a-f]{64}$/.test(record.sha256)) return { sha256: record.sha256 };
  } catch {
    // Reported below, as is JSON without the hash.
  }
  throw new IntegrityError(`${file}.json in the cache is not a record of a SHA-256`, {
    hint: `Delete ${file}.json from the cache; then the hash of ${file} is recorded anew, unchecked.`,
  });
}

async function accepted(
  bytes: Uint8Array,
  file: string,
  sha256: string,
  entry: DownloadEntry,
  record: HashRecord | undefined,
  store: ByteStore,
  isFromCache: boolean,
): Promise<DownloadedWeights> {
  const result = (checkedAgainst: DownloadedWeights['checkedAgainst'], message: string): DownloadedWeights => ({
    bytes,
    file,
    sha256,
    checkedAgainst,
    isFromCache,
    message: `${file}: ${message}`,
  });
  if (entry.sha256 !== undefined) return result('hash', 'its SHA-256 is the published one');
  if (record !== undefined) return result('record', 'its SHA-256 is the one recorded at the first download');
  await store.write(
    `${file}.json`,
    new TextEncoder().encode(`${JSON.stringify({ url: entry.url, sha256, byteCount: bytes.length })}\n`),
  );
  const recorded = `SHA-256 ${sha256} was recorded, and later uses are checked against it`;
  return entry.sha256Prefix === undefined
    ? result('nothing', `no hash is published, so it could not be checked; its ${recorded}`)
    : result('prefix', `its SHA-256 begins with the published ${entry.sha256Prefix}; the whole ${recorded}`);
}

function mismatch(hash: string, entry: DownloadEntry, record: HashRecord | undefined): string | undefined {
  if (entry.sha256 !== undefined && hash !== entry.sha256)
    return `its SHA-256 should be ${entry.sha256}, found ${hash}`;
  if (entry.sha256Prefix !== undefined && !hash.startsWith(entry.sha256Prefix)) {
    return `its SHA-256 should begin with ${entry.sha256Prefix}, found ${hash}`;
  }
  if (entry.sha256 === undefined && record !== undefined && hash !== record.sha256) {
    return `its SHA-256 was ${record.sha256} at the first download, found ${hash}`;
  }
  return undefined;
}

/** Bytes hashed at a stretch, about 20 ms, before others get their turn. */
const HASH_BYTES = 4 * 2 ** 20;

async function hashOf(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<string> {
  const hash = new Sha256();
  for (let offset = 0; offset < bytes.length; offset += HASH_BYTES) {
    hash.update(bytes.subarray(offset, offset + HASH_BYTES));
    if (offset + HASH_BYTES < bytes.length) await pause(0, signal);
  }
  return hash.digest();
}

function pause(sec: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, sec * 1000);
    if (signal?.aborted) aborted();
    else signal?.addEventListener('abort', aborted, { once: true });
  });
}

function fileNameOf(url: string): string {
  const { protocol, pathname } = new URL(url);
  const file = pathname.slice(pathname.lastIndexOf('/') + 1);
  if ((protocol !== 'https:' && protocol !== 'http:') || !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(file)) {
    throw new RangeError(`url: must be an http address that ends in a plain file name, got ${url}`);
  }
  return file;
}

function inStore(file: string, { storeName }: DownloadOptions): string {
  return storeName === undefined ? `${file} in the cache folder` : `${file} in ${storeName}`;
}

function unavailable(
  entry: DownloadEntry,
  file: string,
  options: DownloadOptions,
  why: string,
  cause?: unknown,
): UnavailableError {
  return new UnavailableError(`${file} cannot be had: ${why}`, {
    hint: `Download ${entry.url} by other means and put it as ${inStore(file, options)}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
