import type { Mode, StudioState } from '../state/studio-store.js';

/** One thing that a person can do: keys, palette, menus and the help page are made of these. */
export interface Command {
  /** Such as `time.next-frame`; presets and tests name it. */
  readonly id: string;
  /** As menus show it. */
  readonly title: string;
  /** Menu that lists it. */
  readonly menu: 'File' | 'Edit' | 'Go' | 'View' | 'Label' | 'Annotate' | 'Model' | 'Help';
  /** False keeps it out of the menu, where it would be one of many alike; palette and help list it. */
  readonly isInMenu?: boolean;
  /**
   * Key presses in the words of tinykeys, such as `Shift+ArrowRight` or `$mod+KeyZ` (`$mod` is Control, on a Mac Command);
   * list. A preset may give others.
   */
  readonly keys?: readonly string[];
  /** Modes in which keys reach it; default all. */
  readonly modes?: readonly Mode[];
  /** Whether it can be done now; default always while a project is open. */
  readonly when?: (state: StudioState) => boolean;
  /** Whether it goes on while its key is held down; default true for commands of the menu `Go`. */
  readonly repeats?: boolean;
  /** Does it; a rejection is shown to the user in its words. */
  run(): void | Promise<void>;
}
