import type { Region } from '@zoopraxis/core';
import { entryOfRecording, recordingOfEntry } from '@zoopraxis/io';
import { FolderStore } from '@zoopraxis/io/node';
import { refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Arena and regions of a recording. */
export interface Outlines {
  readonly arena: Region | null;
  readonly regions: readonly Region[];
}

type Entry =
  | { readonly kind: 'edit'; readonly recording: string; readonly before: Outlines; readonly after: Outlines }
  | { readonly kind: 'undo' | 'redo'; readonly recording: string };

interface Steps {
  readonly undo: { readonly before: Outlines; readonly after: Outlines }[];
  readonly redo: { readonly before: Outlines; readonly after: Outlines }[];
}

/** What arena and regions were before each change: they stand in the manifest, which knows no past. */
export interface OutlineHistory {
  /** Keeps a change; durable when this returns. Nothing is kept where nothing changed. */
  note(recording: string, before: Outlines, after: Outlines): Promise<void>;
  /** Tells whether there is something to take back or to do again. */
  steps(recording: string): { readonly canUndo: boolean; readonly canRedo: boolean };
  /** Takes back the last change of a recording, or does it again; throws a refusal where there is none. */
  reverse(recording: string, direction: 'undo' | 'redo'): Promise<void>;
}

const fileName = '.studio/outlines.jsonl';
/** Changes that are kept of one recording. */
const mostSteps = 1000;

const all = new WeakMap<ServerContext, Promise<OutlineHistory>>();

/** Returns the history of outlines of a project; lines that cannot be read are left out. */
export function outlineHistoryOf(context: ServerContext): Promise<OutlineHistory> {
  const known = all.get(context) ?? openHistory(context);
  all.set(context, known);
  return known;
}

/** Returns arena and regions of a recording as they are; throws a refusal with status 404. */
export function outlinesOf({ project }: ServerContext, id: string): Outlines {
  const entry = project.manifest.recordings.find((item) => item.id === id);
  if (entry === undefined) throw refusal(404, `the project has no recording ${id.slice(0, 200)}`);
  const { arena, regions } = recordingOfEntry(entry);
  return { arena: (arena as Region | undefined) ?? null, regions };
}

async function openHistory(context: ServerContext): Promise<OutlineHistory> {
  const store = new FolderStore(context.folder);
  const byRecording = new Map<string, Steps>();
  const stepsOf = (recording: string): Steps => {
    const found = byRecording.get(recording) ?? { undo: [], redo: [] };
    byRecording.set(recording, found);
    return found;
  };
  const take = (entry: Entry) => {
    const { undo, redo } = stepsOf(entry.recording);
    if (entry.kind === 'edit') {
      undo.push({ before: entry.before, after: entry.after });
      if (undo.length > mostSteps) undo.shift();
      redo.length = 0;
      return;
    }
    const [from, to] = entry.kind === 'undo' ? [undo, redo] : [redo, undo];
    const step = from.pop();
    if (step !== undefined) to.push(step);
  };
  const bytes = await store.read(fileName).catch(() => undefined);
  for (const line of new TextDecoder().decode(bytes ?? new Uint8Array()).split('\n')) {
    const entry = parseEntry(line);
    if (entry !== undefined) take(entry);
  }
  const keep = async (entry: Entry) => {
    // A line that a crash cut in two must not swallow the next one: each begins with its own line end.
    await store.append(fileName, new TextEncoder().encode(`\n${JSON.stringify(entry)}`));
    take(entry);
  };
  return {
    async note(recording, before, after) {
      if (JSON.stringify(before) !== JSON.stringify(after)) await keep({ kind: 'edit', recording, before, after });
    },
    steps(recording) {
      const found = byRecording.get(recording);
      return { canUndo: (found?.undo.length ?? 0) > 0, canRedo: (found?.redo.length ?? 0) > 0 };
    },
    async reverse(recording, direction) {
      outlinesOf(context, recording);
      const step = stepsOf(recording)[direction].at(-1);
      if (step === undefined) {
        throw refusal(
          409,
          `there is no change of arena and regions to ${direction === 'undo' ? 'take back' : 'do again'}`,
        );
      }
      const { arena, regions } = direction === 'undo' ? step.before : step.after;
      await context.project.updateManifest((manifest) => ({
        ...manifest,
        recordings: manifest.recordings.map((item) => {
          if (item.id !== recording) return item;
          const { arena: _, ...rest } = recordingOfEntry(item);
          return entryOfRecording({ ...rest, regions, ...(arena === null ? {} : { arena }) }, item);
        }),
      }));
      await keep({ kind: direction, recording });
    },
  };
}

function parseEntry(line: string): Entry | undefined {
  if (line === '') return undefined;
  try {
    const entry = JSON.parse(line) as Entry;
    const isKnown = ['edit', 'undo', 'redo'].includes(entry.kind) && typeof entry.recording === 'string';
    const hasStates =
      entry.kind !== 'edit' || (Array.isArray(entry.before?.regions) && Array.isArray(entry.after?.regions));
    return isKnown && hasStates ? entry : undefined;
  } catch {
    return undefined;
  }
}
