import type { ByteStore } from '@zoopraxis/core';
import { z } from 'zod';

const problem = z.object({ message: z.string(), hint: z.string().nullable() });

/** Schema of `.studio/jobs/<id>/record.json`: all that is kept of a job but its curves. */
export const jobRecordSchema = z.object({
  format: z.literal('zoopraxis job'),
  version: z.literal(1),
  id: z.string().regex(/^[\w-]{1,64}$/),
  recipe: z.string(),
  title: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** `running` where the server was ended while it ran: then it goes on when the server starts. */
  state: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
  createdAt: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** How often its process was started. */
  attempts: z.int().min(0),
  /** The process that ran it last, where it may still run. */
  process: z.object({ pid: z.int().min(2), host: z.string() }).nullable(),
  progress: z.record(z.string(), z.unknown()),
  error: problem.nullable(),
  output: z.unknown(),
});

/** What is kept of a job. */
export type JobRecord = z.output<typeof jobRecordSchema>;

/** A point of the curves of a training. */
export const learningSchema = z.object({
  kind: z.literal('learning'),
  step: z.number(),
  loss: z.number().optional(),
  heldOutErrorPx: z.number().optional(),
});

/** A point of the curves of a training: loss, or error on held-out images in px. */
export type LearningEvent = z.output<typeof learningSchema>;

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
const recordName = (id: string) => `jobs/${id}/record.json`;
const learningName = (id: string) => `jobs/${id}/learning.jsonl`;

/** Writes the record of a job, durable and whole. */
export function writeRecord(store: ByteStore, record: JobRecord): Promise<void> {
  return store.write(recordName(record.id), encoder.encode(`${JSON.stringify(record, null, 2)}\n`));
}

/** Returns the records of all jobs, from the oldest; those that cannot be read are left out. */
export async function readRecords(store: ByteStore): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  for (const name of await store.list('jobs/')) {
    const id = /^jobs\/([\w-]{1,64})\/record\.json$/.exec(name)?.[1];
    if (id === undefined) continue;
    try {
      const record = jobRecordSchema.parse(JSON.parse(decoder.decode(await store.read(name))));
      if (record.id === id) records.push(record);
    } catch {
      // A job of another version, or a file that somebody changed: its results are where they are.
    }
  }
  return records.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
}

/** Adds points to the curves of a job, durable when this returns. */
export function appendLearning(store: ByteStore, id: string, events: readonly LearningEvent[]): Promise<void> {
  return store.append(learningName(id), encoder.encode(events.map((event) => `${JSON.stringify(event)}\n`).join('')));
}

/** Losses that are handed out: a page draws no more, and a training may have a million. */
const mostLosses = 4096;

/**
 * Returns the curves of a job, by step: errors all of them, losses as means of neighbors where there are very many. What a
 * training did again after it was interrupted is there once.
 */
export async function readLearning(store: ByteStore, id: string): Promise<LearningEvent[]> {
  const bytes = await store.read(learningName(id)).catch(() => undefined);
  const [losses, errors] = [new Map<number, number>(), new Map<number, number>()];
  for (const line of decoder.decode(bytes ?? new Uint8Array()).split('\n')) {
    const event = parseLine(line);
    if (event?.loss !== undefined) losses.set(event.step, event.loss);
    if (event?.heldOutErrorPx !== undefined) errors.set(event.step, event.heldOutErrorPx);
  }
  const byStep = [...losses].sort(([a], [b]) => a - b);
  const each = Math.max(1, Math.ceil(byStep.length / mostLosses));
  const events: LearningEvent[] = [...errors].map(([step, heldOutErrorPx]) => ({
    kind: 'learning',
    step,
    heldOutErrorPx,
  }));
  for (let at = 0; at < byStep.length; at += each) {
    const part = byStep.slice(at, at + each);
    const loss = part.reduce((sum, [, value]) => sum + value, 0) / part.length;
    events.push({ kind: 'learning', step: (part.at(-1) as [number, number])[0], loss });
  }
  return events.sort((a, b) => a.step - b.step);
}

function parseLine(line: string): LearningEvent | undefined {
  if (line === '') return undefined;
  try {
    return learningSchema.safeParse(JSON.parse(line)).data;
  } catch {
    // The last line of a server that was killed while it wrote.
    return undefined;
  }
}
