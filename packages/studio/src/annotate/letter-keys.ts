import type { Behavior } from '@zoopraxis/core';

/** What of a key press letters look at; an event of the browser is one. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  getModifierState(name: string): boolean;
}

/** Keys that already do something else in Annotate, so that no behavior should have them. */
const takenKeys: Readonly<Record<string, string>> = {
  ' ': 'plays and stops',
  '[': 'trims the start of a bout',
  ']': 'trims the end of a bout',
  '\\': 'splits a bout',
  '?': 'shows the keys',
};

/** Returns what a key does already, or undefined where a behavior can have it. */
export const takenBy = (key: string): string | undefined => takenKeys[key];

const swapCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());

/**
 * Returns the behavior whose letter is pressed, undefined where none is. Upper and lower case are different keys; with Caps
 * Lock on, letters mean what they mean without it. With Alt, which types other signs on some keyboards, the key counts.
 */
export function behaviorOfPress(press: KeyPress, behaviors: readonly Behavior[]): Behavior | undefined {
  const isAltGraph = press.getModifierState('AltGraph');
  if (!isAltGraph && (press.ctrlKey || press.metaKey)) return undefined;
  let { key } = press;
  const letterOfCode = /^Key([A-Z])$/.exec(press.code)?.[1] ?? /^Digit(\d)$/.exec(press.code)?.[1];
  const named = (name: string) => behaviors.find((behavior) => behavior.key === name);
  if (press.altKey && !isAltGraph && named(key) === undefined && letterOfCode !== undefined) {
    return named(press.shiftKey ? letterOfCode : letterOfCode.toLowerCase());
  }
  if (press.getModifierState('CapsLock') && key.length === 1) key = swapCase(key);
  return named(key);
}

/** Returns a key for each behavior that has none (list): a letter of its name that is free, else any free letter or digit. */
export function suggestKeys(behaviors: readonly Pick<Behavior, 'name' | 'key'>[]): (string | undefined)[] {
  const used = new Set(behaviors.flatMap(({ key }) => (key === undefined ? [] : [key])));
  const spare = [...'abcdefghijklmnopqrstuvwxyz1234567890'];
  const take = (wished: readonly string[]) => {
    const free = wished.find((letter) => /^[a-z0-9]$/.test(letter) && !used.has(letter));
    if (free !== undefined) used.add(free);
    return free;
  };
  // First letters are remembered best: all of them are given before any other.
  const first = behaviors.map(({ name, key }) => key ?? take([name.trim().charAt(0).toLowerCase()]));
  return behaviors.map(({ name }, i) => {
    if (first[i] !== undefined) return first[i];
    const words = name.toLowerCase().split(/[^a-z0-9]+/);
    return take([...words.map((word) => word.charAt(0)), ...name.toLowerCase(), ...spare]);
  });
}
