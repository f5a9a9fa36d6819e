import type { PoseTracks } from '@zoopraxis/core';
import { canonicalJson, type TracksFooter } from '@zoopraxis/io';
import { z } from 'zod';
import { programVersion } from '../../jobs/program-version.js';
import { editedTracks, originalTracks } from '../../track/edited-names.js';
import { analyzerOf } from '../analysis/analyzer.js';
import { exchanged } from '../exchanges/exchanged.js';
import { type Exchange, exchangeSchema, withExchange } from '../exchanges/exchanges.js';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { footersOf, type TableFooter } from './table-footers.js';

const journalSchema = z.object({
  format: z.literal('zoopraxis exchanges'),
  version: z.literal(1),
  exchanges: z.array(exchangeSchema),
});

const journalName = (original: string): string => `tracks/${editedTracks(original)}.exchanges.json`;

/** Exchanges of animals in the tracks of a project: what counts is the list of them, their file follows. */
export interface EditedTracks {
  /** Returns the exchanges in tracks of a name, undefined where they are no edited tracks of ours. */
  exchangesOf(name: string): readonly Exchange[] | undefined;
  /** Adds an exchange to the tracks of a name (original or edited), or takes back the same made last; durable when this returns. */
  exchange(name: string, exchange: Exchange): Promise<string>;
  /** Resolves when the files hold all exchanges. */
  settle(): Promise<void>;
}

const all = new WeakMap<ServerContext, Promise<EditedTracks>>();

/** Milliseconds between an exchange and the file that holds it: exchanges come in a row. */
const delayMs = 1500;

/** Returns the exchanges of a project; what a crash left unwritten is written in the background. */
export function editedTracksOf(context: ServerContext): Promise<EditedTracks> {
  const known = all.get(context);
  if (known !== undefined) return known;
  const made = openEditedTracks(context);
  all.set(context, made);
  return made;
}

async function openEditedTracks(context: ServerContext): Promise<EditedTracks> {
  const { project, signal } = context;
  const lists = new Map<string, readonly Exchange[]>();
  const unwritten = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Exchanges are taken while a file, which takes long, is written.
  const inOrder = createQueue();
  const writesInOrder = createQueue();
  for (const name of await project.store.list('tracks/')) {
    const original = /^tracks\/([^/]+)-edited\.exchanges\.json$/.exec(name)?.[1];
    const bytes = original === undefined ? undefined : await project.store.read(name);
    if (original === undefined || bytes === undefined) continue;
    const parsed = journalSchema.safeParse(parseJson(bytes));
    if (!parsed.success) continue;
    lists.set(original, parsed.data.exchanges);
    const written = await footersOf(context).tracks(editedTracks(original));
    const held = written?.footer.provenance.parameters.exchanges;
    if (canonicalJson(held ?? null) !== canonicalJson(parsed.data.exchanges)) unwritten.add(original);
  }
  const writeAll = () =>
    writesInOrder(async () => {
      for (const original of [...unwritten]) {
        const exchanges = lists.get(original) ?? [];
        await writeEdited(context, original, exchanges);
        if (lists.get(original) === exchanges) unwritten.delete(original);
        else schedule();
        context.changed();
      }
    });
  const schedule = () => {
    if (timer !== undefined || signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      // What fails is in the list of exchanges, and is tried again after the next one and when the server starts.
      writeAll().catch(() => undefined);
    }, delayMs);
    timer.unref();
  };
  context.onClose(async () => {
    clearTimeout(timer);
    await inOrder(async () => undefined);
    await writesInOrder(async () => undefined);
  });
  if (unwritten.size > 0) schedule();
  return {
    exchangesOf: (name) => (name === originalTracks(name) ? undefined : lists.get(originalTracks(name))),
    exchange: (name, exchange) =>
      inOrder(async () => {
        const original = originalTracks(name);
        const next = withExchange(lists.get(original) ?? [], exchange);
        const text = canonicalJson({ format: 'zoopraxis exchanges', version: 1, exchanges: next }, 2);
        await project.store.write(journalName(original), new TextEncoder().encode(`${text}\n`));
        lists.set(original, next);
        unwritten.add(original);
        schedule();
        return editedTracks(original);
      }),
    async settle() {
      clearTimeout(timer);
      timer = undefined;
      while (unwritten.size > 0) await writeAll();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Returns a function that runs work one after another. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let queue: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns the names of all tracks, sorted; edited ones from the moment of their first exchange. */
export async function listAllTracks(context: ServerContext): Promise<string[]> {
  const names = await context.project.listTracks();
  const edited = await editedTracksOf(context);
  const made = names.map(editedTracks).filter((name) => edited.exchangesOf(name) !== undefined);
  return [...new Set([...names, ...made])].sort();
}

/**
 * Returns the footer of tracks, undefined where there are none that can be read. Edited ones have that of their originals,
 * with a tag that changes with each exchange.
 */
export async function footerOfTracks(
  context: ServerContext,
  name: string,
): Promise<TableFooter<TracksFooter> | undefined> {
  const footers = footersOf(context);
  const exchanges = (await editedTracksOf(context)).exchangesOf(name);
  if (exchanges === undefined) return footers.tracks(name);
  const found = await footers.tracks(originalTracks(name));
  if (found === undefined) return footers.tracks(name);
  const words = exchanges.map(({ first, second, fromFrame, toFrame = 'end' }) => [first, second, fromFrame, toFrame]);
  return { ...found, tag: `${found.tag}-${Buffer.from(JSON.stringify(words)).toString('base64url')}` };
}

/**
 * Returns tracks, or a part of them, after their exchanges.
 * @throws a refusal with status 404 where there are none.
 */
export async function readAllTracks(
  context: ServerContext,
  name: string,
  range: { readonly startFrame?: number; readonly endFrame?: number } = {},
): Promise<PoseTracks> {
  const { project } = context;
  const exchanges = (await editedTracksOf(context)).exchangesOf(name);
  const source = exchanges === undefined ? name : originalTracks(name);
  const found = await footersOf(context).tracks(source);
  if (found === undefined) throw refusal(404, `the project has no tracks ${name.slice(0, 200)}`);
  const tracks = await project.readTracks(source, range);
  if (exchanges === undefined || exchanges.length === 0) return tracks;
  return exchanged(tracks, exchanges, { firstFrame: range.startFrame ?? 0, frameCount: found.footer.frameCount });
}

/** Writes the file of edited tracks in a thread, in one step, and names it in the recordings of the original. */
async function writeEdited(context: ServerContext, original: string, exchanges: readonly Exchange[]): Promise<void> {
  const { project, folder, signal } = context;
  if ((await footersOf(context).tracks(original)) === undefined) return;
  const name = editedTracks(original);
  const request = {
    kind: 'exchange',
    folder,
    source: { name: original, path: project.tracksName(original) },
    out: project.tracksName(name),
    exchanges,
    version: programVersion,
  } as const;
  await analyzerOf(context).run(`exchange ${JSON.stringify(request)}`, { what: 'tracks', name }, request, signal);
  await project.updateRecordings((recordings) =>
    recordings.map((recording) =>
      recording.tracks.includes(original) && !recording.tracks.includes(name)
        ? { ...recording, tracks: [...recording.tracks, name] }
        : recording,
    ),
  );
}
