import { undoOutlines } from '../inspect/arena-store.js';
import { takeBackExchange } from '../inspect/swap-store.js';
import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { tell } from '../page/tell.js';
import { undoBouts } from '../state/bouts.js';
import { undoLabels } from '../state/labels.js';
import { openRecordingById } from '../state/session.js';
import { type Mode, studio } from '../state/studio-store.js';

async function reverse(direction: 'undo' | 'redo'): Promise<void> {
  const { mode, lastEdited } = studio.getState();
  if (lastEdited === 'outlines') return undoOutlines(direction);
  if (lastEdited === 'identities') return direction === 'undo' ? takeBackExchange() : Promise.resolve();
  const kind = mode === 'label' ? 'labels' : mode === 'annotate' ? 'bouts' : lastEdited;
  if (kind === 'labels') return undoLabels(direction);
  const reversed = await undoBouts(direction);
  if (reversed === undefined) return;
  const elsewhere = reversed?.recordings.filter((id) => id !== studio.getState().recordingId) ?? [];
  const place =
    elsewhere.length === 0
      ? ''
      : elsewhere.length === 1
        ? `, in ${elsewhere[0]}`
        : `, in ${elsewhere.length} other recordings`;
  const nothing = `There is nothing to ${direction === 'undo' ? 'take back' : 'do again'}`;
  const verb = direction === 'undo' ? 'Taken back' : 'Done again';
  tell(reversed === null ? nothing : `${verb}: ${reversed.title}${place}`, { topic: 'undo' });
}

async function openNeighbor(step: 1 | -1): Promise<void> {
  const { project, recordingId } = studio.getState();
  const at = project?.recordings.findIndex(({ id }) => id === recordingId) ?? -1;
  const next = project?.recordings[at + step];
  if (next !== undefined) await openRecordingById(next.id);
}

/** Makes undo that of the mode from the moment at which a mode that edits is chosen. */
export function followModes(): void {
  studio.subscribe(({ mode }, before) => {
    if (mode === before.mode || mode === 'view') return;
    studio.setState({ lastEdited: mode === 'label' ? 'labels' : 'bouts' });
  });
}

const modeCommand = (mode: Mode, title: string, key: string): Command => ({
  id: `mode.${mode}`,
  title,
  menu: 'View',
  keys: [key],
  run: () => studio.setState({ mode, selection: { kind: 'none' } }),
});

const themeCommand = (theme: 'dark' | 'light' | 'system', title: string): Command => ({
  id: `theme.${theme}`,
  title,
  menu: 'View',
  when: () => true,
  run: () => studio.setState({ theme }),
});

/** Commands of the whole page. */
export const appCommands: readonly Command[] = [
  {
    id: 'file.next-recording',
    title: 'Next recording',
    menu: 'File',
    keys: ['$mod+Alt+ArrowDown'],
    run: () => openNeighbor(1),
  },
  {
    id: 'file.previous-recording',
    title: 'Previous recording',
    menu: 'File',
    keys: ['$mod+Alt+ArrowUp'],
    run: () => openNeighbor(-1),
  },
  { id: 'edit.undo', title: 'Undo', menu: 'Edit', keys: ['$mod+KeyZ'], repeats: true, run: () => reverse('undo') },
  {
    id: 'edit.redo',
    title: 'Redo',
    menu: 'Edit',
    keys: ['$mod+Shift+KeyZ', '$mod+KeyY'],
    repeats: true,
    run: () => reverse('redo'),
  },
  modeCommand('view', 'Mode: View', 'Shift+Digit1'),
  modeCommand('label', 'Mode: Label', 'Shift+Digit2'),
  modeCommand('annotate', 'Mode: Annotate', 'Shift+Digit3'),
  themeCommand('dark', 'Theme: dark'),
  themeCommand('light', 'Theme: light'),
  themeCommand('system', 'Theme: as the system'),
  {
    id: 'help.palette',
    title: 'Find a command or recording',
    menu: 'Help',
    keys: ['$mod+KeyK'],
    when: () => true,
    run: () => openDialog('palette'),
  },
  {
    id: 'help.keys',
    title: 'Keys',
    menu: 'Help',
    keys: ['Shift+?', 'F1'],
    when: () => true,
    run: () => openDialog('keys'),
  },
];
