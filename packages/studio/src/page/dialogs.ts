import { studio } from '../state/studio-store.js';

/** Opens a dialog by its panel's id, over those that are open. */
export function openDialog(id: string): void {
  studio.setState(({ dialogs }) => ({ dialogs: [...dialogs.filter((other) => other !== id), id] }));
}

/** Closes a dialog by its panel's id, by default the topmost. */
export function closeDialog(id?: string): void {
  studio.setState(({ dialogs }) => ({
    dialogs: id === undefined ? dialogs.slice(0, -1) : dialogs.filter((other) => other !== id),
  }));
}
