import type { Command } from '../page/command.js';

/** Commands of this folder. */
export const videoCommands: readonly Command[] = [];
