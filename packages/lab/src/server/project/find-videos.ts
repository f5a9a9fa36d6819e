import { lstat, opendir } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { VideoEntry } from '@zoopraxis/io';
import { hashFile } from '@zoopraxis/io/node';
import { groupShownAsVideo } from '../labels/video-images.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { videosThere } from '../videos/videos-there.js';

/** Most names that are looked at, so that a search of a whole disk ends. */
const mostNames = 200_000;

/** What a search for videos found. */
export interface FoundVideos {
  /** Ids of videos that were found again. */
  readonly found: readonly string[];
  /** Ids of videos that are still missing. */
  readonly missing: readonly string[];
  /** Files that have the name of a video and are another film. */
  readonly others: readonly string[];
}

const nameOf = (entry: VideoEntry): string => basename(entry.source.replaceAll('\\', '/'));

/** Yields the paths of files of some names below a folder; folders that cannot be read and links are passed over. */
async function* filesNamed(
  folder: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const folders = [folder];
  let count = 0;
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    const entries = await opendir(at).catch(() => undefined);
    if (entries === undefined) continue;
    for await (const entry of entries) {
      signal.throwIfAborted();
      if (++count > mostNames) return;
      if (entry.isDirectory() && !entry.name.startsWith('.')) folders.push(join(at, entry.name));
      if (entry.isFile() && names.has(entry.name)) yield join(at, entry.name);
    }
  }
}

/**
 * Looks below a folder for the videos that are not where the project says, by name and content, and corrects where they
 * are. A path below the project is kept relative, so that the project can be moved.
 */
export async function findVideos(context: ServerContext, folder: string, signal: AbortSignal): Promise<FoundVideos> {
  const { project } = context;
  const root = resolve(context.folder, folder);
  const stats = await lstat(root).catch(() => undefined);
  if (stats?.isDirectory() !== true) {
    throw refusal(404, `there is no such folder: ${root}`, 'Write its whole path, as the system shows it.');
  }
  const there = await videosThere(context.folder, project.manifest.videos);
  const lost = project.manifest.videos.filter(
    (entry) => !there.has(entry.id) && groupShownAsVideo(entry) === undefined,
  );
  const sources = new Map<string, string>();
  const others: string[] = [];
  for await (const path of filesNamed(root, new Set(lost.map(nameOf)), signal)) {
    const wanted = lost.filter((entry) => nameOf(entry) === basename(path) && !sources.has(entry.id));
    if (wanted.length === 0) continue;
    const hash = await hashFile(path);
    const same = wanted.filter(({ contentHash }) => contentHash === hash);
    if (same.length === 0) others.push(path);
    for (const { id } of same) sources.set(id, sourceOf(context.folder, path));
    if (sources.size === lost.length) break;
  }
  if (sources.size > 0) {
    await project.updateManifest((manifest) => ({
      ...manifest,
      videos: manifest.videos.map((entry) => ({ ...entry, source: sources.get(entry.id) ?? entry.source })),
    }));
    context.changed();
  }
  const missing = lost.map(({ id }) => id).filter((id) => !sources.has(id));
  return { found: [...sources.keys()], missing, others: others.slice(0, 20) };
}

function sourceOf(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside.split(sep).join('/');
}
