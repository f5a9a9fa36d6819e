import { type Behavior, type BehaviorOptions, createEthogram } from '@zoopraxis/core';
import type { StreamView } from 'zoopraxis';
import { suggestKeys, takenBy } from './letter-keys.js';

/**
 * Returns what is wrong with a behavior in place of another of a catalogue (by its former name; null = a new one), as a
 * sentence, or null; it is said while typing.
 */
export function problemOf(
  draft: BehaviorOptions,
  behaviors: readonly Behavior[],
  former: string | null,
): string | null {
  const others = behaviors.filter((behavior) => behavior.name !== former);
  const { name, key } = draft;
  if (name.trim() === '') return 'A behavior needs a name.';
  if (name !== name.trim()) return 'The name must not begin or end with a space.';
  if (others.some((other) => other.name === name)) return `There is a behavior ${name} already.`;
  if (key !== undefined) {
    if ([...key].length !== 1) return 'A key is one letter, digit or sign.';
    const taken = takenBy(key);
    if (taken !== undefined) return `The key ${key === ' ' ? 'Space' : key} ${taken}.`;
    const other = others.find((each) => each.key === key);
    if (other !== undefined) return `The key ${key} is that of ${other.name}.`;
  }
  try {
    withBehavior(behaviors, former, draft);
  } catch (error) {
    return error instanceof RangeError ? `${error.message.replace(/^ethogram: /, '')}.` : String(error);
  }
  return null;
}

function withoutExclusion(behavior: Behavior, name: string): Behavior {
  return { ...behavior, exclusiveWith: behavior.exclusiveWith.filter((other) => other !== name) };
}

/**
 * Returns a catalogue in which a behavior (by its former name; null = a new one) is as in the draft: exclusions hold both
 * ways, and what was part of it or excluded it follows its name.
 * @throws RangeError where the catalogue would contradict itself.
 */
export function withBehavior(
  behaviors: readonly Behavior[],
  former: string | null,
  draft: BehaviorOptions,
): Behavior[] {
  const followed = behaviors
    .filter(({ name }) => name !== former)
    .map((behavior): Behavior => {
      const { partOf, ...rest } = withoutExclusion(behavior, former ?? draft.name);
      const coarser = partOf !== undefined && partOf === former ? draft.name : partOf;
      return { ...rest, ...(coarser === undefined ? {} : { partOf: coarser }) };
    });
  const at = behaviors.findIndex(({ name }) => name === former);
  const place = at < 0 ? followed.length : at;
  return [...createEthogram([...followed.slice(0, place), draft as Behavior, ...followed.slice(place)]).behaviors];
}

/** Returns a catalogue without a behavior; throws RangeError where finer ones are part of it. */
export function withoutBehavior(behaviors: readonly Behavior[], name: string): Behavior[] {
  const finer = behaviors.filter(({ partOf }) => partOf === name).map((behavior) => behavior.name);
  if (finer.length > 0)
    throw new RangeError(`${finer.join(', ')} ${finer.length === 1 ? 'is' : 'are'} part of ${name}`);
  return behaviors.filter((behavior) => behavior.name !== name).map((behavior) => withoutExclusion(behavior, name));
}

/** Returns the names that were typed with commas between them, each once; list. */
export const namesIn = (words: string): string[] => [
  ...new Set(
    words
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];

/** Returns the streams that list a behavior, in all recordings. */
export function streamsWith(annotations: readonly StreamView[], behavior: string): StreamView[] {
  return annotations.filter(({ behaviors }) => behaviors.includes(behavior));
}

/** Returns behaviors that bouts have and the catalogue lacks, by name. */
export function unknownBehaviors(annotations: readonly StreamView[], behaviors: readonly Behavior[]): string[] {
  const known = new Set(behaviors.map(({ name }) => name));
  // Classifiers call it so where nothing goes on.
  const of = ({ behaviors: scored, isHuman }: StreamView) =>
    isHuman ? scored : scored.filter((name) => name !== 'other');
  return [...new Set(annotations.flatMap(of))].filter((name) => !known.has(name)).sort();
}

/** Returns a catalogue with behaviors that bouts have, with keys that are free. */
export function withNames(behaviors: readonly Behavior[], names: readonly string[]): Behavior[] {
  const all: BehaviorOptions[] = [...behaviors, ...names.map((name) => ({ name }))];
  const keys = suggestKeys(all);
  return [
    ...createEthogram(all.map((behavior, i) => ({ ...behavior, ...(keys[i] === undefined ? {} : { key: keys[i] }) })))
      .behaviors,
  ];
}

/** Returns a sentence for each key that several behaviors have, as a file that was edited by hand may hold; list. */
export function keyClashes(behaviors: readonly Behavior[]): string[] {
  const keys = [...new Set(behaviors.flatMap(({ key }) => key ?? []))];
  return keys.flatMap((key) => {
    const [first, ...others] = behaviors.filter((behavior) => behavior.key === key).map(({ name }) => name);
    if (others.length === 0) return [];
    return [
      `The key ${key} is that of ${[first, ...others].join(' and of ')}: it marks ${first}. Give the other a free key.`,
    ];
  });
}
