import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@zoopraxis/core';
import { type AnnotationsFooter, readAnnotationsFooter, readTracksFooter, type TracksFooter } from '@zoopraxis/io';
import type { ServerContext } from '../server-context.js';

/** What is known of a table without reading its rows. */
export interface TableFooter<Footer> {
  readonly footer: Footer;
  /** Changes with the file. */
  readonly tag: string;
  readonly sizeBytes: number;
}

/** Footers of the tables of a project, each read once for each content of its file. */
export interface TableFooters {
  /** Returns the footer of tracks, undefined where there are none, or their file cannot be read. */
  tracks(name: string): Promise<TableFooter<TracksFooter> | undefined>;
  /** Returns the footer of annotations, undefined where there are none, or their file cannot be read. */
  annotations(name: string): Promise<TableFooter<AnnotationsFooter> | undefined>;
  /** Sentences about tables that cannot be read, by path. */
  readonly problems: ReadonlyMap<string, string>;
}

interface Kept {
  readonly tag: string;
  readonly found: Promise<TableFooter<unknown> | undefined>;
}

const all = new WeakMap<ServerContext, TableFooters>();

/** Returns the footers of the tables of a project. */
export function footersOf(context: ServerContext): TableFooters {
  const known = all.get(context);
  if (known !== undefined) return known;
  const made = createFooters(context);
  all.set(context, made);
  return made;
}

function createFooters({ folder, project }: ServerContext): TableFooters {
  const kept = new Map<string, Kept>();
  const problems = new Map<string, string>();
  async function look<Footer>(path: string, read: () => Promise<Footer | undefined>) {
    const stats = await stat(join(folder, path)).catch(() => undefined);
    if (stats === undefined) {
      kept.delete(path);
      problems.delete(path);
      return undefined;
    }
    const tag = `${stats.size.toString(36)}-${stats.mtimeMs.toString(36)}-${stats.ino.toString(36)}`;
    const before = kept.get(path);
    if (before?.tag === tag) return before.found;
    const found = read().then(
      (footer) => {
        problems.delete(path);
        return footer === undefined ? undefined : { footer, tag, sizeBytes: stats.size };
      },
      (error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        problems.set(path, error.message);
        return undefined;
      },
    );
    kept.set(path, { tag, found });
    return found;
  }
  return {
    tracks: (name) => {
      const path = project.tracksName(name);
      return look(path, () => readTracksFooter(project.store, path)) as ReturnType<TableFooters['tracks']>;
    },
    annotations: (name) => {
      const path = project.annotationsName(name);
      return look(path, () => readAnnotationsFooter(project.store, path)) as ReturnType<TableFooters['annotations']>;
    },
    problems,
  };
}
