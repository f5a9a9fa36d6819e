import { type ByteStore, type MemoryStore, StorageError } from '@zoopraxis/core';

/** How a write goes wrong: nothing of it is there, a part (of an append), or all of it although it fails. */
export type FailureKind = 'before' | 'part' | 'after';

/** A store whose n-th write fails; after a `kill` nothing works any more, as in a process that ended. */
export class FailingStore implements ByteStore {
  /** Number of writes, appends and removals so far. */
  writes = 0;
  /** Which of them were appends: only those can be there in part. */
  readonly appends = new Set<number>();
  readonly #below: MemoryStore;
  readonly #failAt: number;
  readonly #kind: FailureKind;
  readonly #kill: boolean;
  #dead = false;

  constructor(below: MemoryStore, failAt: number, kind: FailureKind, kill: boolean) {
    this.#below = below;
    this.#failAt = failAt;
    this.#kind = kind;
    this.#kill = kill;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    this.#alive();
    return this.#below.read(name);
  }

  async list(prefix?: string): Promise<string[]> {
    this.#alive();
    return this.#below.list(prefix);
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.#change(
      () => this.#below.write(name, bytes),
      async () => undefined,
    );
  }

  append(name: string, bytes: Uint8Array): Promise<void> {
    this.appends.add(this.writes);
    return this.#change(
      () => this.#below.append(name, bytes),
      () => this.#below.append(name, bytes.subarray(0, bytes.length >> 1)),
    );
  }

  remove(name: string): Promise<void> {
    return this.#change(
      () => this.#below.remove(name),
      async () => undefined,
    );
  }

  #alive(): void {
    if (this.#dead) throw new StorageError('the process has ended');
  }

  async #change(all: () => Promise<void>, part: () => Promise<void>): Promise<void> {
    this.#alive();
    if (this.writes++ !== this.#failAt) return all();
    if (this.#kind === 'after') await all();
    if (this.#kind === 'part') await part();
    this.#dead = this.#kill;
    throw new StorageError('the disk is full', { hint: 'Free space.' });
  }
}
