import { createEthogram, IntegrityError } from '@zoopraxis/core';
import { canonicalJson } from '../../records/canonical-json.js';
import type { BoutEntry } from './bout-entry.js';

/** What an entry does to the catalogue of behaviors. */
export type EthogramChange = NonNullable<BoutEntry['ethogram']>;

/** A behavior as the manifest holds it; fields that this version does not know are kept. */
export type CatalogedBehavior = EthogramChange['before'][number];

/** The catalogue of a project: where it is read and replaced in one durable step. */
export interface EthogramPlace {
  read(): readonly CatalogedBehavior[];
  /** @param renamed new names of behaviors by old ones, for what else names them */
  write(behaviors: readonly CatalogedBehavior[], renamed: Readonly<Record<string, string>>): Promise<void>;
}

/** Tells whether two catalogues are the same in all. */
export function sameBehaviors(a: readonly CatalogedBehavior[], b: readonly CatalogedBehavior[]): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** Returns what makes a catalogue of another, undefined where they are the same. */
export function ethogramChange(
  before: readonly CatalogedBehavior[],
  after: readonly CatalogedBehavior[],
  renamed: Readonly<Record<string, string>> = {},
): EthogramChange | undefined {
  return sameBehaviors(before, after) ? undefined : { before: [...before], after: [...after], renamed: { ...renamed } };
}

/**
 * Returns the change that takes one back, or does it again, in the catalogue as it is now: behaviors that it did not touch stay
 * as they are; undefined where nothing is left to do.
 * @throws IntegrityError where one that it made or changed was changed since, or the catalogue would contradict itself.
 */
export function reverseEthogramChange(
  change: EthogramChange,
  kind: 'undo' | 'redo',
  now: readonly CatalogedBehavior[],
): EthogramChange | undefined {
  const [from, to] = kind === 'undo' ? [change.after, change.before] : [change.before, change.after];
  const isSame = (a: CatalogedBehavior | undefined, b: CatalogedBehavior | undefined) =>
    a === undefined || b === undefined ? a === b : sameBehaviors([a], [b]);
  const named = (list: readonly CatalogedBehavior[], name: string) => list.find((item) => item.name === name);
  const touched = [...new Set([...from, ...to].map(({ name }) => name))].filter(
    (name) => !isSame(named(from, name), named(to, name)),
  );
  for (const name of touched) {
    if (isSame(named(now, name), named(from, name)) || isSame(named(now, name), named(to, name))) continue;
    throw new IntegrityError(`${kind} of a change of the ethogram: ${name} was changed since`, {
      hint: 'Change it by hand in the panel Ethogram.',
    });
  }
  const result = now.flatMap((item) => {
    if (!touched.includes(item.name)) return [item];
    const next = named(to, item.name);
    return next === undefined ? [] : [next];
  });
  for (const [at, item] of to.entries()) {
    if (touched.includes(item.name) && named(result, item.name) === undefined) result.splice(at, 0, item);
  }
  try {
    createEthogram(result as Parameters<typeof createEthogram>[0]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new IntegrityError(`${kind} of a change of the ethogram does not fit any more: ${error.message}`, {
      hint: 'Change it by hand in the panel Ethogram.',
      cause: error,
    });
  }
  const renamed =
    kind === 'redo' ? change.renamed : Object.fromEntries(Object.entries(change.renamed).map(([a, b]) => [b, a]));
  return ethogramChange(now, result, renamed);
}
