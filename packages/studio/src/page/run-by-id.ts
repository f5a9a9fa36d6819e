import type { Command } from './command.js';
import { runCommand } from './keys.js';

const table = new Map<string, Command>();

/** Makes commands known by their ids; the page does it once with all of them. */
export function registerCommands(commands: readonly Command[]): void {
  for (const command of commands) table.set(command.id, command);
}

/** Returns a command by its id, or undefined where no folder brings it. */
export const commandOf = (id: string): Command | undefined => table.get(id);

/** Runs a command by its id, for buttons and sliders of folders that do not own it. */
export function runById(id: string): void {
  const command = table.get(id);
  if (command !== undefined) runCommand(command);
}
