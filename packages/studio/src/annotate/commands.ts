import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { showPanel } from '../page/shown-panels.js';
import { type StudioState, studio } from '../state/studio-store.js';
import { copyToMine, eraseMeant, mergeMeant, press, splitMeant, trim, walk } from './actions.js';
import { activeStream, animalsOf, animalsText, streamOf, withNextAnimal } from './active-stream.js';
import { annotate, openBoutsOf, say, startAnnotating } from './annotate-store.js';
import { startLetters } from './take-letters.js';

if (typeof document !== 'undefined') {
  startAnnotating();
  startLetters();
}

const isOpen = (state: StudioState) => state.recordingId !== null;
const hasOpenBout = (state: StudioState) => openBoutsOf(activeStream(state)).length > 0;
const own = { menu: 'Annotate', modes: ['annotate'], when: isOpen } as const;

/** Returns the stream of another that would be copied: that of the chosen bout, else the one on the desk. */
function foreignStream(state: StudioState) {
  const { selection, annotator } = state;
  const stream = streamOf(selection.kind === 'bout' ? selection.stream : activeStream(state));
  return stream === undefined || (stream.isHuman && stream.annotator === annotator) ? undefined : stream;
}

const walkCommand = (id: string, title: string, keys: readonly string[], step: 1 | -1, isSame: boolean): Command => ({
  id,
  title,
  menu: 'Go',
  keys,
  modes: ['annotate', 'view'],
  when: isOpen,
  run: () => walk(step, isSame),
});

const animalCommand = (id: string, title: string, key: string, part: 'subject' | 'target'): Command => ({
  ...own,
  id,
  title,
  keys: [key],
  when: (state) => isOpen(state) && animalsOf(state).length > 1,
  run: () => {
    const stream = activeStream();
    if (stream === null) return;
    const next = withNextAnimal(stream, animalsOf(), part);
    studio.setState({ activeStream: next, selection: { kind: 'none' } });
    say(`Letters write for ${animalsText(next)}`);
  },
});

/** Commands of annotating. */
export const annotateCommands: readonly Command[] = [
  walkCommand('bout.next', 'Next bout', ['ArrowDown', 'PageDown'], 1, false),
  walkCommand('bout.previous', 'Previous bout', ['ArrowUp', 'PageUp'], -1, false),
  walkCommand('bout.next-same', 'Next bout of the same behavior', ['Shift+PageDown'], 1, true),
  walkCommand('bout.previous-same', 'Previous bout of the same behavior', ['Shift+PageUp'], -1, true),
  {
    ...own,
    id: 'bout.close',
    title: 'Close the open bout',
    keys: ['Enter'],
    when: hasOpenBout,
    run: () => press({ kind: 'close' }),
  },
  {
    ...own,
    id: 'bout.cancel',
    title: 'Call off the open bout',
    keys: ['Escape'],
    when: (state) => hasOpenBout(state) || state.selection.kind !== 'none',
    run: () => {
      if (hasOpenBout(studio.getState())) return press({ kind: 'cancel' });
      studio.setState({ selection: { kind: 'none' } });
    },
  },
  { ...own, id: 'bout.erase', title: 'Erase bout or stretch', keys: ['Backspace', 'Delete'], run: eraseMeant },
  {
    ...own,
    id: 'bout.trim-start',
    title: 'Trim start to the cursor',
    keys: ['[', 'BracketLeft'],
    run: () => trim('start'),
  },
  { ...own, id: 'bout.trim-end', title: 'Trim end to the cursor', keys: [']', 'BracketRight'], run: () => trim('end') },
  { ...own, id: 'bout.split', title: 'Split at the cursor', keys: ['\\', 'Backslash'], run: splitMeant },
  {
    ...own,
    id: 'bout.merge-next',
    title: 'Merge with the next of its behavior',
    keys: ['Shift+Backslash'],
    run: () => mergeMeant(1),
  },
  { ...own, id: 'bout.merge-previous', title: 'Merge with the previous of its behavior', run: () => mergeMeant(-1) },
  { ...own, id: 'bout.relabel', title: 'Relabel …', keys: ['F2'], run: () => openDialog('relabel') },
  {
    ...own,
    id: 'bout.copy-to-mine',
    title: 'Copy chosen bout to my stream',
    keys: ['$mod+Enter'],
    when: (state) => state.selection.kind === 'bout' && foreignStream(state) !== undefined,
    run: async () => {
      const state = studio.getState();
      const { selection } = state;
      const stream = foreignStream(state);
      if (stream !== undefined && selection.kind === 'bout') await copyToMine(stream, [selection.bout]);
    },
  },
  {
    ...own,
    id: 'stream.copy-to-mine',
    title: 'Copy whole stream to mine',
    when: (state) => foreignStream(state) !== undefined,
    run: async () => {
      const stream = foreignStream(studio.getState());
      if (stream !== undefined) await copyToMine(stream);
    },
  },
  animalCommand('stream.next-animal', 'Next animal that acts', 'Backquote', 'subject'),
  animalCommand('stream.next-target', 'Next animal toward which it acts', 'Shift+Backquote', 'target'),
  { ...own, id: 'stream.new', title: 'Annotator, animals, channel …', run: () => showPanel('right', 'annotate') },
  {
    ...own,
    id: 'annotate.letters',
    title: 'Letters on or off',
    run: () => annotate.setState(({ hasLetters }) => ({ hasLetters: !hasLetters })),
  },
  { ...own, id: 'annotate.ethogram', title: 'Ethogram', run: () => showPanel('left', 'ethogram') },
  {
    id: 'annotate.agreement',
    title: 'Compare annotators',
    menu: 'Annotate',
    when: isOpen,
    run: () => {
      if (studio.getState().mode !== 'annotate') studio.setState({ mode: 'annotate', selection: { kind: 'none' } });
      showPanel('right', 'agreement');
    },
  },
  { ...own, id: 'annotate.rules', title: 'Rules', run: () => showPanel('right', 'rules') },
  {
    id: 'file.import-bouts',
    title: 'Import bouts …',
    menu: 'File',
    when: isOpen,
    run: () => openDialog('import-bouts'),
  },
  {
    id: 'file.export-bouts',
    title: 'Export bouts …',
    menu: 'File',
    when: ({ project }) => (project?.annotations.length ?? 0) > 0,
    run: () => openDialog('export-bouts'),
  },
];
