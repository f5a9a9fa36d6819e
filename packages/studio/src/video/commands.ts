import type { Command } from '../page/command.js';
import { openDialog } from '../page/dialogs.js';
import { showPanel } from '../page/shown-panels.js';
import { recordingClock } from '../state/frame-clock.js';
import { type StudioState, studio } from '../state/studio-store.js';
import { stepByKey } from './pane-status.js';
import { actualSize, fittedView, panBy, type Size, type ViewState, zoomAt } from './picture-view.js';
import { nextSpeed } from './play-clock.js';
import { seekFrame, togglePlay } from './player.js';
import { changeView, videoViews } from './view-store.js';

const isOpen = ({ project, recordingId }: StudioState) => project !== null && recordingId !== null;

const step = (id: string, title: string, key: string, frames: number): Command => ({
  id: `time.${id}`,
  title,
  menu: 'Go',
  keys: [key],
  when: isOpen,
  run: () => stepByKey(frames),
});

const speed = (id: string, title: string, keys: readonly string[], change: (speed: number) => number): Command => ({
  id: `time.${id}`,
  title,
  menu: 'Go',
  keys,
  when: isOpen,
  repeats: false,
  run: () => studio.setState((state) => ({ speed: change(state.speed) })),
});

const view = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
  id: `view.${id}`,
  title,
  menu: 'View',
  keys,
  when: isOpen,
  repeats: true,
  run,
});

const zoom = (factor: number) => (state: ViewState, pane: Size, picture: Size) =>
  zoomAt(state, pane, picture, { x: pane.widthPx / 2, y: pane.heightPx / 2 }, factor);

const pan = (x: number, y: number) => (state: ViewState, pane: Size, picture: Size) =>
  panBy(state, pane, picture, x * pane.widthPx, y * pane.heightPx);

const light = (name: 'brightness' | 'contrast', factor: number) => () =>
  videoViews.setState((state) => ({ [name]: Math.max(0.2, Math.min(4, state[name] * factor)) }));

/** Commands of this folder. */
export const videoCommands: readonly Command[] = [
  {
    id: 'time.play',
    title: 'Play or pause',
    menu: 'Go',
    keys: ['Space'],
    when: isOpen,
    repeats: false,
    run: togglePlay,
  },
  step('next-frame', 'Next frame', 'ArrowRight', 1),
  step('previous-frame', 'Previous frame', 'ArrowLeft', -1),
  step('forward-10', 'Forward 10 frames', 'Shift+ArrowRight', 10),
  step('back-10', 'Back 10 frames', 'Shift+ArrowLeft', -10),
  step('forward-100', 'Forward 100 frames', '$mod+Shift+ArrowRight', 100),
  step('back-100', 'Back 100 frames', '$mod+Shift+ArrowLeft', -100),
  {
    id: 'time.first-frame',
    title: 'First frame',
    menu: 'Go',
    keys: ['Home'],
    when: isOpen,
    run: () => seekFrame(0),
  },
  {
    id: 'time.last-frame',
    title: 'Last frame',
    menu: 'Go',
    keys: ['End'],
    when: isOpen,
    run: () => seekFrame((recordingClock()?.frameCount ?? 1) - 1),
  },
  {
    id: 'time.go-to-frame',
    title: 'Go to frame …',
    menu: 'Go',
    keys: ['$mod+KeyJ', 'KeyJ'],
    when: isOpen,
    repeats: false,
    run: () => openDialog('go-to-frame'),
  },
  speed('faster', 'Play faster', ['Shift+ArrowUp'], (now) => nextSpeed(now, 1)),
  speed('slower', 'Play slower', ['Shift+ArrowDown'], (now) => nextSpeed(now, -1)),
  speed('normal-speed', 'Play at normal speed', [], () => 1),
  view('zoom-in', 'Zoom in', ['Equal', 'Shift+Equal', 'NumpadAdd'], () => changeView(zoom(1.25))),
  view('zoom-out', 'Zoom out', ['Minus', 'NumpadSubtract'], () => changeView(zoom(0.8))),
  view('fit', 'Fit the picture', ['Digit0'], () => changeView(() => fittedView)),
  view('actual-size', 'One px of the video is one px of the screen', ['Digit1'], () =>
    changeView((state, pane, picture) => actualSize(state, pane, picture, devicePixelRatio)),
  ),
  view('pan-left', 'Look further left', ['Shift+Alt+ArrowLeft'], () => changeView(pan(0.1, 0))),
  view('pan-right', 'Look further right', ['Shift+Alt+ArrowRight'], () => changeView(pan(-0.1, 0))),
  view('pan-up', 'Look further up', ['Shift+Alt+ArrowUp'], () => changeView(pan(0, 0.1))),
  view('pan-down', 'Look further down', ['Shift+Alt+ArrowDown'], () => changeView(pan(0, -0.1))),
  {
    ...view('link', 'Zoom and move all videos together', ['Shift+KeyL'], () =>
      videoViews.setState(({ isLinked }) => ({ isLinked: !isLinked })),
    ),
    repeats: false,
  },
  {
    id: 'view.cameras',
    title: 'Cameras of this recording, and their offsets',
    menu: 'View',
    when: ({ recordingId }) => recordingId !== null,
    run: () => showPanel('right', 'cameras'),
  },
  view('brighter', 'Brighter', [], light('brightness', 1.1)),
  view('darker', 'Darker', [], light('brightness', 1 / 1.1)),
  view('more-contrast', 'More contrast', [], light('contrast', 1.1)),
  view('less-contrast', 'Less contrast', [], light('contrast', 1 / 1.1)),
  view('plain-picture', 'Brightness and contrast as they are', [], () =>
    videoViews.setState({ brightness: 1, contrast: 1 }),
  ),
];
