import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../../jobs/cache-folder.js';
import { shrinkFolder } from '../analysis/column-file.js';
import { type TrackTargetKind, trackTargetKinds } from '../analysis/target-kinds.js';
import type { JumpTarget } from '../api.js';

/** Size of the folder of lists. */
const mostBytes = 64 * 2 ** 20;

const listSchema = z.array(
  z.object({
    kind: z.enum(trackTargetKinds),
    frame: z.int().min(0),
    individual: z.string().optional(),
    keypoint: z.string().optional(),
    score: z.number(),
    text: z.string(),
  }),
);

const pathOf = (key: string): string => join(cacheFolder(), 'targets', `${key}.json`);

/** Returns a list of places that was kept under a key, undefined where there is none, or it is not whole. */
export async function readKeptTargets(key: string, kind: TrackTargetKind): Promise<readonly JumpTarget[] | undefined> {
  const path = pathOf(key);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  await utimes(path, new Date(), new Date()).catch(() => undefined);
  try {
    const list = listSchema.parse(JSON.parse(text));
    return list.every((target) => target.kind === kind) ? (list as JumpTarget[]) : undefined;
  } catch {
    // It is made again.
    return undefined;
  }
}

/** Keeps a list of places for the next opening; where the disk has no room nothing is kept. */
export async function keepTargets(key: string, targets: readonly JumpTarget[]): Promise<void> {
  const path = pathOf(key);
  const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(temporary, JSON.stringify(targets));
    await rename(temporary, path);
    await shrinkFolder(join(path, '..'), mostBytes);
  } catch {
    await rm(temporary, { force: true });
  }
}
