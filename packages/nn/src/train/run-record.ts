import { FormatError } from '@zoopraxis/core';
import type { PlateauState } from '../optimize/plateau.js';
import type { TrainerInfo } from './trainer.js';

/** How far a run has come; plain data. */
export interface RunProgress {
  /** Steps taken. */
  step: number;
  /** Step of the last evaluation. */
  evaluatedStep: number;
  plateau: PlateauState | null;
  /** Best monitored value, and the step after which it was found. */
  best: { step: number; value: number } | null;
  /** Evaluations since then. */
  badCount: number;
}

/** What a checkpoint records beside the tensors. */
export interface RunRecord {
  readonly format: 1;
  readonly progress: RunProgress;
  readonly epoch: number | null;
  /** All that the run's bits depend on. */
  readonly info: TrainerInfo;
}

const KEY = 'run';

/** Returns a record as metadata of a checkpoint file. */
export function recordMetadata(record: RunRecord): Record<string, string> {
  return { [KEY]: JSON.stringify(record) };
}

/** Returns the record that a checkpoint's metadata hold; throws FormatError where there is none or of another format. */
export function parseRecord(metadata: Readonly<Record<string, string>>, path: string): RunRecord {
  const fail = (expected: string, found: string): FormatError =>
    new FormatError({ format: 'checkpoint', path, where: `metadata ${KEY}`, expected, found });
  const text = metadata[KEY];
  if (text === undefined) throw fail('a record of the run', 'none');
  let record: Partial<RunRecord>;
  try {
    record = JSON.parse(text) as Partial<RunRecord>;
  } catch {
    throw fail('JSON', 'another text');
  }
  if (record?.format !== 1) throw fail('format 1', JSON.stringify(record?.format) ?? 'none');
  const { progress, info } = record;
  if (!Number.isSafeInteger(progress?.step) || typeof info?.forms !== 'object') {
    throw fail('progress and info', 'an incomplete record');
  }
  return record as RunRecord;
}

/** Returns a text that is the same for equal plain data, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/**
 * Returns why a run that was recorded under `before` will not have the bits of an undisturbed one under `now`;
 * an empty list where nothing differs.
 */
export function differences(before: TrainerInfo, now: TrainerInfo): string[] {
  const reasons: string[] = [];
  const compare = (what: string, old: unknown, current: unknown): void => {
    const [a, b] = [canonical(old) ?? 'absent', canonical(current) ?? 'absent'];
    if (a !== b) reasons.push(`${what} was ${a}, is ${b}`);
  };
  compare('device', before.target, now.target);
  compare('threads', before.threads, now.threads);
  compare('seed', before.seed, now.seed);
  compare('optimizer', before.optimizer, now.optimizer);
  const union = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  for (const key of union(before.environment, now.environment)) {
    compare(key, before.environment[key], now.environment[key]);
  }
  for (const key of union(before.forms, now.forms)) compare(`form of ${key}`, before.forms[key], now.forms[key]);
  return reasons;
}
