import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { tell } from '../page/tell.js';
import { labels } from '../state/labels.js';
import type { StudioState } from '../state/studio-store.js';
import {
  accept,
  addIndividual,
  arrowsMove,
  chooseIndividual,
  chooseKeypoint,
  copyEarlier,
  copyOthers,
  freeName,
  goToFirstUnlabeled,
  goToItem,
  letGo,
  nextMode,
  nudge,
  placeAtCrosshair,
  removeChosen,
  takeFrames,
  toggleChosenOccluded,
  toggleCrosshair,
  toggleHeld,
} from './actions.js';
import { type LabelSettings, labeling, setLabeling } from './label-store.js';
import { presentIndividuals, presentSources } from './present-animals.js';

const hasVideo = (state: StudioState) => state.project !== null && labels.getState().video !== null;

/** A command that keys reach in label mode alone. */
const own = (command: Omit<Command, 'menu' | 'modes'>): Command => ({
  menu: 'Label',
  modes: ['label'],
  when: hasVideo,
  ...command,
});

const go = (command: Omit<Command, 'menu'>): Command => ({ menu: 'Go', when: hasVideo, repeats: false, ...command });

type Flag = { [Name in keyof LabelSettings]: LabelSettings[Name] extends boolean ? Name : never }[keyof LabelSettings];

const flip = (id: string, title: string, key: string, flag: Flag): Command =>
  own({
    id,
    title,
    keys: [key],
    run: () => setLabeling({ [flag]: !labeling.getState()[flag] }),
  });

const directions = [
  ['left', 'ArrowLeft', -1, 0],
  ['right', 'ArrowRight', 1, 0],
  ['up', 'ArrowUp', 0, -1],
  ['down', 'ArrowDown', 0, 1],
] as const;

const nudges = directions.flatMap(([name, key, dx, dy]) =>
  (
    [
      [1, '', key],
      [10, '-10', `Shift+${key}`],
      [0.1, '-fine', `$mod+${key}`],
    ] as const
  ).map(([step, suffix, press]) =>
    own({
      id: `label.move-${name}${suffix}`,
      title: `Move held point or crosshair ${name} ${step} px`,
      keys: [press],
      repeats: true,
      isInMenu: false,
      when: (state) => hasVideo(state) && arrowsMove(),
      run: () => nudge(dx * step, dy * step),
    }),
  ),
);

const numberKeys = Array.from({ length: 9 }, (_, at) =>
  own({
    id: `label.individual-${at + 1}`,
    title: `Animal ${at + 1}`,
    keys: [`Digit${at + 1}`],
    isInMenu: false,
    // With one animal alone the key keeps what it means elsewhere.
    when: (state) => hasVideo(state) && presentIndividuals(presentSources(state)).length > Math.max(1, at),
    run: () => chooseIndividual(at),
  }),
);

/** Tab chooses animals only while the video has the focus: elsewhere it moves the focus, as everywhere. */
const isVideoFocused = () =>
  typeof document !== 'undefined' && document.activeElement?.closest('.video-area, [data-pane]') != null;

