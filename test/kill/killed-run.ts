import { createHash } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { Random } from '@zoopraxis/core';
import { readTracksFile } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { type Killer, runZoopraxis } from './run-zoopraxis.js';

/** When a process is killed: at a time, or as soon as so many changes of files were seen. */
export type KillInstant = { readonly afterMs: number } | { readonly afterWrites: number };

/** What is run: a training, then tracking with its model. */
export interface KilledWork {
  /** Project that is trained in; each run has a copy of it. */
  readonly project: string;
  readonly video: string;
  /** Further words of `train pose`, list; they must fix a number of steps. */
  readonly training: readonly string[];
  /** Further words of `track`, list. */
  readonly tracking: readonly string[];
  /** Folder for runs. */
  readonly work: string;
}

/** What a run came to. */
export interface KilledRun {
  /** SHA-256 of what is compared, by what it is of. */
  readonly hashes: Readonly<Record<'weights' | 'network' | 'positions' | 'confidences', string>>;
  /** Processes that were killed. */
  readonly kills: number;
  readonly durationMs: number;
  /** Changes of files that were seen. */
  readonly writes: number;
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** Kills at each of the instants, counted from the start of the whole run, over all its processes. */
class Reaper {
  #left: KillInstant[];
  readonly #start = performance.now();
  #writes = 0;

  constructor(instants: readonly KillInstant[]) {
    this.#left = [...instants];
  }

  get writes(): number {
    return this.#writes;
  }

  killer(folder: string): Killer {
    return {
      watch: (kill) => {
        const strike = (instant: KillInstant) => {
          this.#left = this.#left.filter((other) => other !== instant);
          kill();
        };
        // An instant that fell between two processes strikes at the start of the next.
        const timers = this.#left.map((instant) =>
          'afterMs' in instant
            ? setTimeout(() => strike(instant), Math.max(0, this.#start + instant.afterMs - performance.now()))
            : undefined,
        );
        const watcher = watch(folder, { recursive: true }, () => {
          this.#writes++;
          const due = this.#left.find((instant) => 'afterWrites' in instant && this.#writes >= instant.afterWrites);
          if (due !== undefined) strike(due);
        });
        return () => {
          for (const timer of timers) clearTimeout(timer);
          watcher.close();
        };
      },
    };
  }
}

/**
 * Returns what training and tracking give when they are killed at the instants, one after the other, and started again by
 * the same commands; without instants, what an undisturbed run gives.
 */
export async function runWithKills(
  { project, video, training, tracking, work }: KilledWork,
  name: string,
  instants: readonly KillInstant[],
): Promise<KilledRun> {
  const folder = join(work, name);
  await rm(folder, { recursive: true, force: true });
  const [copy, out] = [join(folder, 'project'), join(folder, 'tracks')];
  await mkdir(out, { recursive: true });
  await cp(project, copy, { recursive: true });
  const model = join(copy, 'models', 'model');
  const commands = [
    ['train', 'pose', copy, '--name', 'model', '--seed', '1', ...training],
    ['track', video, '--model', model, '--out', out, ...tracking],
  ];
  const start = performance.now();
  const reaper = new Reaper(instants);
  let kills = 0;
  // Killed after its last change of a file, a training is done, and the same command would meet a finished model.
  const isTrained = () => existsSync(join(model, 'model.json')) && !existsSync(join(model, 'run', 'run.json'));
  for (const command of commands) {
    while (!(await runZoopraxis(command, reaper.killer(folder)))) {
      kills++;
      if (command[0] === 'train' && isTrained()) break;
    }
  }
  const durationMs = performance.now() - start;
  const tracks = await readTracksFile(new FolderStore(out), `${parse(video).name}.parquet`);
  if (tracks === undefined) throw new Error(`the tracks are not there: ${out}`);
  const hashes = {
    weights: hashOf(await readFile(join(model, 'weights.safetensors'))),
    network: hashOf(await readFile(join(model, 'model.onnx'))),
    positions: hashOf(bytesOf(tracks.position)),
    confidences: hashOf(bytesOf(tracks.confidence)),
  };
  return { hashes, kills, durationMs, writes: reaper.writes };
}

/** Returns instants over a run: by turns a random time within it and a random number of changes of files. */
export function drawInstants(count: number, { durationMs, writes }: KilledRun, seed: number): KillInstant[] {
  const rng = new Random(seed).fork('kills');
  return Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? { afterMs: Math.round(rng.between(0.05, 0.9) * durationMs) }
      : { afterWrites: 1 + Math.floor(rng.between(0, writes)) },
  );
}
