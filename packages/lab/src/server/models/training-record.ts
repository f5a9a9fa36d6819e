import type { ByteStore } from '@zoopraxis/core';
import { z } from 'zod';
import type { ProgressEvent } from '../../progress/progress-event.js';

/** A point of the curves of a training. */
export type LearningPoint = Extract<ProgressEvent, { kind: 'learning' }>;

/** Largest file of a training that is read, bytes. */
const mostBytes = 256 * 2 ** 20;
/** Losses that are handed out: a page draws no more. */
const mostLosses = 2048;

const line = z.looseObject({
  step: z.number(),
  loss: z.number().nullish(),
  evaluation: z.looseObject({ meanErrorPx: z.number().nullish() }).optional(),
});

async function textOf(store: ByteStore, name: string): Promise<string | undefined> {
  const bytes = await store.read(name).catch(() => undefined);
  return bytes === undefined || bytes.length > mostBytes ? undefined : new TextDecoder().decode(bytes);
}

function parseLine(text: string): z.output<typeof line> | undefined {
  if (text === '') return undefined;
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    // A line that somebody damaged: the others stand.
    return undefined;
  }
}

/** Returns the record of the training of a classifier (`training.json` in its folder); null where none can be read. */
export async function readTrainingRecord(store: ByteStore, folder: string): Promise<unknown> {
  const text = await textOf(store, `${folder}/training.json`);
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Returns the curves of the training of a pose model (`training.jsonl` in its folder) by step: every error on held-out
 * images, and losses as means of neighbors where there are very many. Empty where there are none.
 */
export async function readModelLearning(store: ByteStore, folder: string): Promise<LearningPoint[]> {
  const text = await textOf(store, `${folder}/training.jsonl`);
  if (text === undefined) return [];
  const [losses, errors] = [new Map<number, number>(), new Map<number, number>()];
  for (const one of text.split('\n')) {
    const parsed = parseLine(one);
    if (parsed === undefined) continue;
    if (parsed.loss != null) losses.set(parsed.step, parsed.loss);
    const error = parsed.evaluation?.meanErrorPx;
    if (error != null) errors.set(parsed.step, error);
  }
  const byStep = [...losses].sort(([a], [b]) => a - b);
  const each = Math.max(1, Math.ceil(byStep.length / mostLosses));
  const events = [...errors].map(
    ([step, heldOutErrorPx]): LearningPoint => ({ kind: 'learning', step, heldOutErrorPx }),
  );
  for (let at = 0; at < byStep.length; at += each) {
    const part = byStep.slice(at, at + each);
    const loss = part.reduce((sum, [, value]) => sum + value, 0) / part.length;
    events.push({ kind: 'learning', step: (part.at(-1) as [number, number])[0], loss });
  }
  return events.sort((a, b) => a.step - b.step);
}