/** Commands of this folder. */
export const labelCommands: readonly Command[] = [
  // First, for arrows that move something choose no keypoint.
  ...nudges,
  go({
    id: 'go.next-image',
    title: 'Next image of the list',
    keys: ['Period'],
    modes: ['label'],
    repeats: true,
    run: () => goToItem(1, 'image'),
  }),
  go({
    id: 'go.previous-image',
    title: 'Previous image of the list',
    keys: ['Comma'],
    modes: ['label'],
    repeats: true,
    run: () => goToItem(-1, 'image'),
  }),
  go({
    id: 'go.next-unlabeled',
    title: 'Next image without labels of mine',
    keys: ['KeyN'],
    modes: ['label'],
    run: () => goToItem(1, 'image without labels of yours', ({ state }) => state !== 'mine'),
  }),
  go({
    id: 'go.previous-unlabeled',
    title: 'Previous image without labels of mine',
    keys: ['Shift+KeyN'],
    modes: ['label'],
    run: () => goToItem(-1, 'image without labels of yours', ({ state }) => state !== 'mine'),
  }),
  go({
    id: 'go.first-unlabeled',
    title: 'First image without labels of mine',
    keys: ['$mod+Home'],
    run: goToFirstUnlabeled,
  }),
  go({
    id: 'go.next-labeled',
    title: 'Next labeled frame',
    keys: ['Shift+Period'],
    run: () => goToItem(1, 'labeled frame', ({ state }) => state !== 'suggested'),
  }),
  go({
    id: 'go.previous-labeled',
    title: 'Previous labeled frame',
    keys: ['Shift+Comma'],
    run: () => goToItem(-1, 'labeled frame', ({ state }) => state !== 'suggested'),
  }),
  go({
    id: 'go.next-suggested',
    title: 'Next suggested image',
    run: () => goToItem(1, 'suggested image', ({ state }) => state === 'suggested'),
  }),
  go({
    id: 'go.previous-suggested',
    title: 'Previous suggested image',
    run: () => goToItem(-1, 'suggested image', ({ state }) => state === 'suggested'),
  }),
  own({
    id: 'label.next-keypoint',
    title: 'Next keypoint',
    keys: ['ArrowDown', 'KeyS'],
    repeats: true,
    run: () => chooseKeypoint(1),
  }),
  own({
    id: 'label.previous-keypoint',
    title: 'Previous keypoint',
    keys: ['ArrowUp', 'KeyW'],
    repeats: true,
    run: () => chooseKeypoint(-1),
  }),
  own({ id: 'label.crosshair', title: 'Crosshair moved by arrows', keys: ['KeyC'], run: toggleCrosshair }),
  own({
    id: 'label.place',
    title: 'Place next keypoint at the crosshair',
    keys: ['Enter'],
    when: (state) => hasVideo(state) && labeling.getState().crosshair !== null,
    run: placeAtCrosshair,
  }),
  own({
    id: 'label.accept-animal',
    title: 'Accept suggestions of this animal',
    keys: ['Enter'],
    when: (state) => hasVideo(state) && labeling.getState().crosshair === null,
    run: () => accept('animal'),
  }),
  own({
    id: 'label.accept-all',
    title: 'Accept suggestions of all animals',
    keys: ['Shift+Enter'],
    run: () => accept('all'),
  }),
  own({
    id: 'label.accept-point',
    title: 'Accept suggestion of this keypoint',
    keys: ['KeyA'],
    run: () => accept('point'),
  }),
  own({
    id: 'label.hold',
    title: 'Hold the chosen point: arrows move it',
    keys: ['KeyG'],
    run: toggleHeld,
  }),
  own({
    id: 'label.let-go',
    title: 'Let go, put the crosshair away',
    keys: ['Escape'],
    when: (state) => {
      const { draft, crosshair, isHeld } = labeling.getState();
      return hasVideo(state) && (draft !== null || crosshair !== null || isHeld);
    },
    run: letGo,
  }),
  own({
    id: 'label.toggle-occluded',
    title: 'Occluded or visible',
    keys: ['KeyO'],
    run: toggleChosenOccluded,
  }),
  own({
    id: 'label.remove-point',
    title: 'Remove point',
    keys: ['Backspace', 'Delete'],
    run: () => removeChosen('point'),
  }),
  own({
    id: 'label.remove-row',
    title: 'Remove all points of this animal',
    keys: ['Shift+Backspace', 'Shift+Delete'],
    run: () => removeChosen('row'),
  }),
  own({
    id: 'label.copy-previous',
    title: 'Copy from the previous labeled frame',
    keys: ['KeyR'],
    run: copyEarlier,
  }),
  own({
    id: 'label.take-frame',
    title: 'Put this frame on the list',
    keys: ['KeyK'],
    run: async () => {
      const { came } = await takeFrames('present');
      tell(came === 0 ? 'This frame is on the list already.' : 'The frame is on the list.');
    },
  }),
  own({ id: 'label.mode', title: 'Placing: sequential, quick, loop', keys: ['KeyM'], run: nextMode }),
  flip('label.placing', 'Clicks place points', 'KeyQ', 'isPlacing'),
  own({
    id: 'label.color',
    title: 'Color by keypoint or animal',
    keys: ['KeyF'],
    run: () => setLabeling({ colorBy: labeling.getState().colorBy === 'keypoint' ? 'individual' : 'keypoint' }),
  }),
  flip('label.edges', 'Edges of the skeleton', 'KeyE', 'edgesShown'),
  flip('label.names', 'Names of keypoints', 'KeyT', 'namesShown'),
  flip('label.others', 'Labels of others', 'KeyX', 'othersShown'),
  flip('label.suggestions', 'Suggestions of models', 'KeyP', 'suggestionsShown'),
  flip('label.loupe', 'Loupe', 'KeyL', 'loupeShown'),
  own({
    id: 'label.next-individual',
    title: 'Next animal',
    keys: ['Backquote'],
    run: () => chooseIndividual('next'),
  }),
  own({
    id: 'label.next-individual-in-video',
    title: 'Next animal, while the video has the focus',
    keys: ['Tab'],
    isInMenu: false,
    when: (state) => hasVideo(state) && isVideoFocused() && presentIndividuals(presentSources(state)).length > 1,
    run: () => chooseIndividual('next'),
  }),
  own({
    id: 'label.add-individual',
    title: 'Add an animal',
    keys: ['KeyI'],
    run: () => addIndividual(freeName(presentIndividuals(presentSources()))),
  }),
  ...numberKeys,
  {
    id: 'label.agreement',
    title: 'Compare people’s labels …',
    menu: 'Label',
    when: () => labels.getState().video !== null,
    run: () => openDialog('label-agreement'),
  },
  {
    id: 'label.copy-others',
    title: 'Copy points of others to mine',
    menu: 'Label',
    modes: ['label'],
    run: copyOthers,
  },
  {
    id: 'label.skeleton',
    title: 'Edit skeleton …',
    menu: 'Label',
    when: ({ project }) => project !== null,
    run: () => openDialog('skeleton'),
  },
  {
    id: 'label.conflicts',
    title: 'Conflicts with DeepLabCut …',
    menu: 'Label',
    when: ({ project }) => project !== null && project.conflictCount > 0,
    run: () => openDialog('label-conflicts'),
  },
];
