import { annotateCommands } from '../annotate/commands.js';
import { inspectCommands } from '../inspect/commands.js';
import { labelCommands } from '../label/commands.js';
import { overlayCommands } from '../overlay/commands.js';
import type { Command } from '../page/command.js';
import { timelineCommands } from '../timeline/commands.js';
import { videoCommands } from '../video/commands.js';
import { appCommands } from './commands.js';

/** All commands, in the order in which menus and help list them. */
export const commands: readonly Command[] = [
  ...appCommands,
  ...videoCommands,
  ...overlayCommands,
  ...timelineCommands,
  ...labelCommands,
  ...annotateCommands,
  ...inspectCommands,
];
