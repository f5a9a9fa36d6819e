import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, readTracksGroups } from '@zoopraxis/io';
import { hashFile } from '@zoopraxis/io/node';
import { cacheFolder } from '../../jobs/cache-folder.js';
import { programVersion } from '../../jobs/program-version.js';
import { originalTracks } from '../../track/edited-names.js';
import type { AnalyzedTracks } from '../analysis/analyze.js';
import { analyzerOf } from '../analysis/analyzer.js';
import { openColumnFile, shrinkFolder } from '../analysis/column-file.js';
import type { FeatureWish } from '../analysis/feature-work.js';
import { type FeatureWait, featureWorksOf } from '../analysis/feature-works.js';
import { type RangedColumn, withRanges } from '../analysis/value-ranges.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf, footerOfTracks } from '../tracks/edited-tracks.js';
import type { FeatureTraceSource, Trace } from './trace-list.js';

/** The numbers of a trace. */
export interface TraceValues {
  readonly column: RangedColumn;
  /** Changes with the numbers. */
  readonly key: string;
  /** Left out where all numbers that were asked for are there; else how far they are: the others are NaN. */
  readonly underWay?: { readonly share: number; readonly secondsLeft: number | null };
}

/** How long one waits for the numbers of a trace, and for which. */
export type TraceWait = FeatureWait;

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
export function createTraceValues(context: ServerContext): (trace: Trace, wait: TraceWait) => Promise<TraceValues> {
  const hashOf = createFileHashes(context);
  const folder = join(cacheFolder(), 'traces');
  // In the order of use, the latest last.
  const held = new Map<string, RangedColumn>();
  let heldBytes = 0;

  async function workOf({ source }: Trace): Promise<{
    readonly key: string;
    readonly tracks: AnalyzedTracks | null;
    readonly out: string;
  }> {
    const named = (key: string, tracks: AnalyzedTracks | null) => ({
      key,
      tracks,
      out: join(folder, `${key}.columns`),
    });
    if (source.kind === 'scores') return named(keyOf({ scores: await hashOf(source.path) }), null);
    const { spec, calibration, arena } = source;
    const { tracks, content } = await analyzedTracks(context, source.tracks, hashOf);
    return named(keyOf(JSON.parse(JSON.stringify({ content, spec, calibration, arena }))), tracks);
  }

  async function wishOf(source: FeatureTraceSource, tracks: AnalyzedTracks, out: string): Promise<FeatureWish> {
    const { spec, calibration, arena, columnCount } = source;
    const [found, groupStarts] = await Promise.all([
      footerOfTracks(context, source.tracks),
      readTracksGroups(context.project.store, tracks.path),
    ]);
    if (found === undefined || groupStarts === undefined) {
      throw refusal(404, `there are no such tracks any more: ${source.tracks}`);
    }
    const { frameCount, fps, variableRate } = found.footer;
    const shape = { frameCount, fps, isVariableRate: variableRate, columnCount, groupStarts };
    return { name: source.tracks, tracks, spec, calibration, arena, out, ...shape };
  }

  // Several stretches of one column are asked for at once: it is read once.
  const reading = new Map<string, Promise<RangedColumn | undefined>>();

  /** Returns a column whose file is there, undefined where it is not. */
  function readWhole(key: string, out: string, index: number): Promise<RangedColumn | undefined> {
    const known = reading.get(key);
    if (known !== undefined) return known;
    const made = openColumnFile(out).then(async (file) =>
      file === undefined ? undefined : withRanges(await file.column(index)),
    );
    reading.set(key, made);
    const done = () => void reading.delete(key);
    made.then(done, done);
    return made;
  }

  function hold(key: string, column: RangedColumn): void {
    if (held.has(key)) return;
    held.set(key, column);
    heldBytes += column.values.byteLength + column.runs.byteLength;
    for (const [old, { values, runs }] of held) {
      if (heldBytes <= mostHeldBytes || held.size <= 2) break;
      held.delete(old);
      heldBytes -= values.byteLength + runs.byteLength;
    }
  }

  /** Computes what a trace is of: all of it, or as much as somebody is content with, which is returned then. */
  async function compute(
    { source, column }: Trace,
    { key, tracks, out }: Awaited<ReturnType<typeof workOf>>,
    { signal, ...wait }: TraceWait,
  ): Promise<Omit<TraceValues, 'key'> | undefined> {
    if (source.kind === 'scores' || tracks === null) {
      const path = source.kind === 'scores' ? source.path : '';
      const request = { kind: 'scores', folder: context.folder, path, out } as const;
      await analyzerOf(context).run(key, { what: 'curves', name: path }, request, signal);
    } else {
      const work = await featureWorksOf(context).wait(key, () => wishOf(source, tracks, out), { signal, ...wait });
      if (!work.isWhole) {
        const isThere = wait.frames !== undefined && work.covers(wait.frames);
        const { share, secondsLeft } = work;
        return { column: await work.column(column), ...(isThere ? {} : { underWay: { share, secondsLeft } }) };
      }
    }
    await shrinkFolder(folder, mostCachedBytes);
    return undefined;
  }

  return async (trace, wait) => {
    const work = await workOf(trace);
    const key = `${work.key}-${trace.column}`;
    const known = held.get(key);
    if (known !== undefined) {
      held.delete(key);
      held.set(key, known);
      return { column: known, key };
    }
    let whole = await readWhole(key, work.out, trace.column);
    if (whole === undefined) {
      const part = await compute(trace, work, wait);
      if (part !== undefined) return { ...part, key };
      whole = await readWhole(key, work.out, trace.column);
    }
    if (whole === undefined) throw refusal(503, `what was computed is gone: ${work.out}`, 'Try again.');
    hold(key, whole);
    return { column: whole, key };
  };
}

/** Returns what tells computed numbers apart: by the content that they are made from, and how. */
export const keyOf = (content: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(canonicalJson({ ...content, version: programVersion }))
    .digest('hex')
    .slice(0, 40);
