import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { showPanel } from '../page/shown-panels.js';
import { openRecording, type StudioState, studio } from '../state/studio-store.js';
import { finishPolygon } from './arena-layer.js';
import { arena, undoOutlines } from './arena-store.js';
import { startForms } from './forms.js';
import type { TargetKind } from './target-order.js';
import { goToNextTarget } from './targets-store.js';

const isOpen = ({ recordingId }: StudioState) => recordingId !== null;

/** Returns the two commands that walk through a kind of places. */
function walk(name: string, title: string, kind: TargetKind): Command[] {
  return [
    { id: `go.${name}`, title: `Next ${title}`, menu: 'Go', when: isOpen, run: () => goToNextTarget(1, kind) },
    {
      id: `go.previous-${name}`,
      title: `Previous ${title}`,
      menu: 'Go',
      when: isOpen,
      run: () => goToNextTarget(-1, kind),
    },
  ];
}

function panelCommand(place: 'left' | 'right', id: string, title: string): Command {
  return { id: `view.${id}`, title, menu: 'View', run: () => showPanel(place, id) };
}

const isDrawing = () => arena.getState().tool !== 'none';

/** Commands of this folder. */
export const inspectCommands: readonly Command[] = [
  {
    id: 'go.next-target',
    title: 'Next place to look at',
    menu: 'Go',
    keys: ['F8'],
    when: isOpen,
    run: () => goToNextTarget(1),
  },
  {
    id: 'go.previous-target',
    title: 'Previous place to look at',
    menu: 'Go',
    keys: ['Shift+F8'],
    when: isOpen,
    run: () => goToNextTarget(-1),
  },
  ...walk('low-confidence', 'low confidence', 'low confidence'),
  ...walk('large-jump', 'large jump', 'large jump'),
  ...walk('identity-crossing', 'identity crossing', 'identity crossing'),
  ...walk('disagreement', 'disagreement', 'disagreement'),
  ...walk('worst', 'worst frame', 'worst'),
  panelCommand('left', 'look-at', 'Panel: places to look at'),
  panelCommand('right', 'models', 'Panel: models'),
  panelCommand('right', 'arena', 'Panel: scale, arena and regions'),
  panelCommand('right', 'identities', 'Panel: exchange identities'),
  {
    id: 'arena.close',
    title: 'Close the outline that is drawn',
    menu: 'Edit',
    keys: ['Enter'],
    when: () => isDrawing() && arena.getState().video !== null,
    run: () => finishPolygon(arena.getState().video as string),
  },
  {
    id: 'arena.give-up',
    title: 'Give up the outline that is drawn',
    menu: 'Edit',
    keys: ['Escape'],
    when: isDrawing,
    run: () => arena.setState({ tool: 'none', points: [], line: null }),
  },
  {
    id: 'arena.undo',
    title: 'Take back the last change of arena and regions',
    menu: 'Edit',
    when: (state) => openRecording(state)?.outlineSteps.canUndo === true,
    run: () => undoOutlines('undo'),
  },
  {
    id: 'arena.redo',
    title: 'Do the last change of arena and regions again',
    menu: 'Edit',
    when: (state) => openRecording(state)?.outlineSteps.canRedo === true,
    run: () => undoOutlines('redo'),
  },
  {
    id: 'model.regions',
    title: 'Show or hide arena and regions',
    menu: 'View',
    run: () => arena.setState(({ isShown }) => ({ isShown: !isShown })),
  },
  ...startForms.map(
    ({ id, title, menu = 'Model' }): Command => ({
      id: `model.${id}`,
      title: `${title} …`,
      menu,
      run: () => openDialog(id),
    }),
  ),
  {
    id: 'model.compare',
    title: 'Compare models …',
    menu: 'Model',
    when: ({ project }) => (project?.models.length ?? 0) > 1,
    run: () => openDialog('compare-models'),
  },
  {
    id: 'model.jobs',
    title: 'Jobs',
    menu: 'Model',
    when: () => studio.getState().project !== null,
    run: () => openDialog('jobs'),
  },
];
