import { type ByteStore, type DomainError, FormatError, IntegrityError } from '@zoopraxis/core';
import type { WeightArrays } from '../graph/network.js';
import { toFloat32 } from '../weights/weight-set.js';
import { parseRecord, type RunRecord, recordMetadata } from './run-record.js';
import { decodeState } from './state-file.js';
import type { Trainer } from './trainer.js';

/** A checkpoint that was read. */
export interface LoadedCheckpoint {
  readonly record: RunRecord;
  readonly bytes: Uint8Array;
  /** Newer checkpoints that were passed over, and why. */
  readonly damaged: readonly string[];
}

const stepName = (kind: 'step' | 'best', step: number): string =>
  `${kind}-${String(step).padStart(8, '0')}.safetensors`;

/**
 * Returns the weights of a checkpoint's bytes, row-major `[element]` by name; where a moving average was kept, the
 * trained ones are their average.
 * @throws FormatError or IntegrityError where the bytes are damaged.
 */
export function weightsOfCheckpoint(bytes: Uint8Array, path?: string): WeightArrays {
  const weights: WeightArrays = new Map();
  const averages: [string, Float32Array][] = [];
  for (const [key, tensor] of decodeState(bytes, path).tensors) {
    if (key.startsWith('average/')) averages.push([key.slice('average/'.length), toFloat32(tensor)]);
    else if (!key.startsWith('optimizer/')) weights.set(key, toFloat32(tensor));
  }
  for (const [name, values] of averages) weights.set(name, values);
  return weights;
}

/** The checkpoints of one run: the last few, and the best. Each is one file that is there whole or not at all. */
export class Checkpoints {
  readonly #store: ByteStore;
  readonly #folder: string;
  readonly #keep: number;

  /** Uses names that begin with `folder/` in a store; the last `keep` checkpoints stay. */
  constructor(store: ByteStore, folder: string, keep: number) {
    this.#store = store;
    this.#folder = folder;
    this.#keep = keep;
  }

  /** Returns the steps (list, ascending) of the checkpoints of a kind that are there. */
  async steps(kind: 'step' | 'best'): Promise<number[]> {
    const names = await this.#store.list(`${this.#folder}/${kind}-`);
    const numbers = names.map((name) => /-(\d+)\.safetensors$/.exec(name)?.[1]);
    return numbers
      .filter((text) => text !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Writes a checkpoint, then removes those that are too old. */
  async save(trainer: Trainer, record: RunRecord): Promise<void> {
    await this.#write('step', trainer, record);
    const steps = await this.steps('step');
    const kept = steps.slice(-this.#keep);
    for (const step of steps) if (!kept.includes(step)) await this.#remove('step', step);
    // The best as of a step is the newest that is not after it: each kept checkpoint needs its own.
    const best = await this.steps('best');
    const needed = new Set(kept.map((step) => best.filter((other) => other <= step).at(-1)));
    for (const step of best) if (!needed.has(step) && step <= record.progress.step) await this.#remove('best', step);
  }

  /** Writes the checkpoint of the best step. */
  async saveBest(trainer: Trainer, record: RunRecord): Promise<void> {
    await this.#write('best', trainer, record);
  }

  /** Returns the weights of a step that `saveBest` wrote, row-major `[element]` by name. */
  async readBest(step: number): Promise<WeightArrays> {
    const name = this.#name('best', step);
    const bytes = await this.#store.read(name);
    if (bytes === undefined) throw new IntegrityError(`the checkpoint of the best step is gone: ${name}`);
    return weightsOfCheckpoint(bytes, name);
  }

  /**
   * Returns the newest checkpoint that is whole, or undefined where there is none at all.
   * @throws IntegrityError where all are damaged: to start anew in silence would waste the run.
   */
  async load(): Promise<LoadedCheckpoint | undefined> {
    const steps = (await this.steps('step')).reverse();
    const damaged: string[] = [];
    for (const step of steps) {
      const name = this.#name('step', step);
      try {
        const bytes = await this.#store.read(name);
        if (bytes === undefined) continue;
        const record = parseRecord(decodeState(bytes, name).metadata, name);
        return { record, bytes, damaged };
      } catch (error) {
        if (!(error instanceof FormatError || error instanceof IntegrityError)) throw error;
        damaged.push((error as DomainError).message);
      }
    }
    if (damaged.length === 0) return undefined;
    throw new IntegrityError(`no checkpoint can be read: ${damaged.join('; ')}`, {
      hint: 'Restore one from a backup, or remove the damaged files to start the run anew.',
    });
  }

  /** Removes the checkpoints after a step: their steps will be taken again. */
  async rewindTo(step: number): Promise<void> {
    for (const kind of ['step', 'best'] as const) {
      for (const other of await this.steps(kind)) if (other > step) await this.#remove(kind, other);
    }
  }

  async #write(kind: 'step' | 'best', trainer: Trainer, record: RunRecord): Promise<void> {
    const bytes = await trainer.saveState(recordMetadata(record));
    await this.#store.write(this.#name(kind, record.progress.step), bytes);
  }

  async #remove(kind: 'step' | 'best', step: number): Promise<void> {
    await this.#store.remove(this.#name(kind, step));
  }

  #name(kind: 'step' | 'best', step: number): string {
    return `${this.#folder}/${stepName(kind, step)}`;
  }
}
