import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@zoopraxis/io';
import { hashFile } from '@zoopraxis/io/node';
import { cacheFolder } from '../../jobs/cache-folder.js';
import { programVersion } from '../../jobs/program-version.js';
import type { AnalysisRequest, AnalyzedTracks } from '../analysis/analyze.js';
import { analyzerOf } from '../analysis/analyzer.js';
import { openColumnFile, shrinkFolder } from '../analysis/column-file.js';
import { type RangedColumn, withRanges } from '../analysis/value-ranges.js';
import { originalTracks } from '../exchanges/exchanges.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf } from '../tracks/edited-tracks.js';
import type { Trace } from './trace-list.js';

/** The numbers of a trace. */
export interface TraceValues {
  readonly column: RangedColumn;
  /** Changes with the numbers. */
  readonly key: string;
}

/** Memory for columns that were read. */
const mostHeldBytes = 192 * 2 ** 20;

/** Size of the folder of computed columns. */
const mostCachedBytes = 4 * 2 ** 30;

/** Returns SHA-256 of files of a project, each computed once for each content. */
export function createFileHashes({ folder }: ServerContext): (path: string) => Promise<string> {
  const known = new Map<string, { readonly tag: string; readonly hash: Promise<string> }>();
  return async (path) => {
    const absolute = join(folder, path);
    const stats = await stat(absolute).catch(() => undefined);
    if (stats === undefined) throw refusal(404, `there is no such file any more: ${path}`);
    const tag = `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
    const before = known.get(path);
    if (before?.tag === tag) return before.hash;
    const hash = hashFile(absolute);
    known.set(path, { tag, hash });
    hash.catch(() => known.delete(path));
    return hash;
  };
}

/** Returns what a thread needs to read tracks, and what tells their content. */
export async function analyzedTracks(
  context: ServerContext,
  tracks: string,
  hashOf: (path: string) => Promise<string>,
): Promise<{ readonly tracks: AnalyzedTracks; readonly content: string }> {
  const { project, folder } = context;
  const exchanges = (await editedTracksOf(context)).exchangesOf(tracks);
  const path = project.tracksName(exchanges === undefined ? tracks : originalTracks(tracks));
  const contentHash = await hashOf(path);
  const content = canonicalJson({ file: contentHash, exchanges: (exchanges ?? []).map((item) => ({ ...item })) });
  return { tracks: { folder, path, contentHash, exchanges: exchanges ?? [] }, content };
}

/** Returns a function that gives the numbers of traces, computing them where that was not done before. */
export function createTraceValues(context: ServerContext): (trace: Trace, signal: AbortSignal) => Promise<TraceValues> {
  const hashOf = createFileHashes(context);
  const folder = join(cacheFolder(), 'traces');
  // In the order of use, the latest last.
  const held = new Map<string, Promise<RangedColumn>>();
  let heldBytes = 0;

  async function requestOf({ source }: Trace): Promise<{ key: string; name: string; request: AnalysisRequest }> {
    if (source.kind === 'scores') {
      const key = keyOf({ scores: await hashOf(source.path) });
      const out = join(folder, `${key}.columns`);
      return { key, name: source.path, request: { kind: 'scores', folder: context.folder, path: source.path, out } };
    }
    const { tracks: name, spec, calibration, arena } = source;
    const { tracks, content } = await analyzedTracks(context, name, hashOf);
    const key = keyOf(JSON.parse(JSON.stringify({ content, spec, calibration, arena })));
    const out = join(folder, `${key}.columns`);
    return { key, name, request: { kind: 'features', tracks, spec, calibration, arena, out } };
  }

  async function read(trace: Trace, signal: AbortSignal, work: Awaited<ReturnType<typeof requestOf>>) {
    const out = join(folder, `${work.key}.columns`);
    let file = await openColumnFile(out);
    if (file === undefined) {
      await analyzerOf(context).run(work.key, work.name, work.request, signal);
      await shrinkFolder(folder, mostCachedBytes);
      file = await openColumnFile(out);
    }
    if (file === undefined) throw refusal(503, `what was computed of ${work.name} is gone: ${out}`, 'Try again.');
    return withRanges(await file.column(trace.column));
  }

  return async (trace, signal) => {
    const work = await requestOf(trace);
    const key = `${work.key}-${trace.column}`;
    const known = held.get(key);
    if (known !== undefined) {
      held.delete(key);
      held.set(key, known);
      return { column: await known, key };
    }
    const column = await read(trace, signal, work);
    if (!held.has(key)) {
      held.set(key, Promise.resolve(column));
      heldBytes += column.values.byteLength + column.runs.byteLength;
      for (const [old, kept] of held) {
        if (heldBytes <= mostHeldBytes || held.size <= 2) break;
        held.delete(old);
        const { values, runs } = await kept;
        heldBytes -= values.byteLength + runs.byteLength;
      }
    }
    return { column, key };
  };
}

/** Returns what tells computed numbers apart: by the content that they are made from, and how. */
export const keyOf = (content: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(canonicalJson({ ...content, version: programVersion }))
    .digest('hex')
    .slice(0, 40);
