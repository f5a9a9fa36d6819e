import { matchKeyBindingPress, parseKeybinding } from 'tinykeys';
import { studio } from '../state/studio-store.js';
import type { Command } from './command.js';
import { keyPresets, keysOf } from './presets.js';
import { tellProblem } from './tell.js';

/** Takes letters before commands do: annotate mode turns them into bouts. Returns whether it used the key. */
export type KeyTaker = (event: KeyboardEvent) => boolean;

const takers: KeyTaker[] = [];

const missed: ((event: KeyboardEvent) => void)[] = [];

/** Calls back for keys of the page that mean nothing now. */
export function onMissedKey(listener: (event: KeyboardEvent) => void): void {
  missed.push(listener);
}

/** Adds a taker of keys; it is asked before the commands, and only outside text fields and dialogs. */
export function takeKeys(taker: KeyTaker): void {
  takers.push(taker);
}

/** Tells whether a key belongs to where the focus is: text fields, sliders' own arrows, menus, buttons' own space. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"], [data-own-keys]')) return true;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  if (target instanceof HTMLInputElement) {
    if (!['checkbox', 'radio', 'button', 'range'].includes(target.type)) return true;
    return [' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'].includes(
      event.key,
    );
  }
  const isPress = event.key === ' ' || event.key === 'Enter';
  if (isPress && target.matches('button, a[href], [role="tab"], [role="button"], summary')) return true;
  return target.matches('[role="tab"], [role="slider"]') && /^Arrow|^Home$|^End$|^Page/.test(event.key);
}

/** Runs a command where it can be done; what goes wrong is shown. */
export function runCommand(command: Command): void {
  if (!canRun(command)) return;
  try {
    Promise.resolve(command.run()).catch(tellProblem);
  } catch (error) {
    tellProblem(error);
  }
}

/** Tells whether a command can be done now. */
export function canRun({ when, modes }: Command): boolean {
  const state = studio.getState();
  if (modes !== undefined && !modes.includes(state.mode)) return false;
  return when === undefined ? state.project !== null : when(state);
}

/** Tells whether an event is a press as tinykeys writes it, with exactly its modifiers. */
export function isPress(event: KeyboardEvent, binding: string): boolean {
  const [press, ...more] = parseKeybinding(binding);
  return press !== undefined && more.length === 0 && matchKeyBindingPress(event, press);
}

/** Listens to keys of the whole page and runs commands by them. */
export function startKeys(document: Document, commands: readonly Command[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (belongsToFocus(event)) return;
    if (takers.some((taker) => taker(event))) {
      event.preventDefault();
      return;
    }
    const command = commandOf(event, commands);
    if (command === undefined) {
      for (const listener of missed) listener(event);
      return;
    }
    event.preventDefault();
    if (!event.repeat || (command.repeats ?? command.menu === 'Go')) runCommand(command);
  });
}

/**
 * Returns the command that a key means now, if any. Where several have the key, the one to which the preset gives it wins,
 * then the one of the fewest modes, then the first.
 */
export function commandOf(event: KeyboardEvent, commands: readonly Command[]): Command | undefined {
  const { keyPreset } = studio.getState();
  const given = keyPresets.find(({ name }) => name === keyPreset)?.keys ?? {};
  const rank = ({ id, modes }: Command) => (given[id] === undefined ? 10 : 0) + (modes?.length ?? 9);
  let found: Command | undefined;
  for (const command of commands) {
    if (found !== undefined && rank(command) >= rank(found)) continue;
    if (!keysOf(command, keyPreset).some((binding) => isPress(event, binding)) || !canRun(command)) continue;
    found = command;
  }
  return found;
}
